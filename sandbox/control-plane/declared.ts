import { ownMember } from "../own-member.ts";
import type { Properties } from "./property-value.ts";
import { Kind, type RecordChanges, type Records } from "./records.ts";

/** A resource that a stack declared, as its provider would have to find it by its names. */
export interface Declared {
  readonly id: string;
  readonly urn: string;
  readonly inputs: Properties;
}

const declared = new Kind<Declared>("declared");

const keyOf = (type: string, id: string): readonly [string, string] => [type, id.toLowerCase().replaceAll("/", ":")];

export function putDeclared(records: RecordChanges, type: string, resource: Declared): void {
  declared.put(records, resource, ...keyOf(type, resource.id));
}

export function deleteDeclared(records: RecordChanges, type: string, id: string): void {
  declared.delete(records, ...keyOf(type, id));
}

export function declaredOf(records: Records, type: string): readonly Declared[] {
  return declared.list(records, type).map(([, resource]) => resource);
}

/**
 * Whether the arguments of a function that reads one resource name this one. A name that the program left to the provider is in the output
 * `name` only.
 */
export function isNamedBy(args: Properties, { inputs }: Declared, outputs: Properties): boolean {
  const names = Object.entries(args).filter(
    ([name, value]) => /(?:^name|Name|Id)$/.test(name) && typeof value === "string",
  );
  return names.every(([name, value]) => {
    const own = ownMember(inputs, name) ?? outputs.name;
    return typeof own === "string" && own.toLowerCase() === String(value).toLowerCase();
  });
}

/** The inputs that a provider reads from the id of a resource, such as the name of its resource group. */
export function namesInId(records: Records, type: string, id: string): Properties {
  const segments = new Set(id.toLowerCase().split("/"));
  const { inputs = {} } = declared.get(records, ...keyOf(type, id)) ?? {};
  const named = Object.entries(inputs).filter(
    ([, value]) => typeof value === "string" && segments.has(value.toLowerCase()),
  );
  return Object.fromEntries(named);
}
