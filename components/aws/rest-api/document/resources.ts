import type { Api, ApiRoute } from "../../../api/checked-api.ts";
import { type Pattern, printPattern, type Segment } from "../../../api/path/pattern.ts";

/** A resource of a REST API: a path, and the route that each of its methods belongs to. */
export interface RestResource {
  /** e.g. `/orders/{p2}`: variables are called by their place, since a place has one name. */
  readonly path: string;
  readonly segments: Pattern;
  /** At most one a method; none where the path only leads to others. */
  readonly routes: readonly ApiRoute[];
}

export interface RestResources {
  /** From the root downwards; the root is the first, which AWS does not count. */
  readonly resources: readonly RestResource[];
  /** How many AWS counts; of more than {@link MOST_COUNTED}, no more than that many are made. */
  readonly count: number;
  readonly complete: boolean;
}

/** Beyond the quota, so that a refusal can say the number, and not so far that a description could be a burden. */
const MOST_COUNTED = 3_000;

/** The routes of one path, which are told apart by method. */
interface Place {
  readonly pattern: Pattern;
  readonly routes: readonly ApiRoute[];
}

/** Somewhere within a pattern: before a segment, at its end, or within the rest that its last segment takes. */
interface Item {
  readonly place: Place;
  readonly at: number | "rest";
}

/**
 * The resources that send each request where the description's precedence sends it.
 *
 * A REST API goes down its tree of resources without turning back, takes a literal child before the variable one, and has
 * one variable child at most, which is of one segment or the rest. So `/a/{rest+}` beside `/a/b` needs `/a/b/{p3+}` too, or
 * else nobody would serve `/a/b/c`. This is the subset construction on the patterns: a resource stands for all of them that
 * its path may still belong to.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-settings-method-request.html
 */
export function resourcesOf({ routes }: Pick<Api, "routes">): RestResources {
  const resources: RestResource[] = [];
  const ahead: { readonly segments: Pattern; readonly items: readonly Item[] }[] = [
    { segments: [], items: placesOf(routes).map((place) => ({ place, at: 0 })) },
  ];
  for (let next = 0; next < ahead.length && next <= MOST_COUNTED; next++) {
    const { segments, items } = ahead[next] as (typeof ahead)[number];
    resources.push({ path: printPattern(segments), segments, routes: routesAt(items) });
    if (segments.at(-1)?.kind === "greedy") continue;
    for (const text of literalsAt(items)) {
      ahead.push({ segments: [...segments, { kind: "literal", text }], items: step(items, text) });
    }
    const others = step(items, undefined);
    if (others.length === 0) continue;
    // Where all that is left takes the rest, whatever it is, one greedy variable does.
    const kind = others.every(({ at }) => at === "rest") ? "greedy" : "parameter";
    ahead.push({ segments: [...segments, { kind, name: `p${segments.length + 1}` }], items: others });
  }
  return { resources, count: ahead.length - 1, complete: resources.length === ahead.length };
}

/** The segments of a resource that hold a parameter of a route: one, or for the rest of a path all that are left. */
export function segmentsOf(name: string, route: ApiRoute, { segments }: RestResource): Pattern {
  const index = route.pattern.findIndex((segment) => segment.kind !== "literal" && segment.name === name);
  if (index === -1) throw new RangeError(`"${route.key}" has no parameter ${name}`);
  return route.pattern[index]?.kind === "greedy" ? segments.slice(index) : segments.slice(index, index + 1);
}

/** The resources that a route is served at, by its key. */
export function resourcesByRoute({ resources }: RestResources): ReadonlyMap<string, readonly RestResource[]> {
  const found = new Map<string, RestResource[]>();
  for (const resource of resources) {
    for (const { key } of resource.routes) {
      const known = found.get(key);
      if (known === undefined) found.set(key, [resource]);
      else known.push(resource);
    }
  }
  return found;
}

/** In order of precedence, as the routes are. */
function placesOf(routes: readonly ApiRoute[]): readonly Place[] {
  const places = new Map<string, { readonly pattern: Pattern; readonly routes: ApiRoute[] }>();
  for (const route of routes) {
    const shape = printPattern(route.pattern.map((segment) => nameless(segment)));
    const known = places.get(shape);
    if (known === undefined) places.set(shape, { pattern: route.pattern, routes: [route] });
    else known.routes.push(route);
  }
  return [...places.values()];
}

function nameless(segment: Segment): Segment {
  return segment.kind === "literal" ? segment : { kind: segment.kind, name: "" };
}

/** Of each method the first route in order of precedence. */
function routesAt(items: readonly Item[]): readonly ApiRoute[] {
  const byMethod = new Map<string, ApiRoute>();
  for (const { place, at } of items) {
    if (at !== "rest" && at < place.pattern.length) continue;
    for (const route of place.routes) if (!byMethod.has(route.method)) byMethod.set(route.method, route);
  }
  return [...byMethod.values()];
}

function literalsAt(items: readonly Item[]): ReadonlySet<string> {
  const texts = new Set<string>();
  for (const { place, at } of items) {
    const segment = at === "rest" ? undefined : place.pattern[at];
    if (segment?.kind === "literal") texts.add(segment.text);
  }
  return texts;
}

/** Where the items are after one segment: this literal, or one that is none of the literals here. */
function step(items: readonly Item[], text: string | undefined): readonly Item[] {
  return items.flatMap(({ place, at }): readonly Item[] => {
    if (at === "rest") return [{ place, at }];
    const segment = place.pattern[at];
    if (segment === undefined) return [];
    if (segment.kind === "greedy") return [{ place, at: "rest" }];
    return segment.kind === "parameter" || segment.text === text ? [{ place, at: at + 1 }] : [];
  });
}
