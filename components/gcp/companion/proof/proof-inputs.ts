import type { Input } from "@pulumi/pulumi";

/** A version of a secret in Secret Manager. */
interface GcpSecretVersion {
  /** The id of the secret, e.g. `projects/shop/secrets/erp`: the `id` of a `gcp.secretmanager.Secret`. */
  readonly secret: Input<string>;
  /**
   * The number of the version, e.g. `"3"`: the `version` of a `gcp.secretmanager.SecretVersion`. Another number declares another companion
   * beside the old one, so that every request is sent with one of the two.
   */
  readonly version: Input<string>;
}

/**
 * A client certificate in Secret Manager, which the companion presents to the backend: one secret with the certificate, its chain and its
 * private key as PEM.
 */
export interface GcpClientCertificateProof extends GcpSecretVersion {
  readonly kind: "clientCertificate";
}

/** A secret in Secret Manager, which the companion sends in the backend's secret header: one line of printable ASCII. */
export interface GcpSecretHeaderProof extends GcpSecretVersion {
  readonly kind: "secretHeader";
}
