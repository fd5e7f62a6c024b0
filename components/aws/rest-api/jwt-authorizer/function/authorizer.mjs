import { faultOf, hasScopes } from "./claims.mjs";
import { IssuerKeys } from "./issuer-keys.mjs";
import { candidates, isSigned, isTaken } from "./signature.mjs";
import { readBearer } from "./token.mjs";

/** @typedef {import("./claims.mjs").Requirement} Requirement */
/** @typedef {import("./token.mjs").Token} Token */

/**
 * What API Gateway asks.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-input.html
 * @typedef {object} TokenEvent
 * @property {string | undefined} authorizationToken The whole header.
 * @property {string} methodArn
 */

/**
 * What it wants to be told.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html
 * @typedef {object} Answer
 * @property {string} principalId
 * @property {{ readonly Version: string, readonly Statement: readonly object[] }} policyDocument
 * @property {Readonly<Record<string, string>>} context
 */

/**
 * What the answer to a request depends on, beside the request.
 *
 * @typedef {object} Surroundings
 * @property {typeof fetch} fetch
 * @property {() => number} now In milliseconds since the epoch.
 * @property {(line: object) => void} log
 */

/** `arn:PARTITION:execute-api:REGION:ACCOUNT:API/STAGE/METHOD/PATH`; all but the path is the owner's. */
const METHOD_ARN = /^(arn:[a-z-]+:execute-api:[a-z0-9-]+:\d+:[a-z0-9]+\/[A-Za-z0-9_-]+\/[A-Z]+)(?:\/|$)/;

/** Who it is when the token does not say so; API Gateway wants a name. */
const NOBODY = "unknown";

/**
 * A function for a token authorizer whose results are not kept: an answer is about this one request.
 *
 * It answers with a policy (200, or 403 without the scope); throws `Unauthorized` (401) for what is no credential; and
 * throws anything else (500) where it cannot tell, which is the case without the issuer's keys. A 401 would say there that a
 * good token is bad, and a client would throw it away. Whatever is thrown, API Gateway lets nobody in.
 *
 * @param {Requirement} requirement
 * @param {Surroundings} surroundings
 * @param {IssuerKeys} keys
 */
export function createAuthorizer(requirement, surroundings, keys = keysOf(requirement, surroundings)) {
  const { now, log } = surroundings;

  /**
   * @param {TokenEvent} event
   * @returns {Promise<Answer>}
   */
  return async ({ authorizationToken, methodArn }) => {
    const resource = resourceOf(methodArn);
    const token = readBearer(authorizationToken);
    const fault = token === undefined ? "no bearer token" : await distrust(token);
    if (token === undefined || fault !== undefined) {
      log({ decision: "unauthenticated", token: fault });
      // The very text that API Gateway takes for a 401.
      throw new Error("Unauthorized");
    }
    const allowed = hasScopes(token.claims, requirement);
    if (!allowed) log({ decision: "forbidden", ...lacking(requirement) });
    return answer(allowed ? "Allow" : "Deny", resource, token.claims);
  };

  /**
   * Why the token is none of the issuer's for this API; undefined when it is. What costs nothing is looked at first, so that
   * most of what is sent in vain never asks the issuer anything.
   *
   * @param {Token} token
   */
  async function distrust(token) {
    if (!isTaken(token.alg)) return "by an algorithm that is not taken";
    const fault = faultOf(token.claims, requirement, now() / 1_000);
    if (fault !== undefined) return fault;
    const known = await keys.current();
    const fitting = candidates(known, token);
    if (isSigned(fitting, token)) return undefined;
    // A key of that name is there, and did not sign it.
    if (fitting.length > 0 && token.kid !== undefined) return "with a bad signature";
    const newer = await keys.newerThan(known);
    if (newer !== known && isSigned(candidates(newer, token), token)) return undefined;
    return token.kid === undefined
      ? "signed by none of the issuer's keys"
      : "signed by a key that is none of the issuer's";
  }
}

/**
 * What a token lacks, for the log.
 *
 * @param {Requirement} requirement
 */
function lacking({ scopes }) {
  return "all" in scopes
    ? { token: "without all of the scopes", scopes: scopes.all }
    : { token: "without any of the scopes", scopes };
}

/**
 * The keys of a requirement's issuer.
 *
 * @param {Requirement} requirement
 * @param {Surroundings} surroundings
 */
export function keysOf(requirement, { fetch: get, now }) {
  return new IssuerKeys(requirement, get, now);
}

/**
 * What the answer is about: this method on every path. Not the path itself, which is the client's: it may hold wildcards and
 * policy variables, be encoded in another way than what the policy is compared with, and be longer than the 512 characters
 * that a resource may have. That opens nothing more. The policy counts for this request only; even if results were kept, methods
 * with different requirements would not share one: they have different authorizers, or the method and the resource identify it. A `*` at the end reaches over colons, too:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
 *
 * @param {unknown} methodArn
 */
function resourceOf(methodArn) {
  const [, method] = METHOD_ARN.exec(String(methodArn)) ?? [];
  if (method === undefined) throw new Error("The event names no method of a REST API.");
  return `${method}/*`;
}

/**
 * Without a condition on time: it is documented for resource policies, but not for the policies of authorizers, so nothing
 * may depend on it.
 *
 * @param {"Allow" | "Deny"} effect
 * @param {string} resource
 * @param {Readonly<Record<string, unknown>>} claims
 * @returns {Answer}
 */
function answer(effect, resource, { sub }) {
  const subject = typeof sub === "string" && sub !== "" ? sub : undefined;
  return {
    principalId: subject ?? NOBODY,
    policyDocument: {
      Version: "2012-10-17",
      Statement: [{ Action: "execute-api:Invoke", Effect: effect, Resource: resource }],
    },
    context: subject === undefined ? {} : { sub: subject },
  };
}
