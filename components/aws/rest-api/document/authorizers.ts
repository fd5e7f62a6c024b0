import type { Api, ApiRoute } from "../../../api/checked-api.ts";
import { awsRestApi } from "../capabilities.ts";
import { authorizerName, type RestRequirement, requirementOf, requirementsOf } from "./requirement.ts";
import { resourcesOf } from "./resources.ts";

/** An authorizer of a REST API, whose function verifies tokens. */
export interface RestAuthorizer {
  /** Its name in the document, and in the names of the resources of its function. */
  readonly name: string;
  /** What its function requires: one requirement, or with `routes`, one of several. */
  readonly requirements: readonly RestRequirement[];
  /** The index of the requirement by the method and the path of the resource, e.g. `GET /orders/{id}`. */
  readonly routes?: Readonly<Record<string, number>>;
}

/** The authorizers of a REST API. */
export interface RestAuthorizers {
  /** Sorted by name. */
  readonly all: readonly RestAuthorizer[];
  /** Returns the authorizer of a route; undefined if it requires no token. */
  readonly of: (route: ApiRoute) => RestAuthorizer | undefined;
}

/** The name of an authorizer that decides by route. No other name is without an underscore. */
const BY_ROUTE = "routes";

/**
 * Returns the authorizers of an API: one for each distinct requirement, as far as the quota of AWS allows that, so that a change of a
 * route replaces no function. Beyond the quota, there is a single one for all routes, whose function decides by route.
 */
export function authorizersOf(api: Pick<Api, "routes">): RestAuthorizers {
  const requirements = requirementsOf(api);
  if (requirements.length > awsRestApi.limits.authorizers.value) return authorizerByRoute(api, requirements);
  const all = requirements.map((requirement) => ({ name: authorizerName(requirement), requirements: [requirement] }));
  const byName = new Map(all.map((authorizer) => [authorizer.name, authorizer]));
  return {
    all,
    of: (route) => {
      const requirement = requirementOf(route);
      return requirement && byName.get(authorizerName(requirement));
    },
  };
}

function authorizerByRoute(api: Pick<Api, "routes">, requirements: readonly RestRequirement[]): RestAuthorizers {
  const indexes = new Map(requirements.map((requirement, index) => [authorizerName(requirement), index]));
  const indexOf = (route: ApiRoute): number | undefined => {
    const requirement = requirementOf(route);
    return requirement && indexes.get(authorizerName(requirement));
  };
  const entries = resourcesOf(api).resources.flatMap(({ path, routes }) =>
    routes.flatMap((route): readonly (readonly [string, number])[] => {
      const index = indexOf(route);
      return index === undefined ? [] : [[`${route.method} ${path}`, index]];
    }),
  );
  const routes = Object.fromEntries(entries.toSorted(([one], [other]) => (one < other ? -1 : 1)));
  const authorizer: RestAuthorizer = { name: BY_ROUTE, requirements, routes };
  return { all: [authorizer], of: (route) => (indexOf(route) === undefined ? undefined : authorizer) };
}

/** Returns the name of the auth of an authorizer; undefined if the authorizer decides by route. */
export function authOfAuthorizer(name: string): string | undefined {
  return name === BY_ROUTE ? undefined : name.slice(0, name.lastIndexOf("_"));
}

/** Returns a placeholder for the ARN of an authorizer's function, for `check` and `render`. */
export function placeholderAuthorizer({ name }: RestAuthorizer): string {
  return `arn:aws:lambda:us-east-1:000000000000:function:${name.slice(-64)}`;
}
