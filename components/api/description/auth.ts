import { declared } from "./declared.ts";

/** The options of {@link jwt} beside the audiences. */
export interface JwtOptions {
  /**
   * The claim that holds the audience of a token without `aud`. Access tokens of Amazon Cognito have `client_id` instead. A token with
   * `aud` is always judged by its `aud`.
   *
   * @default none; then a token without `aud` is rejected
   */
  readonly audienceFallback?: "client_id";
}

/** Requires a JSON Web Token of one issuer, which is bound when a gateway is declared. */
export interface JwtAuth extends JwtOptions {
  /** What `jwt(…)` returns. */
  readonly kind: "jwt";
  /**
   * A token's `aud` must contain at least one of these. Each is one line of text. An empty list is an error.
   *
   * @default none; then each gateway binds them, beside the issuer
   */
  readonly audiences?: readonly string[];
}

/** A {@link JwtAuth} that lists its audiences. A gateway cannot bind others. */
export interface JwtAuthWithAudiences extends JwtAuth {
  /** The audiences. */
  readonly audiences: readonly string[];
}

/** A {@link JwtAuth} without audiences. Each gateway binds them, beside the issuer. */
export interface JwtAuthWithoutAudiences extends JwtAuth {
  /** None. */
  readonly audiences?: never;
}

/** Requires the API key of a consumer in the header `x-api-key`. Consumers are declared with a gateway. */
export interface ApiKeyAuth {
  /** What `apiKey()` returns. */
  readonly kind: "apiKey";
}

/** Requires both a token and an API key. */
export interface AllOfAuth<Token extends JwtAuth = JwtAuth> {
  /** What `allOf(…)` returns. */
  readonly kind: "allOf";
  /** The token and the key, in this order. The token's issuer and audiences are bound under the name of this auth. */
  readonly of: readonly [Token, ApiKeyAuth];
}

/**
 * Requires a request that the caller signs with credentials of the gateway's own cloud. That cloud's policies, not the
 * description, decide who may call which route.
 */
export interface IamAuth {
  /** What `iam()` returns. */
  readonly kind: "iam";
}

/** Requires nothing, for a stated reason. */
export interface OpenAuth {
  /** What `open(…)` returns. */
  readonly kind: "open";
  /** Why the route may be open. Shown at every preview; an empty one is an error. */
  readonly reason: string;
}

/** What a request must present before it reaches a backend. */
export type Auth = JwtAuth | ApiKeyAuth | AllOfAuth | IamAuth | OpenAuth;

/** Auths by name: a letter, then letters, digits, `_` or `-`, at most 63 characters. */
export type Auths = Readonly<Record<string, Auth>>;

/** Requires a JSON Web Token whose audiences each gateway binds. */
export function jwt(options?: JwtOptions & { readonly audiences?: never }): JwtAuthWithoutAudiences;
/**
 * Requires a JSON Web Token: signed by the bound issuer, not expired, and issued for one of the audiences.
 *
 * Audiences that are the same everywhere are listed here. With `jwt()`, each gateway binds its own:
 * `auth: { customers: { issuer, audiences } }`.
 *
 * @example
 * ```ts
 * import { jwt } from "polygate";
 *
 * const staff = jwt({ audiences: ["orders"] });
 * const customers = jwt();
 * ```
 */
export function jwt(options: JwtOptions & { readonly audiences: readonly string[] }): JwtAuthWithAudiences;
export function jwt(...options: readonly unknown[]): object {
  return declared("jwt", options);
}

/**
 * Requires the API key of a consumer in the header `x-api-key`. A key identifies the calling program, not its user, and never
 * expires by itself. For people, require a token too, with {@link allOf}.
 *
 * @example
 * ```ts
 * import { apiKey } from "polygate";
 *
 * const auth = { partners: apiKey() };
 * ```
 */
export function apiKey(): ApiKeyAuth;
export function apiKey(...options: readonly unknown[]): object {
  return declared("apiKey", options);
}

/**
 * Requires both a token and an API key.
 *
 * @example
 * ```ts
 * import { allOf, apiKey, jwt } from "polygate";
 *
 * const auth = { partnersStaff: allOf(jwt({ audiences: ["orders"] }), apiKey()) };
 * ```
 */
export function allOf<Token extends JwtAuth>(token: Token, key: ApiKeyAuth): AllOfAuth<Token>;
export function allOf(...of: readonly unknown[]): object {
  return { kind: "allOf", of };
}

/**
 * Requires a request that the caller signs with credentials of the gateway's own cloud; on AWS, those of an IAM user or role,
 * by AWS Signature Version 4. Use it for programs in that cloud, which then need no secret of their own. That cloud's policies
 * decide who may call which route; without a policy, nobody may.
 *
 * @example
 * ```ts
 * import { iam } from "polygate";
 *
 * const auth = { services: iam() };
 * ```
 */
export function iam(): IamAuth;
export function iam(...options: readonly unknown[]): object {
  return declared("iam", options);
}

/**
 * Lets everybody in, for a stated reason. This is the only way to declare a route without authentication.
 *
 * @example
 * ```ts
 * import { open } from "polygate";
 *
 * const anyone = open("public catalogue");
 * ```
 */
export function open(reason: string): OpenAuth;
export function open(reason: unknown, ...options: readonly unknown[]): object {
  return { ...declared("open", options), reason };
}
