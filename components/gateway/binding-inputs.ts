import type { Input } from "@pulumi/pulumi";
import type {
  AllOfAuth,
  Auths,
  Backend,
  Backends,
  FunctionBackend,
  HttpBackend,
  JwtAuth,
  OnPremBackend,
} from "../api/description.ts";

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

/** A link to a private network, as any vendor's class may ask for it: a plain record of texts. */
export type LinkInput = Readonly<Record<string, Input<string>>>;

/** Where an `onPrem` backend is, in one place, and how the gateway gets there. */
export interface OnPremBackendBinding<Link = LinkInput> {
  /**
   * `https://host[:port][/base/path]`; a route's path is put behind it. The host is the one that the backend is asked for and
   * whose certificate it shows; where requests go is the link's to say. May be an Output of another resource.
   */
  readonly url: Input<string>;
  /**
   * How the gateway reaches the private network, in its vendor's words: on AWS the `link` of an `AwsOnPremLink`, or one written
   * out for a VPC link that is there. May be an Output as a whole, as from a stack reference, and so may each of its values.
   */
  readonly link: Input<Link>;
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

type BackendBinding<B extends Backend, Link> = B extends HttpBackend
  ? HttpBackendBinding
  : B extends FunctionBackend
    ? FunctionBackendBinding
    : B extends OnPremBackend
      ? OnPremBackendBinding<Link>
      : never;

/** One binding for each backend of a description, of the kind that the backend asks for. */
export type BackendBindings<Bs extends Backends, Link = LinkInput> = {
  readonly [K in keyof Bs]: BackendBinding<Bs[K], Link>;
};

type TokenKeys<As extends Auths> = {
  [K in keyof As]: [Extract<As[K], JwtAuth | AllOfAuth>] extends [never] ? never : K;
}[keyof As];

/** One binding for each token that a description asks for; may be left out when it asks for none. */
export type AuthBindings<As extends Auths> = [TokenKeys<As>] extends [never]
  ? { readonly auth?: { readonly [K in never]: JwtBinding } }
  : { readonly auth: { readonly [K in TokenKeys<As>]: JwtBinding } };
