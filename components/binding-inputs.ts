import type { Input } from "@pulumi/pulumi";
import type { AllOfAuth, Auths, Backend, Backends, FunctionBackend, HttpBackend, JwtAuth } from "./spec/description.ts";

/** Where an `http` backend is, in one place. */
export interface HttpBackendBinding {
  /** `https://host[:port][/base/path]`; a route's path is put behind it. May be an Output of another resource. */
  readonly url: Input<string>;
}

/** Which function an `fn` backend is, in one place. */
export interface FunctionBackendBinding {
  /** The ARN of an AWS Lambda function, without a version or alias. May be an Output of another resource. */
  readonly functionArn: Input<string>;
}

/** Who issues the tokens of a `jwt` auth, or of the `jwt` in an `allOf`, in one place. */
export interface JwtBinding {
  /** Exactly what tokens say in `iss`, e.g. `https://login.example.com`. */
  readonly issuer: Input<string>;
  /**
   * Where the issuer's public keys are. Default: where the issuer's OpenID discovery document says.
   * Google Cloud needs it for an issuer without a discovery document.
   */
  readonly jwksUri?: Input<string>;
}

type BackendBinding<B extends Backend> = B extends HttpBackend
  ? HttpBackendBinding
  : B extends FunctionBackend
    ? FunctionBackendBinding
    : never;

/** One binding for each backend of a description, of the kind that the backend asks for. */
export type BackendBindings<Bs extends Backends> = { readonly [K in keyof Bs]: BackendBinding<Bs[K]> };

type TokenKeys<As extends Auths> = {
  [K in keyof As]: [Extract<As[K], JwtAuth | AllOfAuth>] extends [never] ? never : K;
}[keyof As];

/** One binding for each token that a description asks for; may be left out when it asks for none. */
export type AuthBindings<As extends Auths> = [TokenKeys<As>] extends [never]
  ? { readonly auth?: { readonly [K in never]: JwtBinding } }
  : { readonly auth: { readonly [K in TokenKeys<As>]: JwtBinding } };
