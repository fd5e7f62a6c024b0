import { Ajv } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import type { Json } from "./openapi-problems.ts";

export type Schema = Json | boolean;
export type Version = "3.0.3" | "3.1.0";
export type Accepts = (value: unknown) => boolean;

/** Members of objects with these names have `readOnly: true` in generated schemas, and no others. */
export const READ_ONLY = "readOnlyMember";

/** One instance of each, because a new one compiles its own schemas again. */
const options = {
  strict: false,
  validateFormats: false,
  ownProperties: true,
  logger: false,
  validateSchema: false,
} as const;
const document = new Ajv2020(options);
const gateway = new Ajv(options);

/**
 * What a document allows as a body, according to a validator of JSON Schema 2020-12. Where the text of OpenAPI and what writers of documents
 * mean differ (`nullable` beside other keywords, required members that are `readOnly`), it allows both.
 */
export function allowedBy(root: Schema, schemas: Readonly<Record<string, Schema>>, version: Version): Accepts {
  const $defs = Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [name, translated(schema, version)]),
  );
  return document.compile({ $defs, allOf: [translated(root, version)] }) as Accepts;
}

/** What a gateway accepts that checks a schema of a description. */
export function acceptedBy(schema: object): Accepts {
  return gateway.compile(schema) as Accepts;
}

/** A schema of OpenAPI as a schema of JSON Schema 2020-12. */
function translated(schema: Schema, version: Version): Schema {
  if (typeof schema === "boolean") return schema;
  const inner = (value: unknown): unknown => translated(value as Schema, version);
  const isOld = version === "3.0.3";
  // In OpenAPI 3.0, members beside a reference are ignored.
  const { nullable, readOnly: _, ...own } = schema;
  const members = isOld && "$ref" in own ? { $ref: own.$ref } : own;
  const entries = Object.entries(members).flatMap(([keyword, value]): readonly [string, unknown][] => {
    if (isOld && since31.has(keyword)) return [];
    if (keyword === "$ref") return [[keyword, String(value).replace("#/components/schemas/", "#/$defs/")]];
    if (keyword === "required") return [[keyword, (value as string[]).filter((name) => name !== READ_ONLY)]];
    if (mapsOfSchemas.has(keyword)) {
      return [
        [keyword, Object.fromEntries(Object.entries(value as object).map(([name, each]) => [name, inner(each)]))],
      ];
    }
    if (listsOfSchemas.has(keyword)) return [[keyword, (value as unknown[]).map(inner)]];
    if (singleSchemas.has(keyword)) return [[keyword, inner(value)]];
    if (keyword.startsWith("exclusiveM") && (isOld || typeof value === "boolean")) return [];
    const exclusive = `exclusiveM${keyword.slice(1)}`;
    const isExclusive = isOld && (keyword === "minimum" || keyword === "maximum") && members[exclusive] === true;
    return [[isExclusive ? exclusive : keyword, value]];
  });
  const plain = Object.fromEntries(entries);
  return nullable === true ? { anyOf: [plain, { type: "null" }] } : plain;
}

const since31 = new Set([
  "const",
  "if",
  "then",
  "else",
  "contains",
  "prefixItems",
  "propertyNames",
  "patternProperties",
]);
const mapsOfSchemas = new Set(["properties", "patternProperties", "dependentSchemas"]);
const listsOfSchemas = new Set(["allOf", "anyOf", "oneOf", "prefixItems"]);
const singleSchemas = new Set([
  ...["items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames"],
  ...["unevaluatedProperties", "unevaluatedItems"],
]);
