import { isPlain, mostSchemaLevels, plainKeywords, tooDeep, unchecked } from "../check/body-schema.ts";
import type { Reader } from "../check/reader.ts";
import type { OpenApiSource } from "./source.ts";

/** What says nothing of a value, or nothing that is asked of a request. A format is a note, as JSON Schema has it. */
const notes = new Set([
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
/** What says nothing when it is false: the defaults of OpenAPI 3.0. */
const nothingWhenFalse = new Set(["nullable", "readOnly", "uniqueItems", "exclusiveMinimum", "exclusiveMaximum"]);

/** Of some keywords, why they are not carried. */
const reasons: Readonly<Record<string, string>> = {
  nullable: "API Gateway does not support it",
  exclusiveMinimum: "API Gateway does not support it",
  minItems: "an import into API Gateway leaves it unchecked",
  maxItems: "an import into API Gateway leaves it unchecked",
  readOnly: "it makes a body of a request another than one of an answer",
};

/** So many schemas may one body's be, references written out. */
const mostSchemas = 2_000;

interface Walk {
  readonly source: OpenApiSource;
  /** The schemas that this one is in, by what a reference calls them. */
  readonly within: readonly string[];
  readonly level: number;
  readonly count: { schemas: number };
}

/** A schema of OpenAPI 3.0 or 3.1 as a description has it, with everything reported that would change what it means. */
export function translateSchema(source: OpenApiSource, reader: Reader): unknown {
  const before = source.problems().length;
  const schema = translate(reader, { source, within: [], level: 0, count: { schemas: 0 } });
  // What is wrong has been said, of the place that it stands at.
  return source.problems().length > before ? {} : schema;
}

function translate(given: Reader, walk: Walk): unknown {
  if (given.value === true) return {};
  if (!given.isObject) {
    given.problem("wrong-type", "a schema is an object", "Write { ... }.");
    return {};
  }
  walk.count.schemas++;
  if (walk.level >= mostSchemaLevels || walk.count.schemas > mostSchemas) {
    if (walk.level >= mostSchemaLevels) given.problem(tooDeep.code, tooDeep.rule, tooDeep.remedy);
    else if (walk.count.schemas === mostSchemas + 1) {
      const rule = `with its references written out this is more than ${mostSchemas} schemas`;
      given.problem("schema-too-large", rule, "Leave a part of it to the backend.");
    }
    return {};
  }
  if (!given.at("$ref").present) return members(given, walk);
  const target = walk.source.follow(given);
  if (target === undefined) return {};
  const name = `${target.source.name ?? ""}#${target.reader.place}`;
  if (walk.within.includes(name)) {
    const rule = "this schema contains itself, and a gateway's is written out";
    given.at("$ref").problem("recursive-schema", rule, "Leave what is below it to the backend: {}.");
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
    if (notes.has(keyword) || keyword.startsWith("x-")) continue;
    if (nothingWhenFalse.has(keyword) && value === false) continue;
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

/** OpenAPI 3.1 has lists of types; one alone is what it names. */
function sole(reader: Reader): Reader {
  return Array.isArray(reader.value) && reader.value.length === 1 ? reader.at(0) : reader;
}

/** The only value is an enum of one. */
function constant(reader: Reader): readonly unknown[] {
  if (!["string", "number", "boolean"].includes(typeof reader.value)) unchecked(reader, "const");
  return [reader.value];
}

/** `allOf` of one schema and notes, which OpenAPI 3.0 writes where it wants to describe a reference. */
function soleOf(reader: Reader): Reader | undefined {
  const all = reader.at("allOf");
  const others = reader.keys().filter((keyword) => keyword !== "allOf" && !notes.has(keyword));
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
