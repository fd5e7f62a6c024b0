import { audiencesOf, type Bindings, bound } from "../../api/binding/binding.ts";
import { type Api, type ApiRoute, tokenOf } from "../../api/checked-api.ts";
import { keysClusterName } from "./cluster-names.ts";
import { httpFilter, type Json, type TypedConfig } from "./envoy.ts";

/** Envoy's name of its filter, under which it also keeps the claims of a checked token. */
export const TOKEN_FILTER = "envoy.filters.http.jwt_authn";

/** The member of the filter's metadata that contains the claims. */
export const CLAIMS = "claims";

/** The header in which a backend finds the claims of the checked token, as behind the gateway alone. */
export const USER_INFO = "x-apigateway-api-userinfo";

/** How long Envoy uses an issuer's keys, in seconds: as long as the gateway does. */
const KEYS_SECONDS = 300;

/** The names of the auths whose tokens routes require, in order. */
export function tokenAuths({ routes }: Api): readonly string[] {
  const names = routes.flatMap(({ auth, authName }) => (tokenOf(auth) === undefined ? [] : [authName]));
  return [...new Set(names)].toSorted();
}

/** The filter that checks tokens. It checks none by itself: every route names its requirement. */
export function tokenFilter(api: Api, bindings: Bindings): TypedConfig {
  const names = tokenAuths(api);
  return httpFilter("jwt_authn.v3.JwtAuthentication", {
    providers: Object.fromEntries(names.map((name) => [name, provider(api, bindings, name)])),
    requirement_map: Object.fromEntries(names.map((name) => [name, { provider_name: name }])),
  });
}

/** What one route requires. */
export function tokenRequirement({ auth, authName }: Pick<ApiRoute, "auth" | "authName">): TypedConfig {
  const requirement = tokenOf(auth) === undefined ? { disabled: true } : { requirement_name: authName };
  return httpFilter("jwt_authn.v3.PerRouteConfig", requirement);
}

/** No requirement, for a route that Envoy answers itself. */
export const noToken: TypedConfig = httpFilter("jwt_authn.v3.PerRouteConfig", { disabled: true });

/**
 * Envoy reads no discovery document, so `jwksUri` must be bound. It compares audiences without the scheme and a slash at the end; the
 * authorisation compares them exactly.
 */
function provider(api: Api, bindings: Bindings, name: string): Json {
  const { issuer, jwksUri } = bound(bindings.auth, name);
  if (jwksUri === undefined) throw new RangeError(`no jwksUri is bound to "${name}"`);
  return {
    issuer,
    audiences: audiencesOf(api, bindings, name),
    require_expiration: true,
    clock_skew_seconds: 60,
    remote_jwks: {
      http_uri: { uri: jwksUri, cluster: keysClusterName(jwksUri), timeout: "5s" },
      cache_duration: `${KEYS_SECONDS}s`,
      // The listener opens when the keys were fetched, or could not be.
      async_fetch: {},
    },
    from_headers: [{ name: "authorization", value_prefix: "Bearer " }],
    forward: true,
    forward_payload_header: USER_INFO,
    payload_in_metadata: CLAIMS,
    normalize_payload_in_metadata: { space_delimited_claims: ["scope", "scp"] },
  };
}
