import { type GenerateKeyPairResult, generateKeyPair, SignJWT } from "jose";

/** How long Google's ID tokens live, in seconds. */
const LIFETIME_S = 3600;
/** A token is replaced this long before it ends, so that the backend never sees one about to. */
const RENEW_S = 300;

/**
 * The ID tokens with which the gateway calls its backends: shaped as Google's are, signed with a key of this process
 * that nobody publishes, so that a backend which really checks them refuses, as it should on a laptop.
 */
export class GatewayIdTokens {
  readonly #subject: string;
  readonly #now: () => number;
  #key: Promise<GenerateKeyPairResult["privateKey"]> | undefined;
  readonly #tokens = new Map<string, { readonly token: Promise<string>; readonly renewAt: number }>();

  /**
   * @param subject whom the tokens name. Google puts the gateway's service account there, which the API config's document
   *   does not say.
   */
  constructor(subject: string, now: () => number) {
    this.#subject = subject;
    this.#now = now;
  }

  for(audience: string): Promise<string> {
    const now = Math.floor(this.#now() / 1000);
    const held = this.#tokens.get(audience);
    if (held !== undefined && now < held.renewAt) return held.token;
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
