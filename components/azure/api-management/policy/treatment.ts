import {
  type Api,
  type ApiProxyRoute,
  type ApiReplyRoute,
  type ApiRoute,
  type Limit,
  type PlanLimit,
  requiresKey,
  tokenOf,
} from "../../../api/checked-api.ts";
import { mappingOf } from "../../../api/path/mapping.ts";
import { printPattern } from "../../../api/path/pattern.ts";
import type { ApiScopes } from "../../../api/scopes.ts";
import { type Code, code, text } from "./expression.ts";
import { backendPath } from "./router.ts";
import { textIn, variables } from "./variable.ts";

/** One thing that the policy does with some requests, and the name by which a treatment refers to it. */
export interface Aspect<T> {
  readonly name: string;
  readonly value: T;
}

/** Everything that the policy does with the requests of some routes. */
export interface Treatment {
  /** The names of the aspects, each between bars. */
  readonly names: string;
  /** What a token must have. */
  readonly scopes: ApiScopes;
  /** The path at the backend; undefined if it is the route's path. */
  readonly path: Code | undefined;
  readonly routes: readonly ApiRoute[];
}

/** A backend, and the prefix of the route's path there. A private backend has an entity with a fixed URL, and so no prefix. */
export interface Destination {
  readonly backend: string;
  readonly prefix: string;
}

/** A limit of a route for the consumers of one plan. */
export interface PlanRouteLimit {
  readonly plan: string;
  readonly limit: PlanLimit;
}

/**
 * The routes of an API, grouped by what the policy does with their requests. Each distinct aspect occurs once in the policy, however
 * many routes have it.
 */
export interface Treatments {
  readonly table: readonly Treatment[];
  /** The names of the auths that check a token. */
  readonly auths: readonly Aspect<string>[];
  /** Whether a route requires a key. */
  readonly hasKeys: boolean;
  readonly limits: readonly Aspect<Limit>[];
  /** The limits by consumer of routes that require a key. */
  readonly planLimits: readonly Aspect<PlanRouteLimit>[];
  readonly replies: readonly Aspect<Pick<ApiReplyRoute, "status" | "headers" | "body">>[];
  readonly headers: readonly Aspect<Pick<ApiProxyRoute, "setHeaders" | "removeHeaders">>[];
  readonly destinations: readonly Aspect<Destination>[];
  readonly timeouts: readonly Aspect<number>[];
}

/** The aspect of routes without authentication. No other aspect has this name. */
export const letsEveryoneIn = "open";

/** The aspect of routes that require a key. */
export const requiresKeys = "key";

/** The aspect of routes that count the subjects of tokens, and so must know them. */
export const countsConsumers = "consumer";

/** The distinct aspects of one kind. No name contains a bar. */
class Aspects<T> {
  readonly #byIdentity = new Map<string, Aspect<T>>();
  readonly #nameOf: (value: T, index: number) => string;

  constructor(nameOf: (value: T, index: number) => string) {
    this.#nameOf = nameOf;
  }

  /** The name of a value's aspect. Values with the same identity share one. */
  name(value: T, identity: unknown): string {
    const key = JSON.stringify(identity);
    const aspect = this.#byIdentity.get(key) ?? { name: this.#nameOf(value, this.#byIdentity.size), value };
    this.#byIdentity.set(key, aspect);
    return aspect.name;
  }

  get all(): readonly Aspect<T>[] {
    return [...this.#byIdentity.values()];
  }
}

/** Groups the routes of an API by their treatment. */
export function treatments(api: Api, apiPathSegments: number): Treatments {
  const grouping = new Grouping(api, apiPathSegments);
  for (const route of api.routes) grouping.add(route);
  return grouping.treatments();
}

class Grouping {
  readonly #auths = new Aspects<string>((auth) => `auth:${auth}`);
  readonly #limits = new Aspects<Limit>(({ requests, per, by }) => `limit:${requests}/${per}/${by}`);
  readonly #planLimits = new Aspects<PlanRouteLimit>(
    ({ plan, limit: { requests, per } }) => `plan:${plan}:${requests}/${per}`,
  );
  readonly #replies = new Aspects<ApiReplyRoute>((_, index) => `reply:${index}`);
  readonly #headers = new Aspects<ApiProxyRoute>((_, index) => `headers:${index}`);
  readonly #destinations = new Aspects<Destination>(({ backend, prefix }) => `to:${backend}${prefix}`);
  readonly #timeouts = new Aspects<number>((seconds) => `timeout:${seconds}`);
  readonly #table = new Map<string, Treatment & { readonly routes: ApiRoute[] }>();
  readonly #api: Api;
  readonly #apiPathSegments: number;

