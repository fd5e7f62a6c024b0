import assert from "node:assert/strict";
import fc from "fast-check";
import { stringify } from "yaml";
import {
  allowOnly,
  integer,
  object,
  oneOf,
  parseDocument,
  resolve,
  texts,
} from "../../../sandbox/data-plane/document.ts";
import { UnsupportedArtefact } from "../../../sandbox/data-plane/interpreter.ts";

const refused = (work: () => unknown, message: RegExp): void =>
  assert.throws(work, (error) => error instanceof UnsupportedArtefact && message.test(error.message));

describe("A vendor document", () => {
  it("is the same in JSON and in YAML", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const expected = JSON.parse(JSON.stringify(value));
        assert.deepEqual(structuredClone(parseDocument(JSON.stringify(value))), expected);
        assert.deepEqual(structuredClone(parseDocument(JSON.stringify(value, null, 2))), expected);
        assert.deepEqual(structuredClone(parseDocument(stringify(JSON.parse(JSON.stringify(value))))), expected);
      }),
    );
  });

  it("is rejected when it is neither, repeats a key, or is not an object", () => {
    refused(() => parseDocument("{"), /neither JSON nor YAML/);
    refused(
      () => parseDocument('{"a":{"b":1,"c":[{"b":2}],"\\u0062":3}}'),
      /the key "\\u0062" is listed twice in one object/,
    );
    refused(() => parseDocument("a: 1\na: 2"), /neither JSON nor YAML: Map keys must be unique/);
    refused(() => parseDocument("- a"), /document: must be an object, is a list/);
    refused(() => parseDocument(""), /document: must be an object, is null/);
  });

  it("is rejected when its aliases would expand a small text to a huge document", () => {
    const levels = Array.from(
      { length: 9 },
      (_, level) => `a${level + 1}: &a${level + 1} [${`*a${level}, `.repeat(9)}]`,
    );
    refused(() => parseDocument(["a0: &a0 [x]", ...levels].join("\n")), /Excessive alias count/);
  });

  it("has errors with a place and a rule", () => {
    const root = parseDocument('{"a":{"b":[1],"c":"x","d":99}}');
    refused(
      () => allowOnly(object(root.a, "a"), "a", ["b", "d"]),
      /^a\.c: the sandbox does not support this member; this object may contain b, d$/,
    );
    refused(() => texts(object(root.a, "a").b, "a.b"), /^a\.b\.0: must be a text, is 1$/);
    refused(() => oneOf(object(root.a, "a").c, "a.c", ["y", "z"]), /^a\.c: must be "y" or "z", is "x"$/);
    refused(() => integer(object(root.a, "a").d, "a.d", 1, 50), /^a\.d: must be a whole number from 1 to 50, is 99$/);
    refused(() => object(root.e, "e"), /^e: must be an object, is missing$/);
  });

  it("resolves its own references, with their escapes, and no others", () => {
    const root = parseDocument('{"a":{"b/c":{"~":[5]},"d e":6}}');
    assert.equal(resolve(root, "#/a/b~1c/~0/0", "p"), 5);
    assert.equal(resolve(root, "#/a/d%20e", "p"), 6);
    refused(() => resolve(root, "#/a/x", "p"), /^p: "#\/a\/x" points to nothing$/);
    refused(() => resolve(root, "#/__proto__", "p"), /points to nothing/);
    refused(() => resolve(root, "other.json#/a", "p"), /points outside the document/);
  });
});
