import type { Decision } from "./oracle/oracle.ts";

/**
 * The cases of the contract. A vendor that decides one otherwise lists its name, with the reason, in its capabilities;
 * a case it lists without need fails. `feature` is what the description must be able to ask of the vendor for the case
 * to arise; `decision` is the one that the case is there to see.
 */
export const cases = {
  "route-hit": { says: "a request that a route takes reaches its backend", decision: "proxied" },
  "route-overlap": {
    says: "a path that begins as another route's does is decided by the route that takes it",
    decision: "proxied",
  },
  "path-unknown": { says: "a path that no route takes reaches nothing", decision: "no route" },
  "method-unknown": { says: "a method that the path does not have reaches nothing", decision: "no route" },
  "rest-empty": { says: "the rest of a path is never nothing", decision: "no route", feature: "route.greedy" },
  "path-mapped": { says: "the backend sees the path that the route maps to, parameters and all", decision: "proxied" },
  "parameter-encoded": { says: "an encoded parameter means the same to the backend", decision: "proxied" },
  "query-intact": { says: "the backend sees the query as it was sent", decision: "proxied" },
  "headers-intact": { says: "the backend sees the client's headers", decision: "proxied" },
  "authorization-intact": { says: "the backend sees the Authorization header as it was sent", decision: "proxied" },
  "body-intact": { says: "the backend sees the body as it was sent", decision: "proxied" },
  "header-set": {
    says: "a header that the route sets has that value alone",
    decision: "proxied",
    feature: "headers.set",
  },
  "header-removed": { says: "a header that the route removes is gone", decision: "proxied", feature: "headers.remove" },
  "backend-answer-intact": { says: "the client sees the backend's status, headers and body", decision: "proxied" },
  "backend-refused": {
    says: "a backend that refuses connections is the gateway's fault to tell",
    decision: "backend down",
  },
  "backend-timeout": { says: "a backend that takes too long is given up", decision: "backend down" },
  "body-too-large": { says: "a body over the gateway's limit goes nowhere", decision: "too large" },
  reply: { says: "a reply is its own status, headers and body", decision: "replied", feature: "reply" },
  "token-valid": { says: "a token of the right issuer and audience, in date, opens the route", decision: "proxied" },
  "token-missing": { says: "no token, no entry", decision: "unauthenticated" },
  "token-malformed": { says: "what is no token opens nothing", decision: "unauthenticated" },
  "token-expired": { says: "an expired token opens nothing", decision: "unauthenticated" },
  "token-expires-meanwhile": {
    says: "a token that was good a moment ago and has expired opens nothing",
    decision: "unauthenticated",
  },
  "token-not-yet-valid": { says: "a token whose time has not come opens nothing", decision: "unauthenticated" },
  "expiry-missing": { says: "a token that never expires opens nothing", decision: "unauthenticated" },
  "issuer-wrong": { says: "another issuer's token opens nothing", decision: "unauthenticated" },
  "audience-wrong": { says: "a token for somebody else opens nothing", decision: "unauthenticated" },
  "audience-missing": { says: "a token for nobody opens nothing", decision: "unauthenticated" },
  "client-id-declared": {
    says: "without an aud, the client_id is the audience, if the description says so",
    decision: "proxied",
    feature: "auth.jwt.client-id",
  },
  "client-id-undeclared": {
    says: "without an aud, a client_id opens nothing, if the description does not say so",
    decision: "unauthenticated",
  },
  "client-id-wrong": {
    says: "another client's id opens nothing, and neither does any beside an aud for somebody else",
    decision: "unauthenticated",
  },
  "algorithm-none": { says: "an unsigned token opens nothing", decision: "unauthenticated" },
  "algorithm-symmetric": {
    says: "a token signed with the public key as a secret opens nothing",
    decision: "unauthenticated",
  },
  "signature-other-key": { says: "a token signed by another key opens nothing", decision: "unauthenticated" },
  "signature-tampered": { says: "a token whose content was changed opens nothing", decision: "unauthenticated" },
  "key-unknown": { says: "a token that names a key nobody published opens nothing", decision: "unauthenticated" },
  "key-unnamed": { says: "a good token without a key's name is taken or refused, never half", decision: "proxied" },
  "token-elsewhere": {
    says: "a good token outside Authorization opens nothing, and one of another scheme is accepted or rejected",
    decision: "unauthenticated",
  },
  "credential-twice": {
    says: "beside a token in another place, the backend sees no Authorization that was not checked",
    decision: "unauthenticated",
  },
  "authorization-twice": {
    says: "of two tokens in Authorization, the backend sees none that was not checked",
    decision: "unauthenticated",
  },
  "scope-present": {
    says: "a token with one of the scopes opens the route",
    decision: "proxied",
    feature: "auth.scopes",
  },
  "scope-missing": {
    says: "a good token without any of the scopes is forbidden",
    decision: "forbidden",
    feature: "auth.scopes",
  },
  "api-key-valid": { says: "a consumer's key opens the route", decision: "proxied", feature: "auth.key" },
  "api-key-missing": { says: "no key, no entry", decision: "unauthenticated", feature: "auth.key" },
  "api-key-unknown": {
    says: "a key that nobody was given opens nothing",
    decision: "unauthenticated",
    feature: "auth.key",
  },
  "api-key-disabled": {
    says: "a key that was switched off opens nothing",
    decision: "unauthenticated",
    feature: "auth.key",
  },
  "api-key-elsewhere": {
    says: "a key in another place than x-api-key opens nothing",
    decision: "unauthenticated",
    feature: "auth.key",
  },
  "api-key-twice": {
    says: "a good key beside another is taken or refused, and counts as itself",
    decision: "unauthenticated",
    feature: "auth.key",
  },
  "key-for-token": {
    says: "a key in place of a token opens nothing",
    decision: "unauthenticated",
    feature: "auth.key",
  },
  "token-for-key": {
    says: "a token in place of a key opens nothing",
    decision: "unauthenticated",
    feature: "auth.key",
  },
  "token-and-key": {
    says: "where both are asked, neither opens the route without the other",
    decision: "unauthenticated",
    feature: "auth.token-and-key",
  },
  "signature-valid": {
    says: "a request signed by who may call opens the route",
    decision: "proxied",
    feature: "auth.iam",
  },
  "signature-missing": { says: "no signature, no entry", decision: "unauthenticated", feature: "auth.iam" },
  "signature-malformed": {
    says: "what is no signature opens nothing",
    decision: "unauthenticated",
    feature: "auth.iam",
  },
  "signature-wrong": {
    says: "a signature of something else than what was sent, or by another secret, opens nothing",
    decision: "unauthenticated",
    feature: "auth.iam",
  },
  "signature-expired": {
    says: "a signature whose time is over, or has not come, opens nothing",
    decision: "unauthenticated",
    feature: "auth.iam",
  },
  "signature-unknown": {
    says: "a signature with a key that nobody has, or that was switched off, opens nothing",
    decision: "unauthenticated",
    feature: "auth.iam",
  },
  "signature-of-other": {
    says: "a signature of who may not call is forbidden",
    decision: "forbidden",
    feature: "auth.iam",
  },
  "signature-in-query": {
    says: "a signature in the query opens the route, as long as it says",
    decision: "proxied",
    feature: "auth.iam",
  },
  "signature-for-token": {
    says: "a signature in place of a token opens nothing",
    decision: "unauthenticated",
    feature: "auth.iam",
  },
  "token-for-signature": {
    says: "a token in place of a signature opens nothing",
    decision: "unauthenticated",
    feature: "auth.iam",
  },
  "limit-passes": { says: "the first requests of a limit pass", decision: "proxied", feature: "limits.route" },
  "limit-exceeded": { says: "those after them do not", decision: "limited", feature: "limits.route" },
  "limit-recovers": { says: "and after the window they pass again", decision: "proxied", feature: "limits.route" },
  "limit-by-ip": { says: "another client address has a count of its own", decision: "proxied", feature: "limits.ip" },
  "limit-by-consumer": {
    says: "another token's subject has a count of its own",
    decision: "proxied",
    feature: "limits.consumer",
  },
  "limit-by-key": {
    says: "another consumer's key has a count of its own",
    decision: "proxied",
    feature: "limits.key",
  },
  "plan-limit-passes": {
    says: "the first requests of a plan's limit pass",
    decision: "proxied",
    feature: "plans.limits",
  },
  "plan-limit-exceeded": {
    says: "those after them do not, on whichever route that asks for a key",
    decision: "limited",
    feature: "plans.limits",
  },
  "plan-limit-recovers": {
    says: "and after the window they pass again",
    decision: "proxied",
    feature: "plans.limits",
  },
  "plan-limit-by-consumer": {
    says: "another consumer of the plan has a count of its own",
    decision: "proxied",
    feature: "plans.limits",
  },
  "plan-route-limit-passes": {
    says: "the first requests of a plan's limit of a route pass",
    decision: "proxied",
    feature: "plans.routes",
  },
  "plan-route-limit-exceeded": {
    says: "those after them do not",
    decision: "limited",
    feature: "plans.routes",
  },
  "plan-route-limit-recovers": {
    says: "and after the window they pass again",
    decision: "proxied",
    feature: "plans.routes",
  },
  "plan-route-limit-alone": {
    says: "on another route they pass meanwhile",
    decision: "proxied",
    feature: "plans.routes",
  },
  "quota-passes": {
    says: "the first requests of a period pass",
    decision: "proxied",
    feature: "plans.quota",
  },
  "quota-exceeded": {
    says: "none after them does, to the end of the period",
    decision: "limited",
    feature: "plans.quota",
  },
  "quota-by-consumer": {
    says: "another consumer has a quota of its own",
    decision: "proxied",
    feature: "plans.quota",
  },
  "quota-recovers": {
    says: "with the next period of the calendar they pass again",
    decision: "proxied",
    feature: "plans.quota",
  },
  "private-hit": {
    says: "a private backend is reached, asked for the host of its URL",
    decision: "proxied",
    feature: "backend.onPrem",
  },
  "request-valid": {
    says: "a request that is as the route asks reaches its backend",
    decision: "proxied",
    feature: "request.body",
  },
  "parameter-missing": {
    says: "a request without a parameter that the route asks for reaches nothing",
    decision: "invalid",
    feature: "request.parameters",
  },
  "body-invalid": {
    says: "a body that is not what the route asks for reaches nothing",
    decision: "invalid",
    feature: "request.body",
  },
  "body-type": {
    says: "nor does it when it says that it is of another type",
    decision: "invalid",
    feature: "request.body",
  },
  "function-hit": {
    says: "a function gets the request as it came in, and its answer is the gateway's",
    decision: "proxied",
    feature: "backend.fn",
  },
  "function-fails": {
    says: "a function that throws, or returns what is no answer, is a backend that is down",
    decision: "backend down",
    feature: "backend.fn",
  },
  "function-timeout": {
    says: "a function that takes too long is given up",
    decision: "backend down",
    feature: "backend.fn",
  },
  preflight: {
    says: "a preflight for a declared route is answered, with what the description allows",
    decision: "preflight",
    feature: "cors",
  },
  "preflight-origin-unknown": { says: "another origin is promised nothing", decision: "preflight", feature: "cors" },
  "cors-response": {
    says: "an answer to an allowed origin may be read by it, and by no other",
    decision: "proxied",
    feature: "cors",
  },
  "trailing-slash": { says: "a trailing slash never weakens a decision", decision: "no route" },
  "double-slash": { says: "an empty segment never weakens a decision", decision: "no route" },
  "encoded-slash": {
    says: "an encoded slash, or what a backend may take for one, never weakens a decision",
    decision: "no route",
  },
  "dot-segments": { says: "dot segments, encoded or not, never weaken a decision", decision: "no route" },
  "upper-case": { says: "upper case never weakens a decision", decision: "no route" },
  "encoded-mark": { says: "an encoded mark of a literal never weakens a decision", decision: "no route" },
  "encoded-letter": { says: "an encoded letter never weakens a decision", decision: "no route" },
} as const satisfies Record<string, { readonly says: string; readonly decision: Decision; readonly feature?: string }>;

export type Case = keyof typeof cases;

export const caseNames = Object.keys(cases) as readonly Case[];

export function isCase(name: string): name is Case {
  return Object.hasOwn(cases, name);
}

/** What the description must be able to ask of the vendor for the case to arise; undefined for nothing. */
export function featureOf(name: Case): string | undefined {
  const entry = cases[name];
  return "feature" in entry ? entry.feature : undefined;
}
