import { CompactSign, type CryptoKey, exportJWK, generateKeyPair, type JWK } from "jose";

/** A key that somebody signs with. */
export interface Signer {
  readonly alg: string;
  readonly privateKey: CryptoKey;
  /** As published. */
  readonly jwk: JWK;
}

export async function signer(alg: string, kid?: string): Promise<Signer> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return { alg, privateKey, jwk: { ...(await exportJWK(publicKey)), alg, ...(kid === undefined ? {} : { kid }) } };
}

/** A compact token: `header` is put over what a token of this signer says. */
export async function compact(
  { alg, privateKey, jwk }: Signer,
  claims: object | string,
  header: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const payload = typeof claims === "string" ? claims : JSON.stringify(claims);
  const parameters = JSON.parse(JSON.stringify({ alg, kid: jwk.kid, ...header })) as { alg: string };
  return await new CompactSign(new TextEncoder().encode(payload)).setProtectedHeader(parameters).sign(privateKey);
}

/** An issuer whose documents are had by its `fetch`, and which can be made to fail. */
export class LocalIssuer {
  readonly url: string;
  published: readonly unknown[] = [];
  /** The addresses that were asked for. */
  readonly asked: string[] = [];
  /** What to answer instead. */
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

  /** What it answers when nothing is wrong. */
  document(address: string): Response {
    if (address === this.discovery) return Response.json({ issuer: this.url, jwks_uri: this.jwksUri });
    if (address === this.jwksUri) return Response.json({ keys: this.published });
    return new Response("not found", { status: 404 });
  }
}
