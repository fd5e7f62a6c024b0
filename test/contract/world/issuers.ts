import { createServer, type Server } from "node:http";
import { type CryptoKey, exportJWK, exportSPKI, generateKeyPair, type JWK } from "jose";
import { listen, shut } from "./loopback.ts";

export interface SigningKey {
  readonly id: string;
  readonly privateKey: CryptoKey;
  readonly publicJwk: JWK;
  /** The public key in the form that a careless verifier takes for a shared secret. */
  readonly publicPem: string;
}

export async function signingKey(id: string): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair("RS256", { modulusLength: 2048, extractable: true });
  return { id, privateKey, publicJwk: await exportJWK(publicKey), publicPem: await exportSPKI(publicKey) };
}

/** Issuers of tokens, with their discovery documents and key sets on one loopback server, by host. */
export class Issuers {
  readonly #server: Server;
  readonly #keys: ReadonlyMap<string, SigningKey>;
  readonly origin: string;

  private constructor(server: Server, origin: string, keys: ReadonlyMap<string, SigningKey>) {
    this.#server = server;
    this.#keys = keys;
    this.origin = origin;
  }

  /** @param urls each issuer, as its tokens name it; its key set is at `/keys` of the host, under the issuer's path */
  static async start(urls: readonly string[]): Promise<Issuers> {
    const keys = new Map<string, SigningKey>();
    for (const [index, url] of urls.entries()) keys.set(url, await signingKey(`key-${index}`));
    const documents = new Map<string, unknown>();
    for (const [url, key] of keys) {
      const base = url.replace(/\/$/, "");
      const { pathname } = new URL(base);
      const path = pathname === "/" ? "" : pathname;
      const discovery = `${path}/.well-known/openid-configuration`;
      // One server for all: gateways may send any host, so the path alone must tell the issuers apart.
      if (documents.has(discovery)) throw new Error(`${url} needs a path that no other issuer has`);
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
    if (key === undefined) throw new Error(`no issuer ${issuer} was started`);
    return key;
  }

  async stop(): Promise<void> {
    await shut(this.#server);
  }
}

export function keySetOf(issuer: string): string {
  return `${issuer.replace(/\/$/, "")}/keys`;
}
