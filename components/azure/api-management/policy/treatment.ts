import type { Api, ApiProxyRoute, ApiReplyRoute, ApiRoute, Limit } from "../../../api/checked-api.ts";
import { mappingOf } from "../../../api/path/mapping.ts";
import { printPattern } from "../../../api/path/pattern.ts";
import { type Code, code, text } from "./expression.ts";
import { backendPath } from "./router.ts";

/** One way to treat a request, under the name that a treatment calls it by. */
export interface Aspect<T> {
  readonly name: string;
  readonly value: T;
}

/** All that is done for a set of routes. */
export interface Treatment {
  /** The names of its aspects, each between bars. */
  readonly names: string;
  /** A token must hold one of these; empty when none is asked. */
  readonly scopes: readonly string[];
  /** The path at the backend, where it is not the route's own. */
  readonly path: Code | undefined;
  readonly routes: readonly ApiRoute[];
}

/** Where requests go: a backend and what stands before the route's own path there. */
export interface Destination {
  readonly backend: string;
  readonly prefix: string;
}

/**
 * The routes of an API, sorted by what is done with their requests. Each distinct thing to do stands once in the policy,
 * whatever the number of routes that want it.
 */
export interface Treatments {
  readonly table: readonly Treatment[];
  /** The names of the auths that ask for a token. */
  readonly auths: readonly Aspect<string>[];
  readonly limits: readonly Aspect<Limit>[];
  readonly replies: readonly Aspect<Pick<ApiReplyRoute, "status" | "headers" | "body">>[];
  readonly headers: readonly Aspect<Pick<ApiProxyRoute, "setHeaders" | "removeHeaders">>[];
  readonly destinations: readonly Aspect<Destination>[];
  readonly timeouts: readonly Aspect<number>[];
}

/** The name of routes without authentication. No other aspect is called so. */
export const letsEveryoneIn = "open";

/** The name of routes whose consumers are counted, and so must be known. */
export const countsConsumers = "consumer";

/** Values of one kind, told apart by a text; each gets a name that holds no bar. */
class Distinct<T> {
  readonly #found = new Map<string, Aspect<T>>();
  readonly #nameOf: (value: T, index: number) => string;

  constructor(nameOf: (value: T, index: number) => string) {
    this.#nameOf = nameOf;
  }

  name(value: T, identity: string): string {
    const known = this.#found.get(identity);
    if (known !== undefined) return known.name;
    const name = this.#nameOf(value, this.#found.size);
    this.#found.set(identity, { name, value });
    return name;
  }

  get all(): readonly Aspect<T>[] {
    return [...this.#found.values()];
  }
}

export function treatments(api: Api, apiPathSegments: number): Treatments {
  const auths = new Distinct<string>((auth) => `auth:${auth}`);
  const limits = new Distinct<Limit>(({ requests, per, by }) => `limit:${requests}/${per}/${by}`);
  const replies = new Distinct<ApiReplyRoute>((_, index) => `reply:${index}`);
  const headers = new Distinct<ApiProxyRoute>((_, index) => `headers:${index}`);
  const destinations = new Distinct<Destination>(({ backend, prefix }) => `to:${backend}${prefix}`);
  const timeouts = new Distinct<number>((seconds) => `timeout:${seconds}`);
  const table = new Map<string, Treatment & { readonly routes: ApiRoute[] }>();

  for (const route of api.routes) {
    let path: Code | undefined;
    const names = [route.auth.kind === "open" ? letsEveryoneIn : auths.name(route.authName, route.authName)];
    if (route.limits.some(({ by }) => by === "consumer")) names.push(countsConsumers);
    for (const limit of route.limits) {
      names.push(limits.name(limit, JSON.stringify([limit.requests, limit.per, limit.by])));
    }
    if (route.kind === "reply") {
      names.push(replies.name(route, JSON.stringify([route.status, route.headers, route.body])));
    } else {
      // The gateway forwards the root as a slash, which behind a prefix would be one too many.
      const mapping = mappingOf(route) === "prefix" && route.pattern.length === 0 ? "rewrite" : mappingOf(route);
      const prefixLength = mapping === "prefix" ? route.backendPath.length - route.pattern.length : 0;
      const prefix = prefixLength === 0 ? "" : printPattern(route.backendPath.slice(0, prefixLength));
      if (mapping === "rewrite") path = backendPath(route, apiPathSegments);
      if (Object.keys(route.setHeaders).length + route.removeHeaders.length > 0) {
        names.push(headers.name(route, JSON.stringify([route.setHeaders, route.removeHeaders])));
      }
      names.push(destinations.name({ backend: route.backend, prefix }, JSON.stringify([route.backend, prefix])));
      names.push(timeouts.name(route.timeoutSeconds, String(route.timeoutSeconds)));
    }
    const row = { names: `|${names.join("|")}|`, scopes: route.scopes, path, routes: [route] };
    const identity = JSON.stringify([row.names, row.scopes, path?.source]);
    const same = table.get(identity);
    if (same === undefined) table.set(identity, row);
    else same.routes.push(route);
  }
  return {
    table: [...table.values()],
    auths: auths.all,
    limits: limits.all,
    replies: replies.all,
    headers: headers.all,
    destinations: destinations.all,
    timeouts: timeouts.all,
  };
}

/** The context variable that holds the names of what is done for a request. */
export const treatmentVariable = "polygate-treatment";

/** Whether a request's treatment has an aspect. */
export function treats(name: string): Code {
  return code`((string)context.Variables[${text(treatmentVariable)}]).Contains(${text(`|${name}|`)})`;
}
