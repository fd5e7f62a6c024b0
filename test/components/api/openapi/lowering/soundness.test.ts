import assert from "node:assert/strict";
import fc from "fast-check";
import { fromOpenApi } from "../../../../../components/api/openapi/from-openapi.ts";
import { placed, plain, rules } from "../../../../support/components/api/openapi/generated-schemas.ts";
import { type Json, openApi } from "../../../../support/components/api/openapi/openapi-problems.ts";
import { SampleValues } from "../../../../support/components/api/openapi/sample-values.ts";
import {
  acceptedBy,
  allowedBy,
  type Schema,
  type Version,
} from "../../../../support/components/api/openapi/schema-oracle.ts";

/** The schema that the gateway checks, and what it leaves unchecked of bodies. */
function lowered(root: Schema, schemas: Readonly<Record<string, Schema>>, version: Version) {
  const requestBody = { required: true, content: { "application/json": { schema: root } } };
  const base = openApi({ "/a": { post: { responses: {}, requestBody } } }) as { components: Json };
  const document = { ...base, openapi: version, components: { ...base.components, schemas } };
  const { routes, unchecked = [] } = fromOpenApi({ ...document, "x-polygate": { validate: true } });
  const { body } = routes["POST /a"]?.request ?? {};
  assert.ok(body !== undefined);
  return { schema: body, unchecked };
}

interface Tally {
  allowed: number;
  invalid: number;
  refused: number;
}

const samples = 25;

/** Checks a document with sample values. */
function judge(
  root: Schema,
  schemas: Readonly<Record<string, Schema>>,
  version: Version,
  seed: number,
  tally: Tally,
): void {
  const { schema, unchecked } = lowered(root, schemas, version);
  const [allows, accepts] = [allowedBy(root, schemas, version), acceptedBy(schema)];
  const values = new SampleValues(schemas, seed);
  for (let count = 0; count < samples; count++) {
    const value = values.next(root);
    const shown = (): string => JSON.stringify({ root, schemas, version, schema, value, unchecked }, null, 1);
    if (allows(value)) {
      tally.allowed++;
      assert.ok(accepts(value), `The gateway refuses what the document allows: ${shown()}`);
      continue;
    }
    tally.invalid++;
    if (accepts(value)) assert.ok(unchecked.length > 0, `Nothing is listed as unchecked: ${shown()}`);
    else tally.refused++;
  }
}

const versions = fc.constantFrom<Version>("3.0.3", "3.1.0");

describe("A schema that is reduced to what gateways check", () => {
  for (const [rule, subjects] of Object.entries(rules)) {
    it(`refuses nothing that the document allows, and lists what is unchecked: ${rule}`, () => {
      const tally: Tally = { allowed: 0, invalid: 0, refused: 0 };
      fc.assert(
        fc.property(subjects, fc.nat(8), versions, fc.integer(), (subject, place, version, seed) => {
          const { root, schemas } = placed(subject, place);
          judge(root, schemas, version, seed, tally);
        }),
        { numRuns: 60 },
      );
      assert.ok(tally.allowed > 100 && tally.refused > 100, JSON.stringify(tally));
    });
  }

  it("is exact, and lists nothing as unchecked, where gateways check every keyword", () => {
    const tally: Tally = { allowed: 0, invalid: 0, refused: 0 };
    fc.assert(
      fc.property(plain(), versions, fc.integer(), (root, version, seed) => {
        assert.deepEqual(lowered(root, {}, version).unchecked, []);
        judge(root, {}, version, seed, tally);
      }),
      { numRuns: 200 },
    );
    assert.equal(tally.refused, tally.invalid);
    assert.ok(tally.allowed > 500 && tally.refused > 500, JSON.stringify(tally));
  });

  it("still refuses most invalid bodies, whatever the document contains", () => {
    const tally: Tally = { allowed: 0, invalid: 0, refused: 0 };
    const anyRule = fc.oneof(...Object.values(rules));
    fc.assert(
      fc.property(anyRule, anyRule, fc.nat(8), versions, fc.integer(), (one, other, place, version, seed) => {
        const { root, schemas } = placed({ type: "object", properties: { a: one, b: other }, required: ["a"] }, place);
        judge(root, schemas, version, seed, tally);
      }),
      { numRuns: 300 },
    );
    assert.ok(tally.refused / tally.invalid > 0.5, JSON.stringify(tally));
  });
});
