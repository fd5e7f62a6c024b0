import { extname } from "node:path";
import { LineCounter, parseDocument, type YAMLError } from "yaml";
import { PolygateError } from "../problem.ts";
import { fail } from "./failure.ts";
import { nameOf } from "./file.ts";
import { duplicateMember } from "./json-text.ts";
import { plain, tooDeep } from "./plain-data.ts";
import { JsonPositions, type Positions, YamlPositions } from "./positions.ts";

/** How often YAML's aliases may repeat their values; more is a "billion laughs" attack. */
const MOST_ALIASES = 200;

/** The data of a text, and where its values are. */
export interface Parsed {
  readonly data: unknown;
  readonly positions: Positions;
}

/**
 * The data of a JSON or YAML text.
 *
 * @throws {PolygateError} for a malformed text, a key that an object has twice, and anything but plain data
 */
export function parse(text: string, file: string): Parsed {
  const name = nameOf(file);
  if (extname(file).toLowerCase() === ".json" || /^\s*\{/.test(text)) {
    const data = parseJson(text);
    if (data !== undefined) {
      refuseDuplicates(text, name);
      return { data: plain(data, name), positions: new JsonPositions(text) };
    }
    // A text that looks like JSON may be YAML in flow style. YAML's parser also finds the place of an error in JSON.
  }
  const { data, positions } = parseYaml(text, name);
  return { data: plain(data, name), positions };
}

/** Undefined for a text that is not JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refuseDuplicates(text: string, name: string): void {
  const twice = duplicateMember(text);
  if (twice === undefined) return;
  fail(
    name,
    "duplicate-key",
    `An object has the key ${JSON.stringify(twice.member)} twice.`,
    "Remove one. A parser would use the last without an error.",
    `${name}:${lineOf(text, twice.offset)}`,
  );
}

function lineOf(text: string, offset: number): string {
  const before = text.slice(0, offset).split("\n");
  return `${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
}

function parseYaml(text: string, name: string): Parsed {
  const lineCounter = new LineCounter();
  try {
    const options = { uniqueKeys: true, prettyErrors: true, logLevel: "error", merge: true } as const;
    const document = parseDocument(text, { ...options, lineCounter });
    const [error] = document.errors;
    if (error !== undefined) return refuseYaml(error, name);
    const data: unknown = document.toJS({ maxAliasCount: MOST_ALIASES });
    return { data, positions: new YamlPositions(document, lineCounter) };
  } catch (error) {
    if (error instanceof PolygateError) throw error;
    if (error instanceof RangeError) return tooDeep(name);
    const rule = `The YAML cannot be expanded: ${(error as Error).message.split("\n")[0]}.`;
    return fail(name, "malformed", rule, "Write the values out instead of repeating them by alias or merge key.");
  }
}

function refuseYaml(error: YAMLError, name: string): never {
  // The parser reports that its own stack is exhausted like a mistake in the text.
  if (error.code === "RESOURCE_EXHAUSTION") return tooDeep(name);
  const [start] = error.linePos ?? [];
  const place = start === undefined ? name : `${name}:${start.line}:${start.col}`;
  if (error.code === "DUPLICATE_KEY") {
    return fail(name, "duplicate-key", "An object has a key twice.", "Remove one.", place);
  }
  const rule = `The text is neither YAML nor JSON: ${error.message.split(" at line")[0]}.`;
  return fail(name, "malformed", rule, "Correct the text at this place.", place);
}
