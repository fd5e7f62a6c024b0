import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { type JWTPayload, SignJWT } from "jose";
import { HttpKeySource } from "../../../../sandbox/data-plane/verifying/keys.ts";
import {
  audiencesOf,
  type TokenRules,
  type TokenVerdict,
  TokenVerifier,
} from "../../../../sandbox/data-plane/verifying/token.ts";
import { LoopbackHostMap } from "../../../../sandbox/host-map.ts";
import { ISSUER, TestIssuer } from "../../../support/sandbox/data-plane/test-data-plane.ts";

const rules: TokenRules = {
  algorithms: ["RS256"],
  clockSkewMs: 0,
  requireKeyId: true,
  requireExpiry: true,
  checkIssuedAt: true,
  issuers: () => [ISSUER],
  audience: (claims) => audiencesOf(claims).includes("orders"),
};
const policy = { ttlMs: 3_600_000, refetchAfterMs: 1_000 };
const base64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

describe("A token", () => {
  let issuer: TestIssuer;
  let now: number;
  let source: HttpKeySource;

  beforeEach(async () => {
    now = 1_800_000_000_000;
    issuer = new TestIssuer(ISSUER);
    await issuer.web.start();
    source = new HttpKeySource(new LoopbackHostMap(new Map([[ISSUER, issuer.web.origin]])), () => now);
  });
  afterEach(() => issuer.web.close());

  const verifier = (changed: Partial<TokenRules> = {}): TokenVerifier =>
    new TokenVerifier(source.of({ issuer: ISSUER }, policy), { ...rules, ...changed }, () => now);
  const token = (claims: JWTPayload = {}, header: object = {}): Promise<string> =>
    issuer.token(claims, header, now / 1000);
  const failureOf = (verdict: TokenVerdict): string => (verdict.valid ? "valid" : verdict.failure);

  it("of the right issuer, audience, time and signature is accepted, with its claims", async () => {
    const verdict = await verifier().verify(await token({ scope: "a b" }));
    assert.ok(verdict.valid);
    assert.equal(verdict.claims.scope, "a b");
  });

  const second = 1_800_000_000;
  const refused: readonly (readonly [string, JWTPayload, string])[] = [
    ["that has expired", { exp: second }, "expired"],
    ["that never expires", { exp: undefined as never }, "expired"],
    ["that is not valid yet", { nbf: second + 1 }, "not-yet-valid"],
    ["issued in the future", { iat: second + 1 }, "issued-in-future"],
    ["of another issuer", { iss: "https://evil.example.com" }, "issuer"],
    ["of no issuer", { iss: undefined as never }, "issuer"],
    ["for another audience", { aud: "billing" }, "audience"],
    ["for no audience", { aud: undefined as never }, "audience"],
    ["for an audience that only begins alike", { aud: "orders2" }, "audience"],
    ["with an audience that is no text", { aud: [{}] as never }, "audience"],
    ["with an expiry that is no number", { exp: "tomorrow" as never }, "malformed"],
  ];
  for (const [what, claims, failure] of refused) {
    it(`${what} is refused: ${failure}`, async () => {
      assert.equal(failureOf(await verifier().verify(await signed(claims))), failure);
    });
  }

  it("of another issuer is refused with both issuers, since a slash at the end is easily overlooked", async () => {
    const verdict = await verifier().verify(await signed({ iss: `${ISSUER}/` }));
    assert.deepEqual(verdict, {
      valid: false,
      failure: "issuer",
      detail: `iss "${ISSUER}/" is not exactly "${ISSUER}"`,
    });
  });

  async function signed(claims: object): Promise<string> {
    const { kid, privateKey } = issuer.key;
    const payload = { iss: ISSUER, aud: "orders", iat: second - 60, exp: second + 3600, ...claims };
    return await new SignJWT(payload as JWTPayload).setProtectedHeader({ alg: "RS256", kid }).sign(privateKey);
  }

  it("for one of several audiences is accepted", async () => {
    assert.equal(failureOf(await verifier().verify(await token({ aud: ["billing", "orders"] }))), "valid");
  });

  it("just inside the clock skew is accepted, and just outside refused, where a vendor allows one", async () => {
    const lenient = verifier({ clockSkewMs: 60_000 });
    assert.equal(failureOf(await lenient.verify(await token({ exp: second - 59 }))), "valid");
    assert.equal(failureOf(await lenient.verify(await token({ exp: second - 60 }))), "expired");
    assert.equal(failureOf(await lenient.verify(await token({ nbf: second + 60 }))), "valid");
    assert.equal(failureOf(await lenient.verify(await token({ nbf: second + 61 }))), "not-yet-valid");
  });

  it("without a signature is refused, however its header is spelt", async () => {
    const payload = base64({ iss: ISSUER, aud: "orders", exp: second + 3600 });
    for (const alg of ["none", "None", "NONE", "nOnE"]) {
      for (const signature of ["", "AAAA"]) {
        const unsigned = `${base64({ alg, kid: "key-1" })}.${payload}.${signature}`;
        assert.equal(failureOf(await verifier().verify(unsigned)), "unsigned");
      }
    }
    const [header = ""] = (await token()).split(".");
    assert.equal(failureOf(await verifier().verify(`${header}.${payload}.`)), "unsigned");
  });

  it("signed with the public key as a shared secret is refused, even where a vendor's list had the algorithm", async () => {
    const secret = issuer.key.publicKey.export({ type: "spki", format: "pem" }) as string;
    const forged = await new SignJWT({ iss: ISSUER, aud: "orders" })
      .setExpirationTime(second + 60)
      .setProtectedHeader({ alg: "HS256", kid: "key-1" })
      .sign(Buffer.from(secret));
    assert.equal(failureOf(await verifier().verify(forged)), "algorithm-not-allowed");
    const careless = verifier({ algorithms: ["RS256", "HS256", "none"] });
    assert.equal(failureOf(await careless.verify(forged)), "algorithm-not-allowed");
  });

  it("signed by another key under a known key id is refused", async () => {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const forged = await new SignJWT({ iss: ISSUER, aud: "orders" })
      .setExpirationTime(second + 60)
      .setProtectedHeader({ alg: "RS256", kid: "key-1" })
      .sign(privateKey);
    assert.equal(failureOf(await verifier().verify(forged)), "bad-signature");
  });

  it("that brings its own key is refused", async () => {
    const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const jwk = publicKey.export({ format: "jwk" });
    const forged = await new SignJWT({ iss: ISSUER, aud: "orders" })
      .setExpirationTime(second + 60)
      .setProtectedHeader({ alg: "RS256", kid: "key-1", jwk: jwk as never, jku: "https://evil.example.com/jwks" })
      .sign(privateKey);
    assert.equal(failureOf(await verifier().verify(forged)), "bad-signature");
  });

  it("changed after it was signed is refused, also when the original is known", async () => {
    const once = verifier();
    const good = await token();
    assert.equal(failureOf(await once.verify(good)), "valid");
    const [header, , signature] = good.split(".");
    const changed = `${header}.${base64({ iss: ISSUER, aud: "orders", exp: second + 9_999, scope: "admin" })}.${signature}`;
    assert.equal(failureOf(await once.verify(changed)), "bad-signature");
  });

  it("of another form is refused", async () => {
    const { length } = await token();
    const nonsense = [
      "",
      "x",
      "a.b",
      "a.b.c",
      "a.b.c.d",
      `${base64(1)}.e30.AA`,
      `${base64({})}.e30.AA`,
      "é.é.é",
      "x".repeat(length),
    ];
    for (const text of nonsense) assert.equal(failureOf(await verifier().verify(text)), "malformed", text);
  });

  it("with a critical extension, or an unencoded payload, is refused", async () => {
    const good = await token();
    const [, payload, signature] = good.split(".");
    for (const extra of [{ crit: ["exp"] }, { b64: false }]) {
      const header = base64({ alg: "RS256", kid: "key-1", ...extra });
      assert.equal(failureOf(await verifier().verify(`${header}.${payload}.${signature}`)), "malformed");
    }
  });

  it("with an algorithm that the vendor or the key does not allow is refused", async () => {
    assert.equal(failureOf(await verifier().verify(await token({}, { alg: "RS512" }))), "algorithm-not-allowed");
    issuer.answer = (path, response) => {
      const { keys } = issuer.document("/jwks") as { keys: readonly object[] };
      response.end(
        JSON.stringify(
          path === "/jwks" ? { keys: keys.map((key) => ({ ...key, alg: "RS512" })) } : issuer.document(path),
        ),
      );
    };
    assert.equal(failureOf(await verifier().verify(await token())), "unknown-kid");
  });

  it("without a key id is refused where one is required, and otherwise tried with every key", async () => {
    const without = await token({}, { kid: undefined });
    assert.equal(failureOf(await verifier().verify(without)), "unknown-kid");
    assert.equal(failureOf(await verifier({ requireKeyId: false }).verify(without)), "valid");
  });

  it("of an unknown key is refused, and has the keys fetched again", async () => {
    const once = verifier();
    await once.verify(await token());
    issuer.rotate();
    const newer = await token();
    assert.equal(failureOf(await once.verify(newer)), "unknown-kid");
    now += policy.refetchAfterMs;
    assert.equal(failureOf(await once.verify(newer)), "valid");
  });

  it("of a key that was rotated out is refused once the keys are fetched again, though it was accepted before", async () => {
    const once = verifier();
    const old = await token();
    assert.equal(failureOf(await once.verify(old)), "valid");
    issuer.rotate();
    assert.equal(failureOf(await once.verify(old)), "valid");
    now += policy.refetchAfterMs;
    // Someone else's token with the new key brings the new key set.
    assert.equal(failureOf(await once.verify(await token())), "valid");
    assert.equal(failureOf(await once.verify(old)), "unknown-kid");
    assert.equal(once.remembered, 1);
  });

  it("is refused while the keys are missing", async () => {
    issuer.answer = (_path, response) => response.writeHead(503).end();
    assert.equal(failureOf(await verifier().verify(await token())), "no-keys");
  });

  it("in the cache is verified synchronously, and refused from the moment it expires", async () => {
    const once = verifier();
    const short = await token({ exp: second + 10 });
    assert.ok(once.verify(short) instanceof Promise);
    await once.verify(short);
    const again = once.verify(short);
    assert.ok(!(again instanceof Promise));
    assert.equal(failureOf(again), "valid");
    now += 9_999;
    assert.equal(failureOf(once.verify(short) as TokenVerdict), "valid");
    now += 1;
    assert.equal(failureOf(once.verify(short) as TokenVerdict), "expired");
  });

  it("with the signature of a cached token and another payload is refused", async () => {
    const once = verifier();
    const known = await token();
    assert.equal(failureOf(await once.verify(known)), "valid");
    const [header, , signature] = known.split(".");
    const [, payload] = (await token({ sub: "another" })).split(".");
    assert.equal(failureOf(await once.verify(`${header}.${payload}.${signature}`)), "bad-signature");
    assert.equal(failureOf(await once.verify(known)), "valid");
  });

  it("is cached in bounded memory: long tokens replace each other", async () => {
    const once = verifier();
    const pad = "x".repeat(200_000);
    for (let index = 0; index < 80; index++) {
      assert.equal(failureOf(await once.verify(await token({ pad, index }))), "valid");
    }
    assert.ok(once.remembered < 80, `${once.remembered} of 80 are remembered`);
    assert.ok(once.remembered > 40, `${once.remembered} of 80 are remembered`);
  });
});
