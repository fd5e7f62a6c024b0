/** A vendor's document, to be changed in place. */
export type Editable = { [name: string]: Editable } & { [index: number]: Editable };

/** The document with a change made to it; a change that changes nothing fails. */
export function edited(document: string, change: (root: Editable) => void): string {
  const root = JSON.parse(document) as Editable;
  const before = JSON.stringify(root);
  change(root);
  const after = JSON.stringify(root);
  if (after === before) throw new Error("the mutant found nothing to change");
  return after;
}

/** The key of the path whose literals are these; `{}` stands for a parameter of any name, `{+}` for a greedy one. */
export function pathKey(root: Editable, shape: string): string {
  const paths = root.paths ?? {};
  const key = Object.keys(paths).find(
    (path) => path.replace(/\{[^}]*(?:\+|=\*\*)\}/g, "{+}").replace(/\{[^}+][^}]*\}/g, "{}") === shape,
  );
  if (key === undefined) throw new Error(`the document has no path ${shape}`);
  return key;
}

export function operation(root: Editable, method: string, shape: string): Editable {
  const found = root.paths?.[pathKey(root, shape)]?.[method];
  if (found === undefined) throw new Error(`the document has no ${method} ${shape}`);
  return found;
}

export function renamePath(root: Editable, shape: string, renamed: string): void {
  const key = pathKey(root, shape);
  const { paths } = root;
  if (paths === undefined) return;
  paths[renamed] = paths[key] as Editable;
  delete paths[key];
}
