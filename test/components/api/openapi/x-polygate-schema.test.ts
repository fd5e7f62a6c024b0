import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import fc from "fast-check";
import { type Json, openApi, problemsOf } from "../../../support/components/api/openapi/openapi-problems.ts";

const file = new URL("../../../../components/api/openapi/x-polygate.schema.json", import.meta.url);
const schema = JSON.parse(readFileSync(file, "utf8"));
const levels = ["root", "path", "operation", "securityScheme"] as const;
type Level = (typeof levels)[number];

/** A document with the extension at a level, and with everything declared that it may refer to. */
function documentWith(level: Level, extension: unknown): Json {
  const at = (here: Level): Json => (here === level ? { "x-polygate": extension } : {});
  const names = { backends: { shop: { kind: "http" } }, auth: { staff: { kind: "jwt", audiences: ["a"] } } };
  const scheme = level === "securityScheme" ? at(level) : { "x-polygate": { audiences: ["a"] } };
  const root = level === "root" ? { "x-polygate": { ...names, ...(extension as Json) } } : { "x-polygate": names };
  const open = level === "operation" || level === "path" ? { security: [] } : {};
  return openApi(
    { "/a/{id}": { ...at("path"), get: { responses: {}, ...open, ...at("operation") } } },
    {
      components: { securitySchemes: { staff: { type: "oauth2", flows: {}, ...scheme } } },
      ...root,
      // The scheme itself is read, not an auth that replaces it.
      ...(level === "securityScheme" ? { "x-polygate": {} } : {}),
    },
  );
}

/** Problems that a schema cannot find, such as names that refer to something else. */
const beyondSchema = new Set([
  "unknown-backend",
  "unknown-auth",
  "unused-auth",
  "no-auth",
  "open-without-reason",
  "scopes-without-token",
  "consumer-without-token",
  "duplicate-limit",
  "credentials-for-all",
  "header-twice",
  "fixed-header",
  "body-not-allowed",
  "unknown-parameter",
  "several-base-paths",
  "no-backend",
  "no-plans",
  "plans-without-key",
  "plan-of-unkeyed-route",
  "unknown-route",
  "unused-ignore",
  "auth-contradicted",
  "answer-contradicted",
  "unknown-operation",
  "unused-answer",
  "unknown-security-scheme",
  "open-contradicted",
  "scopes-dropped",
]);

function seen(level: Level, extension: unknown): readonly string[] {
  return problemsOf(documentWith(level, extension))
    .filter(({ code }) => !beyondSchema.has(code))
    .map(({ code, place }) => `${code} ${place}`);
}

