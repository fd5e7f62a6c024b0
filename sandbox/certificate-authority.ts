import { generateKeyPair, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import forge from "node-forge";

/** A certificate and its key, both PEM. */
export interface Identity {
  readonly certificate: string;
  readonly key: string;
}

const DAY_MS = 86_400_000;
/** Clocks differ. */
const BEFORE_MS = 3_600_000;
/** What clients take of a server at most; one is made at each start. */
const SERVER_DAYS = 397;
const AUTHORITY_DAYS = 3650;
/** An authority that ends sooner is replaced at a start, so that none ends while it serves. */
const LEAST_DAYS_LEFT = 60;

/** Issues certificates for the names that a sandbox answers to. Nobody but who was told of it trusts it. */
export class CertificateAuthority {
  /** PEM. */
  readonly certificate: string;
  readonly #key: string;

  private constructor({ certificate, key }: Identity) {
    this.certificate = certificate;
    this.#key = key;
  }

  /** One that ends with its process. */
  static async create(): Promise<CertificateAuthority> {
    return new CertificateAuthority(await newAuthority());
  }

  /** The authority of a folder; made there when there is none, or when it soon ends. */
  static async open(directory: string): Promise<CertificateAuthority> {
    const files = { certificate: authorityFile(directory), key: join(directory, "ca-key.pem") };
    const known = existsSync(files.certificate) && existsSync(files.key) ? read(files) : undefined;
    if (known !== undefined) return new CertificateAuthority(known);
    const made = await newAuthority();
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    write(files.key, made.key);
    write(files.certificate, made.certificate);
    return new CertificateAuthority(made);
  }

  /** A server's certificate for a name. */
  async issue(host: string): Promise<Identity> {
    const keys = await newKeys();
    const certificate = unsigned(keys.publicKey, subject(host), SERVER_DAYS);
    certificate.setIssuer(forge.pki.certificateFromPem(this.certificate).subject.attributes);
    certificate.setExtensions([
      { name: "basicConstraints", cA: false, critical: true },
      { name: "keyUsage", digitalSignature: true, keyEncipherment: true, critical: true },
      { name: "extKeyUsage", serverAuth: true },
      { name: "subjectAltName", altNames: [{ type: 2, value: host }] },
    ]);
    certificate.sign(forge.pki.privateKeyFromPem(this.#key), forge.md.sha256.create());
    return { certificate: pem(certificate), key: keys.privateKey };
  }
}

/** Where the authority's certificate of a sandbox's folder is, for clients to trust. */
export function authorityFile(directory: string): string {
  return resolve(directory, "ca.pem");
}

function read(files: Identity): Identity | undefined {
  const known = { certificate: readFileSync(files.certificate, "utf8"), key: readFileSync(files.key, "utf8") };
  const { notAfter } = forge.pki.certificateFromPem(known.certificate).validity;
  return notAfter.getTime() - Date.now() > LEAST_DAYS_LEFT * DAY_MS ? known : undefined;
}

/** Whole or not at all, and for nobody else. */
function write(file: string, text: string): void {
  const temporary = `${file}.${process.pid}`;
  writeFileSync(temporary, text, { mode: 0o600 });
  renameSync(temporary, file);
}

async function newAuthority(): Promise<Identity> {
  const keys = await newKeys();
  // Told apart in a client's list of authorities, should somebody add several.
  const name = subject(`Polygate sandbox ${randomBytes(4).toString("hex")}`);
  const certificate = unsigned(keys.publicKey, name, AUTHORITY_DAYS);
  certificate.setIssuer(name);
  certificate.setExtensions([
    { name: "basicConstraints", cA: true, pathLenConstraint: 0, critical: true },
    { name: "keyUsage", keyCertSign: true, cRLSign: true, critical: true },
    { name: "subjectKeyIdentifier" },
  ]);
  certificate.sign(forge.pki.privateKeyFromPem(keys.privateKey), forge.md.sha256.create());
  return { certificate: pem(certificate), key: keys.privateKey };
}

function unsigned(publicKey: string, name: forge.pki.CertificateField[], days: number): forge.pki.Certificate {
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.publicKeyFromPem(publicKey);
  certificate.serialNumber = serialNumber();
  certificate.validity.notBefore = new Date(Date.now() - BEFORE_MS);
  certificate.validity.notAfter = new Date(Date.now() + days * DAY_MS);
  certificate.setSubject(name);
  return certificate;
}

/** Positive, and without a leading byte that says nothing: RFC 5280, 4.1.2.2. */
function serialNumber(): string {
  const [first = 0, ...others] = randomBytes(16);
  return Buffer.from([(first & 0x3f) | 0x40, ...others]).toString("hex");
}

/** A common name has 64 characters at most (RFC 5280, upper bounds); a longer host stands in the alternative names alone. */
function subject(name: string): forge.pki.CertificateField[] {
  return [{ name: "commonName", value: name.slice(0, 64) }];
}

/** With the line ends of every other PEM file. */
function pem(certificate: forge.pki.Certificate): string {
  return forge.pki.certificateToPem(certificate).replaceAll("\r\n", "\n");
}

async function newKeys(): Promise<{ readonly publicKey: string; readonly privateKey: string }> {
  return promisify(generateKeyPair)("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    // The form that node-forge reads.
    privateKeyEncoding: { type: "pkcs1", format: "pem" },
  });
}
