import assert from "node:assert/strict";
import type { RequestText } from "./description.ts";
import { accepts, conformityOf } from "./request.ts";

function conformity(required: RequestText, sent: { query?: string; headers?: [string, string][]; body?: string } = {}) {
  const { query = "", headers = [], body } = sent;
  const bytes = body === undefined ? {} : { body: Buffer.from(body) };
  return conformityOf(required, { query, headers, bodyBytes: body?.length ?? 0, ...bytes });
}

describe("the oracle's validation of requests", () => {
  it("requires that a parameter is present and not empty", () => {
    const required = { query: ["a"] };
    assert.equal(conformity(required, { query: "b=1&a=1" }), "conforms");
    assert.equal(conformity(required, { query: "a=&%61=1" }), "conforms");
    for (const query of ["", "a", "a=", "A=1", "b=a"]) assert.equal(conformity(required, { query }), "fails", query);
    assert.equal(conformity(required, { query: "a=%20" }), "either");
  });

  it("requires that a header is present, in any case", () => {
    const required = { headers: ["X-Id"] };
    assert.equal(conformity(required, { headers: [["x-id", "1"]] }), "conforms");
    assert.equal(conformity(required, { headers: [["x-id", ""]] }), "fails");
    assert.equal(conformity(required), "fails");
  });

  it("requires that a body is JSON and matches its schema, and treats an empty body at most as an empty object", () => {
    const required = { body: { type: "object", required: ["a"] } } as const;
    assert.equal(conformity(required, { body: '{"a":null}' }), "conforms");
    for (const body of ["{}", "[]", "", "{", '{"a":1} x']) assert.equal(conformity(required, { body }), "fails", body);
    assert.equal(conformity({ body: { type: "object" } }), "either");
    assert.equal(conformity({ body: {} }, { body: "x" }), "fails");
  });

  it("applies each keyword to its own kind of value", () => {
    assert.ok(accepts({ minimum: 1, minLength: 2, required: ["a"], items: {} }, true));
    assert.ok(!accepts({ minimum: 1 }, 0));
    assert.ok(!accepts({ maxLength: 1 }, "ab"));
    assert.ok(accepts({ maxLength: 1 }, "\u{1f600}"));
    assert.ok(!accepts({ items: { type: "integer" } }, [1, 1.5]));
    assert.ok(!accepts({ properties: { a: {} }, additionalProperties: false }, { b: 1 }));
    assert.ok(accepts({ properties: { constructor: { type: "string" as const } } }, {}));
    assert.ok(!accepts({ required: ["constructor"] }, {}));
    assert.ok(!accepts({ enum: [1, "a", true] }, false));
    assert.ok(accepts({ pattern: "b" }, "abc"));
  });
});
