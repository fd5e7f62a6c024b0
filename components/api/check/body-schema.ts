import type { BodySchema } from "../description.ts";
import type { Reader } from "./reader.ts";

const types = ["object", "array", "string", "number", "integer", "boolean"] as const;

/** The keywords whose values hold no schema, and what reads them. */
export const plainKeywords = {
  type: (reader: Reader) => reader.oneOf(types),
  enum: readEnum,
  required: readRequired,
  additionalProperties: (reader: Reader) => reader.flag(),
  minimum: readNumber,
  maximum: readNumber,
  minLength: (reader: Reader) => reader.integer(0, 1_000_000_000),
  maxLength: (reader: Reader) => reader.integer(0, 1_000_000_000),
  pattern: readPattern,
} as const satisfies Partial<{ [Keyword in keyof BodySchema]: (reader: Reader) => BodySchema[Keyword] | undefined }>;

/** What of JSON Schema a gateway checks, as draft 4 and every later one mean it. */
const keywords: readonly string[] = [...Object.keys(plainKeywords), "properties", "items"];

/** Deeper than bodies are; so that a schema that contains itself ends. */
export const mostSchemaLevels = 32;

/** Written out, since a schema that a program shares with itself would grow without end. */
export const tooDeep = {
  code: "schema-too-deep",
  rule: `a schema is nested ${mostSchemaLevels} levels deep at most`,
  remedy: "Write it flatter, or leave the inner part to the backend.",
} as const;

/** The schema of a body, with everything reported that no gateway would check as it is meant. */
export function readBodySchema(reader: Reader, level = 0): BodySchema {
  if (level >= mostSchemaLevels) {
    reader.problem(tooDeep.code, tooDeep.rule, tooDeep.remedy);
    return {};
  }
  const schema: Record<string, unknown> = {};
  for (const keyword of reader.keys()) {
    const member = reader.at(keyword);
    if (isPlain(keyword)) schema[keyword] = plainKeywords[keyword](member);
    else if (keyword === "items") schema.items = readBodySchema(member, level + 1);
    else if (keyword === "properties") schema.properties = readProperties(member, level);
    else unchecked(member, keyword);
  }
  return schema as BodySchema;
}

/** Whether it is a keyword whose value holds no schema. */
export function isPlain(keyword: string): keyword is keyof typeof plainKeywords {
  return Object.hasOwn(plainKeywords, keyword);
}

/** Reports a keyword that says something that would not be checked. */
export function unchecked(reader: Reader, keyword: string, why = "no gateway checks it alike"): void {
  reader.problem(
    "unchecked-keyword",
    `the keyword ${JSON.stringify(keyword)} is not carried: ${why}`,
    `Say it with ${keywords.join(", ")}, or leave it to the backend.`,
  );
}

function readNumber(reader: Reader): number {
  if (typeof reader.value === "number" && Number.isFinite(reader.value)) return reader.value;
  reader.problem("wrong-type", "a number is wanted here", "Write a number.");
  return 0;
}

function readEnum(reader: Reader): readonly (string | number | boolean)[] {
  const items = reader.list();
  if (Array.isArray(reader.value) && items.length === 0) {
    reader.problem("empty-enum", "an empty enum lets nothing in", "Name at least one value.");
  }
  const seen = new Set<unknown>();
  return items.flatMap((item): readonly (string | number | boolean)[] => {
    const { value } = item;
    if (seen.has(value)) item.problem("duplicate", "this value stands twice", "Remove one.");
    seen.add(value);
    if (typeof value === "boolean" || (typeof value === "number" && Number.isFinite(value))) return [value];
    if (typeof value === "string") return [item.text({ empty: true }) ?? ""];
    item.problem("wrong-type", "a value of an enum is a string, a number, true or false", "Write one of those.");
    return [];
  });
}

function readProperties(reader: Reader, level: number): Readonly<Record<string, BodySchema>> {
  const properties: Record<string, BodySchema> = Object.create(null);
  for (const name of reader.keys()) {
    if (!name.isWellFormed()) {
      reader.at(name).problem("malformed-text", "this holds half of a surrogate pair", "Write whole characters.");
    }
    properties[name] = readBodySchema(reader.at(name), level + 1);
  }
  return properties;
}

function readRequired(reader: Reader): readonly string[] {
  const items = reader.list();
  // Draft 4 takes no empty list.
  if (Array.isArray(reader.value) && items.length === 0) {
    reader.problem("empty-required", "an empty list of required members checks nothing", "Leave required out.");
  }
  const names = items.flatMap((item) => item.text({ empty: true }) ?? []);
  for (const [index, name] of names.entries()) {
    if (names.indexOf(name) < index) reader.at(index).problem("duplicate", "this name stands twice", "Remove one.");
  }
  return names;
}

/** Of regular expressions what the engines of gateways agree on: no look-around, no reference back, no class of Unicode. */
const apart = /\\(?:[1-9pPkbBsSux]|c[A-Za-z])|\(\?(?!:)/;

function readPattern(reader: Reader): string {
  const text = reader.text();
  if (text === undefined) return "";
  try {
    new RegExp(text, "u");
  } catch {
    reader.problem("bad-pattern", "this is not a regular expression", "Correct it.");
    return text;
  }
  // Escaped backslashes out of the way: `\\b` is a backslash and a letter.
  const found = apart.exec(text.replaceAll("\\\\", ""))?.[0];
  if (found !== undefined) {
    reader.problem(
      "bad-pattern",
      `regular expressions of gateways do not agree on ${found}`,
      "Write the characters out, e.g. [ \\t] for white space.",
    );
  }
  return text;
}
