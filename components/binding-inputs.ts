import type { Input } from "@pulumi/pulumi";
import type { Auths, Backends, HttpBackend, JwtAuth } from "./spec/description.ts";

/** Where an `http` backend is, in one place. */
export interface HttpBackendBinding {
  /** `https://host[:port][/base/path]`; a route's path is put behind it. May be an Output of another resource. */
  readonly url: Input<string>;
}

/** Who issues the tokens of a `jwt` auth, in one place. */
export interface JwtBinding {
  /** Exactly what tokens say in `iss`, e.g. `https://login.example.com`. */
  readonly issuer: Input<string>;
  /**
   * Where the issuer's public keys are. Default: where the issuer's OpenID discovery document says.
   * Google Cloud needs it for an issuer without a discovery document.
   */
  readonly jwksUri?: Input<string>;
}

/** One binding for each backend of a description, of the kind that the backend asks for. */
export type BackendBindings<Bs extends Backends> = {
  readonly [K in keyof Bs]: Bs[K] extends HttpBackend ? HttpBackendBinding : never;
};

type JwtKeys<As extends Auths> = {
  [K in keyof As]: JwtAuth extends As[K] ? K : As[K] extends JwtAuth ? K : never;
}[keyof As];

/** One binding for each `jwt` of a description; may be left out when it has none. */
export type AuthBindings<As extends Auths> = [JwtKeys<As>] extends [never]
  ? { readonly auth?: { readonly [K in never]: JwtBinding } }
  : { readonly auth: { readonly [K in JwtKeys<As>]: JwtBinding } };
