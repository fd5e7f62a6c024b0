import { CompactSign, type CryptoKey, exportJWK, generateKeyPair, type JWK } from "jose";

/** A key that signs tokens. */
export interface Signer {
  readonly alg: string;
  readonly privateKey: CryptoKey;
  /** The published key. */
  readonly jwk: JWK;
}

export async function signer(alg: string, kid?: string): Promise<Signer> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return { alg, privateKey, jwk: { ...(await exportJWK(publicKey)), alg, ...(kid === undefined ? {} : { kid }) } };
}

/** A compact token. `header` overrides the header of the signer's tokens. */
export async function compact(
  { alg, privateKey, jwk }: Signer,
  claims: object | string,
  header: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const payload = typeof claims === "string" ? claims : JSON.stringify(claims);
  const parameters = JSON.parse(JSON.stringify({ alg, kid: jwk.kid, ...header })) as { alg: string };
  return await new CompactSign(new TextEncoder().encode(payload)).setProtectedHeader(parameters).sign(privateKey);
}

/** An issuer that serves its documents through its `fetch` and can be made to fail. */
export class LocalIssuer {
  readonly url: string;
  published: readonly unknown[] = [];
  /** The requested addresses. */
  readonly asked: string[] = [];
  /** The response instead of the usual one. */
  answer: ((address: string, init: RequestInit) => Response | Promise<Response>) | undefined;

  constructor(url = "https://login.example.com/tenant") {
    this.url = url;
  }

  get discovery(): string {
    return `${this.url.replace(/\/$/, "")}/.well-known/openid-configuration`;
  }

  get jwksUri(): string {
    return `${this.url.replace(/\/$/, "")}/keys`;
  }

  readonly fetch: typeof fetch = async (input, init = {}) => {
    const address = String(input);
    this.asked.push(address);
    if (this.answer !== undefined) return await this.answer(address, init);
    return this.document(address);
  };

  /** The usual response. */
  document(address: string): Response {
    if (address === this.discovery) return Response.json({ issuer: this.url, jwks_uri: this.jwksUri });
    if (address === this.jwksUri) return Response.json({ keys: this.published });
    return new Response("not found", { status: 404 });
  }
}
