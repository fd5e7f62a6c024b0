import { constants, createPublicKey, verify } from "node:crypto";
import { isObject } from "./strict-json.mjs";

/**
 * A public key of the issuer.
 *
 * @typedef {object} IssuerKey
 * @property {string | undefined} kid
 * @property {string | undefined} alg The one algorithm that the issuer uses it with, where it says so.
 * @property {import("node:crypto").KeyObject} key
 */

/**
 * How a signature of one algorithm is checked, and with what keys.
 *
 * @typedef {object} Algorithm
 * @property {string} type The type of key, as Node calls it.
 * @property {string} [curve]
 * @property {string | null} digest
 * @property {Omit<import("node:crypto").VerifyKeyObjectInput, "key">} [options]
 */

/** @type {(digest: string) => Algorithm} */
const pkcs1 = (digest) => ({ type: "rsa", digest, options: { padding: constants.RSA_PKCS1_PADDING } });

/** RFC 7518, 3.5: the salt is as long as the digest. @type {(digest: string) => Algorithm} */
const pss = (digest) => ({
  type: "rsa",
  digest,
  options: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST },
});

/** RFC 7518, 3.4: R and S beside each other, not in ASN.1. @type {(digest: string, curve: string) => Algorithm} */
const ecdsa = (digest, curve) => ({ type: "ec", curve, digest, options: { dsaEncoding: "ieee-p1363" } });

/** @type {Algorithm} */
const ed25519 = { type: "ed25519", digest: null };

/**
 * Every algorithm that is taken; all are asymmetric. A symmetric one would take an issuer's public key for a secret, and
 * `none` is no signature. Each is bound to one type of key and to one curve, whatever a token's header says (RFC 8725, 3.1).
 *
 * @type {ReadonlyMap<string, Algorithm>}
 */
const algorithms = new Map([
  ["RS256", pkcs1("sha256")],
  ["RS384", pkcs1("sha384")],
  ["RS512", pkcs1("sha512")],
  ["PS256", pss("sha256")],
  ["PS384", pss("sha384")],
  ["PS512", pss("sha512")],
  ["ES256", ecdsa("sha256", "prime256v1")],
  ["ES384", ecdsa("sha384", "secp384r1")],
  ["ES512", ecdsa("sha512", "secp521r1")],
  // With Ed25519 only. RFC 9864 gives it a name of its own.
  ["EdDSA", ed25519],
  ["Ed25519", ed25519],
]);

/** RFC 7518, 3.3. */
const FEWEST_RSA_BITS = 2048;

/** @param {string} alg */
export function isTaken(alg) {
  return algorithms.has(alg);
}

/**
 * The keys that may have signed a token, by its header: those with its key id, or where it names none, all; and of these
 * the ones for its algorithm. A key without an id is not the key of a token that names one.
 *
 * @param {readonly IssuerKey[]} keys
 * @param {{ readonly alg: string, readonly kid: string | undefined }} header
 */
export function candidates(keys, { alg, kid }) {
  const algorithm = algorithms.get(alg);
  if (algorithm === undefined) return [];
  return keys.filter(
    (each) =>
      (kid === undefined || each.kid === kid) &&
      (each.alg === undefined || each.alg === alg) &&
      each.key.asymmetricKeyType === algorithm.type &&
      (algorithm.curve === undefined || each.key.asymmetricKeyDetails?.namedCurve === algorithm.curve),
  );
}

/**
 * Whether one of the keys signed the token. Nothing here is secret, neither key nor signature nor token, so no comparison
 * has to take constant time.
 *
 * @param {readonly IssuerKey[]} keys Candidates for the token.
 * @param {{ readonly alg: string, readonly signed: Uint8Array, readonly signature: Uint8Array }} token
 */
export function isSigned(keys, { alg, signed, signature }) {
  const algorithm = algorithms.get(alg);
  if (algorithm === undefined) return false;
  return keys.some(({ key }) => verify(algorithm.digest, signed, { ...algorithm.options, key }, signature));
}

/**
 * The keys of a set that can verify a signature. Others are passed over, since one that this cannot use must not make the
 * rest useless; a token that names one is refused.
 *
 * @param {readonly unknown[]} jwks
 * @returns {readonly IssuerKey[]}
 */
export function readKeys(jwks) {
  return jwks.flatMap((jwk) => {
    const key = readKey(jwk);
    return key === undefined ? [] : [key];
  });
}

/**
 * @param {unknown} jwk
 * @returns {IssuerKey | undefined}
 */
function readKey(jwk) {
  if (!isObject(jwk)) return undefined;
  const { kty, crv, n, e, x, y, kid, alg, use, key_ops: operations } = jwk;
  if (kid !== undefined && typeof kid !== "string") return undefined;
  if (alg !== undefined && typeof alg !== "string") return undefined;
  if (use !== undefined && use !== "sig") return undefined;
  if (operations !== undefined && !(Array.isArray(operations) && operations.includes("verify"))) return undefined;
  // Of the public members alone: no private key comes in here, nor a shared one.
  const members = kty === "RSA" ? { kty, n, e } : kty === "EC" ? { kty, crv, x, y } : { kty: "OKP", crv, x };
  if (members.kty !== kty) return undefined;
  try {
    const key = createPublicKey({ key: /** @type {import("node:crypto").JsonWebKey} */ (members), format: "jwk" });
    const { modulusLength, publicExponent } = key.asymmetricKeyDetails ?? {};
    if (modulusLength !== undefined && modulusLength < FEWEST_RSA_BITS) return undefined;
    // With the exponent 1 every text is its own signature.
    if (publicExponent !== undefined && publicExponent < 3n) return undefined;
    return { kid, alg, key };
  } catch {
    return undefined;
  }
}
