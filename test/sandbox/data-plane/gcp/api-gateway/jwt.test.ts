import assert from "node:assert/strict";
import { base64url, SignJWT } from "jose";
import type { Outcome } from "../../../../../sandbox/data-plane/interpreter.ts";
import {
  definition,
  type Gateway,
  gateway,
  Issuer,
  issuer,
  service,
  swagger,
  values,
} from "../../../../support/sandbox/data-plane/gcp/api-gateway/gateway.ts";

/** The status and the message of a rejected request. */
function refused(outcome: Outcome): string {
  assert.ok(outcome.decision === "unauthenticated", `${outcome.decision}: ${outcome.reason}`);
  const { code, message } = JSON.parse(outcome.reply.body);
  assert.equal(code, outcome.reply.status);
  return `${code} ${message}`;
}

const bearer = (token: string): Record<string, string> => ({ Authorization: `Bearer ${token}` });

describe("A GCP API Gateway that requires a JWT", () => {
  let login: Issuer;
  let now = Date.now();
  before(async () => {
    login = await Issuer.start("RS256", () => now);
  });
  after(() => login.close());
  afterEach(() => {
    now = Date.now();
    login.broken = false;
  });

  const secured = (scheme: Record<string, unknown> = {}, root: Record<string, unknown> = {}): Gateway =>
    gateway(
      swagger(
        { "GET /orders": {}, "GET /open": { security: [] } },
        { securityDefinitions: { login: definition(scheme) }, security: [{ login: [] }], ...root },
      ),
      login.keys,
      () => now,
    );

  it("accepts a valid token, and passes its claims to the backend", async () => {
    const token = await login.token();
    const forward = await secured().forward("GET /orders", {
      ...bearer(token),
      "X-Apigateway-Api-Userinfo": "forged",
    });
    assert.deepEqual(values(forward, "x-apigateway-api-userinfo"), [token.split(".")[1]]);
    assert.deepEqual(values(forward, "authorization"), [`Bearer ${token}`]);
  });

  it("rejects a request without one, and describes how to authenticate", async () => {
    const outcome = await secured().decide("GET /orders?access_token_x=1");
    assert.equal(refused(outcome), "401 Jwt is missing");
    assert.ok("reply" in outcome);
    assert.deepEqual(outcome.reply.headers, [
      ["content-type", "application/json"],
      ["www-authenticate", 'Bearer realm="https://gateway.example.com:8443/orders"'],
    ]);
    assert.equal(refused(await secured().decide("GET /orders", { Authorization: "Basic YW5u" })), "401 Jwt is missing");
  });

  it("requires none for an operation with security: [], and does not change the client's headers there", async () => {
    const forward = await secured().forward("GET /open", { "X-Apigateway-Api-Userinfo": "forged" });
    assert.deepEqual(values(forward, "x-apigateway-api-userinfo"), ["forged"]);
  });

  it("rejects malformed tokens with Envoy's messages", async () => {
    const { decide } = secured();
    const part = (value: unknown): string => base64url.encode(JSON.stringify(value));
    const header = part({ alg: "RS256" });
    const sections = "401 Jwt is not in the form of Header.Payload.Signature with two dots and 3 sections";
    for (const [token, expected] of [
      ["abc", sections],
      [`${part({ alg: "none" })}.${part({ iss: issuer, aud: "orders" })}.`, sections],
      ["a.b.c.d", sections],
      ["a!.b.c", "401 Jwt header is an invalid Base64url encoded"],
      [`${part("text")}.b.c`, "401 Jwt header is an invalid JSON"],
      [`${part({})}.b.c`, "401 Jwt header [alg] field is required and must be a string"],
      [`${part({ alg: "none" })}.${part({})}.c2ln`, "401 Jwt header [alg] is not supported"],
      [`${part({ alg: "RS256", kid: 1 })}.${part({})}.c2ln`, "401 Jwt header [kid] field is not a string"],
      [`${header}.!.c2ln`, "401 Jwt payload is an invalid Base64url encoded"],
      [`${header}.${part([])}.c2ln`, "401 Jwt payload is an invalid JSON"],
      [`${header}.${part({ iss: 1 })}.c2ln`, "401 Jwt payload [iss] field is not a string"],
      [`${header}.${part({ exp: "1" })}.c2ln`, "401 Jwt payload [exp] field is not an integer"],
      [`${header}.${part({ exp: -1 })}.c2ln`, "401 Jwt payload [exp] field is not a positive 64 bit integer"],
      [`${header}.${part({ aud: [1] })}.c2ln`, "401 Jwt payload [aud] field is not a string or string list"],
      [`${header}.${part({ iss: issuer })}.!`, "401 Jwt signature is an invalid Base64url encoded"],
    ] as const) {
      const outcome = await decide("GET /orders", bearer(token));
      assert.equal(refused(outcome), expected, token);
      assert.match(
        ("reply" in outcome && outcome.reply.headers[1]?.[1]) || "",
        /^Bearer realm="https:\/\/gateway\.example\.com:8443\/orders", error="invalid_token"$/,
      );
    }
  });

  it("rejects another issuer, another audience (with 403), another key and another algorithm", async () => {
    const { decide } = secured();
    const ask = async (token: string): Promise<string> => refused(await decide("GET /orders", bearer(token)));
    assert.equal(await ask(await login.token({ iss: `${issuer}/` })), "401 Jwt issuer is not configured");
    assert.equal(await ask(await login.token({ iss: undefined })), "401 Jwt issuer is not configured");
    assert.equal(await ask(await login.token({ aud: "invoices" })), "403 Audiences in Jwt are not allowed");
    assert.equal(await ask(await login.token({ aud: undefined })), "403 Audiences in Jwt are not allowed");
    assert.equal(await ask(await login.token({ aud: [] })), "403 Audiences in Jwt are not allowed");
    const other = await Issuer.start();
    await other.close();
    assert.equal(await ask(await other.token()), "401 Jwt verification fails");
    const unknown = "401 Jwks doesn't have key to match kid or alg from Jwt";
    assert.equal(await ask(await login.token({}, { kid: "2" })), unknown);
    const shared = await new SignJWT({ iss: issuer, aud: "orders" })
      .setProtectedHeader({ alg: "HS256", kid: "1" })
      .sign(new TextEncoder().encode("a secret that is long enough for it"));
    assert.equal(await ask(shared), unknown);
    const [head, , signature] = (await login.token()).split(".");
    const forged = base64url.encode(JSON.stringify({ iss: issuer, aud: "orders", sub: "root" }));
    assert.equal(await ask(`${head}.${forged}.${signature}`), "401 Jwt verification fails");
  });

  it("rejects a token that names a claim or a header field twice, at every depth, though it is signed", async () => {
    const { decide } = secured();
    const ask = async (payload: string, header?: string): Promise<string> =>
      refused(await decide("GET /orders", bearer(await login.signed(payload, header))));
    const claims = `"iss":"${issuer}","aud":"orders","sub":"ann"`;
    const invalid = "401 Jwt payload is an invalid JSON";
    assert.equal(await ask(`{${claims},"sub":"root"}`), invalid);
    assert.equal(await ask(`{${claims},"s\\u0075b":"ann"}`), invalid);
    assert.equal(await ask(`{${claims},"realm":{"role":"user","role":"admin"}}`), invalid);
    assert.equal(await ask(`{${claims}}`, '{"alg":"RS256","kid":"1","kid":"1"}'), "401 Jwt header is an invalid JSON");
  });

  it("reads what protobuf's parser accepts beyond JSON: single quotes, names without quotes, a comma at the end", async () => {
    const token = await login.signed(`{iss:'${issuer}',"aud":"orders",}`);
    await secured().forward("GET /orders", bearer(token));
  });

  it("accepts any of several audiences, without regard to the scheme and a trailing slash", async () => {
    const { forward } = secured({ "x-google-audiences": "invoices, https://orders.example.com/ ,orders" });
    for (const aud of [
      "orders",
      ["x", "invoices"],
      "https://orders.example.com",
      "orders.example.com/",
      "http://orders/",
    ]) {
      await forward("GET /orders", bearer(await login.token({ aud })));
    }
  });

  it("requires its managed service as the audience when the document sets no audience", async () => {
    const { forward, decide } = secured({ "x-google-audiences": undefined });
    await forward("GET /orders", bearer(await login.token({ aud: `https://${service}` })));
    const outcome = await decide("GET /orders", bearer(await login.token({ aud: "orders" })));
    assert.equal(refused(outcome), "403 Audiences in Jwt are not allowed");
  });

  it("tolerates a clock that is up to a minute wrong", async () => {
    const seconds = Math.floor(now / 1000);
    const { decide } = secured();
    const ask = async (token: string): Promise<string> => {
      const outcome = await decide("GET /orders", bearer(token));
      return outcome.decision === "proxied" ? "proxied" : refused(outcome);
    };
    assert.equal(await ask(await login.token({ exp: seconds - 60 })), "proxied");
    assert.equal(await ask(await login.token({ exp: seconds - 61 })), "401 Jwt is expired");
    assert.equal(await ask(await login.token({ nbf: seconds + 60 })), "proxied");
    assert.equal(await ask(await login.token({ nbf: seconds + 61 })), "401 Jwt not yet valid");
    assert.equal(await ask(await login.token({ exp: undefined })), "proxied");
  });

  it("rejects an accepted token as soon as it has expired", async () => {
    const token = await login.token({ exp: Math.floor(now / 1000) + 10 });
    const { decide, forward } = secured();
    await forward("GET /orders", bearer(token));
    now += 72_000;
    assert.equal(refused(await decide("GET /orders", bearer(token))), "401 Jwt is expired");
  });

  it("reads tokens from Authorization, from IAP's header and from access_token, and requires all of them to be valid", async () => {
    const token = await login.token();
    const { decide, forward } = secured();
    await forward("GET /orders", { "X-Goog-Iap-Jwt-Assertion": token });
    const inQuery = await forward(`GET /orders?a=1&access_token=${token}`);
    assert.ok(inQuery.url.endsWith(`/orders?a=1&access_token=${token}`), inQuery.url);
    const both = await decide("GET /orders?access_token=abc", bearer(token));
    assert.match(refused(both), /^401 Jwt is not in the form/);
    assert.equal(refused(await decide("GET /orders", { Authorization: token })), "401 Jwt is missing");
    assert.equal(refused(await decide("GET /orders", { Authorization: `bearer ${token}` })), "401 Jwt is missing");
  });

  it("reads two lines of Authorization as one value, and each line of another header by itself", async () => {
    const token = await login.token();
    const { decide, forward } = secured();
    // Names in different case are two lines.
    const forwarded = await forward("GET /orders", { Authorization: "Basic YW5u", authorization: `Bearer ${token}` });
    assert.deepEqual(values(forwarded, "authorization"), ["Basic YW5u", `Bearer ${token}`]);
    for (const second of [`Bearer ${token}`, "Basic YW5u"]) {
      const outcome = await decide("GET /orders", { Authorization: `Bearer ${token}`, authorization: second });
      assert.match(refused(outcome), /^401 Jwt/, second);
    }
    await forward("GET /orders", { "X-Goog-Iap-Jwt-Assertion": token, "x-goog-iap-jwt-assertion": token });
    const forged = { "X-Goog-Iap-Jwt-Assertion": token, "x-goog-iap-jwt-assertion": "abc" };
    assert.match(refused(await decide("GET /orders", forged)), /^401 Jwt is not in the form/);
  });

  it("reads tokens only from the locations in the document, if it sets any", async () => {
    const token = await login.token();
    const { decide, forward } = secured({
      "x-google-jwt-locations": [{ header: "X-Token", value_prefix: "Jwt " }, { query: "t" }],
    });
    await forward("GET /orders", { "x-token": `Jwt ${token}` });
    await forward(`GET /orders?t=${token}`);
    assert.equal(refused(await decide("GET /orders", bearer(token))), "401 Jwt is missing");
    const standard = secured({ "x-google-jwt-locations": [{ header: "Authorization", value_prefix: "Bearer " }] });
    await standard.forward("GET /orders?access_token=abc", { ...bearer(token), "X-Goog-Iap-Jwt-Assertion": "abc" });
    for (const headers of [{}, { Authorization: `bearer ${token}` }, { "X-Goog-Iap-Jwt-Assertion": token }]) {
      const outcome = await standard.decide(`GET /orders?access_token=${token}`, headers);
      assert.equal(refused(outcome), "401 Jwt is missing");
    }
  });

  it("finds the keys by OpenID discovery when the document does not set their URL", async () => {
    const { forward } = secured({ "x-google-jwks_uri": undefined });
    await forward("GET /orders", bearer(await login.token()));
  });

  it("does not fetch the keys again within five minutes, not even for an unknown key", async () => {
    const { forward, decide } = secured();
    now += 400_000;
    await forward("GET /orders", bearer(await login.token({}, {}, now)));
    const { fetched } = login;
    const unknown = await login.token({}, { kid: "2" }, now);
    assert.match(refused(await decide("GET /orders", bearer(unknown))), /^401 Jwks doesn't have key/);
    now += 299_000;
    await forward("GET /orders", bearer(await login.token({}, {}, now)));
    assert.equal(login.fetched, fetched);
    now += 2_000;
    await login.rotate();
    await forward("GET /orders", bearer(await login.token({}, {}, now)));
    assert.equal(login.fetched, fetched + 1);
  });

  it("rejects every token while the keys are not available", async () => {
    login.broken = true;
    now += 10_000_000;
    const outcome = await secured().decide("GET /orders", bearer(await login.token({}, {}, now)));
    assert.equal(refused(outcome), "401 Jwks remote fetch is failed");
  });

  it("accepts a token of any of several issuers, and reports the most specific failure", async () => {
    const two = (order: readonly string[]): Gateway =>
      secured(
        {},
        {
          securityDefinitions: {
            login: definition(),
            partner: definition({ "x-google-issuer": "https://partner.example.com" }),
          },
          security: order.map((name) => ({ [name]: [] })),
        },
      );
    const expired = await login.token({ exp: 1 });
    for (const order of [
      ["login", "partner"],
      ["partner", "login"],
    ]) {
      await two(order).forward("GET /orders", bearer(await login.token()));
      assert.equal(refused(await two(order).decide("GET /orders", bearer(expired))), "401 Jwt is expired");
      assert.equal(refused(await two(order).decide("GET /orders")), "401 Jwt is missing");
    }
  });

  it("supports the other algorithms of Envoy", async () => {
    for (const alg of ["ES256", "ES384", "ES512", "PS256", "RS512", "EdDSA"]) {
      const other = await Issuer.start(alg);
      const document = swagger(
        { "GET /orders": { security: [{ login: [] }] } },
        { securityDefinitions: { login: definition() } },
      );
      const { forward } = gateway(document, other.keys);
      await forward("GET /orders", bearer(await other.token())).finally(() => other.close());
    }
  });
});
