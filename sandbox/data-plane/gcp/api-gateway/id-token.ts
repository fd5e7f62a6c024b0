import type { GoogleSignature } from "../google-signature.ts";

/** The lifetime of Google's ID tokens, in seconds. */
const LIFETIME_S = 3600;
/** A token is replaced this long before it expires, so that a backend never receives one that is about to expire. */
const RENEW_S = 300;

export interface GatewayIdentity {
  /** The email address of the gateway's service account. */
  readonly serviceAccount: string;
  /** Unverified: at Google the subject is the account's number, which the API config does not contain. */
  readonly subject: string;
}

/** Creates the ID tokens for calls to backends. */
export class GatewayIdTokens {
  readonly #identity: GatewayIdentity;
  readonly #signature: GoogleSignature;
  readonly #now: () => number;
  readonly #tokens = new Map<string, { token: string | Promise<string>; readonly renewAt: number }>();

  constructor(identity: GatewayIdentity, signature: GoogleSignature, now: () => number) {
    this.#identity = identity;
    this.#signature = signature;
    this.#now = now;
  }

  /** The token for a backend. A promise only while it is being signed. */
  for(audience: string): string | Promise<string> {
    const now = Math.floor(this.#now() / 1000);
    const current = this.#tokens.get(audience);
    if (current !== undefined && now < current.renewAt) return current.token;
    const { serviceAccount: email, subject: sub } = this.#identity;
    const claims = { azp: sub, email, email_verified: true, sub };
    const signing = this.#signature.sign(claims, audience, now, LIFETIME_S).then((token) => {
      created.token = token;
      return token;
    });
    const created = { token: signing as string | Promise<string>, renewAt: now + LIFETIME_S - RENEW_S };
    this.#tokens.set(audience, created);
    return signing;
  }
}
