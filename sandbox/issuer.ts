import { randomUUID } from "node:crypto";
import type { RequestListener } from "node:http";
import { OAuth2Issuer, OAuth2Service } from "oauth2-mock-server";
import type { Store } from "./store.ts";

/** The content of a token of the local issuer. */
export interface TokenRequest {
  /** Scopes, separated by spaces. @default none */
  readonly scope?: string;
  /** @default "polygate" */
  readonly audience?: string | readonly string[];
  /** The seconds until the token expires; negative for an expired token. @default 3600 */
  readonly expiresInSeconds?: number;
  /** @default "polygate-user" */
  readonly subject?: string;
}

/**
 * The local OpenID Connect issuer. It signs with RS256 and stores its key, so that tokens stay valid after a restart. Gateways reach it by its
 * public name, which the host map leads to this machine.
 */
export class Issuer {
  readonly #issuer: OAuth2Issuer;
  /** Serves the discovery document, the keys and the standard token endpoints. */
  readonly requestHandler: RequestListener;

  private constructor(issuer: OAuth2Issuer) {
    this.#issuer = issuer;
    this.requestHandler = new OAuth2Service(issuer).requestHandler;
  }

  /** @param url the issuer's name, e.g. `https://login.example.com`: exactly the value of `iss` */
  static async open(store: Pick<Store, "secret" | "keepSecret">, url: string): Promise<Issuer> {
    const issuer = new OAuth2Issuer();
    issuer.url = url;
    const kept = store.secret("issuer-key");
    if (kept !== undefined) {
      await issuer.keys.add(JSON.parse(kept) as Record<string, unknown>);
    } else {
      await issuer.keys.generate("RS256", { kid: randomUUID() });
      store.keepSecret("issuer-key", JSON.stringify(issuer.keys.toJSON(true)[0]));
    }
    return new Issuer(issuer);
  }

  get url(): string {
    return this.#issuer.url ?? "";
  }

  async mintToken(request: TokenRequest = {}): Promise<string> {
    const { audience = "polygate", expiresInSeconds = 3600, scope, subject = "polygate-user" } = request;
    return this.#issuer.buildToken({
      expiresIn: expiresInSeconds,
      scopesOrTransform: (_header, payload) => {
        payload.sub = subject;
        payload.aud = audience;
        payload.jti = randomUUID();
        if (scope !== undefined && scope !== "") payload.scope = scope;
        // An expired token was valid before: it was issued before it expired.
        payload.iat = Math.min(payload.iat, payload.exp - 1);
        payload.nbf = Math.min(payload.nbf, payload.iat);
      },
    });
  }
}
