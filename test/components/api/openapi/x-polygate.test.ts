import assert from "node:assert/strict";
import { type Json, openApi, problemsOf } from "./openapi-problems.ts";

/** What is wrong with an extension: code, place below it, rule. */
function wrong(at: "root" | "operation", extension: Json): readonly (readonly string[])[] {
  const document =
    at === "root"
      ? openApi({ "/a": { get: { responses: {} } } }, { "x-polygate": extension })
      : openApi({ "/a": { get: { responses: {}, "x-polygate": extension } } });
  const place = at === "root" ? "#/x-polygate" : "#/paths/~1a/get/x-polygate";
  // Nobody has a key here, which is no matter of the extension's shape.
  const found = problemsOf(document).filter(({ code }) => code !== "plans-without-key");
  return found.map((problem) => [
    problem.code,
    problem.place?.startsWith(place) ? problem.place.slice(place.length) : `not there: ${problem.place}`,
    problem.rule,
  ]);
}

describe("what is wrong with an x-polygate", () => {
  const jwt = { kind: "jwt", audiences: ["a"] };
  const limit = { requests: 5, per: "minute", by: "route" };
  const cases: readonly (readonly ["root" | "operation", Json, string, string, string])[] = [
    ["root", { backends: { shop: {} } }, "missing-property", "/backends/shop/kind", '"kind" is missing'],
    ["root", { cors: {} }, "missing-property", "/cors/origins", '"origins" is missing'],
    ["operation", { reply: {} }, "missing-property", "/reply/status", '"status" is missing'],
    ["operation", { limits: [{ requests: 5, per: "minute" }] }, "missing-property", "/limits/0/by", '"by" is missing'],
    ["operation", { limits: {} }, "wrong-type", "/limits", "a list is wanted here"],
    ["operation", { timeoutSeconds: "3" }, "wrong-type", "/timeoutSeconds", "a whole number is wanted here"],
    ["operation", { timeoutSeconds: 0 }, "out-of-range", "/timeoutSeconds", "a number from 1 is wanted"],
    ["operation", { timeoutSeconds: 3601 }, "out-of-range", "/timeoutSeconds", "a number up to 3600 is wanted"],
    ["operation", { scopes: [] }, "empty-scopes", "/scopes", "an empty list would check nothing, or let nobody in"],
    ["operation", { scopes: ["a", "a"] }, "duplicate", "/scopes", "an entry of this list stands twice"],
    [
      "operation",
      { limits: [{ ...limit, per: "week" }] },
      "unknown-value",
      "/limits/0/per",
      'this is none of "second", "minute", "hour" or "day"',
    ],
    [
      "root",
      { cors: { origins: ["*"], methods: [] } },
      "empty-methods",
      "/cors/methods",
      "an empty list would check nothing, or let nobody in",
    ],
    [
      "root",
      { cors: { origins: ["*"], methods: ["GET", "GET"] } },
      "duplicate",
      "/cors/methods",
      "an entry of this list stands twice",
    ],
    [
      "root",
      { cors: { origins: ["https://A.example"] } },
      "bad-value",
      "/cors/origins/0",
      "this is not an origin as browsers send it, such as https://shop.example.com, or *",
    ],
    [
      "operation",
      { requestHeaders: { set: { "a b": "c" } } },
      "bad-value",
      "/requestHeaders/set/a b",
      "this is not the name of a header (RFC 9110)",
    ],
    [
      "root",
      { auth: { staff: { kind: "basic" } } },
      "unknown-value",
      "/auth/staff/kind",
      'this is none of "jwt", "apiKey", "allOf", "iam" or "open"',
    ],
    [
      "root",
      { backends: { shop: { kind: "lambda" } } },
      "unknown-value",
      "/backends/shop/kind",
      'this is none of "http", "fn" or "onPrem"',
    ],
    [
      "root",
      { plans: { free: { quota: { requests: 1, per: "hour" } } } },
      "unknown-value",
      "/plans/free/quota/per",
      'this is none of "day", "week" or "month"',
    ],
    [
      "root",
      { plans: { free: { limits: [{ requests: 0, per: "hour" }] } } },
      "out-of-range",
      "/plans/free/limits/0/requests",
      "a number from 1 is wanted",
    ],
    [
      "root",
      { plans: { free: { limit: [] } } },
      "unknown-property",
      "/plans/free/limit",
      'there is no property "limit" here',
    ],
    ...[[jwt], [jwt, { kind: "apiKey" }, jwt]].map(
      (of) =>
        [
          "root",
          { auth: { staff: { kind: "allOf", of } } },
          "bad-all-of",
          "/auth/staff/of",
          "this is not a token and an API key, in this order",
        ] as const,
    ),
  ];
  for (const [at, extension, code, place, rule] of cases) {
    it(`is ${code} for ${JSON.stringify(extension)}`, () => {
      assert.deepEqual(wrong(at, extension), [[code, place, rule]]);
    });
  }

  it("is said once a place, and of all places at once", () => {
    const found = wrong("operation", { timeoutSeconds: -0.5, scopes: [1, "a b"], requestHeaders: { sett: {} } });
    assert.deepEqual(found.map(([code, place]) => `${code} ${place}`).toSorted(), [
      "bad-value /scopes/1",
      "unknown-property /requestHeaders/sett",
      "wrong-type /scopes/0",
      "wrong-type /timeoutSeconds",
    ]);
  });
});
