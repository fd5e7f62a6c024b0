import assert from "node:assert/strict";
import { CompanionBench, GATEWAY_TOKEN } from "../../../support/components/gcp/companion/companion-bench.ts";
import {
  bearing,
  issuer,
  strangersToken,
  tokenWith,
} from "../../../support/components/gcp/companion/companion-tokens.ts";
import { shopApi, shopBindings } from "../../../support/components/gcp/companion/shop-api.ts";

const api = shopApi(
  {
    "GET /orders": {},
    "GET /any": { scopes: ["orders:read", "orders:write"] },
    "GET /all": { scopes: { all: ["orders:read", "orders:write"] } },
    "GET /partners": { auth: "partners" },
    "GET /auditors": { auth: "auditors" },
    "GET /open": { auth: "anyone" },
    "GET /reply": { reply: { status: 200, body: "yes" }, scopes: ["orders:read"] },
  },
  {
    auth: {
      staff: { kind: "jwt", audiences: ["orders", "back office"] },
      partners: { kind: "jwt", audiences: ["https://api.example.com/"] },
      auditors: { kind: "jwt", audiences: ["audit"] },
      anyone: { kind: "open", reason: "a test" },
    },
  },
);

const bindings = {
  ...shopBindings,
  auth: {
    ...shopBindings.auth,
    partners: { issuer: "https://partners.example.com/", jwksUri: "http://keys.example.com/partners" },
    auditors: { issuer, jwksUri: "http://keys.example.com/jwks" },
  },
};

