import { type AuthBinding, audiencesOf, type Bindings, bound } from "../../api/binding/binding.ts";
import type { Api } from "../../api/checked-api.ts";

/** The authorizer of an auth. */
interface Authorizer {
  /** Its name: that of the first auth with the same issuer and audiences. */
  readonly name: string;
  /** Its security scheme. */
  readonly scheme: object;
}

/** The authorizers of an API by the name of the auth, for those auths that require a token and have a route. */
export function authorizersOf(api: Api, bindings: Bindings): ReadonlyMap<string, Authorizer> {
  const used = new Set(api.routes.map((route) => route.authName));
  const names = new Map<string, string>();
  const authorizers = new Map<string, Authorizer>();
  for (const [authName, auth] of Object.entries(api.auth)) {
    if (auth.kind !== "jwt" || !used.has(authName)) continue;
    const binding = bound(bindings.auth, authName);
    const audiences = audiencesOf(api, bindings, authName);
    const identity = JSON.stringify([binding.issuer, audiences.toSorted()]);
    const name = names.get(identity) ?? authName;
    names.set(identity, name);
    authorizers.set(authName, { name, scheme: scheme(audiences, binding) });
  }
  return authorizers;
}

/** The security schemes of a document, by the authorizer's name. */
export function securitySchemes(authorizers: ReadonlyMap<string, Authorizer>): Readonly<Record<string, object>> {
  const first = [...authorizers].filter(([authName, { name }]) => name === authName);
  return Object.fromEntries(first.map(([, { name, scheme }]) => [name, scheme]));
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html */
function scheme(audiences: readonly string[], { issuer }: AuthBinding): object {
  return {
    type: "oauth2",
    "x-amazon-apigateway-authorizer": {
      type: "jwt",
      jwtConfiguration: { issuer, audience: audiences },
      identitySource: "$request.header.Authorization",
    },
  };
}
