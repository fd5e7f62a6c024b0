import assert from "node:assert/strict";
import fc from "fast-check";
import type { GcpOperation } from "../../../../../sandbox/data-plane/gcp/api-gateway/operation.ts";
import { OperationTable } from "../../../../../sandbox/data-plane/gcp/api-gateway/operation-table.ts";
import { sortPatterns } from "../../../../../sandbox/data-plane/gcp/api-gateway/pattern-order.ts";
import { UrlTemplate } from "../../../../../sandbox/data-plane/gcp/api-gateway/url-template.ts";

describe("the operations of Google's gateway", () => {
  const segment = fc.constantFrom("a", "b", "*", "{x}");
  const templates = fc
    .tuple(fc.array(segment, { maxLength: 3 }), fc.constantFrom(...["", "", "/**", "/{rest=**}", "/c:go"]))
    .map(([segments, end]) => `${segments.map((each, at) => `/${each.replace("x", `x${at}`)}`).join("")}${end}` || "/")
    .filter((path) => !(path.endsWith(":go") && /[*{]/.test(path)));
  const path = fc
    .array(fc.constantFrom("a", "b", "c", "c:go", ":go", ""), { maxLength: 4 })
    .map((segments) => `/${segments.join("/")}`);

  it("are found as if each were tried in Envoy's order", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(fc.constantFrom("GET", "POST"), templates), {
          selector: ([method, template]) => `${method} ${template.replace(/\{x\d\}/g, "*").replace("{rest=**}", "**")}`,
          maxLength: 12,
        }),
        fc.array(path, { minLength: 1, maxLength: 8 }),
        (patterns, paths) => {
          const operations = sortPatterns(
            patterns.map(
              ([method, template]) =>
                ({ method, template: new UrlTemplate(template, "paths"), place: "paths" }) as GcpOperation,
            ),
          );
          const table = new OperationTable(operations);
          for (const each of paths) {
            const matching = operations.filter(({ template }) => template.matches(each));
            assert.equal(table.findPath(each), matching[0], each);
            assert.equal(
              table.find("GET", each),
              matching.find(({ method }) => method === "GET"),
              each,
            );
          }
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
