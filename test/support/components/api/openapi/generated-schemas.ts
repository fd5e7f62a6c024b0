import fc from "fast-check";
import { READ_ONLY, type Schema } from "./schema-oracle.ts";

const names = ["a", "b", "id", "kind", "x1", "constructor"];
const small = fc.integer({ min: -3, max: 7 });
const scalars = fc.constantFrom<unknown>("a", "b", "ab", "", 1, 2, 1.5, true, false);
const mostLevels = 2;

/** Schemas without references that gateways check exactly. */
export function plain(level = 0): fc.Arbitrary<Schema> {
  const leaves: fc.Arbitrary<Schema>[] = [
    fc.record({ type: fc.constant("string"), minLength: fc.nat(2), maxLength: fc.integer({ min: 2, max: 5 }) }),
    fc.record({ type: fc.constant("string"), pattern: fc.constantFrom("^a", "[0-9]", "^[a-z]+$") }),
    fc.record({ type: fc.constantFrom("integer", "number"), minimum: small }),
    fc.record({ maximum: small, type: fc.constantFrom("integer", "number") }, { requiredKeys: ["maximum"] }),
    fc.record({ enum: fc.uniqueArray(scalars, { minLength: 1, maxLength: 4 }) }),
    fc.constant({ type: "boolean" }),
    fc.constant({}),
  ];
  if (level >= mostLevels) return fc.oneof(...leaves);
  return fc.oneof(
    ...leaves,
    object(level),
    object(level),
    fc.record({ type: fc.constant("array"), items: fc.memo(() => plain(level + 1))() }),
  );
}

export function object(level: number): fc.Arbitrary<Exclude<Schema, boolean>> {
  return fc
    .record({
      properties: fc.dictionary(fc.constantFrom(...names), plain(level + 1), {
        minKeys: 1,
        maxKeys: 3,
        noNullPrototype: true,
      }),
      required: fc.uniqueArray(fc.constantFrom(...names), { minLength: 1, maxLength: 2 }),
      isClosed: fc.boolean(),
      isTyped: fc.boolean(),
    })
    .map(({ properties, required, isClosed, isTyped }) => ({
      properties,
      ...(isTyped ? { type: "object" } : {}),
      ...(required.length === 2 ? { required } : {}),
      ...(isClosed ? { additionalProperties: false } : {}),
    }));
}

const several = (level: number): fc.Arbitrary<readonly Schema[]> =>
  fc.array(fc.oneof(plain(level), object(level)), { minLength: 1, maxLength: 3 });

function beside(members: fc.Arbitrary<object>, schema: fc.Arbitrary<Schema>): fc.Arbitrary<Schema> {
  return fc.tuple(schema, members).map(([one, other]) => ({ ...(one as object), ...other }));
}

