import assert from "node:assert/strict";
import { type Json, openApi, problemsOf } from "../../../support/components/api/openapi/openapi-problems.ts";

/** The problems of an extension: code, place below it, rule. */
function wrong(at: "root" | "operation", extension: Json): readonly (readonly string[])[] {
  const document =
    at === "root"
      ? openApi({ "/a": { get: { responses: {} } } }, { "x-polygate": extension })
      : openApi({ "/a": { get: { responses: {}, "x-polygate": extension } } });
  const place = at === "root" ? "#/x-polygate" : "#/paths/~1a/get/x-polygate";
  // The document requires no key, which does not concern the extension's shape.
  const found = problemsOf(document).filter(({ code }) => code !== "plans-without-key");
  return found.map((problem) => [
    problem.code,
    problem.place?.startsWith(place) ? problem.place.slice(place.length) : `elsewhere: ${problem.place}`,
    problem.rule,
  ]);
}

describe("the problems of an x-polygate", () => {
  const jwt = { kind: "jwt", audiences: ["a"] };
  const limit = { requests: 5, per: "minute", by: "route" };
  const cases: readonly (readonly ["root" | "operation", Json, string, string, string])[] = [
    ["root", { backends: { shop: {} } }, "missing-property", "/backends/shop/kind", '"kind" is missing.'],
    ["root", { cors: {} }, "missing-property", "/cors/origins", '"origins" is missing.'],
    ["operation", { reply: {} }, "missing-property", "/reply/status", '"status" is missing.'],
    ["operation", { limits: [{ requests: 5, per: "minute" }] }, "missing-property", "/limits/0/by", '"by" is missing.'],
    ["operation", { limits: {} }, "wrong-type", "/limits", "The value must be a list."],
    ["operation", { timeoutSeconds: "3" }, "wrong-type", "/timeoutSeconds", "The value must be a whole number."],
    ["operation", { timeoutSeconds: 0 }, "out-of-range", "/timeoutSeconds", "The number must be at least 1."],
    ["operation", { timeoutSeconds: 3601 }, "out-of-range", "/timeoutSeconds", "The number must be at most 3600."],
    [
      "operation",
      { scopes: [] },
      "empty-scopes",
      "/scopes",
      "The list must not be empty: an empty one would check nothing, or let nobody in.",
    ],
    ["operation", { scopes: ["a", "a"] }, "duplicate", "/scopes", "An entry of the list is listed twice."],
    [
      "operation",
      { limits: [{ ...limit, per: "week" }] },
      "unknown-value",
      "/limits/0/per",
      'The value must be "second", "minute", "hour" or "day".',
    ],
    [
      "root",
      { cors: { origins: ["*"], methods: [] } },
      "empty-methods",
      "/cors/methods",
      "The list must not be empty: an empty one would check nothing, or let nobody in.",
    ],
    [
      "root",
      { cors: { origins: ["*"], methods: ["GET", "GET"] } },
      "duplicate",
      "/cors/methods",
      "An entry of the list is listed twice.",
    ],
    [
      "root",
      { cors: { origins: ["https://A.example"] } },
      "bad-value",
      "/cors/origins/0",
      "The text must be an origin as browsers send it, such as https://shop.example.com, or *.",
    ],
    [
      "operation",
      { requestHeaders: { set: { "a b": "c" } } },
      "bad-value",
      "/requestHeaders/set/a b",
      "The text must be the name of a header (RFC 9110).",
    ],
    [
      "root",
      { auth: { staff: { kind: "basic" } } },
      "unknown-value",
      "/auth/staff/kind",
      'The kind must be "jwt", "apiKey", "allOf", "iam" or "open".',
    ],
    [
      "root",
      { backends: { shop: { kind: "lambda" } } },
      "unknown-value",
      "/backends/shop/kind",
      'The value must be "http", "fn" or "onPrem".',
    ],
    [
      "root",
      { plans: { free: { quota: { requests: 1, per: "hour" } } } },
      "unknown-value",
      "/plans/free/quota/per",
      'The value must be "day", "week" or "month".',
    ],
    [
      "root",
      { plans: { free: { limits: [{ requests: 0, per: "hour" }] } } },
      "out-of-range",
      "/plans/free/limits/0/requests",
      "The number must be at least 1.",
    ],
    [
      "root",
      { plans: { free: { limit: [] } } },
      "unknown-property",
      "/plans/free/limit",
      'The property "limit" is unknown here.',
    ],
    ...[[jwt], [jwt, { kind: "apiKey" }, jwt]].map(
      (of) =>
        [
          "root",
          { auth: { staff: { kind: "allOf", of } } },
          "bad-all-of",
          "/auth/staff/of",
          "The list must contain a token and an API key, in this order.",
        ] as const,
    ),
  ];
  for (const [at, extension, code, place, rule] of cases) {
    it(`are ${code} for ${JSON.stringify(extension)}`, () => {
      assert.deepEqual(wrong(at, extension), [[code, place, rule]]);
    });
  }

  it("are reported once for each place, and for all places at once", () => {
    const found = wrong("operation", { timeoutSeconds: -0.5, scopes: [1, "a b"], requestHeaders: { sett: {} } });
    assert.deepEqual(found.map(([code, place]) => `${code} ${place}`).toSorted(), [
      "bad-value /scopes/1",
      "unknown-property /requestHeaders/sett",
      "wrong-type /scopes/0",
      "wrong-type /timeoutSeconds",
    ]);
  });
});
