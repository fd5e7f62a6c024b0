import { generateKeyPair, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { isIP } from "node:net";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import forge from "node-forge";

/** A certificate and its key, both PEM. */
export interface Identity {
  readonly certificate: string;
  readonly key: string;
}

const DAY_MS = 86_400_000;
/** How far a certificate is valid in the past, because clocks differ. */
const BEFORE_MS = 3_600_000;
/** The longest that clients accept of a server. A new certificate is issued at each start. */
const SERVER_DAYS = 397;
const AUTHORITY_DAYS = 3650;
/** An authority that expires sooner is replaced at a start, so that none expires while it is used. */
const LEAST_DAYS_LEFT = 60;

/** Issues the certificates of a sandbox's servers. A client trusts it only when it is told to. */
export class CertificateAuthority {
  /** PEM. */
  readonly certificate: string;
  readonly #key: string;

  private constructor({ certificate, key }: Identity) {
    this.certificate = certificate;
    this.#key = key;
  }

  /** Creates an authority that is not stored. */
  static async create(): Promise<CertificateAuthority> {
    return new CertificateAuthority(await newAuthority());
  }

  /** Opens the authority of a folder. A missing one is created, and one that expires soon is replaced. */
  static async open(directory: string): Promise<CertificateAuthority> {
    const files = { certificate: authorityFile(directory), key: join(directory, "ca-key.pem") };
    const stored = existsSync(files.certificate) && existsSync(files.key) ? read(files) : undefined;
    if (stored !== undefined) return new CertificateAuthority(stored);
    const created = await newAuthority();
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    write(files.key, created.key);
    write(files.certificate, created.certificate);
    return new CertificateAuthority(created);
  }

  /** Issues a server's certificate for a host name or an IP address. */
  async issue(host: string): Promise<Identity> {
    const keys = await newKeys();
    const certificate = unsigned(keys.publicKey, subject(host), SERVER_DAYS);
    certificate.setIssuer(forge.pki.certificateFromPem(this.certificate).subject.attributes);
    certificate.setExtensions([
      { name: "basicConstraints", cA: false, critical: true },
      { name: "keyUsage", digitalSignature: true, keyEncipherment: true, critical: true },
      { name: "extKeyUsage", serverAuth: true },
      { name: "subjectAltName", altNames: [isIP(host) === 0 ? { type: 2, value: host } : { type: 7, ip: host }] },
    ]);
    certificate.sign(forge.pki.privateKeyFromPem(this.#key), forge.md.sha256.create());
    return { certificate: pem(certificate), key: keys.privateKey };
  }
}

/** The file with the certificate of a sandbox's authority, for clients to trust. */
export function authorityFile(directory: string): string {
  return resolve(directory, "ca.pem");
}

function read(files: Identity): Identity | undefined {
  const stored = { certificate: readFileSync(files.certificate, "utf8"), key: readFileSync(files.key, "utf8") };
  const { notAfter } = forge.pki.certificateFromPem(stored.certificate).validity;
  return notAfter.getTime() - Date.now() > LEAST_DAYS_LEFT * DAY_MS ? stored : undefined;
}

/** Writes a file that only its owner can read, completely or not at all. */
function write(file: string, text: string): void {
  const temporary = `${file}.${process.pid}`;
  writeFileSync(temporary, text, { mode: 0o600 });
  renameSync(temporary, file);
}

async function newAuthority(): Promise<Identity> {
  const keys = await newKeys();
  // The random part distinguishes several authorities in a client's list.
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

/** A positive serial number without a redundant leading byte: RFC 5280, 4.1.2.2. */
function serialNumber(): string {
  const [first = 0, ...others] = randomBytes(16);
  return Buffer.from([(first & 0x3f) | 0x40, ...others]).toString("hex");
}

/** A common name has at most 64 characters (RFC 5280, upper bounds). A longer host is complete only in the alternative names. */
function subject(name: string): forge.pki.CertificateField[] {
  return [{ name: "commonName", value: name.slice(0, 64) }];
}

/** With line feeds, as other PEM files have. */
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
