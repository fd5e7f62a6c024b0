import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";

export const issuers = { login: "https://login.example.com", partner: "https://partner.example.com" } as const;

const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const elliptic = generateKeyPairSync("ec", { namedCurve: "P-256" });
const stranger = generateKeyPairSync("rsa", { modulusLength: 2048 });

/** The keys of every issuer. */
export const keySet = {
  keys: [
    { ...rsa.publicKey.export({ format: "jwk" }), kid: "1", use: "sig", alg: "RS256" },
    { ...elliptic.publicKey.export({ format: "jwk" }), kid: "2", use: "sig", alg: "ES256" },
  ],
};

/** A token of texts that need not be JSON. */
function signed(header: string, payload: string | Buffer, key: KeyObject = rsa.privateKey): string {
  const content = `${Buffer.from(header).toString("base64url")}.${Buffer.from(payload as string).toString("base64url")}`;
  const options = key.asymmetricKeyType === "ec" ? { key, dsaEncoding: "ieee-p1363" as const } : key;
  return `${content}.${sign("sha256", Buffer.from(content), options).toString("base64url")}`;
}

const RS256 = '{"alg":"RS256","kid":"1","typ":"JWT"}';
const seconds = Math.floor(Date.now() / 1000);
const claims = (more: object): string =>
  JSON.stringify({ iss: issuers.login, aud: "orders", sub: "ann", iat: seconds, exp: seconds + 3600, ...more });
/** The usual claims, followed by JSON text. */
const followed = (text: string): string => `${claims({}).slice(0, -1)},${text}}`;

export const validToken = signed(RS256, claims({}));
export const partnerToken = signed(RS256, claims({ iss: issuers.partner, aud: ["https://partner.example.com/api"] }));

const [validHeader = "", validPayload = "", validSignature = ""] = validToken.split(".");

function padded(part: string): string {
  return `${part}${"=".repeat((4 - (part.length % 4)) % 4)}`;
}

/** The same bytes with other bits after them. */
function changedEnd(part: string): string {
  const last = part.charCodeAt(part.length - 1);
  return `${part.slice(0, -1)}${String.fromCharCode(last === 65 ? 66 : last + 1)}`;
}

/** Payloads that are signed as they are. */
const payloads: readonly string[] = [
  claims({ aud: "invoices" }),
  claims({ aud: undefined }),
  claims({ aud: [] }),
  claims({ aud: ["x", "orders"] }),
  claims({ aud: [1] }),
  claims({ aud: null }),
  claims({ aud: "https://orders/" }),
  claims({ aud: "http://orders" }),
  claims({ aud: "https://orders//" }),
  claims({ iss: `${issuers.login}/` }),
  claims({ iss: undefined }),
  claims({ iss: 1 }),
  claims({ iss: null }),
  claims({ sub: 1 }),
  claims({ sub: null }),
  claims({ jti: 1 }),
  claims({ exp: 1 }),
  claims({ exp: 0 }),
  claims({ exp: -1 }),
  claims({ exp: String(seconds + 3600) }),
  claims({ exp: seconds + 3600.5 }),
  claims({ exp: 1e300 }),
  claims({ exp: null }),
  claims({ exp: undefined }),
  claims({ exp: true }),
  claims({ nbf: seconds + 3600 }),
  claims({ nbf: seconds - 10.5 }),
  claims({ nbf: -1 }),
  claims({ iat: "now" }),
  claims({ iat: -5 }),
  claims({ name: "Zoë 😀" }),
  "[]",
  "{}",
  "null",
  '"text"',
  "not json",
  "",
  ` ${claims({})} `,
  `${claims({})}x`,
  `\ufeff${claims({})}`,
  followed('"aud":"invoices"'),
  followed('"aud":"orders"'),
  followed(`"iss":"${issuers.login}"`),
  followed('"sub":"root"'),
  followed(`"exp":${seconds + 7200}`),
  followed('"nested":{"a":1,"a":2}'),
  followed('"role":"user","role":"admin"'),
  followed('"a\\u0075d":"orders"'),
  followed('"deep":[[[[{"x":[]}]]]]'),
  followed('"text":"\\ud800"'),
  followed('"text":"\u0001"'),
  followed('"number":01'),
  followed('"number":1e5'),
  followed('"number":-0.5E-3'),
  followed('"number":+1'),
  followed('"number":.5'),
  followed('"number":1.'),
  followed('"number":NaN'),
  followed('"number":-Infinity'),
  followed('"number":1e999'),
  followed('"list":[1,]'),
  followed('"list":[,]'),
  followed('"list":[1,,2]'),
  followed('"object":{"a":1,}'),
  followed('"object":{,}'),
  followed("'quoted':'single'"),
  followed("unquoted:1"),
  followed("$un_quoted2:1"),
  followed("un_quoted2:1"),
  followed("_unquoted:1"),
  followed("$:1"),
  followed("2un:1"),
  followed("null:1"),
  followed('unquoted:1,"unquoted":2'),
  followed("un-quoted:1"),
  followed("true:1"),
  followed('"text":unquoted'),
  followed('"text":"\\x41"'),
  followed('"text":"\\\'"'),
  followed('"text":"a\nb"'),
  followed('"text":"\\u12"'),
  followed('"text":"\\udc00\\ud800"'),
  followed('"text":"\\ud83d\\ude00"'),
  followed('"text":"\\u0000"'),
  followed('"text":"\u0000"'),
  followed('/* comment */"a":1'),
  followed('"":1'),
  followed('"a":1 "b":2'),
  followed('"a":TRUE'),
  followed('"a":[true,false,null]'),
  followed('"constructor":1,"__proto__":{"aud":"x"}'),
  followed(`"deep":${"[".repeat(90)}${"]".repeat(90)}`),
  followed(`"deep":${"[".repeat(120)}${"]".repeat(120)}`),
  `${claims({}).slice(0, -1)},}`,
  `${claims({})}\n\t `,
  `\f${claims({})}`,
  `{"aud":"orders"} {}`,
  claims({ exp: seconds + 3600, nbf: 0, iat: 0.5 }),
  claims({ exp: 1e19 }),
  claims({ exp: 9e18 }),
  claims({ exp: 1.8e19 }),
  claims({ exp: [1] }),
  claims({ aud: {} }),
  claims({ aud: true }),
  claims({ aud: [] as readonly string[], azp: "orders" }),
  claims({ aud: ["orders", null] }),
];

