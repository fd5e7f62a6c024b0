import { isPlain, mostSchemaLevels, plainKeywords, tooDeep, unchecked } from "../check/body-schema.ts";
import type { Reader } from "../reader.ts";
import type { OpenApiSource } from "./source.ts";

/** Keywords that restrict no value, or no value of a request. JSON Schema treats a format as an annotation. */
const annotations = new Set([
  "title",
  "description",
  "default",
  "example",
  "examples",
  "deprecated",
  "externalDocs",
  "xml",
  "format",
  "writeOnly",
  "$comment",
]);
/** Keywords that restrict nothing if they are false, which is their default in OpenAPI 3.0. */
const restrictsNothingIfFalse = new Set([
  "nullable",
  "readOnly",
  "uniqueItems",
  "exclusiveMinimum",
  "exclusiveMaximum",
]);

/** Why some keywords are not supported. The gateways meant are those of AWS: API Gateway, and what an import into it drops. */
const reasons: Readonly<Record<string, string>> = {
  nullable: "some gateways do not support it",
  exclusiveMinimum: "some gateways do not support it",
  minItems: "some gateways leave it unchecked",
  maxItems: "some gateways leave it unchecked",
  readOnly: "it gives requests and responses different schemas",
};

/** The most schemas that one body may have, with all references written out. */
const mostSchemas = 2_000;

interface Walk {
  readonly source: OpenApiSource;
  /** The schemas that contain this one, by the place that a reference names. */
  readonly within: readonly string[];
  readonly level: number;
  readonly count: { schemas: number };
}

/** Translates a schema of OpenAPI 3.0 or 3.1. Reports everything that would change its meaning. */
export function translateSchema(source: OpenApiSource, reader: Reader): unknown {
  const before = source.problemCount;
  const schema = translate(reader, { source, within: [], level: 0, count: { schemas: 0 } });
  // Its problems have been reported, at their places in the document.
  return source.problemCount > before ? {} : schema;
}

function translate(reader: Reader, walk: Walk): unknown {
  if (reader.value === true) return {};
  if (!reader.isObject) {
    reader.problem("wrong-type", "A schema must be an object.", "Write { ... }.");
    return {};
  }
  walk.count.schemas++;
  if (walk.level >= mostSchemaLevels || walk.count.schemas > mostSchemas) {
    if (walk.level >= mostSchemaLevels) reader.problem(tooDeep.code, tooDeep.rule, tooDeep.remedy);
    else if (walk.count.schemas === mostSchemas + 1) {
      const rule = `With all references written out, the body has more than ${mostSchemas} schemas.`;
      reader.problem("schema-too-large", rule, "Let the backend check a part of it.");
    }
    return {};
  }
  if (!reader.at("$ref").present) return members(reader, walk);
  const target = walk.source.follow(reader);
  if (target === undefined) return {};
  const name = `${target.source.name ?? ""}#${target.reader.place}`;
  if (walk.within.includes(name)) {
    const rule = "The schema contains itself, and gateways need it written out.";
    reader.at("$ref").problem("recursive-schema", rule, "Write {} instead, and let the backend check the rest.");
    return {};
  }
  const within = [...walk.within, name];
  return translate(target.reader, { ...walk, source: target.source, within, level: walk.level + 1 });
}

function members(reader: Reader, walk: Walk): unknown {
  const inner = (member: Reader): unknown => translate(member, { ...walk, level: walk.level + 1 });
  const only = soleOf(reader);
  if (only !== undefined) return inner(only);
  const schema: Record<string, unknown> = {};
  for (const keyword of reader.keys()) {
    const member = reader.at(keyword);
    const { value } = member;
    if (annotations.has(keyword) || keyword.startsWith("x-")) continue;
    if (restrictsNothingIfFalse.has(keyword) && value === false) continue;
    if (keyword === "const") schema.enum = constant(member);
    else if (keyword === "items") schema.items = inner(member);
    else if (keyword === "properties") schema.properties = propertiesOf(member, inner);
    else if (keyword === "required" && Array.isArray(value) && value.length === 0) continue;
    else if (keyword === "additionalProperties" && isEmpty(value)) continue;
    else if (isPlain(keyword)) schema[keyword] = plainKeywords[keyword](keyword === "type" ? sole(member) : member);
    else unchecked(member, keyword, reasons[keyword]);
  }
  return schema;
}

/** OpenAPI 3.1 allows lists of types. A list of one type is that type. */
function sole(reader: Reader): Reader {
  return Array.isArray(reader.value) && reader.value.length === 1 ? reader.at(0) : reader;
}

/** A constant as an enum of one value. */
function constant(reader: Reader): readonly unknown[] {
  if (!["string", "number", "boolean"].includes(typeof reader.value)) unchecked(reader, "const");
  return [reader.value];
}

/** The schema of an `allOf` with one schema beside annotations: how OpenAPI 3.0 documents describe a reference. */
function soleOf(reader: Reader): Reader | undefined {
  const all = reader.at("allOf");
  const others = reader.keys().filter((keyword) => keyword !== "allOf" && !annotations.has(keyword));
  if (others.length > 0 || !Array.isArray(all.value) || all.value.length !== 1) return undefined;
  return all.at(0);
}

function propertiesOf(reader: Reader, inner: (member: Reader) => unknown): unknown {
  if (!reader.isObject) return reader.value;
  return Object.fromEntries(reader.keys().map((name) => [name, inner(reader.at(name))]));
}

function isEmpty(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value) && Object.keys(value).length === 0;
}
