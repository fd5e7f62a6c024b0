import {
  containsUnknown,
  equal,
  holds,
  isEmpty,
  isObject,
  isUnknown,
  type Properties,
  type PropertyValue,
} from "./property-value.ts";
import { type ChangedValue, replacesAt } from "./replacement.ts";
import type { ResourceModel } from "./resource-model.ts";

export type DifferenceKind = "add" | "delete" | "update";

export interface Difference {
  /** The path of the leaf, e.g. `corsConfiguration.allowOrigins[0]`. */
  readonly path: string;
  readonly kind: DifferenceKind;
  readonly replaces: boolean;
  /** Whether the program's inputs have changed; otherwise the vendor's value differs from the program's. */
  readonly ofInputs: boolean;
}

/** A value that differs, and both of its versions. */
interface Leaf extends ChangedValue {
  readonly kind: DifferenceKind;
}

/**
 * The differences between the program's inputs and the last deployment. `bridged` providers (aws, gcp) also compare with the values they
 * last read from the vendor; azure-native compares only inputs.
 */
export function differences(
  model: Pick<ResourceModel<never>, "replaces" | "replacing" | "same" | "cleared">,
  news: Properties,
  oldInputs: Properties,
  outputs: Properties,
  bridged: boolean,
): readonly Difference[] {
  const found: Difference[] = [];
  const names = [...new Set([...Object.keys(oldInputs), ...Object.keys(news)])].filter(
    (name) => !name.startsWith("__"),
  );
  for (const name of names.sort()) {
    const wanted = news[name];
    const was = oldInputs[name];
    const replacesAll =
      model.replaces.includes("*") || (!containsUnknown(wanted) && model.replacing?.(name, was, wanted, news) === true);
    const add = (ofInputs: boolean) => (leaf: Leaf) => {
      const replaces = replacesAll || model.replaces.some((property) => replacesAt(property, leaf));
      found.push({ path: leaf.path, kind: leaf.kind, replaces, ofInputs });
    };
    if (!same(model, name, was, wanted)) {
      leaves(name, was, wanted, add(true));
    } else if (bridged && wanted !== undefined && name in outputs && !agrees(model, name, outputs[name], wanted)) {
      leaves(name, outputs[name], wanted, add(false));
    }
  }
  for (const name of model.cleared ?? []) {
    if (names.includes(name) || isEmpty(outputs[name])) continue;
    found.push({ path: name, kind: "delete", replaces: false, ofInputs: false });
  }
  return found;
}

function same(
  model: Pick<ResourceModel<never>, "same">,
  name: string,
  left: PropertyValue | undefined,
  right: PropertyValue | undefined,
): boolean {
  if (containsUnknown(right)) return false;
  if (equal(left, right) || (isEmpty(left) && isEmpty(right))) return true;
  const compare = model.same?.[name];
  return compare !== undefined && left !== undefined && right !== undefined && compare(left, right);
}

function agrees(
  model: Pick<ResourceModel<never>, "same">,
  name: string,
  actual: PropertyValue | undefined,
  wanted: PropertyValue,
): boolean {
  const compare = model.same?.[name];
  if (compare !== undefined && actual !== undefined) return compare(actual, wanted);
  return holds(actual, wanted);
}

function leaves(
  path: string,
  left: PropertyValue | undefined,
  right: PropertyValue | undefined,
  found: (leaf: Leaf) => void,
): void {
  if (isUnknown(right) || left === undefined || right === undefined) {
    found({ path, kind: left === undefined ? "add" : right === undefined ? "delete" : "update", left, right });
  } else if (isObject(left) && isObject(right)) {
    for (const name of [...new Set([...Object.keys(left), ...Object.keys(right)])].sort()) {
      if (name.startsWith("__") || equal(left[name], right[name])) continue;
      leaves(`${path}${member(name)}`, left[name], right[name], found);
    }
  } else if (Array.isArray(left) && Array.isArray(right)) {
    for (let index = 0; index < Math.max(left.length, right.length); index++) {
      if (!equal(left[index], right[index])) leaves(`${path}[${index}]`, left[index], right[index], found);
    }
  } else {
    found({ path, kind: "update", left, right });
  }
}

/** A member in the engine's path syntax, quoted unless it is a plain word. */
function member(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}
