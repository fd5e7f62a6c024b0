/**
 * What a token must say.
 *
 * @typedef {object} Requirement
 * @property {string} issuer The one and only `iss`.
 * @property {string} [jwksUri] Where the issuer's keys are. Default: where its discovery document says.
 * @property {readonly string[]} audiences Any of these.
 * @property {"client_id"} [audienceFallback] The claim that holds the audience of a token without `aud`. Default: none.
 * @property {readonly string[] | { readonly all: readonly string[] }} scopes Any of a list, or all of them; an empty list where none is asked.
 */

/** How far apart the clocks of the issuer and of this function may be, in seconds. */
const CLOCK_SKEW_S = 60;

/**
 * Why a token is no credential here; undefined when it is one, provided that the issuer signed it.
 *
 * @param {Readonly<Record<string, unknown>>} claims
 * @param {Requirement} requirement
 * @param {number} at In seconds since the epoch.
 * @returns {string | undefined}
 */
export function faultOf({ iss, exp, nbf, iat, ...others }, { issuer, audiences, audienceFallback }, at) {
  if (iss !== issuer) return `of the issuer ${shown(iss)}, not exactly ${shown(issuer)}`;
  if (!audiencesOf(others, audienceFallback).some((audience) => audiences.includes(audience))) {
    return "for another audience";
  }
  if (!isTime(exp)) return "without an expiry";
  if (exp + CLOCK_SKEW_S <= at) return "expired";
  if (nbf !== undefined && !(isTime(nbf) && nbf - CLOCK_SKEW_S <= at)) return "not yet valid";
  if (iat !== undefined && !(isTime(iat) && iat - CLOCK_SKEW_S <= at)) return "issued in the future";
  return undefined;
}

/**
 * Whether a token has the scopes that are asked for, in `scope` (RFC 8693, 4.2: words) or `scp` (as some issuers call it: words
 * or a list).
 *
 * @param {Readonly<Record<string, unknown>>} claims
 * @param {Requirement} requirement
 */
export function hasScopes({ scope, scp }, { scopes }) {
  const granted = [scope, scp].flatMap((claim) =>
    typeof claim === "string" ? claim.split(" ") : Array.isArray(claim) ? claim : [],
  );
  if ("all" in scopes) return scopes.all.every((name) => granted.includes(name));
  return scopes.length === 0 || scopes.some((name) => granted.includes(name));
}

/**
 * RFC 7519, 2: seconds, perhaps with a fraction. JSON can say a number that is none: 1e999.
 *
 * @param {unknown} value
 * @returns {value is number}
 */
function isTime(value) {
  return typeof value === "number" && Number.isFinite(value);
}

/**
 * A claim as the log shows it: as JSON, since a client wrote it, and not longer than a line.
 *
 * @param {unknown} claim
 */
function shown(claim) {
  const text = JSON.stringify(claim) ?? "none";
  return text.length > 200 ? `${text.slice(0, 200)}...` : text;
}

/**
 * The audiences of a token: its `aud`, or without one, the claim in its place.
 *
 * @param {Readonly<Record<string, unknown>>} claims
 * @param {Requirement["audienceFallback"]} fallback
 */
function audiencesOf({ aud, client_id: clientId }, fallback) {
  if (aud !== undefined || fallback !== "client_id") return textsOf(aud);
  return typeof clientId === "string" ? [clientId] : [];
}

/**
 * RFC 7519, 4.1.3: one text or a list of them; anything else is none.
 *
 * @param {unknown} value
 * @returns {readonly string[]}
 */
function textsOf(value) {
  if (typeof value === "string") return [value];
  return Array.isArray(value) && value.every((each) => typeof each === "string") ? value : [];
}
