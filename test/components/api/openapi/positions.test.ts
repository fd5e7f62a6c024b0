import assert from "node:assert/strict";
import fc from "fast-check";
import { LineCounter, parseDocument } from "yaml";
import { JsonPositions, YamlPositions } from "../../../../components/api/openapi/positions.ts";

/** Every path in a value. */
function pathsIn(value: unknown): readonly (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [[]];
  const below = Object.entries(value).flatMap(([key, member]) => pathsIn(member).map((path) => [key, ...path]));
  return [[], ...below];
}

describe("The positions of values", () => {
  const key = fc.oneof(fc.string(), fc.constantFrom("a", '"', "\\", "{", "0", "a/b", "\n"));
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null)),
      fc.array(tie("value"), { maxLength: 4 }),
      fc.dictionary(key, tie("value"), { maxKeys: 4 }),
    ),
  }));

  it("are the same in a JSON text by a pass over it as by a parser of YAML", () => {
    fc.assert(
      fc.property(value, fc.constantFrom(undefined, 1, "\t"), (data, indent) => {
        const text = JSON.stringify(data, undefined, indent);
        const lines = new LineCounter();
        const document = parseDocument(text, { lineCounter: lines, logLevel: "silent", uniqueKeys: false });
        fc.pre(document.errors.length === 0);
        const [json, yaml] = [new JsonPositions(text), new YamlPositions(document, lines)];
        for (const path of pathsIn(data)) {
          assert.equal(json.of(path), yaml.of(path), `${text} ${JSON.stringify(path)}`);
          assert.equal(json.of([...path, "no such member"]), json.of(path));
        }
      }),
      { numRuns: 500 },
    );
  });
});
