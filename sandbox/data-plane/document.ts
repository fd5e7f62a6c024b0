import { parse, YAMLParseError } from "yaml";
import { UnsupportedArtefact } from "./interpreter.ts";

/** JSON data. */
export type Plain = null | boolean | number | string | readonly Plain[] | PlainObject;
export interface PlainObject {
  readonly [member: string]: Plain | undefined;
}

/** The most aliases that a YAML document may expand. A document with more is an attack or a mistake. */
const MOST_ALIASES = 200;

/**
 * Parses a vendor document: JSON or YAML 1.2, in which `yes` and `on` are strings.
 *
 * @param place the name of the document in errors
 * @throws UnsupportedArtefact when the text is neither, repeats a key, or is not an object
 */
export function parseDocument(text: string, place = "document"): PlainObject {
  let data: unknown;
  try {
    data = text.trimStart().startsWith("{") ? parseJsonElseYaml(text) : parseYaml(text);
  } catch (error) {
    const problem = error instanceof YAMLParseError ? error.message.split("\n")[0] : (error as Error).message;
    throw new UnsupportedArtefact(place, `neither JSON nor YAML: ${problem}`);
  }
  return object(data as Plain, place);
}

/** Tries JSON's parser first, because it is fast. A text that looks like JSON may be YAML in flow style. */
function parseJsonElseYaml(text: string): unknown {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    return parseYaml(text);
  }
  const twice = repeatedKey(text);
  if (twice !== undefined) throw new Error(`the key ${twice} is listed twice in one object`);
  return data;
}

/** The first key that a JSON text repeats within an object. JSON.parse silently drops one of the two values. */
function repeatedKey(json: string): string | undefined {
  // The keys of each open object; undefined for each open list.
  const open: (Set<unknown> | undefined)[] = [];
  let before = "";
  for (const [token] of json.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"|[[\]{}:]/g)) {
    if (token === "{") open.push(new Set());
    else if (token === "[") open.push(undefined);
    else if (token === "}" || token === "]") open.pop();
    else if (token === ":") {
      const keys = open.at(-1);
      const key: unknown = JSON.parse(before);
      if (keys?.has(key) === true) return before;
      keys?.add(key);
    }
    before = token;
  }
  return undefined;
}

function parseYaml(text: string): unknown {
  return parse(text, { version: "1.2", uniqueKeys: true, maxAliasCount: MOST_ALIASES, prettyErrors: false });
}

/** The place of a member, e.g. `paths./orders.get`. */
export function at(place: string, member: string | number): string {
  return place === "" ? String(member) : `${place}.${member}`;
}

export function isObject(value: Plain | undefined): value is PlainObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** @throws UnsupportedArtefact unless `value` is an object */
export function object(value: Plain | undefined, place: string): PlainObject {
  if (!isObject(value)) throw new UnsupportedArtefact(place, `must be an object, is ${describe(value)}`);
  return value;
}

/** @throws UnsupportedArtefact unless `value` is a list */
export function list(value: Plain | undefined, place: string): readonly Plain[] {
  if (!Array.isArray(value)) throw new UnsupportedArtefact(place, `must be a list, is ${describe(value)}`);
  return value as readonly Plain[];
}

/** @throws UnsupportedArtefact unless `value` is a string, which may be empty */
export function text(value: Plain | undefined, place: string): string {
  if (typeof value !== "string") throw new UnsupportedArtefact(place, `must be a text, is ${describe(value)}`);
  return value;
}

/** @throws UnsupportedArtefact unless `value` is a list of strings */
export function texts(value: Plain | undefined, place: string): readonly string[] {
  return list(value, place).map((item, index) => text(item, at(place, index)));
}

/** @throws UnsupportedArtefact unless `value` is true or false; the strings "true" and "false" are not accepted */
export function boolean(value: Plain | undefined, place: string): boolean {
  if (typeof value !== "boolean") throw new UnsupportedArtefact(place, `must be true or false, is ${describe(value)}`);
  return value;
}

/** @throws UnsupportedArtefact unless `value` is a whole number from `least` to `most` */
export function integer(value: Plain | undefined, place: string, least: number, most: number): number {
  if (typeof value !== "number" || !Number.isInteger(value) || value < least || value > most) {
    throw new UnsupportedArtefact(place, `must be a whole number from ${least} to ${most}, is ${describe(value)}`);
  }
  return value;
}

/** @throws UnsupportedArtefact unless `value` is one of `choices`, spelt exactly so */
export function oneOf<const T extends string>(value: Plain | undefined, place: string, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === value);
  if (found === undefined) {
    throw new UnsupportedArtefact(place, `must be ${choices.map(quote).join(" or ")}, is ${describe(value)}`);
  }
  return found;
}

/**
 * Rejects members that the interpreter does not support.
 *
 * @param ignored whether the vendor documents a member as without effect, such as another vendor's extension
 * @throws UnsupportedArtefact that names the first unsupported member
 */
export function allowOnly(
  value: PlainObject,
  place: string,
  members: readonly string[],
  ignored: (member: string) => boolean = () => false,
): void {
  for (const member of Object.keys(value)) {
    if (members.includes(member) || ignored(member)) continue;
    const supported = members.length === 0 ? "" : `; this object may contain ${members.join(", ")}`;
    throw new UnsupportedArtefact(at(place, member), `the sandbox does not support this member${supported}`);
  }
}

/**
 * Resolves a local reference (`#/components/...`).
 *
 * @throws UnsupportedArtefact when it points outside the document or to nothing
 */
export function resolve(root: PlainObject, reference: string, place: string): Plain {
  if (!reference.startsWith("#/")) {
    throw new UnsupportedArtefact(place, `${quote(reference)} points outside the document`);
  }
  let found: Plain | undefined = root;
  for (const part of reference.slice(2).split("/")) {
    const name = decodePointer(part, place).replaceAll("~1", "/").replaceAll("~0", "~");
    if (Array.isArray(found)) found = (found as readonly Plain[])[Number(name)];
    else found = isObject(found) && Object.hasOwn(found, name) ? found[name] : undefined;
    if (found === undefined) throw new UnsupportedArtefact(place, `${quote(reference)} points to nothing`);
  }
  return found;
}

function decodePointer(part: string, place: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new UnsupportedArtefact(place, `${quote(part)} in the reference is not percent-encoded correctly`);
  }
}

/** A value for an error message: short, on one line. */
export function describe(value: Plain | undefined): string {
  if (value === undefined) return "missing";
  if (Array.isArray(value)) return "a list";
  if (isObject(value)) return "an object";
  return quote(value as null | boolean | number | string);
}

function quote(value: null | boolean | number | string): string {
  const shown = JSON.stringify(value);
  return shown.length > 80 ? `${shown.slice(0, 77)}...` : shown;
}
