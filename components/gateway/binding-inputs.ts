import type { Input } from "@pulumi/pulumi";
import type {
  AllOfAuth,
  Auth,
  Auths,
  Backend,
  Backends,
  FunctionBackend,
  HttpBackend,
  JwtAuth,
  OnPremBackend,
  TrustKind,
} from "../api/description.ts";

/** The binding of an `http` backend. */
export interface HttpBackendBinding {
  /** `https://host[:port][/base/path]`. The path of a route is appended to it. */
  readonly url: Input<string>;
}

/** A function: a plain record of strings. Each vendor's class defines which members it has. */
export type FunctionInput = Readonly<Record<string, Input<string>>>;

/** A link to a private network: a plain record of strings. Each vendor's class defines which members it has. */
export type LinkInput = Readonly<Record<string, Input<string>>>;

/**
 * How a gateway proves itself to a backend: a kind that the backend accepts, and references to secrets, never the secrets themselves. Each
 * vendor's class defines which kinds and members it has.
 */
export type ProofInput = { readonly kind: TrustKind } & Readonly<Record<string, Input<string>>>;

/** The binding of an `onPrem` backend. */
export interface OnPremBackendBinding<Link = LinkInput> {
  /**
   * `https://host[:port][/base/path]`. The path of a route is appended to it. The gateway sends the host in the `Host` header and
   * checks the backend's certificate against it; the link decides which address requests are sent to.
   */
  readonly url: Input<string>;
  /**
   * How the gateway reaches the private network, in the terms of its class. The whole link may be an Output, for example of a
   * stack reference, and so may each of its members.
   */
  readonly link: Input<Link>;
}

/** The binding of a `jwt` auth, or of the `jwt` in an `allOf`: who issues its tokens, and for whom. */
export interface JwtBinding {
  /**
   * The exact value of the tokens' `iss` claim, e.g. `https://login.example.com`. A slash at the end makes it another issuer. In the
   * sandbox, the log entry of a token that is rejected for its issuer shows both.
   */
  readonly issuer: Input<string>;
  /**
   * The URL of the issuer's public keys. Some gateways require it for an issuer without a discovery document.
   *
   * @default the `jwks_uri` of the issuer's OpenID discovery document
   */
  readonly jwksUri?: Input<string>;
  /**
   * A token's `aud` must contain at least one of these. Required if the description lists no audiences, and an error if it does. The
   * whole list may be an Output, and so may each of its items, e.g. the id of a Cognito user pool client of the same stack.
   *
   * @default those of the description
   */
  readonly audiences?: Input<readonly Input<string>[]>;
}

/** The binding of a token whose audiences are listed in the description. */
export interface JwtBindingWithoutAudiences extends JwtBinding {
  readonly audiences?: never;
}

/** The binding of a token whose audiences are not listed in the description. */
export interface JwtBindingWithAudiences extends JwtBinding {
  readonly audiences: Input<readonly Input<string>[]>;
}

/** The binding of one auth. A description whose types do not tell whether it lists audiences is checked when the program runs. */
type JwtBindingOf<A extends Auth> =
  TokenOf<A> extends { readonly audiences: readonly string[] }
    ? JwtBindingWithoutAudiences
    : TokenOf<A> extends { readonly kind: "jwt"; readonly audiences?: never }
      ? JwtBindingWithAudiences
      : JwtBinding;

type TokenOf<A extends Auth> = A extends AllOfAuth ? A["of"][0] : Extract<A, JwtAuth>;

/** The proof of one of the kinds that a backend accepts. If the class has none of them, what is bound is reported by name. */
type ProofFor<T, Proof> = [Extract<Proof, { readonly kind: keyof T }>] extends [never]
  ? { readonly proof?: Proof }
  : {
      /** How the gateway proves itself to the backend: a kind that the backend accepts (`trust`), and what the gateway needs for it. */
      readonly proof: Extract<Proof, { readonly kind: keyof T }>;
    };

/**
 * The proof that belongs to the binding of a backend. Without known types, as in a description from `fromOpenApi`, a missing proof is
 * reported when the program runs.
 */
type ProofBinding<B extends Backend, Proof> = B extends { readonly trust: infer T }
  ? ProofFor<T, Proof>
  : B extends { readonly trust?: never }
    ? { readonly proof?: never }
    : { readonly proof?: Proof };

type BackendBindingInput<B extends Backend, Link, Fn, Proof> = B extends HttpBackend
  ? HttpBackendBinding & ProofBinding<B, Proof>
  : B extends FunctionBackend
    ? Fn
    : B extends OnPremBackend
      ? OnPremBackendBinding<Link> & ProofBinding<B, Proof>
      : never;

/** One binding for each backend of a description, of the kind that the backend requires. */
export type BackendBindings<Bs extends Backends = Backends, Link = LinkInput, Fn = never, Proof = never> = {
  readonly [K in keyof Bs]: BackendBindingInput<Bs[K], Link, Fn, Proof>;
};

/** The names of the auths that check a token. */
type TokenKeys<As extends Auths> = {
  [K in keyof As]: [Extract<As[K], JwtAuth | AllOfAuth>] extends [never] ? never : K;
}[keyof As];

/**
 * One binding for each auth of a description that checks a token. Optional if no auth does, and if the names of the auths are not
 * known to the compiler, as in a description from `fromOpenApi`: missing bindings are then reported when the program runs.
 */
export type AuthBindings<As extends Auths = Auths> = string extends keyof As
  ? { readonly auth?: Readonly<Record<string, JwtBinding>> }
  : [TokenKeys<As>] extends [never]
    ? { readonly auth?: { readonly [K in never]: JwtBinding } }
    : { readonly auth: { readonly [K in TokenKeys<As>]: JwtBindingOf<As[K]> } };
