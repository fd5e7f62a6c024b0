/**
 * The proofs that a backend accepts, each of which shows that a request comes from the gateway and from nobody else. A backend that lists
 * several accepts any of them, so that gateways of several clouds can lead to it. The `proof` that is bound with a gateway selects one.
 */
export interface BackendTrust {
  /**
   * Accepts a client certificate of the gateway: mutual TLS.
   *
   * @default not accepted
   */
  readonly clientCertificate?: true;
  /**
   * The name of the header in which the backend accepts a secret. A value that a client sends in this header never reaches the backend.
   *
   * @default not accepted
   */
  readonly secretHeader?: string;
  /**
   * Accepts a signed token of the gateway's cloud in `Authorization`. The client's own `Authorization` then reaches the backend in
   * `X-Forwarded-Authorization`.
   *
   * @default not accepted
   */
  readonly identityToken?: true;
}

/** The kinds of proof. */
export const trustKinds = ["clientCertificate", "secretHeader", "identityToken"] as const;

/** A kind of proof. */
export type TrustKind = (typeof trustKinds)[number];
