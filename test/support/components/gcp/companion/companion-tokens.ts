import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";

/** The issuer whose keys are {@link keySet}. */
export const issuer = "https://login.example.com";

const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const stranger = generateKeyPairSync("rsa", { modulusLength: 2048 });

/** The keys of every issuer. */
export const keySet = { keys: [{ ...rsa.publicKey.export({ format: "jwk" }), kid: "1", use: "sig", alg: "RS256" }] };

/** A token of {@link issuer} for the audience `orders` and the subject `ann`, with other claims and without those that are undefined. */
export function tokenWith(claims: Readonly<Record<string, unknown>> = {}, key: KeyObject = rsa.privateKey): string {
  const now = Math.floor(Date.now() / 1000);
  const usual = { iss: issuer, aud: "orders", sub: "ann", iat: now, exp: now + 600 };
  const parts = [
    { alg: "RS256", kid: "1", typ: "JWT" },
    { ...usual, ...claims },
  ];
  const content = parts.map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");
  return `${content}.${sign("sha256", Buffer.from(content), key).toString("base64url")}`;
}

/** The same, signed with a key that no issuer publishes. */
export function strangersToken(): string {
  return tokenWith({}, stranger.privateKey);
}

/** The header in which the gateway hands the client's token on. */
export function bearing(token: string): Readonly<Record<string, string>> {
  return { "x-forwarded-authorization": `Bearer ${token}` };
}
