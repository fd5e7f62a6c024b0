import assert from "node:assert/strict";
import { normalise } from "../../../../components/api/check/normalise.ts";
import { apiKey, jwt } from "../../../../components/api/description.ts";
import type { Answers } from "../../../../components/api/openapi/answers/answers.ts";
import { fromOpenApi } from "../../../../components/api/openapi/from-openapi.ts";
import {
  get,
  type Json,
  openApi,
  placesOf,
  problemOf,
  problemsOf,
} from "../../../support/components/api/openapi/openapi-problems.ts";

const schemes = {
  staff: { type: "oauth2", flows: {}, "x-polygate": { audiences: ["orders"] } },
  bare: { type: "http", scheme: "bearer" },
  basic: { type: "http", scheme: "basic" },
  query: { type: "apiKey", in: "query", name: "key" },
  key: { type: "apiKey", in: "header", name: "x-api-key" },
};

/** A document with one operation, `GET /a`, and answers at its root. */
function asking(security: unknown, answers?: unknown, more: Json = {}): Json {
  return {
    openapi: "3.1.0",
    info: { title: "Orders", version: "1" },
    components: { securitySchemes: schemes },
    ...(answers === undefined ? {} : { "x-polygate": { answers, plans: undefined, ...more } }),
    paths: { "/a": get(security === undefined ? {} : { security }) },
  };
}

const operations = ["GET /a"] as const;
const backend = { kind: "backend", reason: "the shop checks passwords", operations };

