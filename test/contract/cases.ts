import type { Decision } from "./oracle/oracle.ts";

/**
 * The cases of the contract. A vendor that decides a case differently lists it in its capabilities, with the reason; a listed case that
 * the vendor decides as the contract does is a failure. `feature` is the feature that the vendor must support for the case to occur, and
 * `decision` is the decision that the case tests.
 */
export const cases = {
  "route-hit": { rule: "a request that matches a route reaches its backend", decision: "proxied" },
  "route-overlap": {
    rule: "a path that begins like another route's path is decided by the route that it matches",
    decision: "proxied",
  },
  "path-unknown": { rule: "a path that matches no route is rejected", decision: "no route" },
  "method-unknown": { rule: "a method that no route declares for the path is rejected", decision: "no route" },
  "rest-empty": { rule: "the rest of a path has at least one segment", decision: "no route", feature: "route.greedy" },
  "path-mapped": { rule: "the backend receives the mapped path with its parameters", decision: "proxied" },
  "parameter-encoded": { rule: "an encoded parameter keeps its meaning for the backend", decision: "proxied" },
  "query-intact": { rule: "the backend receives the query as sent", decision: "proxied" },
  "headers-intact": { rule: "the backend receives the client's headers", decision: "proxied" },
  "authorization-intact": { rule: "the backend receives the Authorization header as sent", decision: "proxied" },
  "body-intact": { rule: "the backend receives the body as sent", decision: "proxied" },
  "header-set": {
    rule: "the backend receives a header that the route sets with that value only",
    decision: "proxied",
    feature: "headers.set",
  },
  "header-removed": {
    rule: "the backend does not receive a header that the route removes",
    decision: "proxied",
    feature: "headers.remove",
  },
  "backend-answer-intact": { rule: "the client receives the backend's status, headers and body", decision: "proxied" },
  "backend-refused": {
    rule: "the gateway responds for a backend that refuses connections",
    decision: "backend down",
  },
  "backend-timeout": { rule: "the gateway responds for a backend that exceeds the timeout", decision: "backend down" },
  "body-too-large": { rule: "a body over the gateway's limit reaches no backend", decision: "too large" },
  reply: { rule: "a reply has its own status, headers and body", decision: "replied", feature: "reply" },
  "reply-type": {
    rule: "a reply does not depend on the media type that a request declares",
    decision: "replied",
    feature: "reply",
  },
  "token-valid": {
    rule: "a valid token of the bound issuer with a declared audience is accepted",
    decision: "proxied",
  },
  "token-missing": { rule: "a request without a token is rejected", decision: "unauthenticated" },
  "token-malformed": { rule: "a credential that is not a token is rejected", decision: "unauthenticated" },
  "token-expired": { rule: "an expired token is rejected", decision: "unauthenticated" },
  "token-expires-meanwhile": {
    rule: "a token that was accepted before it expired is rejected afterwards",
    decision: "unauthenticated",
  },
  "token-not-yet-valid": { rule: "a token that is not valid yet is rejected", decision: "unauthenticated" },
  "expiry-missing": { rule: "a token without an expiry is rejected", decision: "unauthenticated" },
  "issuer-wrong": { rule: "a token of another issuer is rejected", decision: "unauthenticated" },
  "audience-wrong": { rule: "a token for another audience is rejected", decision: "unauthenticated" },
  "audience-missing": { rule: "a token without an audience is rejected", decision: "unauthenticated" },
  "client-id-declared": {
    rule: "without an aud, the client_id is the audience if the description declares that",
    decision: "proxied",
    feature: "auth.jwt.client-id",
  },
  "client-id-undeclared": {
    rule: "without an aud, a client_id is rejected unless the description declares it",
    decision: "unauthenticated",
  },
  "client-id-wrong": {
    rule: "the id of another client is rejected, and so is any client_id beside an aud for another audience",
    decision: "unauthenticated",
  },
  "algorithm-none": { rule: "an unsigned token is rejected", decision: "unauthenticated" },
  "algorithm-symmetric": {
    rule: "a token that is signed with the public key as a secret is rejected",
    decision: "unauthenticated",
  },
  "signature-other-key": { rule: "a token that is signed with another key is rejected", decision: "unauthenticated" },
  "signature-tampered": {
    rule: "a token that was changed after it was signed is rejected",
    decision: "unauthenticated",
  },
  "key-unknown": { rule: "a token that names an unpublished key is rejected", decision: "unauthenticated" },
  "key-unnamed": { rule: "a valid token that names no key is either accepted or rejected", decision: "proxied" },
  "token-elsewhere": {
    rule: "a valid token outside Authorization is rejected, and one with another scheme is accepted or rejected",
    decision: "unauthenticated",
  },
  "credential-twice": {
    rule: "with a second token in another place, the backend receives no unchecked Authorization",
    decision: "unauthenticated",
  },
  "authorization-twice": {
    rule: "with two tokens in Authorization, the backend receives no unchecked one",
    decision: "unauthenticated",
  },
  "scope-present": {
    rule: "a token with one of the scopes is accepted",
    decision: "proxied",
    feature: "auth.scopes",
  },
  "scope-missing": {
    rule: "a valid token without any of the scopes is forbidden",
    decision: "forbidden",
    feature: "auth.scopes",
  },
  "scopes-complete": {
    rule: "a token with each of several required scopes is accepted",
    decision: "proxied",
    feature: "auth.scopes.all",
  },
  "scopes-incomplete": {
    rule: "a valid token that lacks one of several required scopes is forbidden",
    decision: "forbidden",
    feature: "auth.scopes.all",
  },
  "api-key-valid": { rule: "a consumer's key is accepted", decision: "proxied", feature: "auth.key" },
  "api-key-missing": { rule: "a request without a key is rejected", decision: "unauthenticated", feature: "auth.key" },
  "api-key-unknown": {
    rule: "a key of no consumer is rejected",
    decision: "unauthenticated",
    feature: "auth.key",
  },
  "api-key-disabled": {
    rule: "a disabled key is rejected",
    decision: "unauthenticated",
    feature: "auth.key",
  },
  "api-key-elsewhere": {
    rule: "a key in a place other than x-api-key is rejected",
    decision: "unauthenticated",
    feature: "auth.key",
  },
  "api-key-twice": {
    rule: "a valid key beside another one is accepted or rejected, and counts as itself",
    decision: "unauthenticated",
    feature: "auth.key",
  },
  "key-for-token": {
    rule: "a key instead of a token is rejected",
    decision: "unauthenticated",
    feature: "auth.key",
  },
  "token-for-key": {
    rule: "a token instead of a key is rejected",
    decision: "unauthenticated",
    feature: "auth.key",
  },
  "token-and-key": {
    rule: "where a token and a key are required, neither is accepted without the other",
    decision: "unauthenticated",
    feature: "auth.token-and-key",
  },
  "signature-valid": {
    rule: "a request that is signed by a caller with permission is accepted",
    decision: "proxied",
    feature: "auth.iam",
  },
  "signature-missing": {
    rule: "a request without a signature is rejected",
    decision: "unauthenticated",
    feature: "auth.iam",
  },
  "signature-malformed": {
    rule: "a credential that is not a signature is rejected",
    decision: "unauthenticated",
    feature: "auth.iam",
  },
  "signature-wrong": {
    rule: "a signature of another request, or with another secret, is rejected",
    decision: "unauthenticated",
    feature: "auth.iam",
  },
  "signature-expired": {
    rule: "a signature that has expired or is not valid yet is rejected",
    decision: "unauthenticated",
    feature: "auth.iam",
  },
  "signature-unknown": {
    rule: "a signature with an unknown or disabled access key is rejected",
    decision: "unauthenticated",
    feature: "auth.iam",
  },
  "signature-of-other": {
    rule: "a signature of a caller without permission is forbidden",
    decision: "forbidden",
    feature: "auth.iam",
  },
  "signature-in-query": {
    rule: "a signature in the query is accepted until it expires",
    decision: "proxied",
    feature: "auth.iam",
  },
  "signature-for-token": {
    rule: "a signature instead of a token is rejected",
    decision: "unauthenticated",
    feature: "auth.iam",
  },
  "token-for-signature": {
    rule: "a token instead of a signature is rejected",
    decision: "unauthenticated",
    feature: "auth.iam",
  },
  "limit-passes": { rule: "requests within a limit pass", decision: "proxied", feature: "limits.route" },
  "limit-exceeded": { rule: "requests over a limit are rejected", decision: "limited", feature: "limits.route" },
  "limit-recovers": {
    rule: "requests pass again after the window of a limit",
    decision: "proxied",
    feature: "limits.route",
  },
  "limit-by-ip": { rule: "each client address has its own count", decision: "proxied", feature: "limits.ip" },
  "limit-by-consumer": {
    rule: "each subject of a token has its own count",
    decision: "proxied",
    feature: "limits.consumer",
  },
  "limit-by-key": {
    rule: "each consumer's key has its own count",
    decision: "proxied",
    feature: "limits.key",
  },
  "plan-limit-passes": {
    rule: "requests within the limit of a plan pass",
    decision: "proxied",
    feature: "plans.limits",
  },
  "plan-limit-exceeded": {
    rule: "requests over the limit of a plan are rejected on each route that requires a key",
    decision: "limited",
    feature: "plans.limits",
  },
  "plan-limit-recovers": {
    rule: "requests pass again after the window of a plan's limit",
    decision: "proxied",
    feature: "plans.limits",
  },
  "plan-limit-by-consumer": {
    rule: "each consumer of a plan has its own count",
    decision: "proxied",
    feature: "plans.limits",
  },
  "plan-route-limit-passes": {
    rule: "requests within a plan's limit for a route pass",
    decision: "proxied",
    feature: "plans.routes",
  },
  "plan-route-limit-exceeded": {
    rule: "requests over a plan's limit for a route are rejected",
    decision: "limited",
    feature: "plans.routes",
  },
  "plan-route-limit-recovers": {
    rule: "requests pass again after the window of a plan's limit for a route",
    decision: "proxied",
    feature: "plans.routes",
  },
  "plan-route-limit-alone": {
    rule: "a plan's limit for a route does not apply to other routes",
    decision: "proxied",
    feature: "plans.routes",
  },
  "quota-passes": {
    rule: "requests within a quota pass",
    decision: "proxied",
    feature: "plans.quota",
  },
  "quota-exceeded": {
    rule: "requests over a quota are rejected until the end of the period",
    decision: "limited",
    feature: "plans.quota",
  },
  "quota-by-consumer": {
    rule: "each consumer has its own quota",
    decision: "proxied",
    feature: "plans.quota",
  },
  "quota-recovers": {
    rule: "requests pass again in the next period of the calendar",
    decision: "proxied",
    feature: "plans.quota",
  },
  "private-hit": {
    rule: "a private backend receives the request, with the host of its URL",
    decision: "proxied",
    feature: "backend.onPrem",
  },
  "request-valid": {
    rule: "a valid request reaches its backend",
    decision: "proxied",
    feature: "request.body",
  },
  "parameter-missing": {
    rule: "a request without a required parameter is rejected",
    decision: "invalid",
    feature: "request.parameters",
  },
  "body-invalid": {
    rule: "a body that does not match the schema is rejected",
    decision: "invalid",
    feature: "request.body",
  },
  "body-type": {
    rule: "a body that does not match the schema is rejected with every media type",
    decision: "invalid",
    feature: "request.body",
  },
  "body-type-unchecked": {
    rule: "a body of a media type that the route does not check reaches the backend",
    decision: "proxied",
    feature: "request.body",
  },
  "function-hit": {
    rule: "a function receives the request as sent, and the client receives its response",
    decision: "proxied",
    feature: "backend.fn",
  },
  "function-fails": {
    rule: "a function that throws or returns an invalid response counts as a backend that is down",
    decision: "backend down",
    feature: "backend.fn",
  },
  "function-timeout": {
    rule: "the gateway responds for a function that exceeds the timeout",
    decision: "backend down",
    feature: "backend.fn",
  },
  preflight: {
    rule: "a preflight for a declared route is answered as the description allows",
    decision: "preflight",
    feature: "cors",
  },
  "preflight-origin-unknown": {
    rule: "a preflight of another origin allows nothing",
    decision: "preflight",
    feature: "cors",
  },
  "cors-response": {
    rule: "an allowed origin may read the response, and no other origin may",
    decision: "proxied",
    feature: "cors",
  },
  "trailing-slash": { rule: "a trailing slash never weakens a decision", decision: "no route" },
  "double-slash": { rule: "an empty segment never weakens a decision", decision: "no route" },
  "encoded-slash": {
    rule: "an encoded slash, or a character that a backend may read as one, never weakens a decision",
    decision: "no route",
  },
  "dot-segments": { rule: "dot segments, encoded or not, never weaken a decision", decision: "no route" },
  "upper-case": { rule: "upper case never weakens a decision", decision: "no route" },
  "lenient-spelling": {
    rule: "a spelling that a lenient server reads as a guarded path never weakens a decision",
    decision: "no route",
  },
  "encoded-mark": { rule: "an encoded mark of a literal never weakens a decision", decision: "no route" },
  "encoded-letter": { rule: "an encoded letter never weakens a decision", decision: "no route" },
} as const satisfies Record<string, { readonly rule: string; readonly decision: Decision; readonly feature?: string }>;

export type Case = keyof typeof cases;

export const caseNames = Object.keys(cases) as readonly Case[];

export function isCase(name: string): name is Case {
  return Object.hasOwn(cases, name);
}

/** The feature that a vendor must support for the case to occur; undefined if every vendor has the case. */
export function featureOf(name: Case): string | undefined {
  const entry = cases[name];
  return "feature" in entry ? entry.feature : undefined;
}
