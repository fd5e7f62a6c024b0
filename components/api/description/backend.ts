import { declared } from "./declared.ts";
import type { BackendTrust } from "./trust.ts";

/** What a description says of a backend's server. */
export interface BackendOptions {
  /**
   * `"exact"` declares that the server distinguishes paths exactly as they arrive: it compares the case of letters, and treats `;`, a dot,
   * space or slash at the end, empty and dot segments and percent-encodings, decoded once or twice, as part of the path. Every report shows
   * it. Declare it only if a request to `/ADMIN` or `/files/..%2Fadmin` never reaches what `/admin` reaches.
   *
   * @default the server may be lenient, so an open route must not share it with a guarded one, unless the gateway refuses other spellings
   */
  readonly paths?: "exact";
}

/** What a description says of the server of a backend that is reached by its URL. */
export interface UrlBackendOptions extends BackendOptions {
  /**
   * What the backend accepts as a proof that a request comes from the gateway. The gateway's binding then needs a `proof`.
   *
   * @default the gateway proves nothing
   */
  readonly trust?: BackendTrust;
}

/** A backend with a public URL. */
export interface HttpBackend extends UrlBackendOptions {
  /** What `http()` returns. */
  readonly kind: "http";
}

/** A backend that is a function of the gateway's own cloud, such as AWS Lambda. */
export interface FunctionBackend extends BackendOptions {
  /** What `fn()` returns. */
  readonly kind: "fn";
}

/** A private backend: on premises, or in a private network of the gateway's cloud. */
export interface OnPremBackend extends UrlBackendOptions {
  /** What `onPrem()` returns. */
  readonly kind: "onPrem";
}

/** Where requests go. Its URL, function or link differs by environment and is bound when a gateway is declared. */
export type Backend = HttpBackend | FunctionBackend | OnPremBackend;

/** Backends by name: a letter, then letters, digits, `_` or `-`, at most 63 characters. */
export type Backends = Readonly<Record<string, Backend>>;

/**
 * Declares a backend with a public URL.
 *
 * @example
 * ```ts
 * import { http } from "polygate";
 *
 * const backends = { catalog: http(), erp: http() };
 * ```
 */
export function http(options?: BackendOptions & { readonly trust?: never }): HttpBackend & { readonly trust?: never };
/**
 * Declares a backend with a public URL that wants a proof that a request comes from the gateway.
 *
 * @example
 * ```ts
 * import { http } from "polygate";
 *
 * const backends = { erp: http({ trust: { clientCertificate: true, identityToken: true } }) };
 * ```
 */
export function http<const T extends BackendTrust>(
  options: BackendOptions & { readonly trust: T },
): HttpBackend & { readonly trust: T };
export function http(...options: readonly unknown[]): object {
  return declared("http", options);
}

/**
 * Declares a backend that is a function of the gateway's own cloud. The cloud's gateway passes it the request unchanged, in the
 * form that it uses for functions, so a route to it has no `path` and no `requestHeaders`.
 *
 * @example
 * ```ts
 * import { fn, http } from "polygate";
 *
 * const backends = { catalog: http(), shipping: fn() };
 * ```
 */
export function fn(options?: BackendOptions): FunctionBackend;
export function fn(...options: readonly unknown[]): object {
  return declared("fn", options);
}

/**
 * Declares a private backend: on premises, or in a private network of the gateway's cloud. Its binding needs a `link`, which
 * describes how the gateway reaches that network.
 *
 * @example
 * ```ts
 * import { http, onPrem } from "polygate";
 *
 * const backends = { catalog: http(), erp: onPrem() };
 * ```
 */
export function onPrem(
  options?: BackendOptions & { readonly trust?: never },
): OnPremBackend & { readonly trust?: never };
/**
 * Declares a private backend that wants a proof that a request comes from the gateway.
 *
 * @example
 * ```ts
 * import { onPrem } from "polygate";
 *
 * const backends = { erp: onPrem({ trust: { clientCertificate: true } }) };
 * ```
 */
export function onPrem<const T extends BackendTrust>(
  options: BackendOptions & { readonly trust: T },
): OnPremBackend & { readonly trust: T };
export function onPrem(...options: readonly unknown[]): object {
  return declared("onPrem", options);
}
