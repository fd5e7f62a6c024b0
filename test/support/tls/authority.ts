import { generateKeyPairSync } from "node:crypto";
import forge from "node-forge";

/** A certificate and its private key, both as PEM. */
export interface Credential {
  readonly cert: string;
  readonly key: string;
}

/** Properties of a client certificate. */
export interface CredentialOptions {
  /** The start and the end of the validity, in seconds from now. @default one hour before to one hour after now */
  readonly valid?: readonly [number, number];
  /** The length of the RSA key. @default 2048 */
  readonly rsaBits?: number;
}

/** A certificate authority of a test, which issues client certificates. */
export class TestAuthority {
  readonly #name: string;
  readonly #credential: Credential;

  constructor(name: string) {
    this.#name = name;
    this.#credential = certificate(name, undefined, {});
  }

  /** The certificate of the authority as PEM, which is the content of a truststore. */
  get cert(): string {
    return this.#credential.cert;
  }

  /** Issues a client certificate. */
  client(name: string, options: CredentialOptions = {}): Credential {
    return certificate(name, { name: this.#name, key: this.#credential.key }, options);
  }
}

function certificate(
  name: string,
  issuer: { readonly name: string; readonly key: string } | undefined,
  { valid = [-3600, 3600], rsaBits = 2048 }: CredentialOptions,
): Credential {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", {
    modulusLength: rsaBits,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs1", format: "pem" },
  });
  const created = forge.pki.createCertificate();
  created.publicKey = forge.pki.publicKeyFromPem(publicKey);
  created.serialNumber = "4a01";
  [created.validity.notBefore, created.validity.notAfter] = valid.map(
    (seconds) => new Date(Date.now() + seconds * 1000),
  ) as [Date, Date];
  created.setSubject([{ name: "commonName", value: name }]);
  created.setIssuer([{ name: "commonName", value: issuer?.name ?? name }]);
  created.setExtensions([{ name: "basicConstraints", cA: issuer === undefined, critical: true }]);
  created.sign(forge.pki.privateKeyFromPem(issuer?.key ?? privateKey), forge.md.sha256.create());
  return { cert: forge.pki.certificateToPem(created).replaceAll("\r\n", "\n"), key: privateKey };
}
