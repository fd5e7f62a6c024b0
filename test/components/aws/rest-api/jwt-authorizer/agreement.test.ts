import assert from "node:assert/strict";
import fc from "fast-check";
import { createLocalJWKSet, type JWK, type JWTVerifyGetKey, errors as joseErrors, jwtVerify } from "jose";
import {
  AuthorizerBench,
  type Decision,
} from "../../../../support/components/aws/rest-api/jwt-authorizer/authorizer-bench.ts";
import {
  compact,
  type Signer,
  signer,
} from "../../../../support/components/aws/rest-api/jwt-authorizer/local-issuer.ts";

const algorithms = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"] as const;
const audiences = ["orders", "shop"];
const scopes = ["orders:read", "orders:write"];
const at = Date.UTC(2026, 10, 24) / 1_000;

/** A token, and how it is damaged. */
interface Sample {
  readonly alg: (typeof algorithms)[number];
  readonly by: "published" | "unnamed" | "stranger";
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
  readonly scheme: string;
  readonly damage: (token: string) => string;
}

const time = (...offsets: readonly number[]) => fc.constantFrom<unknown>(...offsets.map((offset) => at + offset));
const mostly = <T>(good: T, ...others: readonly unknown[]) =>
  fc.oneof({ weight: 12, arbitrary: fc.constant<unknown>(good) }, { weight: 1, arbitrary: fc.constantFrom(...others) });

const sample: fc.Arbitrary<Sample> = fc.record({
  alg: fc.constantFrom(...algorithms),
  by: fc.oneof(
    { weight: 6, arbitrary: fc.constant("published" as const) },
    fc.constantFrom("unnamed" as const, "stranger" as const),
  ),
  header: fc.oneof(
    { weight: 10, arbitrary: fc.constant({}) },
    fc.constantFrom(
      { kid: undefined },
      { kid: "unknown" },
      { kid: "" },
      { typ: "at+jwt" },
      { x5c: ["AAAA"] },
      { cty: "JWT" },
    ),
  ),
  claims: fc.record({
    iss: mostly("https://login.example.com/tenant", "https://login.example.com/tenant/", undefined, ["x"]),
    sub: mostly("u-1", undefined, 7),
    aud: fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom<unknown>("orders", "shop", ["shop"], ["other", "orders"]) },
      fc.constantFrom<unknown>("other", [], ["other"], "", undefined, null, 7),
    ),
    exp: fc.oneof(
      { weight: 8, arbitrary: time(300, 1, 0, -59) },
      fc.oneof(time(-60, -61, -3_600), fc.constantFrom<unknown>(undefined, null, String(at + 300), true)),
    ),
    nbf: fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom<unknown>(undefined, at, at - 300, at + 60) },
      fc.constantFrom<unknown>(at + 61, String(at), null, {}),
    ),
    iat: mostly(at, at - 300, at + 60, at + 61, undefined, String(at), null),
    scope: fc.constantFrom<unknown>(undefined, "orders:read", "other orders:write", "other", "", ["orders:read"], 7),
    scp: fc.constantFrom<unknown>(undefined, undefined, ["orders:write"], ["other", 7], "orders:read", {}),
  }),
  scheme: fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom("Bearer ", "bearer ", "BEARER  ") },
    fc.constantFrom("Basic ", ""),
  ),
  damage: fc.oneof(
    { weight: 8, arbitrary: fc.constant((token: string) => token) },
    fc
      .tuple(fc.nat(2_000), fc.constantFrom("A", "B", "-", "_", ".", "=", "+", " ", "é"))
      .map(([where, by]) => (token: string) => {
        const index = where % token.length;
        return token.slice(0, index) + by + token.slice(index + 1);
      }),
    fc.nat(2_000).map((where) => (token: string) => token.slice(0, where % token.length)),
    fc.constantFrom(
      (token: string) => `${token}A`,
      (token: string) => `${token}.`,
      (token: string) => token.split(".").slice(0, 2).join("."),
      (token: string) => token.split(".").toReversed().join("."),
    ),
  ),
});

/** Verifies with jose. If several keys match, jose offers them one after the other. */
async function joseAccepts(
  token: string,
  published: readonly JWK[],
): Promise<Readonly<Record<string, unknown>> | undefined> {
  const options = {
    algorithms: [...algorithms],
    issuer: "https://login.example.com/tenant",
    audience: audiences,
    requiredClaims: ["exp"],
    clockTolerance: 60,
    currentDate: new Date(at * 1_000),
  };
  const attempt = async (key: JWTVerifyGetKey | Parameters<typeof jwtVerify>[1]) =>
    (await jwtVerify(token, key as JWTVerifyGetKey, options)).payload;
  try {
    return await attempt(createLocalJWKSet({ keys: [...published] }));
  } catch (error) {
    if (!(error instanceof joseErrors.JWKSMultipleMatchingKeys)) return undefined;
    for await (const key of error) {
      try {
        return await attempt(key);
      } catch {
        // Not signed by this key.
      }
    }
    return undefined;
  }
}

/** The contract, implemented with jose. */
async function expected({ scheme }: Sample, token: string, published: readonly JWK[]): Promise<Decision> {
  if (!/^bearer +$/i.test(scheme)) return "unauthorized";
  const canonical = token.split(".").every((part) => Buffer.from(part, "base64url").toString("base64url") === part);
  const claims = canonical ? await joseAccepts(token, published) : undefined;
  if (claims === undefined) return "unauthorized";
  const { iat, scope, scp } = claims;
  if (iat !== undefined && !(typeof iat === "number" && iat <= at + 60)) return "unauthorized";
  const held = [scope, scp].flatMap((granted) =>
    typeof granted === "string" ? granted.split(" ") : Array.isArray(granted) ? granted : [],
  );
  return held.some((name) => scopes.includes(name)) ? "allow" : "deny";
}

describe("the function that verifies tokens and jose, another verifier,", () => {
  it("agree on every token: valid, damaged and forged", async () => {
    const make = async (kid?: string) =>
      Object.fromEntries(
        await Promise.all(
          algorithms.map(
            async (alg) => [alg, await signer(alg, kid === undefined ? undefined : `${kid}-${alg}`)] as const,
          ),
        ),
      ) as Record<(typeof algorithms)[number], Signer>;
    const signers = { published: await make("key"), unnamed: await make(), stranger: await make("key") };
    const published = [...Object.values(signers.published), ...Object.values(signers.unnamed)].map(({ jwk }) => jwk);
    const bench = new AuthorizerBench({ audiences, scopes });
    bench.now = at * 1_000;
    bench.issuer.published = published;
    const seen = { allow: 0, deny: 0, unauthorized: 0, failure: 0 };
    await fc.assert(
      fc.asyncProperty(sample, async (given) => {
        const whole = await compact(signers[given.by][given.alg], given.claims, given.header);
        const token = given.damage(whole);
        const decision = await bench.decide(`${given.scheme}${token}`);
        seen[decision]++;
        assert.equal(decision, await expected(given, token, published), JSON.stringify(given));
      }),
      { numRuns: 1_500 },
    );
    assert.ok(seen.allow > 100 && seen.deny > 50 && seen.unauthorized > 300, JSON.stringify(seen));
    assert.equal(seen.failure, 0);
  }).timeout(120_000);
});
