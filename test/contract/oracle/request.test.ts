import assert from "node:assert/strict";
import type { RequestText } from "./description.ts";
import { accepts, conformityOf } from "./request.ts";

function conformity(asked: RequestText, sent: { query?: string; headers?: [string, string][]; body?: string } = {}) {
  const { query = "", headers = [], body } = sent;
  const bytes = body === undefined ? {} : { body: Buffer.from(body) };
  return conformityOf(asked, { query, headers, bodyBytes: body?.length ?? 0, ...bytes });
}

describe("the oracle's idea of a request", () => {
  it("is that a parameter is there and not empty", () => {
    const asked = { query: ["a"] };
    assert.equal(conformity(asked, { query: "b=1&a=1" }), "conforms");
    assert.equal(conformity(asked, { query: "a=&%61=1" }), "conforms");
    for (const query of ["", "a", "a=", "A=1", "b=a"]) assert.equal(conformity(asked, { query }), "fails", query);
    assert.equal(conformity(asked, { query: "a=%20" }), "either");
  });

  it("is that a header is there, however it is written", () => {
    const asked = { headers: ["X-Id"] };
    assert.equal(conformity(asked, { headers: [["x-id", "1"]] }), "conforms");
    assert.equal(conformity(asked, { headers: [["x-id", ""]] }), "fails");
    assert.equal(conformity(asked), "fails");
  });

  it("is that a body is JSON of its schema, and an empty one at most an empty object", () => {
    const asked = { body: { type: "object", required: ["a"] } } as const;
    assert.equal(conformity(asked, { body: '{"a":null}' }), "conforms");
    for (const body of ["{}", "[]", "", "{", '{"a":1} x']) assert.equal(conformity(asked, { body }), "fails", body);
    assert.equal(conformity({ body: { type: "object" } }), "either");
    assert.equal(conformity({ body: {} }, { body: "x" }), "fails");
  });

  it("gives each keyword to its own kind of value", () => {
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
