import type { Input } from "@pulumi/pulumi";

/**
 * An ID token of the gateway's service account, which Google signs. The backend must check the signature, the issuer, the audience and the
 * account: `gateway.backendIdentity` contains what to compare.
 *
 * @see https://cloud.google.com/api-gateway/docs/oasv2-extensions (`jwt_audience`)
 *
 * @example
 * ```ts
 * import { defineApi, http, jwt } from "polygate";
 * import { GcpApiGateway } from "polygate/gcp";
 *
 * const gateway = new GcpApiGateway("orders", {
 *   api: defineApi({
 *     version: 1,
 *     backends: { erp: http({ trust: { identityToken: true } }) },
 *     auth: { staff: jwt({ audiences: ["orders"] }) },
 *     routes: { "GET /orders/{id}": { to: "erp", auth: "staff" } },
 *   }),
 *   region: "europe-west1",
 *   backends: {
 *     erp: { url: "https://erp.example.com", proof: { kind: "identityToken", audience: "https://erp.example.com" } },
 *   },
 *   auth: { staff: { issuer: "https://login.example.com" } },
 * });
 *
 * // What the backend must compare with `iss`, `email` and `sub`.
 * export const identity = gateway.backendIdentity;
 * ```
 */
export interface GcpIdentityTokenProof {
  readonly kind: "identityToken";
  /** The `aud` that the backend expects, such as its own URL. */
  readonly audience: Input<string>;
}

/** Who the tokens of a gateway are for: what a backend compares with the claims of a token. */
export interface GcpBackendIdentity {
  /** `iss`. */
  readonly issuer: string;
  /** `email`: the address of the service account. */
  readonly email: string;
  /** `sub`: the number of the service account, which a new account of the same name does not have. */
  readonly subject: string;
}
