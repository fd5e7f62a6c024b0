import { parseProtobufJson } from "./protobuf-json.ts";

/** The proxy's messages, word for word (jwt_verify_lib status.cc). */
export const jwtStatus = {
  missing: "Jwt is missing",
  notYetValid: "Jwt not yet valid",
  expired: "Jwt is expired",
  badFormat: "Jwt is not in the form of Header.Payload.Signature with two dots and 3 sections",
  headerBadBase64: "Jwt header is an invalid Base64url encoded",
  headerBadJson: "Jwt header is an invalid JSON",
  headerBadAlg: "Jwt header [alg] field is required and must be a string",
  headerUnknownAlg: "Jwt header [alg] is not supported",
  headerBadKid: "Jwt header [kid] field is not a string",
  payloadBadBase64: "Jwt payload is an invalid Base64url encoded",
  payloadBadJson: "Jwt payload is an invalid JSON",
  audNotString: "Jwt payload [aud] field is not a string or string list",
  signatureBadBase64: "Jwt signature is an invalid Base64url encoded",
  unknownIssuer: "Jwt issuer is not configured",
  audienceNotAllowed: "Audiences in Jwt are not allowed",
  verificationFails: "Jwt verification fails",
  noMatchingKey: "Jwks doesn't have key to match kid or alg from Jwt",
  fetchFailed: "Jwks remote fetch is failed",
} as const;

/** A parsed token. Nothing in it is verified yet. */
export interface ParsedJwt {
  /** The token in its usual form: without empty sections, and its signature without padding and white space. */
  readonly text: string;
  readonly alg: string;
  readonly kid?: string;
  readonly issuer: string;
  readonly audiences: readonly string[];
  /** In seconds since the epoch. 0 when absent. */
  readonly notBefore: number;
  readonly expires: number;
  /** The payload as in the token: base64url without padding. */
  readonly payload: string;
}

/** The algorithms that Envoy's library supports (jwt_verify_lib jwt.cc). */
const algorithms = new Set([
  "ES256",
  "ES384",
  "ES512",
  "HS256",
  "HS384",
  "HS512",
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "EdDSA",
]);

/** Parses a token. Returns the message of the first problem, in Envoy's order. */
export function parseJwt(token: string): ParsedJwt | string {
  // Empty sections do not count, so that a dot at an end is ignored.
  const parts = token.split(".").filter((part) => part !== "");
  const [header = "", payload = "", signature = ""] = parts;
  if (parts.length !== 3) return jwtStatus.badFormat;
  const headerText = decode(header);
  if (headerText === undefined) return jwtStatus.headerBadBase64;
  const fields = parseProtobufJson(headerText);
  if (fields === undefined) return jwtStatus.headerBadJson;
  const { alg, kid } = fields;
  if (typeof alg !== "string") return jwtStatus.headerBadAlg;
  if (!algorithms.has(alg)) return jwtStatus.headerUnknownAlg;
  if (kid !== undefined && typeof kid !== "string") return jwtStatus.headerBadKid;
  const payloadText = decode(payload);
  if (payloadText === undefined) return jwtStatus.payloadBadBase64;
  const claims = parseProtobufJson(payloadText);
  if (claims === undefined) return jwtStatus.payloadBadJson;
  for (const name of ["iss", "sub"]) {
    if (claims[name] !== undefined && typeof claims[name] !== "string") return notA(name, "a string");
  }
  for (const name of ["iat", "nbf", "exp"]) {
    const value = claims[name];
    if (value !== undefined && typeof value !== "number") return notA(name, "an integer");
    if (typeof value === "number" && !(value >= 0 && value < 2 ** 64)) return notA(name, "a positive 64 bit integer");
  }
  if (claims.jti !== undefined && typeof claims.jti !== "string") return notA("jti", "a string");
  const { aud = [] } = claims;
  const audiences: unknown[] = Array.isArray(aud) ? aud : [aud];
  if (!audiences.every((audience) => typeof audience === "string")) return jwtStatus.audNotString;
  if (decode(signature) === undefined) return jwtStatus.signatureBadBase64;
  return {
    text: `${header}.${payload}.${signature.replace(/[\s=]/g, "")}`,
    alg,
    ...(kid === undefined || kid === "" ? {} : { kid }),
    issuer: (claims.iss as string | undefined) ?? "",
    audiences,
    notBefore: Math.floor((claims.nbf as number | undefined) ?? 0),
    expires: Math.floor((claims.exp as number | undefined) ?? 0),
    payload,
  };
}

function notA(name: string, what: string): string {
  return `Jwt payload [${name}] field is not ${what}`;
}

/** White space is ignored, and padding may be complete or absent (absl::WebSafeBase64Unescape). */
function decode(part: string): Buffer | undefined {
  const [, digits = "", padding = ""] = /^([\w-]+)(=*)$/.exec(part.replace(/\s/g, "")) ?? [];
  const missing = (4 - (digits.length % 4)) % 4;
  if (digits === "" || missing === 3 || (padding !== "" && padding.length !== missing)) return undefined;
  return Buffer.from(digits, "base64url");
}
