import { isObject, readObject } from "./strict-json.mjs";

/**
 * A token as it was sent, read and not yet believed.
 *
 * @typedef {object} Token
 * @property {string} alg
 * @property {string | undefined} kid
 * @property {Readonly<Record<string, unknown>>} claims
 * @property {Buffer} signed What the signature is of.
 * @property {Buffer} signature
 */

/** A header of API Gateway is no longer, all headers of a request together. */
const MOST_CHARACTERS = 10_240;

/** RFC 9110, 11.1: the scheme in any case, spaces, the credential. RFC 7515, 7.1: three parts, none of them empty here. */
const BEARER = /^bearer +([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)$/i;

/**
 * Reads the value of an `Authorization` header, as strictly as the standards let it: what two readers could read
 * differently is no token.
 *
 * @param {unknown} authorization
 * @returns {Token | undefined}
 */
export function readBearer(authorization) {
  if (typeof authorization !== "string" || authorization.length > MOST_CHARACTERS) return undefined;
  const [, head, body, tail] = BEARER.exec(authorization) ?? [];
  const header = decode(head);
  const payload = decode(body);
  const signature = decode(tail);
  if (header === undefined || payload === undefined || signature === undefined) return undefined;
  const parameters = readObject(header);
  const claims = readObject(payload);
  if (!isObject(parameters) || !isObject(claims)) return undefined;
  const { alg, kid, crit, b64 } = parameters;
  if (typeof alg !== "string" || (kid !== undefined && typeof kid !== "string")) return undefined;
  // RFC 7515, 4.1.11: an extension that must be understood, and is not, makes the token invalid. None is understood here.
  if (crit !== undefined || b64 !== undefined) return undefined;
  return { alg, kid, claims, signed: Buffer.from(`${head}.${body}`, "latin1"), signature };
}

/**
 * Base64url in its one canonical form: without padding, and with nothing in the bits that no byte takes. Otherwise one
 * token could be written in several ways, and a list of revoked ones would miss it.
 *
 * @param {string | undefined} text
 */
function decode(text) {
  if (text === undefined) return undefined;
  const bytes = Buffer.from(text, "base64url");
  return bytes.toString("base64url") === text ? bytes : undefined;
}