  constructor(api: Api, apiPathSegments: number) {
    this.#api = api;
    this.#apiPathSegments = apiPathSegments;
  }

  add(route: ApiRoute): void {
    const names = `|${[...this.#accessOf(route), ...this.#destinationOf(route)].join("|")}|`;
    const { scopes } = route;
    const path = isRewritten(route) ? backendPath(route, this.#apiPathSegments) : undefined;
    const identity = JSON.stringify([names, scopes, path?.source]);
    const treatment = this.#table.get(identity) ?? { names, scopes, path, routes: [] };
    treatment.routes.push(route);
    this.#table.set(identity, treatment);
  }

  treatments(): Treatments {
    return {
      table: [...this.#table.values()],
      auths: this.#auths.all,
      hasKeys: this.#api.routes.some(({ auth }) => requiresKey(auth)),
      limits: this.#limits.all,
      planLimits: this.#planLimits.all,
      replies: this.#replies.all,
      headers: this.#headers.all,
      destinations: this.#destinations.all,
      timeouts: this.#timeouts.all,
    };
  }

  #accessOf(route: ApiRoute): readonly string[] {
    const isKeyed = requiresKey(route.auth);
    const limits = route.limits.filter(({ by }) => by !== "consumer" || !isKeyed);
    const countsSubjects = limits.some(({ by }) => by === "consumer");
    return [
      ...(route.auth.kind === "open" ? [letsEveryoneIn] : []),
      ...(tokenOf(route.auth) === undefined ? [] : [this.#auths.name(route.authName, route.authName)]),
      ...(isKeyed ? [requiresKeys] : []),
      ...(countsSubjects ? [countsConsumers] : []),
      ...limits.map((limit) => this.#limits.name(limit, [limit.requests, limit.per, limit.by])),
      ...(isKeyed ? this.#planLimitsOf(route) : []),
    ];
  }

  /** The consumer of a route that requires a key is the key's owner. A plan's limits for a route replace the route's own by consumer. */
  #planLimitsOf(route: ApiRoute): readonly string[] {
    return Object.entries(this.#api.plans).flatMap(([plan, { routes }]) => {
      const own = Object.hasOwn(routes, route.key) ? routes[route.key] : undefined;
      const limits = own ?? route.limits.filter(({ by }) => by === "consumer");
      return limits.map((limit) => this.#planLimits.name({ plan, limit }, [plan, limit.requests, limit.per]));
    });
  }

  #destinationOf(route: ApiRoute): readonly string[] {
    if (route.kind === "reply") return [this.#replies.name(route, [route.status, route.headers, route.body])];
    const { backend, setHeaders, removeHeaders, timeoutSeconds } = route;
    const changesHeaders = Object.keys(setHeaders).length + removeHeaders.length > 0;
    const prefix = prefixOf(route);
    return [
      ...(changesHeaders ? [this.#headers.name(route, [setHeaders, removeHeaders])] : []),
      this.#destinations.name({ backend, prefix }, [backend, prefix]),
      this.#timeouts.name(timeoutSeconds, timeoutSeconds),
    ];
  }
}

/** Whether the path at the backend is more than a prefix and the route's path. */
function isRewritten(route: ApiRoute): route is ApiProxyRoute {
  if (route.kind !== "proxy") return false;
  const mapping = mappingOf(route);
  if (mapping !== "prefix") return mapping === "rewrite";
  // The gateway forwards the root as a slash. After a prefix, that would be one slash too many.
  return route.backendKind === "onPrem" || route.pattern.length === 0;
}

function prefixOf(route: ApiProxyRoute): string {
  const { pattern, backendPath: path } = route;
  const hasPrefix = !isRewritten(route) && path.length > pattern.length;
  return hasPrefix ? printPattern(path.slice(0, path.length - pattern.length)) : "";
}

/** Whether the request's treatment has an aspect. */
export function treats(name: string): Code {
  return code`(${textIn(variables.treatment)}).Contains(${text(`|${name}|`)})`;
}
