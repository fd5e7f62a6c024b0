import assert from "node:assert/strict";
import { fromOpenApi } from "../../../../components/api/openapi/from-openapi.ts";
import type { Overrides } from "../../../../components/api/openapi/overrides.ts";
import { get, type Json, openApi, problemOf } from "../../../support/components/api/openapi/openapi-problems.ts";

const schemes = {
  staff: { type: "oauth2", flows: {}, "x-polygate": { audiences: ["orders"] } },
  key: { type: "apiKey", in: "header", name: "X-Api-Key" },
  query: { type: "apiKey", in: "query", name: "api_key" },
};

/** A document with one operation, which requires this. */
function secured(security: unknown, extension: Json = { plans: { free: {} } }): Json {
  return openApi({ "/a": get({ security }) }, { components: { securitySchemes: schemes }, "x-polygate": extension });
}

describe("Credentials that no gateway checks where an OpenAPI document has them", () => {
  it("are refused in other places with the reason, and with remedies that the clients of the document can follow", () => {
    const refusal = (scheme: object): string => {
      const document = secured([{ other: [] }]);
      const { rule, remedy } = problemOf({ ...document, components: { securitySchemes: { other: scheme } } });
      const start = 'If the backend checks it, pass to fromOpenApi: { "answers": { "schemes": { "other": ';
      assert.ok(remedy.startsWith(start), remedy);
      assert.ok(!remedy.includes("x-api-key"), remedy);
      return `${rule.replace('No gateway checks the security scheme "other" ', "")} ${remedy.split("Or, ")[1] ?? ""}`;
    };
    const only = "because keys are read from the header x-api-key only.";
    const token =
      'if clients send a token in the header Authorization instead, write "kind": "jwt" with "audiences" in place of "kind" and "reason".';
    const at = (location: string, name: string): object => ({ type: "apiKey", in: location, name });
    assert.equal(refusal(at("header", "X-Shop")), `(a key in the header X-Shop), ${only} ${token}`);
    assert.equal(refusal(at("query", "key")), `(a key in the query parameter key), ${only} ${token}`);
    assert.equal(refusal(at("cookie", "sid")), `(a key in the cookie sid), ${only} ${token}`);
    assert.equal(
      refusal(at("header", "authorization")),
      `(a key in the header authorization), ${only} ${token.replace("a token in the header Authorization instead", "a JWT there")}`,
    );
    assert.equal(refusal({ type: "http", scheme: "Basic" }), `(a user name and a password). ${token}`);
    assert.equal(refusal({ type: "http", scheme: "digest" }), `(the HTTP scheme "digest"). ${token}`);
    assert.equal(refusal({ type: "mutualTLS" }), `(a client certificate). ${token}`);
  });

  it("are reported beside other schemes with what the gateway can require of them, and what is left to the backend", () => {
    const more = {
      partner: { type: "apiKey", in: "header", name: "x-api-key" },
      basic: { type: "http", scheme: "basic" },
      oidc: { type: "openIdConnect", openIdConnectUrl: "https://a" },
      sigv4: { type: "apiKey", in: "header", name: "Authorization", "x-amazon-apigateway-authtype": "awsSigv4" },
    };
    const refusal = (...names: readonly string[]): readonly string[] => {
      const document = secured([Object.fromEntries(names.map((name) => [name, []]))]);
      const { rule, remedy } = problemOf({ ...document, components: { securitySchemes: { ...schemes, ...more } } });
      return [rule.split("together. ")[1] ?? "", /^If the backend checks (.*?), pass/.exec(remedy)?.[1] ?? ""];
    };
    const [query, password] = [
      '"query" (a key in the query parameter api_key)',
      '"basic" (a user name and a password)',
    ];
    assert.deepEqual(refusal("staff", "query"), [`It can require "staff", but not ${query} as well.`, "query"]);
    assert.deepEqual(refusal("basic", "key", "staff"), [
      `It can require "staff" and "key", but not ${password} as well.`,
      "basic",
    ]);
    assert.deepEqual(refusal("query", "basic"), [`It cannot require ${query} and ${password}.`, "query and basic"]);
    const token = '"oidc" (a token in the header Authorization)';
    assert.deepEqual(refusal("staff", "oidc"), [`It can require "staff", but not ${token} as well.`, "oidc"]);
    const key = '"key" (a key in the header X-Api-Key)';
    assert.deepEqual(refusal("key", "sigv4"), [`It can require "sigv4", but not ${key} as well.`, "key"]);
    assert.equal(refusal("key", "partner")[1], "partner");
  });

  it("are noted where clients must send something in another place than the document says", () => {
    const notesOf = (answer: { readonly kind: string }, names: readonly string[], more: object = {}): unknown => {
      const schemesAnswer = Object.fromEntries(names.map((name) => [name, { ...answer, operations: ["GET /a"] }]));
      const security = [Object.fromEntries(names.map((name) => [name, []]))];
      const document = secured(security, answer.kind === "apiKey" ? { plans: { all: {} } } : {});
      const components = { securitySchemes: { ...schemes, ...more } };
      const answers = { schemes: schemesAnswer } as NonNullable<Overrides["answers"]>;
      return fromOpenApi({ ...document, components }, { answers }).notes?.map(({ what }) => what);
    };
    const [token, same] = [
      { kind: "jwt", audiences: ["a"] },
      { kind: "sameAs", auth: "staff" },
    ];
    const backend = { kind: "backend", reason: "a" };
    const start = 'for the security scheme "query", clients must send';
    const place = "not a key in the query parameter api_key";
    assert.deepEqual(notesOf({ kind: "apiKey" }, ["query"]), [`${start} a key in the header x-api-key, ${place}`]);
    assert.deepEqual(notesOf(token, ["query"]), [`${start} a token in the header Authorization, ${place}`]);
    assert.deepEqual(notesOf(same, ["query"]), [`${start} a token in the header Authorization, ${place}`]);
    assert.equal(notesOf({ kind: "apiKey" }, ["key"]), undefined);
    assert.equal(notesOf(backend, ["query"]), undefined);
    const bearer = { type: "apiKey", in: "header", name: "authorization" };
    assert.equal(notesOf(token, ["token"], { token: bearer }), undefined);
  });
});
