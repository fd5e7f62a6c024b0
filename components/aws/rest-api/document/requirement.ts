import { createHash } from "node:crypto";
import { type Api, type ApiRoute, tokenOf } from "../../../api/checked-api.ts";
import type { JwtAuth, Scopes } from "../../../api/description.ts";

/** What some routes require of a token. */
export interface RestRequirement {
  /** The name of the auth. The binding of that auth contains the issuer. */
  readonly auth: string;
  /** The token needs one of these. Undefined if the audiences are bound: the authorizer's name must not depend on them. */
  readonly audiences: readonly string[] | undefined;
  /** The claim that holds the audience of a token without `aud`. */
  readonly audienceFallback?: JwtAuth["audienceFallback"];
  /** The scopes that the token needs, sorted. An empty list if no scope is required. */
  readonly scopes: Scopes;
}

/** Returns what a route requires of a token; undefined if it requires no token. */
export function requirementOf({ auth, authName, scopes }: ApiRoute): RestRequirement | undefined {
  const token = tokenOf(auth);
  if (token === undefined) return undefined;
  const { audiences, audienceFallback } = token;
  return {
    auth: authName,
    audiences,
    ...(audienceFallback === undefined ? {} : { audienceFallback }),
    scopes: sortedScopes(scopes.match === "all" ? { all: scopes.names } : scopes.names),
  };
}

/** The same scopes in the one order in which they are written. */
export function sortedScopes(scopes: Scopes): Scopes {
  return "all" in scopes ? { all: sorted(scopes.all) } : sorted(scopes);
}

function sorted(names: readonly string[]): readonly string[] {
  return [...new Set(names)].toSorted();
}

/** Returns the distinct requirements of an API, sorted by the name of their authorizer. */
export function requirementsOf({ routes }: Pick<Api, "routes">): readonly RestRequirement[] {
  const found = new Map<string, RestRequirement>();
  for (const route of routes) {
    const requirement = requirementOf(route);
    if (requirement !== undefined) found.set(authorizerName(requirement), requirement);
  }
  return [...found].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, requirement]) => requirement);
}

/** Returns the name of a requirement's authorizer: the auth's name, and a hash, since a scope may contain any character. */
export function authorizerName({ auth, audiences, audienceFallback, scopes }: RestRequirement): string {
  const fallback = audienceFallback === undefined ? [] : [audienceFallback];
  const hash = createHash("sha256")
    .update(JSON.stringify([auth, audiences, scopes, ...fallback]))
    .digest("hex");
  return `${auth}_${hash.slice(0, 16)}`;
}
