import { X509Certificate } from "node:crypto";

/** https://learn.microsoft.com/azure/api-management/api-management-howto-ca-certificates */
export const mostAuthorities = 10;

/** An authority's certificate in base64, and whether it is a root. */
export interface Authority {
  readonly encodedCertificate: string;
  readonly storeName: "Root" | "CertificateAuthority";
}

/** Reads the PEM of one certificate of an authority. Undefined for anything else, such as a key or a server's certificate. */
export function authorityOf(pem: string): Authority | undefined {
  if (!/^\s*-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----\s*$/.test(pem)) return undefined;
  try {
    const certificate = new X509Certificate(pem);
    if (!certificate.ca) return undefined;
    const isRoot = certificate.checkIssued(certificate);
    const encodedCertificate = certificate.raw.toString("base64");
    return { encodedCertificate, storeName: isRoot ? "Root" : "CertificateAuthority" };
  } catch {
    return undefined;
  }
}
