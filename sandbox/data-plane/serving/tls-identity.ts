import type { Socket } from "node:net";
import { TLSSocket, type TlsOptions } from "node:tls";

/** Who a server is to its clients, and whom it lets in. */
export interface TlsIdentity {
  /** PEM: the certificate, and behind it those that lead to its authority. */
  readonly certificate: string;
  /** PEM. */
  readonly key: string;
  /** Certificates (PEM), to one of which a client's must lead; absent: clients need none. */
  readonly truststore?: string;
}

/** docs.aws.amazon.com, http-api-mutual-tls: RSA-2048 or stronger, ECDSA-256 or stronger. */
const LEAST_RSA_BITS = 2048;
const CURVES = ["prime256v1", "secp384r1", "secp521r1"];

/** The options of a server that is this. What a client lacks is found when it asks for something, so that it gets an answer. */
export function secured({ certificate, key, truststore }: TlsIdentity): TlsOptions {
  return {
    cert: certificate,
    key,
    minVersion: "TLSv1.2",
    ...(truststore === undefined ? {} : { ca: truststore, requestCert: true, rejectUnauthorized: false }),
  };
}

/** Why the client of a connection is not let in; undefined when it is. Whether a certificate is revoked, API Gateway does not ask. */
export function untrustedClient({ truststore }: TlsIdentity, socket: Socket): string | undefined {
  if (truststore === undefined) return undefined;
  if (!(socket instanceof TLSSocket)) return "the connection has no TLS";
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) return "the client has no certificate";
  if (!socket.authorized) return `the client's certificate is not trusted: ${String(socket.authorizationError)}`;
  const { asymmetricKeyType, asymmetricKeyDetails } = certificate.publicKey;
  const strong =
    asymmetricKeyType === "rsa"
      ? (asymmetricKeyDetails?.modulusLength ?? 0) >= LEAST_RSA_BITS
      : asymmetricKeyType === "ec" && CURVES.includes(asymmetricKeyDetails?.namedCurve ?? "");
  return strong ? undefined : "the key of the client's certificate is too weak";
}
