/** A vendor's document that can be changed in place. */
export type Editable = { [name: string]: Editable } & { [index: number]: Editable };

/**
 * Returns the document with a change.
 *
 * @throws {Error} when the change has no effect
 */
export function edited(document: string, change: (root: Editable) => void): string {
  const root = JSON.parse(document) as Editable;
  const before = JSON.stringify(root);
  change(root);
  const after = JSON.stringify(root);
  if (after === before) throw new Error("The mutant did not change the document.");
  return after;
}

/** Returns the key of the path with this shape, in which `{}` is a parameter with any name and `{+}` a greedy parameter. */
export function pathKey(root: Editable, shape: string): string {
  const paths = root.paths ?? {};
  const key = Object.keys(paths).find(
    (path) => path.replace(/\{[^}]*(?:\+|=\*\*)\}/g, "{+}").replace(/\{[^}+][^}]*\}/g, "{}") === shape,
  );
  if (key === undefined) throw new Error(`The document has no path ${shape}.`);
  return key;
}

/** Returns the operation with this method at the path with this shape. */
export function operation(root: Editable, method: string, shape: string): Editable {
  const found = root.paths?.[pathKey(root, shape)]?.[method];
  if (found === undefined) throw new Error(`The document has no operation ${method} ${shape}.`);
  return found;
}

/** Renames the path with this shape. */
export function renamePath(root: Editable, shape: string, renamed: string): void {
  const key = pathKey(root, shape);
  const { paths } = root;
  if (paths === undefined) return;
  paths[renamed] = paths[key] as Editable;
  delete paths[key];
}