/** Schemas with the keyword of each rule, by the rule. */
export const rules: Readonly<Record<string, fc.Arbitrary<Schema>>> = {
  nullable: beside(fc.constant({ nullable: true }), plain(1)),
  "lists of types": fc.record({
    type: fc.uniqueArray(fc.constantFrom("null", "string", "integer", "number", "array", "object", "boolean"), {
      minLength: 1,
    }),
    maxLength: fc.integer({ min: 1, max: 3 }),
    minimum: small,
    properties: fc.constant({ a: { type: "string" } }),
  }),
  const: fc.record({ const: fc.oneof(scalars, fc.constantFrom<unknown>(null, [], { a: 1 })) }),
  "enum of other values": fc.record({
    enum: fc.uniqueArray(fc.oneof(scalars, fc.constantFrom<unknown>(null, [1], { a: 1 })), {
      minLength: 1,
      maxLength: 5,
    }),
    nullable: fc.boolean(),
  }),
  allOf: beside(fc.record({ allOf: several(1) }), fc.oneof(plain(1), fc.constant({}))),
  anyOf: beside(fc.record({ anyOf: several(1) }), fc.oneof(plain(1), fc.constant({}))),
  oneOf: beside(
    fc.record({ oneOf: several(1), discriminator: fc.constant({ propertyName: "kind" }) }),
    fc.constant({}),
  ),
  "alternatives of one type": fc.record({
    oneOf: fc
      .uniqueArray(fc.constantFrom("a", "b", "ab", 1, 2), { minLength: 1 })
      .map((all) => all.map((value) => ({ enum: [value] }))),
  }),
  "alternatives of different types": fc.constantFrom<Schema>(
    { anyOf: [{ type: "string", maxLength: 2 }, { type: "null" }] },
    {
      oneOf: [
        { type: "integer", minimum: 1 },
        { type: "object", required: ["a"] },
        { type: "array", items: { type: "string" } },
      ],
    },
  ),
  readOnly: fc
    .record({ level: fc.constant(1), required: fc.constantFrom([READ_ONLY], [READ_ONLY, "a"]), viaAllOf: fc.boolean() })
    .map(({ required, viaAllOf }): Schema => {
      const member = viaAllOf
        ? { allOf: [{ type: "string" }, { readOnly: true }] }
        : { type: "string", readOnly: true };
      const properties = { [READ_ONLY]: member, a: { type: "integer" } };
      return { type: "object", properties, required, additionalProperties: false };
    }),
  "readOnly in another part": fc.constant<Schema>({
    type: "object",
    required: [READ_ONLY, "a"],
    allOf: [{ properties: { [READ_ONLY]: { readOnly: true } } }],
  }),
  "readOnly in an alternative": fc.constant<Schema>({
    type: "object",
    required: [READ_ONLY],
    oneOf: [{ properties: { [READ_ONLY]: { readOnly: true }, a: { type: "string" } } }, { required: ["b"] }],
  }),
  writeOnly: beside(fc.constant({ writeOnly: true }), plain(1)),
  additionalProperties: beside(fc.record({ additionalProperties: plain(1) }), object(1)),
  patternProperties: beside(
    fc.record({ patternProperties: fc.constant({ "^x": { type: "integer" } }), additionalProperties: fc.boolean() }),
    object(1),
  ),
  "exclusive bounds": fc.record(
    { type: fc.constantFrom("integer", "number"), exclusiveMinimum: small, exclusiveMaximum: small },
    { requiredKeys: ["exclusiveMinimum"] },
  ),
  "exclusive bounds of OpenAPI 3.0": fc.record({
    type: fc.constantFrom("integer", "number"),
    minimum: small,
    exclusiveMinimum: fc.boolean(),
    maximum: small,
    exclusiveMaximum: fc.boolean(),
  }),
  format: beside(fc.record({ format: fc.constantFrom("uuid", "date", "int32", "byte") }), plain(1)),
  "lengths of arrays": beside(
    fc.record({ minItems: fc.nat(2), maxItems: fc.nat(3), uniqueItems: fc.boolean() }),
    fc.record({ type: fc.constant("array"), items: plain(1) }),
  ),
  "numbers of members": beside(fc.record({ minProperties: fc.nat(2), maxProperties: fc.nat(3) }), object(1)),
  multipleOf: beside(fc.record({ multipleOf: fc.constantFrom(2, 0.5) }), plain(1)),
  not: beside(fc.record({ not: plain(1) }), plain(1)),
  if: beside(fc.record({ if: object(1), else: plain(1), ["the" + "n"]: plain(1) }), plain(1)),
  contains: beside(fc.record({ contains: plain(1) }), plain(1)),
  prefixItems: fc.record({
    type: fc.constant("array"),
    prefixItems: several(1),
    items: fc.oneof(plain(1), fc.boolean()),
  }),
  propertyNames: beside(fc.constant({ propertyNames: { maxLength: 1 } }), object(1)),
  unevaluatedProperties: beside(fc.record({ unevaluatedProperties: fc.constant(false), allOf: several(1) }), object(1)),
  "schemas that are true or false": fc.record({
    properties: fc.record({ a: fc.boolean(), b: fc.boolean() }),
    items: fc.boolean(),
    required: fc.constantFrom(["a"], ["b"]),
  }),
  "patterns that are not read alike": fc.record({
    pattern: fc.constantFrom("^(?=a)", "\\bab", "^\\S+$", "[a[b]", "^\\p{L}"),
    type: fc.constant("string"),
  }),
};

/** A schema where others have schemas: in a member, in items, in a part, in an alternative, behind a reference. */
export function placed(
  schema: Schema,
  place: number,
): { readonly root: Schema; readonly schemas: Readonly<Record<string, Schema>> } {
  const ref = { $ref: "#/components/schemas/Subject" };
  const roots: readonly Schema[] = [
    schema,
    { type: "object", properties: { a: schema }, required: ["a"] },
    { type: "array", items: schema },
    { allOf: [schema, { properties: { b: { type: "string" } } }] },
    { anyOf: [schema, { type: "object", required: ["id"] }] },
    ref,
    { ...ref, nullable: true, minLength: 2, required: ["a"] },
    { type: "object", properties: { kind: ref, a: { $ref: "#/components/schemas/List" } } },
    { allOf: [{ $ref: "#/components/schemas/List" }, { required: ["next"] }] },
  ];
  const List = { type: "object", properties: { value: ref, next: { $ref: "#/components/schemas/List" } } };
  return { root: roots[place % roots.length] ?? schema, schemas: { Subject: schema, List } };
}
