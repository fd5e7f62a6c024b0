import type { BodySchema } from "../description.ts";
import type { Reader } from "../reader.ts";

const types = ["object", "array", "string", "number", "integer", "boolean"] as const;

/** The keywords whose values contain no schema, and the function that reads each. */
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

/** The keywords of JSON Schema that gateways check, with the meaning that they have in draft 4 and later. */
const keywords: readonly string[] = [...Object.keys(plainKeywords), "properties", "items"];

/** Deeper than real bodies are; it ends the reading of a schema that contains itself. */
export const mostSchemaLevels = 32;

/** A schema is written out in full, so one that contains itself would grow without end. */
export const tooDeep = {
  code: "schema-too-deep",
  rule: `A schema must not be nested more than ${mostSchemaLevels} levels deep.`,
  remedy: "Write a flatter schema, or let the backend check the inner part.",
} as const;

/** The schema of a body. Reports everything that a gateway would not check as the schema means it. */
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

/** Whether the value of a keyword contains no schema. */
export function isPlain(keyword: string): keyword is keyof typeof plainKeywords {
  return Object.hasOwn(plainKeywords, keyword);
}

/** Reports a keyword that no gateway would check. */
export function unchecked(reader: Reader, keyword: string, why = "gateways do not check it alike"): void {
  reader.problem(
    "unchecked-keyword",
    `The keyword ${JSON.stringify(keyword)} is not supported: ${why}.`,
    `Use ${keywords.join(", ")}, or let the backend check it.`,
  );
}

function readNumber(reader: Reader): number {
  if (typeof reader.value === "number" && Number.isFinite(reader.value)) return reader.value;
  reader.problem("wrong-type", "The value must be a number.", "Write a number.");
  return 0;
}

function readEnum(reader: Reader): readonly (string | number | boolean)[] {
  const items = reader.list();
  if (Array.isArray(reader.value) && items.length === 0) {
    reader.problem("empty-enum", "An empty enum accepts nothing.", "List at least one value.");
  }
  const seen = new Set<unknown>();
  return items.flatMap((item): readonly (string | number | boolean)[] => {
    const { value } = item;
    if (seen.has(value)) item.problem("duplicate", "The value is listed twice.", "Remove one.");
    seen.add(value);
    if (typeof value === "boolean" || (typeof value === "number" && Number.isFinite(value))) return [value];
    if (typeof value === "string") return [item.text({ empty: true }) ?? ""];
    item.problem("wrong-type", "A value of an enum must be a string, a number, true or false.", "Write one of those.");
    return [];
  });
}

function readProperties(reader: Reader, level: number): Readonly<Record<string, BodySchema>> {
  const properties: Record<string, BodySchema> = Object.create(null);
  for (const name of reader.keys()) {
    if (!name.isWellFormed()) {
      reader
        .at(name)
        .problem("malformed-text", "The name contains half of a surrogate pair.", "Write whole characters.");
    }
    properties[name] = readBodySchema(reader.at(name), level + 1);
  }
  return properties;
}

function readRequired(reader: Reader): readonly string[] {
  const items = reader.list();
  // Draft 4 rejects an empty list.
  if (Array.isArray(reader.value) && items.length === 0) {
    reader.problem("empty-required", "An empty list of required members checks nothing.", "Remove required.");
  }
  const names = items.flatMap((item) => item.text({ empty: true }) ?? []);
  const seen = new Set<string>();
  for (const [index, name] of names.entries()) {
    if (seen.has(name)) reader.at(index).problem("duplicate", "The name is listed twice.", "Remove one.");
    seen.add(name);
  }
  return names;
}

/**
 * What the regular expressions of gateways do not read alike: look-around, back references, Unicode classes, and classes that are empty or
 * contain a bracket or `&&` (in Java, a class within a class).
 */
const apart = /\\(?:[0-9pPkbBsSuvx]|c[A-Za-z])|\(\?(?!:)|(?<!\\)\[(?:\^?\]|(?:\\.|[^\]\\])*?(?:\[|&&))/;

/** Whether all gateways read a regular expression alike. */
export function hasAlikePattern(text: string): boolean {
  return isExpression(text) && partApart(text) === undefined;
}

function isExpression(text: string): boolean {
  try {
    new RegExp(text, "u");
    return true;
  } catch {
    return false;
  }
}

/** Without escaped backslashes: `\\b` is a backslash and a letter. */
function partApart(text: string): string | undefined {
  return apart.exec(text.replaceAll("\\\\", ""))?.[0];
}

function readPattern(reader: Reader): string {
  const text = reader.text();
  if (text === undefined) return "";
  if (!isExpression(text)) {
    reader.problem("bad-pattern", "The text is not a regular expression.", "Correct it.");
    return text;
  }
  const found = partApart(text);
  if (found !== undefined) {
    reader.problem(
      "bad-pattern",
      `Gateways do not read ${found} in a regular expression alike.`,
      "Write the characters out, e.g. [ \\t] for white space.",
    );
  }
  return text;
}