const headers: readonly string[] = [
  '{"alg":"RS256"}',
  '{"alg":"RS256","kid":"2"}',
  '{"alg":"RS256","kid":"9"}',
  '{"alg":"RS256","kid":""}',
  '{"alg":"RS256","kid":1}',
  '{"alg":"RS256","kid":null}',
  '{"alg":"RS512","kid":"1"}',
  '{"alg":"PS256","kid":"1"}',
  '{"alg":"ES256","kid":"1"}',
  '{"alg":"HS256","kid":"1"}',
  '{"alg":"none","kid":"1"}',
  '{"alg":"rs256","kid":"1"}',
  '{"alg":1}',
  '{"kid":"1"}',
  '{"alg":"RS256","kid":"1","alg":"RS256"}',
  '{"alg":"RS256","kid":"1","crit":["exp"],"exp":1}',
  '{"alg":"RS256","kid":"1","typ":"other"}',
  "[]",
  "text",
];

/** Tokens with one thing wrong or unusual, each of them signed correctly unless the signature is what is wrong. */
export const oddTokens: readonly string[] = [
  ...payloads.map((payload) => signed(RS256, payload)),
  ...headers.map((header) => signed(header, claims({}))),
  signed('{"alg":"ES256","kid":"2"}', claims({}), elliptic.privateKey),
  signed(RS256, claims({}), stranger.privateKey),
  signed(RS256, Buffer.from(followed('"text":"\xff"'), "latin1")),
  signed(RS256, Buffer.from(followed('"text":"\xed\xa0\x80"'), "latin1")),
  `.${validToken}`,
  `${validHeader}..${validPayload}.${validSignature}`,
  `${validToken}=`,
  `${validToken}==`,
  `${validToken}===`,
  `${padded(validHeader)}.${validPayload}.${validSignature}`,
  `${validHeader}.${padded(validPayload)}.${validSignature}`,
  `${validHeader}.${validPayload}.${padded(validSignature)}`,
  `${validHeader}.${validPayload}. ${validSignature}`,
  `${validHeader}.${validPayload.slice(0, 9)} ${validPayload.slice(9)}.${validSignature}`,
  `${validToken}%`,
  `${validHeader}.${validPayload}.${changedEnd(validSignature)}`,
  `${validHeader}=.${validPayload}.${validSignature}`,
  `${validHeader}.${validPayload}==.${validSignature}`,
  `${validToken}.`,
  `${validToken}.x`,
  `${validToken}x`,
  `.${validPayload}.${validSignature}`,
  `${validHeader}..${validSignature}`,
  `${validHeader}.${validPayload}.`,
  `${validHeader}.${validPayload}.!`,
  `${validHeader}.${validPayload}`,
  `${validHeader}.${validPayload}.${validSignature.replaceAll("-", "+").replaceAll("_", "/")}+/`,
  `${validHeader}.${validPayload}.AAAA`,
  "abc",
  "",
];