describe("The schema of x-polygate", () => {
  const ajv = new Ajv2020({ strict: false, allErrors: false });
  ajv.addSchema(schema, "x-polygate");
  const validators = Object.fromEntries(
    levels.map((level) => [level, ajv.getSchema(`x-polygate#/$defs/${level}`)]),
  ) as Record<Level, ValidateFunction>;

  const limit = { requests: 5, per: "minute", by: "route" };
  const good: Record<Level, Json> = {
    root: {
      backends: { shop: { kind: "http" }, ship: { kind: "fn" } },
      auth: {
        staff: { kind: "jwt", audiences: ["a"], audienceFallback: "client_id" },
        partners: { kind: "apiKey" },
        both: { kind: "allOf", of: [{ kind: "jwt", audiences: ["a"] }, { kind: "apiKey" }] },
        anyone: { kind: "open", reason: "public" },
      },
      plans: {
        free: {},
        gold: {
          limits: [{ requests: 5, per: "second", burst: 9 }],
          quota: { requests: 5, per: "week" },
          routes: { "GET /a/{id}": [{ requests: 5, per: "day" }] },
        },
      },
      default: { auth: "staff", limits: [limit], timeoutSeconds: 5 },
      cors: {
        origins: ["https://a.example.com"],
        methods: ["GET"],
        headers: ["x-a"],
        expose: [],
        maxAgeSeconds: 0,
        credentials: true,
      },
      to: "shop",
      open: "public",
      validate: true,
      ignore: { "x-google-quota": "our limits replace it" },
      basePath: "route",
      answers: {
        schemes: {
          staff: { kind: "jwt", audiences: ["a"], operations: ["GET /a/{id}"] },
          key: { kind: "apiKey", operations: [] },
          other: { kind: "sameAs", auth: "staff", operations: [] },
          basic: { kind: "backend", reason: "it checks passwords", operations: [] },
          demo: { kind: "open", reason: "a demo", operations: [] },
        },
        prefer: { order: ["staff", ["staff", "key"]], operations: [] },
        scopes: { kind: "any", reason: "the backend checks the others", operations: [] },
        unsecured: { kind: "sameAs", auth: "staff", operations: [] },
      },
    },
    path: {
      to: "shop",
      auth: "staff",
      open: "public",
      limits: [{ ...limit, burst: 3 }],
      timeoutSeconds: 3,
      requestHeaders: { set: { "x-a": "b" }, remove: ["cookie"] },
      validate: false,
    },
    operation: {
      to: "shop",
      auth: "staff",
      open: "public",
      scopes: ["read", "write"],
      limits: [limit],
      timeoutSeconds: 3,
      requestHeaders: { set: { "x-a": "b" }, remove: ["cookie"] },
      path: "/b/{id}",
      validate: true,
    },
    securityScheme: { audiences: ["a", "b"] },
  };

  for (const level of levels) {
    it(`accepts every member at the level ${level}, as fromOpenApi does`, () => {
      assert.equal(validators[level](good[level]), true, JSON.stringify(validators[level].errors));
      assert.deepEqual(seen(level, good[level]), []);
    });

    it(`rejects at the level ${level} exactly what fromOpenApi rejects`, () => {
      const values = fc.constantFrom<unknown>(
        null,
        0,
        1,
        -1,
        0.5,
        3_601,
        true,
        "",
        " ",
        "shop",
        "staff",
        "GET",
        "*",
        "a b",
        "é",
        "\n",
        "/a",
        "x-a",
        [],
        [""],
        ["a"],
        ["a", "a"],
        [null],
        {},
        { kind: "http" },
        { kind: "jwt" },
        { kind: "apiKey" },
        { kind: "fn" },
        { kind: "onPrem" },
        { requests: 1, per: "month" },
        { status: 200 },
        [limit],
        [{}],
      );
      const where = fc.array(fc.nat(), { minLength: 1, maxLength: 4 });
      fc.assert(
        fc.property(where, values, fc.constantFrom("replace", "remove", "add"), (steps, value, change) => {
          const extension = structuredClone(good[level]);
          let owner = extension as Record<string, unknown>;
          let key = "";
          for (const step of steps) {
            const keys = Object.keys(owner);
            key = keys[step % keys.length] ?? "";
            const next = owner[key];
            if (typeof next !== "object" || next === null || Object.keys(next).length === 0) break;
            if (step !== steps.at(-1)) owner = next as Record<string, unknown>;
          }
          if (change === "add") owner.unknownMember = value;
          else if (change === "remove") delete owner[key];
          else owner[key] = value;
          // JSON has no holes in lists.
          const plain = JSON.parse(JSON.stringify(extension));
          const problems = seen(level, plain);
          assert.equal(
            validators[level](plain),
            problems.length === 0,
            `${JSON.stringify(plain)}\n${problems.join("\n")}`,
          );
        }),
        { numRuns: 1_000 },
      );
    });
  }

  it("accepts a reply without other members", () => {
    for (const reply of [{ status: 200 }, { status: 503, headers: { "retry-after": "5" }, body: { a: [1, null] } }]) {
      assert.equal(validators.operation({ reply }), true);
      assert.deepEqual(seen("operation", { reply, open: "public" }), []);
    }
    for (const reply of [{}, { status: 199 }, { status: 200, headers: { "a b": "c" } }, { status: 200, boddy: 1 }]) {
      assert.equal(validators.operation({ reply }), false);
      assert.notDeepEqual(seen("operation", { reply, open: "public" }), []);
    }
  });
});