describe("The answers for a whole OpenAPI document", () => {
  it("make a token of a scheme", () => {
    const answers = { schemes: { basic: { kind: "jwt", audiences: ["a"], operations } } };
    const { auth, routes, unchecked } = fromOpenApi(asking([{ basic: [] }], answers));
    assert.deepEqual(auth, { basic: jwt({ audiences: ["a"] }) });
    assert.deepEqual([routes["GET /a"]?.auth, unchecked], ["basic", undefined]);
  });

  it("make an API key of a scheme, also beside a token", () => {
    const answers = { schemes: { query: { kind: "apiKey", operations } } };
    const { auth, routes } = fromOpenApi(asking([{ query: [], staff: ["read"] }], answers, { plans: { free: {} } }));
    assert.equal(auth.staffAndQuery?.kind, "allOf");
    assert.deepEqual(routes["GET /a"], { auth: "staffAndQuery", scopes: ["read"], to: "backend" });
  });

  it("make a scheme the same as another, with its scopes", () => {
    const answers = { schemes: { bare: { kind: "sameAs", auth: "staff", operations } } };
    const { auth, routes } = fromOpenApi(asking([{ bare: ["read"] }, { staff: ["write"] }], answers));
    assert.deepEqual(Object.keys(auth), ["staff"]);
    assert.deepEqual(routes["GET /a"], { auth: "staff", scopes: ["read", "write"], to: "backend" });
  });

  it("leave a scheme to the backend, which the report shows", () => {
    const description = fromOpenApi(asking([{ basic: [] }], { schemes: { basic: backend } }));
    const unchecked = [
      { what: 'the security scheme "basic"', reason: "the shop checks passwords", routes: ["GET /a"] },
    ];
    assert.deepEqual(description.auth, {
      open: { kind: "open", reason: "checked by the backend: the shop checks passwords" },
    });
    assert.deepEqual(description.unchecked, unchecked);
    assert.deepEqual(normalise(description).unchecked, unchecked);
  });

  it("leave half of a requirement to the backend", () => {
    const description = fromOpenApi(asking([{ basic: [], staff: [] }], { schemes: { basic: backend } }));
    assert.equal(description.routes["GET /a"]?.auth, "staff");
    assert.deepEqual(
      description.unchecked?.map(({ what }) => what),
      ['the security scheme "basic"'],
    );
  });

  it("open a scheme for a reason, which the report shows", () => {
    const open = { kind: "open", reason: "a demo", operations };
    const description = fromOpenApi(asking([{ basic: [] }], { schemes: { basic: open } }));
    assert.deepEqual(description.auth, { open: { kind: "open", reason: "a demo" } });
    assert.deepEqual(
      description.unchecked?.map(({ reason }) => reason),
      ["a demo"],
    );
  });

  it("prefer one alternative, one scheme or several together", () => {
    const authOf = (order: unknown): unknown => {
      const schemes = { bare: { kind: "jwt", audiences: ["b"], operations } };
      const isBare = JSON.stringify(order).startsWith('[["bare"');
      const answers = { ...(isBare ? { schemes } : {}), prefer: { order, operations } };
      const document = asking([{ staff: [] }, { key: [], bare: [] }], answers, isBare ? { plans: { free: {} } } : {});
      return fromOpenApi(document).routes["GET /a"]?.auth;
    };
    assert.equal(authOf([["bare", "key"], "staff"]), "bareAndKey");
    assert.equal(authOf(["staff", ["bare", "key"]]), "staff");
    const other = asking([{ staff: [] }, { key: [] }], { prefer: { order: ["bare"], operations } });
    assert.equal(problemsOf(other)[0]?.code, "one-of-several");
  });

  it("need no preference among alternatives that come to the same", () => {
    const keys = { schemes: { query: { kind: "apiKey", operations } } };
    const document = asking([{ query: [] }, { key: [] }], keys, { plans: { free: {} } });
    assert.deepEqual(fromOpenApi(document).auth, { query: apiKey() });
    const left = { schemes: { basic: backend, query: { ...backend, reason: "and keys" } } };
    assert.deepEqual(fromOpenApi(asking([{ basic: [] }, { query: [] }], left)).unchecked?.length, 2);
  });

  it("make one of several scopes enough, for a reason that the report shows", () => {
    const scopes = { kind: "any", reason: "the shop checks both", operations };
    const { routes, unchecked } = fromOpenApi(asking([{ staff: ["a", "b"] }], { scopes }));
    assert.deepEqual(routes["GET /a"], { auth: "staff", scopes: ["a", "b"], to: "backend" });
    assert.deepEqual(unchecked, [
      {
        what: "the scopes a and b together; one of them is enough",
        reason: "the shop checks both",
        routes: ["GET /a"],
      },
    ]);
  });

  it("leave all scopes of one alternative required without an answer, with the answer all, and for other operations", () => {
    const all = { auth: "staff", scopes: { all: ["a", "b"] }, to: "backend" };
    const other = { kind: "any", reason: "why", operations: ["GET /b"] };
    for (const answers of [{}, { scopes: { kind: "all", operations } }]) {
      const { routes, unchecked } = fromOpenApi(asking([{ staff: ["a", "b"] }], answers));
      assert.deepEqual([routes["GET /a"], unchecked], [all, undefined]);
    }
    const mixed = asking([{ staff: ["c"] }, { staff: ["a", "b"] }], { scopes: { kind: "all", operations } });
    assert.deepEqual(fromOpenApi(mixed).routes["GET /a"]?.scopes, { all: ["c", "a", "b"] });
    const security = [{ staff: ["a", "b"] }];
    const document = openApi(
      { "/a": get({ security }), "/b": get({ security }) },
      { components: { securitySchemes: schemes }, "x-polygate": { answers: { scopes: other } } },
    );
    const { routes, unchecked } = fromOpenApi(document);
    assert.deepEqual(routes["GET /a"], all);
    assert.deepEqual(routes["GET /b"], { ...all, scopes: ["a", "b"] });
    assert.deepEqual(
      unchecked?.map(({ routes: weaker }) => weaker),
      [["GET /b"]],
    );
  });

  it("are not needed for an alternative that requires everything that another one does", () => {
    const scopesOf = (...alternatives: readonly (readonly string[])[]) =>
      fromOpenApi(asking(alternatives.map((staff) => ({ staff })))).routes["GET /a"]?.scopes;
    assert.deepEqual(scopesOf(["a", "b"], ["a"]), ["a"]);
    assert.deepEqual(scopesOf(["a", "b"], ["b", "a", "c"]), { all: ["a", "b"] });
    assert.equal(scopesOf(["a", "b"], []), undefined);
    assert.deepEqual(scopesOf(["a", "a"]), ["a"]);
  });

  it("decide what operations without security need: those without any, with an empty one and with an optional one", () => {
    for (const security of [undefined, [], [{}], [{ staff: [] }, {}]]) {
      const open = { unsecured: { kind: "open", reason: "public", operations } };
      assert.deepEqual(fromOpenApi(asking(security, open)).auth, { open: { kind: "open", reason: "public" } });
      const staff = { unsecured: { kind: "sameAs", auth: "staff", operations } };
      assert.equal(fromOpenApi(asking(security, staff)).routes["GET /a"]?.auth, "staff");
      const token = { unsecured: { kind: "jwt", name: "clients", audiences: ["shop"], operations } };
      const { auth, routes } = fromOpenApi(asking(security, token));
      assert.deepEqual(auth, { clients: jwt({ audiences: ["shop"] }) });
      assert.equal(routes["GET /a"]?.auth, "clients");
    }
  });

  it("declare a token that other answers and code can name", () => {
    const unsecured = { kind: "jwt", name: "clients", audiences: ["shop"], operations } as const;
    const basic = { kind: "sameAs", auth: "clients", operations: ["GET /b"] } as const;
    const document = asking(undefined, { unsecured, schemes: { basic } });
    const paths = { "/a": get(), "/b": get({ security: [{ basic: [] }] }) };
    const inDocument = fromOpenApi({ ...document, paths });
    assert.deepEqual(
      Object.values(inDocument.routes).map((route) => (route as { readonly auth?: string }).auth),
      ["clients", "clients"],
    );
    const answers: Answers = { unsecured };
    assert.deepEqual(fromOpenApi(asking(undefined), { answers }).auth, { clients: jwt({ audiences: ["shop"] }) });
    // The same answer twice declares one auth.
    assert.deepEqual(Object.keys(fromOpenApi(asking(undefined, { unsecured }), { answers }).auth), ["clients"]);
  });

  it("can be given in code, in the same words", () => {
    const answers: Answers = {
      schemes: { basic: { kind: "backend", reason: "the shop checks passwords", operations } },
    };
    const inCode = fromOpenApi(asking([{ basic: [] }]), { answers });
    assert.deepEqual(inCode, fromOpenApi(asking([{ basic: [] }], answers)));
    assert.deepEqual(fromOpenApi(asking([{ basic: [] }], answers), { answers }), inCode);
  });

  it("show scopes that an operation sets in place of stricter ones", () => {
    const document = asking([{ staff: ["a", "b"] }]);
    const { unchecked } = fromOpenApi(document, { routes: { "GET /a": { scopes: ["a", "b"] } } });
    assert.deepEqual(unchecked, [
      { what: "the scopes a and b", reason: '"scopes" replaces them by one of a, b', routes: ["GET /a"] },
    ]);
    for (const all of [
      ["a", "b"],
      ["b", "c", "a"],
    ]) {
      const strict = fromOpenApi(document, { routes: { "GET /a": { scopes: { all } } } });
      assert.deepEqual([strict.routes["GET /a"]?.scopes, strict.unchecked], [{ all }, undefined]);
    }
    const other = fromOpenApi(document, { routes: { "GET /a": { scopes: { all: ["b", "c"] } } } });
    assert.equal(other.unchecked?.[0]?.reason, '"scopes" replaces them by b and c');
  });

  it("note an auth that an operation names in place of the document's", () => {
    const { notes } = fromOpenApi(asking([{ staff: [] }]), {
      auth: { partner: jwt({ audiences: ["p"] }) },
      routes: { "GET /a": { auth: "partner" } },
    });
    assert.deepEqual(notes, [{ what: 'the auth "partner" is required in place of staff', routes: ["GET /a"] }]);
  });

  for (const [what, security, answers] of [
    ["a scheme", [{ basic: [] }], { schemes: { basic: { ...backend, operations: [] } } }],
    ["a preference", [{ staff: [] }, { key: [] }], { prefer: { order: ["staff"], operations: [] } }],
    [
      "scopes of alternatives that differ",
      [{ staff: ["a", "b"] }, { staff: ["c"] }],
      { scopes: { kind: "any", reason: "why", operations: [] } },
    ],
    ["no security", undefined, { unsecured: { kind: "open", reason: "why", operations: [] } }],
    ["empty security", [], { unsecured: { kind: "open", reason: "why", operations: [] } }],
  ] as const) {
    it(`do not cover an operation that came later: ${what}`, () => {
      const { code, route, remedy } = problemOf(asking(security, answers));
      assert.deepEqual([code, route], ["uncovered-operation", "GET /a"]);
      assert.match(remedy, /"operations": \["GET \/a"\] \}/);
    });
  }

  const at = "#/x-polygate/answers";
  for (const [what, security, answers, problem, more = {}] of [
    [
      "name a scheme that does not exist",
      [{ staff: [] }],
      { schemes: { stuff: backend } },
      `unknown-security-scheme ${at}/schemes/stuff`,
    ],
    [
      "prefer a scheme that does not exist",
      [{ staff: [] }, { key: [] }],
      { prefer: { order: ["staff", "stuff"], operations } },
      `unknown-security-scheme ${at}/prefer/order/1`,
    ],
    [
      "cover an operation that does not exist",
      [{ basic: [] }],
      { schemes: { basic: { ...backend, operations: ["GET /a", "GET /aa"] } } },
      `unknown-operation ${at}/schemes/basic/operations/1`,
    ],
    ["decide nothing", [{ staff: [] }], { schemes: { basic: backend } }, `unused-answer ${at}/schemes/basic`],
    [
      "contradict an auth of the same name",
      [{ basic: [] }],
      { schemes: { basic: backend } },
      `answer-contradicted ${at}/schemes/basic`,
      { auth: { basic: apiKey() } },
    ],
    [
      "contradict the audiences of the scheme",
      [{ staff: [] }],
      { schemes: { staff: { kind: "open", reason: "a demo", operations } } },
      `answer-contradicted ${at}/schemes/staff`,
    ],
    [
      "contradict the reason of the document",
      [],
      { unsecured: { kind: "sameAs", auth: "staff", operations } },
      `answer-contradicted ${at}/unsecured`,
      { open: "public" },
    ],
    [
      "contradict the default auth",
      undefined,
      { unsecured: { kind: "open", reason: "public", operations } },
      `answer-contradicted ${at}/unsecured`,
      { default: { auth: "staff" } },
    ],
    [
      "are the same as what is not required",
      [{ bare: [] }],
      { schemes: { basic: backend, bare: { kind: "sameAs", auth: "basic", operations } } },
      `answer-contradicted ${at}/schemes/bare/auth`,
    ],
    [
      "are the same as what does not exist",
      undefined,
      { unsecured: { kind: "sameAs", auth: "stuff", operations } },
      `unknown-auth ${at}/unsecured/auth`,
    ],
    ...["staff", "partner"].map(
      (name) =>
        [
          `give a token the name of something else, ${name}`,
          undefined,
          { unsecured: { kind: "jwt", name, audiences: ["shop"], operations } },
          `answer-contradicted ${at}/unsecured/name`,
          { auth: { partner: jwt({ audiences: ["others"] }) } },
        ] as const,
    ),
    [
      "declare a token that no operation needs",
      [{ staff: [] }],
      { unsecured: { kind: "jwt", name: "clients", audiences: ["shop"], operations } },
      `unused-answer ${at}/unsecured`,
    ],
    [
      "have no reason",
      [{ basic: [] }],
      { schemes: { basic: { ...backend, reason: " " } } },
      `bad-value ${at}/schemes/basic/reason`,
    ],
    [
      "are of an unknown kind",
      [{ basic: [] }],
      { schemes: { basic: { kind: "mtls" } } },
      `unknown-value ${at}/schemes/basic/kind`,
    ],
  ] as const) {
    it(`are rejected where they ${what}`, () => {
      const found = placesOf(asking(security, answers, more as Json));
      assert.ok(found.includes(problem), found.join("\n"));
    });
  }

  it("are rejected where the document and the code contradict each other", () => {
    const document = asking([{ basic: [] }], { schemes: { basic: backend } });
    const answers: Answers = { schemes: { basic: { kind: "open", reason: "a demo", operations } } };
    assert.deepEqual(placesOf(document, { answers }), ["answer-contradicted overrides.answers.schemes.basic"]);
  });

  it("cannot make an operation name a scheme that the gateway does not require", () => {
    const document = asking([{ staff: [] }], { schemes: { basic: backend } });
    const found = problemsOf(document, { routes: { "GET /a": { auth: "basic" } } }).map(({ code }) => code);
    assert.ok(found.includes("open-contradicted"), found.join());
  });
});
