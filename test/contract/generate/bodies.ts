import fc from "fast-check";
import type { RequestText, SchemaText } from "../oracle/description.ts";
import { accepts } from "../oracle/request.ts";
import { pick } from "./sample.ts";

const memberNames = ["name", "count", "it's", "a.b", "é", "constructor", '"quoted"', "Name"];
const patterns = ["^[a-z]+$", "[0-9]", "^(?:a|b)", "\\."] as const;
const texts = ["abc", "a1", "b", "x.y", "é漢", "", "ABC", "1", "a-longer-text-than-most"];
const numbers = [0, 1, 3, 7, -2, 12, 2.5, 1_000_000];

/** Schemas that a description may contain. */
export const schemas: fc.Arbitrary<SchemaText> = fc.letrec<{ schema: SchemaText }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    fc.record({
      type: fc.constant("string" as const),
      minLength: fc.nat(3),
      maxLength: fc.integer({ min: 3, max: 9 }),
    }),
    fc.record({ type: fc.constant("string" as const), pattern: fc.constantFrom(...patterns) }),
    fc.record({
      type: fc.constantFrom("integer" as const, "number" as const),
      minimum: fc.constantFrom(-2, 0, 1, 2.5),
    }),
    fc.record({ maximum: fc.constantFrom(0, 7), type: fc.constant("number" as const) }),
    fc.constant<SchemaText>({ type: "boolean" }),
    fc.record({ enum: fc.uniqueArray(fc.constantFrom("abc", "b", "", 3, true), { minLength: 1, maxLength: 3 }) }),
    fc.constant<SchemaText>({}),
    fc.record({ type: fc.constant("array" as const), items: tie("schema") }),
    fc
      .record({
        properties: fc.dictionary(fc.constantFrom(...memberNames), tie("schema"), {
          minKeys: 1,
          maxKeys: 3,
          noNullPrototype: true,
        }),
        requires: fc.boolean(),
        closed: fc.boolean(),
        type: fc.constant("object" as const),
      })
      .map(({ properties, requires, closed, type }) => ({
        type,
        properties,
        ...(requires ? { required: Object.keys(properties).slice(0, 2) } : {}),
        ...(closed ? { additionalProperties: false } : {}),
      })),
  ),
})).schema;

/** What a route requires of requests, with supported features only. */
export const requests = (carries: (feature: string) => boolean): fc.Arbitrary<RequestText | undefined> => {
  const parameters = carries("request.parameters");
  const names = (...all: string[]) => fc.uniqueArray(fc.constantFrom(...all), { maxLength: 2 });
  return fc
    .record({
      query: parameters ? names("page", "q.x", "$top", "a-b") : fc.constant([]),
      headers: parameters ? names("x-request-id", "X-Trace.1") : fc.constant([]),
      body: carries("request.body") ? fc.option(schemas, { nil: undefined, freq: 3 }) : fc.constant(undefined),
    })
    .map(({ query, headers, body }) => {
      if (query.length + headers.length === 0 && body === undefined) return undefined;
      return {
        ...(query.length === 0 ? {} : { query }),
        ...(headers.length === 0 ? {} : { headers }),
        ...(body === undefined ? {} : { body }),
      };
    });
};

/** A value that the schema accepts; undefined if none was found. */
function valid(schema: SchemaText, salt: number): unknown {
  const { type, properties = {}, required = [] } = schema;
  if (type === "array" && schema.items !== undefined) {
    const item = valid(schema.items, salt + 1);
    return item === undefined || salt % 3 === 0 ? [] : [item, item];
  }
  if (type === "object") {
    const members = Object.entries(properties).flatMap(([name, inner]): readonly (readonly [string, unknown])[] => {
      if (!required.includes(name) && salt % 2 === 1) return [];
      return [[name, valid(inner, salt + 1)]];
    });
    return members.some(([name, value]) => value === undefined && required.includes(name))
      ? undefined
      : Object.fromEntries(members.filter(([, value]) => value !== undefined));
  }
  const candidates = [...(schema.enum ?? []), ...texts, ...numbers, true, false].filter((value) =>
    accepts(schema, value),
  );
  return candidates.length === 0 ? undefined : pick(candidates, salt);
}

/** A body that matches the schema; undefined if none was found. */
export function validBody(schema: SchemaText, salt: number): Buffer | undefined {
  const value = valid(schema, salt);
  return value === undefined ? undefined : Buffer.from(JSON.stringify(value, null, salt % 2));
}

/** A body that almost matches the schema. */
export function wrongBody(schema: SchemaText, salt: number): Buffer {
  const value = valid(schema, 0);
  const right = isRecord(value) ? value : {};
  const changed = Object.keys(right).flatMap((name) => [
    Object.fromEntries(Object.entries(right).filter(([key]) => key !== name)),
    ...[null, -99, 1, "?", [], {}].map((other) => ({ ...right, [name]: other })),
  ]);
  const values = [{ ...right, surplus: 1 }, ...changed, null, [], "text", 1, false, {}, [null]];
  const wrong = values.filter((one) => !accepts(schema, one)).map((one) => JSON.stringify(one));
  return Buffer.from(pick([...wrong, "{", "not json", '{"a":1} and more'], salt));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Media types that a client may declare. A schema applies to all of them. */
export const contentTypes = [
  "text/plain",
  "application/xml",
  "application/x-www-form-urlencoded",
  "application/octet-stream",
  "application/json; charset=utf-8",
  "APPLICATION/JSON",
  "application/vnd.api+json",
  "image/png",
] as const;
