import { isDeepStrictEqual } from "node:util";
import type { Reader } from "../../reader.ts";
import { nearest } from "../../suggestion.ts";

/** One action of an overlay that has been checked. */
export interface Action {
  readonly target: Reader;
  /** What is merged into each value that the target selects. */
  readonly update: Reader;
  /** Whether the update is a JSONPath of the value to merge. */
  readonly isCopy: boolean;
}

const versions = /^1\.[012]\.\d+$/;

/** The actions of an overlay. Reports everything that its specification, or Polygate, does not allow. */
export function readActions(root: Reader): readonly Action[] {
  const version = root.at("overlay").value;
  if (typeof version !== "string" || !versions.test(version)) {
    const found = version === undefined ? "missing" : JSON.stringify(version).slice(0, 40);
    const rule = `Only overlays of version 1.0, 1.1 and 1.2 are supported, but the version is ${found}.`;
    root.at("overlay").problem("unknown-version", rule, 'Write overlay: "1.0.0".');
    return [];
  }
  const [isFirst, isNewest] = [version.startsWith("1.0."), version.startsWith("1.2.")];
  only(root, ["overlay", "info", "extends", "actions", ...(isNewest ? ["$self", "components"] : [])]);
  const info = root.at("info");
  only(info, ["title", "version", ...(isFirst ? [] : ["description"])]);
  if (info.isObject) for (const name of ["title", "version"]) info.at(name).text();
  const items = root.at("actions").list();
  if (Array.isArray(root.at("actions").value) && items.length === 0) {
    root.at("actions").problem("empty", "An overlay must have at least one action.", "Write an action.");
  }
  items.forEach((item, index) => {
    if (!items.slice(0, index).some(({ value }) => isDeepStrictEqual(value, item.value))) return;
    item.problem("duplicate", "The action is listed twice.", "Remove one.");
  });
  const reusable = root.at("components").at("actions");
  if (root.at("components").present) only(root.at("components"), ["actions"]);
  return items.flatMap((item) => readAction(item, { isFirst, reusable: isNewest ? reusable : undefined }) ?? []);
}

/** Reports members that an overlay does not have, except extensions. */
function only(reader: Reader, known: readonly string[]): void {
  for (const member of reader.keys()) {
    if (known.includes(member) || member.startsWith("x-")) continue;
    const near = nearest(member, known);
    const remedy = near === undefined ? "Remove it." : `Did you mean "${near}"?`;
    reader.at(member).problem("unknown-property", `An overlay has no property "${member}" here.`, remedy);
  }
}

interface ActionRules {
  readonly isFirst: boolean;
  /** The actions that others may refer to. */
  readonly reusable: Reader | undefined;
}

function readAction(item: Reader, { isFirst, reusable }: ActionRules): Action | undefined {
  if (reusable !== undefined && item.at("$ref").present) return readReference(item, reusable);
  only(item, ["target", "description", "update", "remove", ...(isFirst ? [] : ["copy"])]);
  return item.isObject ? readFields(item, item.at("target")) : undefined;
}

/** An action of OpenAPI Overlay 1.2 that is declared elsewhere in the file. */
function readReference(item: Reader, reusable: Reader): Action | undefined {
  only(item, ["$ref", "target", "description"]);
  const reference = item.at("$ref").text();
  const name = reference?.startsWith("#/components/actions/") ? reference.slice("#/components/actions/".length) : "";
  const action = reusable.at(name.replaceAll("~1", "/").replaceAll("~0", "~"));
  if (!action.isObject) {
    item.at("$ref").problem("bad-reference", `"${reference}" refers to no action.`, "Correct the reference.");
    return undefined;
  }
  only(action, ["description", "fields"]);
  only(action.at("fields"), ["description", "update", "remove", "copy"]);
  return action.at("fields").isObject ? readFields(action.at("fields"), item.at("target")) : undefined;
}

function readFields(fields: Reader, target: Reader): Action | undefined {
  const isTarget = target.text() !== undefined;
  const [update, remove, copy] = [fields.at("update"), fields.at("remove"), fields.at("copy")];
  if (remove.present && remove.flag() === true) {
    const rule = 'An overlay may only add "x-polygate", so it may not remove anything.';
    remove.problem("overlay-changes", rule, "Remove it from the document.");
    return undefined;
  }
  if (update.present === copy.present) {
    const rule = update.present ? 'An action may not have both "update" and "copy".' : "The action does nothing.";
    fields.problem("bad-action", rule, 'Write one "update".');
    return undefined;
  }
  if (copy.present && copy.text() === undefined) return undefined;
  return isTarget ? { target, update: copy.present ? copy : update, isCopy: copy.present } : undefined;
}
