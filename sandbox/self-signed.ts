import { generateKeyPairSync, randomBytes } from "node:crypto";
import forge from "node-forge";

const DAY_MS = 86_400_000;

/** A certificate that is its own authority, with its key. Both are PEM. */
export interface SelfSigned {
  readonly certificate: string;
  readonly key: string;
  readonly expires: Date;
}

/** Issues a client certificate that is signed with its own key. A server must trust exactly this one. */
export function selfSigned(name: string, days: number): SelfSigned {
  const keys = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    // The form that node-forge reads.
    privateKeyEncoding: { type: "pkcs1", format: "pem" },
  });
  const certificate = forge.pki.createCertificate();
  const subject = [{ name: "commonName", value: name }];
  const now = new Date();
  const expires = new Date(now.getTime() + days * DAY_MS);
  certificate.publicKey = forge.pki.publicKeyFromPem(keys.publicKey);
  certificate.serialNumber = `40${randomBytes(15).toString("hex")}`;
  certificate.validity.notBefore = now;
  certificate.validity.notAfter = expires;
  certificate.setSubject(subject);
  certificate.setIssuer(subject);
  certificate.setExtensions([
    { name: "keyUsage", digitalSignature: true, critical: true },
    { name: "extKeyUsage", clientAuth: true },
  ]);
  certificate.sign(forge.pki.privateKeyFromPem(keys.privateKey), forge.md.sha256.create());
  return {
    certificate: forge.pki.certificateToPem(certificate).replaceAll("\r\n", "\n"),
    key: keys.privateKey,
    expires,
  };
}
