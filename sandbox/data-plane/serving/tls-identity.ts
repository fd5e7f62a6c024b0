import type { Socket } from "node:net";
import { TLSSocket, type TlsOptions } from "node:tls";

/** A server's certificate, and the clients that it accepts. */
export interface TlsIdentity {
  /** PEM: the certificate, followed by the intermediate certificates of its authority. */
  readonly certificate: string;
  /** PEM. */
  readonly key: string;
  /** The authorities (PEM) of client certificates. Absent when clients need no certificate. */
  readonly truststore?: string;
}

/**
 * RSA-2048 or stronger, ECDSA-256 or stronger.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-mutual-tls.html
 */
const LEAST_RSA_BITS = 2048;
const CURVES = ["prime256v1", "secp384r1", "secp521r1"];

/** The options of a server with this identity. A client's certificate is checked at each request, so that the client gets a response. */
export function secured({ certificate, key, truststore }: TlsIdentity): TlsOptions {
  return {
    cert: certificate,
    key,
    minVersion: "TLSv1.2",
    ...(truststore === undefined ? {} : { ca: truststore, requestCert: true, rejectUnauthorized: false }),
  };
}

/** Why the client of a connection is rejected; undefined when it is accepted. As on API Gateway, revocation is not checked. */
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
