import { type GenerateKeyPairResult, generateKeyPair, type JWTPayload, jwtVerify, SignJWT } from "jose";

const ALGORITHM = "RS256";

/** The claims of a valid ID token, or why a token is refused. */
export type IdTokenVerdict =
  | { readonly valid: true; readonly claims: JWTPayload }
  | { readonly valid: false; readonly reason: string };

/**
 * A cloud's signature on the tokens of its identities. Its key is created by this process and never published, so that a backend that
 * verifies tokens with the cloud's own keys rejects them, and nobody but the sandbox's gateways has a token that a service of the sandbox
 * accepts.
 */
export class TokenSignature {
  readonly #issuer: string;
  #pair: Promise<GenerateKeyPairResult> | undefined;

  /** @param issuer the value of `iss` */
  constructor(issuer: string) {
    this.#issuer = issuer;
  }

  get #keys(): Promise<GenerateKeyPairResult> {
    this.#pair ??= generateKeyPair(ALGORITHM);
    return this.#pair;
  }

  /** @param issuedAt in seconds since the epoch */
  async sign(claims: JWTPayload, audience: string, issuedAt: number, lifetime: number): Promise<string> {
    return await new SignJWT(claims)
      .setProtectedHeader({ alg: ALGORITHM, typ: "JWT" })
      .setIssuer(this.#issuer)
      .setAudience(audience)
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + lifetime)
      .sign((await this.#keys).privateKey);
  }

  /** Verifies signature, issuer and times, but not the audience. @param now in milliseconds since the epoch */
  async verify(token: string, now: number): Promise<IdTokenVerdict> {
    try {
      const { payload } = await jwtVerify(token, (await this.#keys).publicKey, {
        algorithms: [ALGORITHM],
        issuer: this.#issuer,
        requiredClaims: ["exp"],
        currentDate: new Date(now),
      });
      return { valid: true, claims: payload };
    } catch (error) {
      return { valid: false, reason: (error as Error).message };
    }
  }
}