describe("A companion checks the token of each request by itself", function () {
  this.timeout(60_000);
  let bench: CompanionBench;
  before(async () => {
    bench = await CompanionBench.start(api, bindings);
  });
  after(() => bench.stop());

  /** The statuses of requests with these values of the header in which the gateway hands `Authorization` on. */
  async function statuses(path: string, values: readonly (string | readonly string[])[]): Promise<readonly number[]> {
    const found: number[] = [];
    for (const value of values) {
      const { status, received } = await bench.send(path, { headers: { "x-forwarded-authorization": value } });
      assert.equal(received !== undefined, status === 200, `${status} for ${value}`);
      found.push(status);
    }
    return found;
  }

  const withClaims = (...claims: readonly Readonly<Record<string, unknown>>[]): readonly string[] =>
    claims.map((each) => `Bearer ${tokenWith(each)}`);

  it("and accepts one of the bound issuer for one of the audiences", async () => {
    const accepted = withClaims(
      {},
      { aud: ["other", "back office"] },
      { nbf: 1 },
      { exp: Math.floor(Date.now() / 1000) - 30 },
    );
    assert.deepEqual(await statuses("/orders", accepted), [200, 200, 200, 200]);
  });

  it("and rejects a request without one, whatever the gateway's own token is", async () => {
    assert.equal((await bench.send("/orders")).status, 401);
    const own = `Bearer ${tokenWith()}`;
    assert.equal((await bench.send("/orders", { headers: { authorization: own } })).status, 401);
    assert.equal((await bench.send(`/orders?access_token=${tokenWith()}`)).status, 401);
    for (const name of ["x-goog-iap-jwt-assertion", "x-serverless-authorization", "cookie"]) {
      assert.equal((await bench.send("/orders", { headers: { [name]: own } })).status, 401, name);
    }
  });

  it("and rejects a malformed one, another scheme, and text beside a token", async () => {
    const token = tokenWith();
    const [header, payload] = token.split(".");
    const malformed = ["Bearer", "Bearer x", "Bearer a.b.c", `Bearer ${header}.${payload}.`, token, `bearer ${token}`];
    assert.deepEqual(await statuses("/orders", malformed), [401, 401, 401, 401, 401, 401]);
    const beside = [`Basic x, Bearer ${token}`, `Bearer ${token},Basic x`, `Bearer ${token} x`, `Bearer  ${token}`];
    assert.deepEqual(await statuses("/orders", beside), [401, 401, 401, 200]);
  });

  it("and rejects a wrong signature, algorithm, issuer, audience and time", async () => {
    const [, payload] = tokenWith().split(".");
    const unsigned = `${Buffer.from('{"alg":"none"}').toString("base64url")}.${payload}.`;
    assert.deepEqual(await statuses("/orders", [`Bearer ${strangersToken()}`, `Bearer ${unsigned}`]), [401, 401]);
    const issuers = withClaims({ iss: `${issuer}/` }, { iss: "https://partners.example.com/" }, { iss: undefined });
    assert.deepEqual(await statuses("/orders", issuers), [401, 401, 401]);
    const audiences = withClaims({ aud: "x" }, { aud: undefined }, { aud: [] }, { aud: "" });
    assert.deepEqual(await statuses("/orders", audiences), [401, 401, 401, 401]);
    const now = Math.floor(Date.now() / 1000);
    assert.deepEqual(await statuses("/orders", withClaims({ exp: now - 90 }, { nbf: now + 90 })), [401, 401]);
  });

  it("and compares audiences exactly, scheme and slash included", async () => {
    const spellings = withClaims(
      { aud: "https://orders" },
      { aud: "orders/" },
      { aud: "Orders" },
      { aud: ["http://orders/"] },
    );
    assert.deepEqual(await statuses("/orders", spellings), [401, 401, 401, 401]);
    const partners = (aud: string) => ({ iss: "https://partners.example.com/", aud });
    const ofPartners = withClaims(
      partners("https://api.example.com/"),
      partners("api.example.com"),
      partners("https://api.example.com"),
    );
    assert.deepEqual(await statuses("/partners", ofPartners), [200, 401, 401]);
  });

  it("and rejects a token that never expires", async () => {
    const endless = withClaims({ exp: undefined }, { exp: null }, { exp: 0 }, { exp: "9999999999" });
    assert.deepEqual(await statuses("/orders", endless), [401, 401, 401, 401]);
  });

  it("and lets the token of one auth open no route of another one", async () => {
    assert.deepEqual(await statuses("/partners", withClaims({}, { aud: "https://api.example.com/" })), [401, 401]);
    assert.deepEqual(await statuses("/orders", withClaims({ iss: "https://partners.example.com/" })), [401]);
    // The same issuer, for another audience.
    assert.deepEqual(
      await statuses("/auditors", withClaims({}, { aud: "audit" }, { aud: ["orders", "audit"] })),
      [401, 200, 200],
    );
    assert.deepEqual(await statuses("/orders", withClaims({ aud: "audit" })), [401]);
  });

  const scopes = [
    {},
    { scope: "orders:read" },
    { scope: "other orders:write" },
    { scp: ["orders:read"] },
    { scp: "orders:write other" },
    { scope: "orders:read orders:write" },
    { scope: "orders:read", scp: ["orders:write"] },
    { scp: ["orders:write", "x", "orders:read"] },
    { scope: "orders:rea orders:readx ORDERS:READ" },
    { scope: "orders:read,orders:write" },
    { scp: [1, null, ["orders:read"]] },
    { scope: { "orders:read": true } },
    { roles: ["orders:read", "orders:write"] },
  ];

  it("and requires one of the scopes, in `scope` or `scp`, as words or as a list", async () => {
    const expected = [403, 200, 200, 200, 200, 200, 200, 200, 403, 403, 403, 403, 403];
    assert.deepEqual(await statuses("/any", withClaims(...scopes)), expected);
  });

  it("and requires each of the scopes of a route that requires all", async () => {
    const expected = [403, 403, 403, 403, 403, 200, 200, 200, 403, 403, 403, 403, 403];
    assert.deepEqual(await statuses("/all", withClaims(...scopes)), expected);
  });

  it("and requires the same before a reply", async () => {
    assert.equal((await bench.send("/reply")).status, 401);
    assert.equal((await bench.send("/reply", { headers: bearing(tokenWith()) })).status, 403);
    const { status, body } = await bench.send("/reply", { headers: bearing(tokenWith({ scope: "orders:read" })) });
    assert.deepEqual([status, body], [200, "yes"]);
  });

  it("and requires nothing on an open route", async () => {
    const values = ["Bearer x", `Bearer ${strangersToken()}`, "Basic x"];
    assert.deepEqual(await statuses("/open", values), [200, 200, 200]);
    assert.equal((await bench.send("/open")).status, 200);
  });

  it("and considers the first of several headers alone, which is the one that the backend receives", async () => {
    const token = `Bearer ${tokenWith()}`;
    assert.deepEqual(await statuses("/orders", [["Basic x", token]]), [401]);
    const { received } = await bench.send("/orders", { headers: { "x-forwarded-authorization": [token, "Basic x"] } });
    assert.equal(received?.headers.authorization, token);
  });

  it("and refuses in the form of the gateway, without the companion's address", async () => {
    const { headers, body } = await bench.send("/orders", { headers: { host: "companion.run.app" } });
    assert.equal(headers["www-authenticate"], "Bearer");
    assert.deepEqual(JSON.parse(body), { code: 401, message: "Jwt is missing" });
    const refused = await bench.send("/any", { headers: bearing(tokenWith()) });
    assert.deepEqual(JSON.parse(refused.body), { code: 403, message: "RBAC: access denied" });
    assert.equal(refused.headers["www-authenticate"], undefined);
  });

  it("and hands on the client's own credential, the claims that it checked, and nothing of Google's", async () => {
    const token = tokenWith({ name: "Zoë" });
    const forged = {
      "x-apigateway-api-userinfo": "forged",
      "X-Apigateway-Api-Consumer-Number": "7",
      "x-apigateway-api-consumer-type": "PROJECT",
      "x-serverless-authorization": "Bearer x",
    };
    const checked = await bench.send("/orders", { headers: { ...forged, ...bearing(token) } });
    assert.deepEqual(checked.received?.headers, {
      host: "shop.example.com",
      "x-forwarded-proto": "http",
      authorization: `Bearer ${token}`,
      "x-apigateway-api-userinfo": token.split(".")[1],
    });
    const open = await bench.send("/open", { headers: { ...forged, authorization: GATEWAY_TOKEN } });
    assert.deepEqual(open.received?.headers, { host: "shop.example.com", "x-forwarded-proto": "http" });
    const basic = await bench.send("/open", { headers: { ...forged, "x-forwarded-authorization": "Basic %REQ(x)%" } });
    assert.equal(basic.received?.headers.authorization, "Basic %REQ(x)%");
  });
});
