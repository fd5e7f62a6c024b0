import { audiencesOf, type Bindings } from "../../api/binding/binding.ts";
import { type Api, type ApiRoute, tokenOf } from "../../api/checked-api.ts";
import type { ApiScopes } from "../../api/scopes.ts";
import { CLAIMS, TOKEN_FILTER } from "./authentication.ts";
import { httpFilter, type Json, type TypedConfig } from "./envoy.ts";

/** The filter that decides who may call a route. Without a route's own policy, it denies every request. */
export const accessFilter: TypedConfig = httpFilter("rbac.v3.RBAC", { rules: {} });

/** Lets every request pass that the filters before let pass. */
export const everybody: TypedConfig = policy({ any: true });

/** Who may call a route. The token itself has been checked before. */
export function access(api: Api, bindings: Bindings, route: ApiRoute): TypedConfig {
  if (tokenOf(route.auth) === undefined) return everybody;
  return policy({
    and_ids: {
      ids: [
        bearerAlone,
        hasAudience(audiencesOf(api, bindings, route.authName)),
        ...(route.limits.some(({ by }) => by === "consumer") ? [hasSubject] : []),
        ...scopesOf(route.scopes),
      ],
    },
  });
}

function policy(principal: Json): TypedConfig {
  return httpFilter("rbac.v3.RBACPerRoute", {
    rbac: {
      rules: { action: "ALLOW", policies: { route: { permissions: [{ any: true }], principals: [principal] } } },
    },
  });
}

/**
 * The header contains the checked token and nothing else. Envoy finds a token behind any text, and the backend receives the whole
 * header.
 */
const bearerAlone: Json = {
  header: {
    name: "authorization",
    string_match: { safe_regex: { regex: "Bearer [A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+" } },
  },
};

/** The exact comparison. Envoy's own one ignores the scheme and a slash at the end. */
function hasAudience(audiences: readonly string[]): Json {
  const one = anyOf(audiences);
  return claim("aud", { or_match: { value_matchers: [one, { list_match: { one_of: one } }] } });
}

/** A consumer is counted by the subject, so a token without one passes no limit by consumer. */
const hasSubject: Json = claim("sub", { string_match: { safe_regex: { regex: "(?s).+" } } });

function scopesOf({ match, names }: ApiScopes): readonly Json[] {
  if (names.length === 0) return [];
  return match === "all" ? names.map((name) => hasScope([name])) : [hasScope(names)];
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
