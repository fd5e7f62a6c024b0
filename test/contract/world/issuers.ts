import { createServer, type Server } from "node:http";
import { type CryptoKey, exportJWK, exportSPKI, generateKeyPair, type JWK } from "jose";
import { listen, shut } from "./loopback.ts";

/** A key with which an issuer signs tokens. */
export interface SigningKey {
  readonly id: string;
  readonly privateKey: CryptoKey;
  readonly publicJwk: JWK;
  /** The public key as PEM. A careless verifier accepts this text as a shared secret. */
  readonly publicPem: string;
}

export async function signingKey(id: string): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair("RS256", { modulusLength: 2048, extractable: true });
  return { id, privateKey, publicJwk: await exportJWK(publicKey), publicPem: await exportSPKI(publicKey) };
}

/** Issuers of tokens. One loopback server publishes their discovery documents and key sets. */
export class Issuers {
  readonly #server: Server;
  readonly #keys: ReadonlyMap<string, SigningKey>;
  readonly origin: string;

  private constructor(server: Server, origin: string, keys: ReadonlyMap<string, SigningKey>) {
    this.#server = server;
    this.#keys = keys;
    this.origin = origin;
  }

  /** @param urls the issuers as they appear in tokens. The key set of an issuer is at `/keys` below its path. */
  static async start(urls: readonly string[]): Promise<Issuers> {
    const keys = new Map<string, SigningKey>();
    for (const [index, url] of urls.entries()) keys.set(url, await signingKey(`key-${index}`));
    const documents = new Map<string, unknown>();
    for (const [url, key] of keys) {
      const base = url.replace(/\/$/, "");
      const { pathname } = new URL(base);
      const path = pathname === "/" ? "" : pathname;
      const discovery = `${path}/.well-known/openid-configuration`;
      // Gateways may send any Host header to the one server, so only the path distinguishes the issuers.
      if (documents.has(discovery)) throw new Error(`Another issuer has the path of ${url}. Use a unique path.`);
      documents.set(discovery, { issuer: url, jwks_uri: keySetOf(url) });
      documents.set(`${path}/keys`, { keys: [{ ...key.publicJwk, kid: key.id, alg: "RS256", use: "sig" }] });
    }
    const server = createServer((request, response) => {
      const document = documents.get(request.url ?? "");
      response.writeHead(document === undefined ? 404 : 200, { "content-type": "application/json" });
      response.end(JSON.stringify(document ?? {}));
    });
    return new Issuers(server, await listen(server), keys);
  }

  key(issuer: string): SigningKey {
    const key = this.#keys.get(issuer);
    if (key === undefined) throw new Error(`The issuer ${issuer} was not started.`);
    return key;
  }

  async stop(): Promise<void> {
    await shut(this.#server);
  }
}

/** Returns the URL of an issuer's key set. */
export function keySetOf(issuer: string): string {
  return `${issuer.replace(/\/$/, "")}/keys`;
}
