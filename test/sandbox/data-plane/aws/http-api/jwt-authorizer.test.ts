import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { type JWTPayload, SignJWT } from "jose";
import {
  answer,
  ISSUER,
  raw,
  staff,
  TestDataPlane,
  to,
} from "../../../../support/sandbox/data-plane/test-data-plane.ts";

const UNAUTHORIZED = [401, '{"message":"Unauthorized"}'] as const;
const FORBIDDEN = [403, '{"message":"Forbidden"}'] as const;
const PASSED = [200, "from the backend"] as const;

describe("An AWS HTTP API", () => {
  let stand: TestDataPlane;

  beforeEach(async () => {
    stand = await new TestDataPlane().start();
  });
  afterEach(() => stand.close());

  describe("with a JWT authorizer", () => {
    let url: string;
    const get = (token?: string, path = "/a"): Promise<Response> =>
      fetch(`${url}${path}`, token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } });

    const serve = async (): Promise<void> => {
      url = await stand.serve({
        "/a": { get: { ...to("/a"), ...staff() } },
        "/scoped": { get: { ...to("/a"), ...staff("orders:read", "orders:write") } },
        "/open": { get: to("/open") },
      });
    };
    beforeEach(serve);

    it("refuses a request without a token, with a challenge", async () => {
      const response = await get();
      assert.equal(response.headers.get("www-authenticate"), "Bearer");
      assert.match(response.headers.get("apigw-requestid") ?? "", /^[A-Za-z0-9+/]{15}=$/);
      assert.equal(response.headers.get("content-type"), "application/json");
      assert.deepEqual(await answer(response), UNAUTHORIZED);
      assert.equal(stand.backend.seen.length, 0);
    });

    it("accepts the issuer's token with or without Bearer, and passes the header on", async () => {
      const token = await stand.issuer.token();
      assert.deepEqual(await answer(await get(token)), PASSED);
      assert.equal(stand.backend.last.headers.authorization, `Bearer ${token}`);
      assert.deepEqual(await answer(await fetch(`${url}/a`, { headers: { authorization: token } })), PASSED);
    });

    it("refuses every invalid token with its reason, without reaching the backend", async () => {
      await stand.readAs({ "http-api-pss": "refused" });
      await serve();
      const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
      const signed = (header: { alg: string; kid?: string }, key: Parameters<SignJWT["sign"]>[0]): Promise<string> =>
        new SignJWT({ iss: ISSUER, aud: "orders" }).setExpirationTime("1h").setProtectedHeader(header).sign(key);
      const good = await stand.issuer.token();
      const [header = "", payload = "", signature = ""] = good.split(".");
      const none = Buffer.from('{"alg":"none","kid":"key-1"}').toString("base64url");
      const pem = stand.issuer.key.publicKey.export({ type: "spki", format: "pem" }) as string;
      const now = Math.floor(Date.now() / 1000);
      const refused: readonly (readonly [string, string])[] = [
        ["audience", await stand.issuer.token({ aud: "billing" })],
        ["issuer", await stand.issuer.token({ iss: "https://evil.example.com" })],
        ["expired", await stand.issuer.token({ exp: now - 1 })],
        ["not-yet-valid", await stand.issuer.token({ nbf: now + 60 })],
        ["issued-in-future", await stand.issuer.token({ iat: now + 60 })],
        ["unsigned", `${none}.${payload}.`],
        ["unsigned", `${none}.${payload}.${signature}`],
        ["bad-signature", await signed({ alg: "RS256", kid: "key-1" }, privateKey)],
        ["bad-signature", `${header}.${payload}.${signature.slice(0, -4)}AAAA`],
        ["unknown-kid", await signed({ alg: "RS256", kid: "other" }, privateKey)],
        ["unknown-kid", await signed({ alg: "RS256" }, stand.issuer.key.privateKey)],
        ["algorithm-not-allowed", await signed({ alg: "HS256", kid: "key-1" }, Buffer.from(pem))],
        ["algorithm-not-allowed", await signed({ alg: "PS256", kid: "key-1" }, stand.issuer.key.privateKey)],
        ["malformed", "nonsense"],
        ["malformed", `Bearer ${good}`],
      ];
      for (const [failure, token] of refused) {
        const response = await get(token);
        assert.match(
          response.headers.get("www-authenticate") ?? "",
          /^Bearer scope="" error="invalid_token" error_description="/,
        );
        assert.deepEqual(await answer(response), UNAUTHORIZED, failure);
        assert.match(stand.log.at(-1)?.reason ?? "", new RegExp(`^token refused: ${failure}`));
        assert.deepEqual([stand.log.at(-1)?.decision, stand.log.at(-1)?.backend], ["unauthenticated", false]);
      }
      assert.equal(stand.backend.seen.length, 0);
    });

    it("describes a wrong audience as the guide does", async () => {
      const response = await get(await stand.issuer.token({ aud: "billing" }));
      assert.equal(
        response.headers.get("www-authenticate"),
        'Bearer scope="" error="invalid_token" error_description="the token does not have a valid audience"',
      );
    });

    it("compares client_id with the audiences only when there is no aud", async () => {
      const aud = undefined as never;
      assert.equal((await get(await stand.issuer.token({ aud, client_id: "orders" }))).status, 200);
      assert.equal((await get(await stand.issuer.token({ aud, client_id: "billing" }))).status, 401);
      assert.equal((await get(await stand.issuer.token({ aud: "billing", client_id: "orders" }))).status, 401);
    });

    it("accepts PSS by the reading of http-api-pss", async () => {
      const payload = { iss: ISSUER, aud: "orders", exp: Math.floor(Date.now() / 1000) + 60 };
      const header = { alg: "PS256", kid: "key-1" };
      const token = await new SignJWT(payload).setProtectedHeader(header).sign(stand.issuer.key.privateKey);
      assert.deepEqual(await answer(await get(token)), PASSED);
    });

    it("refuses another scheme", async () => {
      const token = await stand.issuer.token();
      for (const authorization of [`Basic ${token}`, `bearer ${token}`, "Bearer", "Bearer "]) {
        assert.deepEqual(await answer(await fetch(`${url}/a`, { headers: { authorization } })), UNAUTHORIZED);
      }
    });

    it("checks the first of two Authorization headers, the last or none, by the reading of http-api-two-tokens", async () => {
      const token = await stand.issuer.token();
      const twice = async (one: string, other: string): Promise<string> =>
        (
          await raw(url, `GET /a HTTP/1.1\r\nHost: x\r\nAuthorization: ${one}\r\nAuthorization: ${other}\r\n\r\n`)
        ).slice(9, 12);
      for (const [reading, validFirst, validLast] of [
        ["first", "200", "401"],
        ["last", "401", "200"],
        ["none", "401", "401"],
      ] as const) {
        await stand.readAs({ "http-api-two-tokens": reading });
        await serve();
        assert.equal(await twice(`Bearer ${token}`, "Bearer x"), validFirst);
        assert.equal(await twice("Bearer x", `Bearer ${token}`), validLast);
      }
    });

    it("requires one of the scopes, in scope or scp", async () => {
      const scoped = async (claims: JWTPayload): Promise<Response> => get(await stand.issuer.token(claims), "/scoped");
      for (const claims of [
        { scope: "orders:read" },
        { scope: "profile orders:write" },
        { scp: "orders:read" },
        { scp: ["x", "orders:read"] },
        { scope: "x", scp: ["orders:read"] },
      ]) {
        assert.deepEqual(await answer(await scoped(claims)), PASSED, JSON.stringify(claims));
      }
      for (const claims of [
        {},
        { scope: "" },
        { scope: "orders" },
        { scope: "orders:readx" },
        { scope: 5 },
        { scp: [["orders:read"]] },
      ]) {
        const response = await scoped(claims);
        assert.match(
          response.headers.get("www-authenticate") ?? "",
          /scope="orders:read orders:write" error="insufficient_scope"/,
        );
        assert.deepEqual(await answer(response), FORBIDDEN, JSON.stringify(claims));
        assert.equal(stand.log.at(-1)?.decision, "forbidden");
      }
      assert.deepEqual(await answer(await get(undefined, "/scoped")), UNAUTHORIZED);
    });

    it("refuses a token once it has expired, and follows a rotation of the keys", async () => {
      stand.frozen = Math.floor(Date.now() / 1000) * 1000;
      const token = await stand.issuer.token({ exp: stand.frozen / 1000 + 10 });
      for (; stand.ahead < 10_000; stand.ahead += 1_000) assert.equal((await get(token)).status, 200);
      assert.equal((await get(token)).status, 401);
      assert.match(stand.log.at(-1)?.reason ?? "", /expired/);

      const old = await stand.issuer.token();
      assert.equal((await get(old)).status, 200);
      stand.issuer.rotate();
      stand.ahead += 60_000;
      assert.equal((await get(await stand.issuer.token())).status, 200);
      assert.equal((await get(old)).status, 401);
    });

    it("refuses every token while the issuer is down, and still serves open routes", async () => {
      const token = await stand.issuer.token();
      stand.issuer.answer = (_path, response) => response.destroy();
      assert.deepEqual(await answer(await get(token)), UNAUTHORIZED);
      assert.match(stand.log.at(-1)?.reason ?? "", /no-keys, .* cannot be fetched/);
      assert.deepEqual(await answer(await get(undefined, "/open")), PASSED);
    });

    it("fetches the issuer's keys once for many simultaneous requests", async () => {
      const token = await stand.issuer.token();
      const responses = await Promise.all(Array.from({ length: 30 }, () => get(token)));
      assert.ok(responses.every(({ status }) => status === 200));
      assert.equal(stand.issuer.asked.length, 2);
    });
  });

  it("reads the token from the identity source, and the issuer from an OpenID Connect scheme", async () => {
    const scheme = (changed: object): object => ({
      type: "openIdConnect",
      openIdConnectUrl: `${ISSUER}/.well-known/openid-configuration`,
      "x-amazon-apigateway-authorizer": { type: "jwt", jwtConfiguration: { audience: ["orders"] }, ...changed },
    });
    const securitySchemes = {
      header: scheme({ identitySource: "$request.header.X-Token" }),
      query: scheme({ identitySource: "$request.querystring.token" }),
    };
    const url = await stand.serve(
      {
        "/h": { get: { ...to("/"), security: [{ header: [] }] } },
        "/q": { get: { ...to("/"), security: [{ query: [] }] } },
      },
      { components: { securitySchemes } },
    );
    const token = await stand.issuer.token();
    assert.equal((await fetch(`${url}/h`, { headers: { "x-token": token } })).status, 200);
    assert.equal((await fetch(`${url}/h`, { headers: { authorization: token } })).status, 401);
    assert.equal((await fetch(`${url}/q?token=${token}`)).status, 200);
    assert.equal((await fetch(`${url}/q?token=${token}&token=x`)).status, 200);
    assert.equal((await fetch(`${url}/q?token=x&token=${token}`)).status, 401);
    const other = await stand.issuer.token({ iss: "https://evil.example.com" });
    assert.equal((await fetch(`${url}/h`, { headers: { "x-token": other } })).status, 401);
  });
});
