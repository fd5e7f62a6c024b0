import { createHash } from "node:crypto";
import { type Api, type ApiRoute, tokenOf } from "../../../api/checked-api.ts";

/** What a token must hold on some routes. Each distinct one is an authorizer, and a function that checks it. */
export interface RestRequirement {
  /** The auth's name, under which the issuer is bound. */
  readonly auth: string;
  /** Any of these. */
  readonly audiences: readonly string[];
  /** Any of these, sorted; empty where none is asked. */
  readonly scopes: readonly string[];
}

/** What a route asks of a token; undefined where it asks for none. */
export function requirementOf({ auth, authName, scopes }: ApiRoute): RestRequirement | undefined {
  const token = tokenOf(auth);
  if (token === undefined) return undefined;
  return { auth: authName, audiences: token.audiences, scopes: [...new Set(scopes)].toSorted() };
}

/** The distinct requirements of an API, by auth and scopes. */
export function requirementsOf({ routes }: Pick<Api, "routes">): readonly RestRequirement[] {
  const found = new Map<string, RestRequirement>();
  for (const route of routes) {
    const requirement = requirementOf(route);
    if (requirement !== undefined) found.set(authorizerName(requirement), requirement);
  }
  return [...found].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, requirement]) => requirement);
}

/** What the requirement's authorizer is called: the auth's name, and a hash, since scopes may hold what no name can. */
export function authorizerName({ auth, audiences, scopes }: RestRequirement): string {
  const hash = createHash("sha256")
    .update(JSON.stringify([auth, audiences, scopes]))
    .digest("hex");
  return `${auth}_${hash.slice(0, 16)}`;
}

/** Stands in for a requirement's function, for `check` and `render`. */
export function placeholderAuthorizer(requirement: RestRequirement): string {
  return `arn:aws:lambda:us-east-1:000000000000:function:${authorizerName(requirement).slice(-64)}`;
}
