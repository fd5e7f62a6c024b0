import { type GenerateKeyPairResult, generateKeyPair, SignJWT } from "jose";

/** The lifetime of Google's ID tokens, in seconds. */
const LIFETIME_S = 3600;
/** A token is replaced this long before it expires, so that a backend never receives one that is about to expire. */
const RENEW_S = 300;

/**
 * Creates the ID tokens for calls to backends. They look like Google's, but are signed with an unpublished key of this process, so that a
 * backend that verifies them rejects them.
 */
export class GatewayIdTokens {
  readonly #subject: string;
  readonly #now: () => number;
  #key: Promise<GenerateKeyPairResult["privateKey"]> | undefined;
  readonly #tokens = new Map<string, { readonly token: Promise<string>; readonly renewAt: number }>();

  /**
   * @param subject the subject of the tokens. At Google it is the gateway's service account, which the document of the API config does
   *   not contain.
   */
  constructor(subject: string, now: () => number) {
    this.#subject = subject;
    this.#now = now;
  }

  for(audience: string): Promise<string> {
    const now = Math.floor(this.#now() / 1000);
    const current = this.#tokens.get(audience);
    if (current !== undefined && now < current.renewAt) return current.token;
    const token = this.#sign(audience, now);
    this.#tokens.set(audience, { token, renewAt: now + LIFETIME_S - RENEW_S });
    return token;
  }

  async #sign(audience: string, now: number): Promise<string> {
    this.#key ??= generateKeyPair("RS256").then((pair) => pair.privateKey);
    return await new SignJWT({ azp: this.#subject })
      .setProtectedHeader({ alg: "RS256", typ: "JWT" })
      .setIssuer("https://accounts.google.com")
      .setAudience(audience)
      .setSubject(this.#subject)
      .setIssuedAt(now)
      .setExpirationTime(now + LIFETIME_S)
      .sign(await this.#key);
  }
}
