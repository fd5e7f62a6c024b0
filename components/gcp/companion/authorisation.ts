import { audiencesOf, type Bindings } from "../../api/binding/binding.ts";
import { type Api, type ApiRoute, tokenOf } from "../../api/checked-api.ts";
import type { ApiScopes } from "../../api/scopes.ts";
import { CLAIMS, TOKEN_FILTER } from "./authentication.ts";
import { httpFilter, type Json, type TypedConfig } from "./envoy.ts";

/** Envoy's name of the filter that decides who may call a route. */
export const ACCESS_FILTER = "envoy.filters.http.rbac";

/** The reasons for refusals that are not about the credential: a route without rules, and a token that lacks a scope. */
export const UNDECLARED = "undeclared";
export const SCOPES = "scopes";

/**
 * The filter that decides who may call a route. A route without its own rules is denied to everybody. The name of what is denied is
 * Envoy's reason for a refusal.
 */
export const accessFilter: TypedConfig = httpFilter("rbac.v3.RBAC", {
  rules: denying({ [UNDECLARED]: { any: true } }),
});

/** Denies nothing, where no token is required. */
export const everybody: TypedConfig = denyingOnRoute({});

/** Denies a route to everybody but those who may call it. Their tokens have been checked before. */
export function access(api: Api, bindings: Bindings, route: ApiRoute): TypedConfig {
  if (tokenOf(route.auth) === undefined) return everybody;
  const scopes = scopesOf(route.scopes);
  return denyingOnRoute({
    authorization: not(bearerAlone),
    audience: not(hasAudience(audiencesOf(api, bindings, route.authName))),
    ...(route.limits.some(({ by }) => by === "consumer") ? { subject: not(hasSubject) } : {}),
    ...(scopes === undefined ? {} : { [SCOPES]: not(scopes) }),
  });
}

function denyingOnRoute(denied: Readonly<Record<string, Json>>): TypedConfig {
  return httpFilter("rbac.v3.RBACPerRoute", { rbac: { rules: denying(denied) } });
}

function denying(denied: Readonly<Record<string, Json>>): Json {
  const policies = Object.entries(denied).map(([reason, principal]) => [
    reason,
    { permissions: [{ any: true }], principals: [principal] },
  ]);
  return { action: "DENY", policies: Object.fromEntries(policies) };
}

function not(principal: Json): Json {
  return { not_id: principal };
}

/**
 * The header contains the checked token and nothing else. Envoy finds a token behind any text, and the backend receives the whole
 * header.
 */
const bearerAlone: Json = {
  header: {
    name: "authorization",
    string_match: { safe_regex: { regex: "Bearer +[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+" } },
  },
};

/** The exact comparison. Envoy's own one ignores the scheme and a slash at the end. */
function hasAudience(audiences: readonly string[]): Json {
  const one = anyOf(audiences);
  return claim("aud", { or_match: { value_matchers: [one, { list_match: { one_of: one } }] } });
}

/** A consumer is counted by the subject, so a token without one passes no limit by consumer. */
const hasSubject: Json = claim("sub", { string_match: { safe_regex: { regex: "(?s).+" } } });

function scopesOf({ match, names }: ApiScopes): Json | undefined {
  if (names.length === 0) return undefined;
  return match === "all" ? { and_ids: { ids: names.map((name) => hasScope([name])) } } : hasScope(names);
}

/** One of the scopes, in one of the two claims. Envoy has split a text at its spaces. */
function hasScope(names: readonly string[]): Json {
  const list = { list_match: { one_of: anyOf(names) } };
  return { or_ids: { ids: [claim("scope", list), claim("scp", list)] } };
}

function claim(name: string, value: Json): Json {
  const metadata_matcher = { filter: TOKEN_FILTER, path: [{ key: CLAIMS }, { key: name }], value };
  return { sourced_metadata: { metadata_matcher } };
}

/** A text that is one of several. Envoy's alternative needs at least two. */
function anyOf(texts: readonly string[]): Json {
  const matchers = texts.map((exact) => ({ string_match: { exact } }));
  return matchers.length === 1 ? (matchers[0] as Json) : { or_match: { value_matchers: matchers } };
}
