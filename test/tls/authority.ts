import { generateKeyPairSync } from "node:crypto";
import forge from "node-forge";

/** A certificate and its key, both PEM. */
export interface Credential {
  readonly cert: string;
  readonly key: string;
}

export interface CredentialOptions {
  /** Seconds from now. @default an hour ago to an hour ahead */
  readonly valid?: readonly [number, number];
  /** @default RSA with 2,048 bits */
  readonly rsaBits?: number;
}

/** An authority of a test's own, that issues certificates to clients. */
export class TestAuthority {
  readonly #name: string;
  readonly #own: Credential;

  constructor(name: string) {
    this.#name = name;
    this.#own = certificate(name, undefined, {});
  }

  /** PEM: what a truststore holds. */
  get cert(): string {
    return this.#own.cert;
  }

  client(name: string, options: CredentialOptions = {}): Credential {
    return certificate(name, { name: this.#name, key: this.#own.key }, options);
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
  const made = forge.pki.createCertificate();
  made.publicKey = forge.pki.publicKeyFromPem(publicKey);
  made.serialNumber = "4a01";
  [made.validity.notBefore, made.validity.notAfter] = valid.map((seconds) => new Date(Date.now() + seconds * 1000)) as [
    Date,
    Date,
  ];
  made.setSubject([{ name: "commonName", value: name }]);
  made.setIssuer([{ name: "commonName", value: issuer?.name ?? name }]);
  made.setExtensions([{ name: "basicConstraints", cA: issuer === undefined, critical: true }]);
  made.sign(forge.pki.privateKeyFromPem(issuer?.key ?? privateKey), forge.md.sha256.create());
  return { cert: forge.pki.certificateToPem(made).replaceAll("\r\n", "\n"), key: privateKey };
}
