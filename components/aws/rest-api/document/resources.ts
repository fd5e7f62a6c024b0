import { type Api, type ApiRoute, operationKey } from "../../../api/checked-api.ts";
import { type Pattern, parametersOf, printPattern, type Segment } from "../../../api/path/pattern.ts";
import { unusedPlace } from "../../parameter-name.ts";

/** A resource of a REST API: a path, and the route of each of its methods. */
export interface RestResource {
  /** The path, e.g. `/orders/{id}`. */
  readonly path: string;
  readonly segments: Pattern;
  /** At most one route for each method. Empty if the path only leads to other resources. */
  readonly routes: readonly ApiRoute[];
}

/** The resources of a REST API. */
export interface RestResources {
  /** The resources, from the root downwards. AWS does not count the root. */
  readonly resources: readonly RestResource[];
  /** The number of resources that AWS counts. Beyond {@link MOST_COUNTED}, it is a lower bound. */
  readonly count: number;
  /** Whether all resources are listed. */
  readonly complete: boolean;
}

/** More than the quota, so that an error can name the number, but few enough that no description takes long to check. */
const MOST_COUNTED = 3_000;

/** The routes with the same path, one for each method. */
interface RoutePath {
  readonly pattern: Pattern;
  readonly routes: readonly ApiRoute[];
}

/** A position within a pattern: before a segment, at the end, or within the rest that the last segment matches. */
interface Position {
  readonly path: RoutePath;
  readonly at: number | "rest";
}

/**
 * Returns resources that route each request as the description's precedence does.
 *
 * A REST API prefers a literal child to the variable one, and a resource has at most one variable child, for one segment or for the rest.
 * This is the subset construction on the patterns: a resource represents the set of patterns that its path can still match. So `/a/{rest+}`
 * and `/a/b` together make `/a/b/{p3+}` too. A search that never turns back would need it for `/a/b/c`. API Gateway turns back, as recorded
 * on AWS, and decides the same with it.
 *
 * A variable has the name of the parameter that it is. If routes name it differently, or if it only is a part of what a parameter matches,
 * its name is its position.
 *
 * Unverified: an import with the mode overwrite accepts a new name for a variable. AWS refuses a single new resource beside the one with
 * the old name: "A sibling of this resource already has a variable path part -- only one is allowed".
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-settings-method-request.html
 */
export function resourcesOf({ routes }: Pick<Api, "routes">): RestResources {
  const resources: RestResource[] = [];
  const ahead: { readonly segments: Pattern; readonly positions: readonly Position[] }[] = [
    { segments: [], positions: pathsOf(routes).map((path) => ({ path, at: 0 })) },
  ];
  for (let next = 0; next < ahead.length && next <= MOST_COUNTED; next++) {
    const { segments, positions } = ahead[next] as (typeof ahead)[number];
    resources.push({
      path: printPattern(segments),
      segments,
      routes: routesAt(positions),
    });
    if (segments.at(-1)?.kind === "greedy") continue;
    for (const text of literalsAt(positions)) {
      ahead.push({ segments: [...segments, { kind: "literal", text }], positions: step(positions, text) });
    }
    const others = step(positions, undefined);
    if (others.length === 0) continue;
    // If every remaining pattern matches the rest, one greedy variable is enough.
    const kind = others.every(({ at }) => at === "rest") ? "greedy" : "parameter";
    ahead.push({ segments: [...segments, { kind, name: variableName(segments, positions, kind) }], positions: others });
  }
  return { resources, count: ahead.length - 1, complete: resources.length === ahead.length };
}

/** Returns the segments of a resource that a route's parameter matches: one, or all remaining ones for the rest of a path. */
export function segmentsOf(name: string, route: ApiRoute, { segments }: RestResource): Pattern {
  const index = route.pattern.findIndex((segment) => segment.kind !== "literal" && segment.name === name);
  if (index === -1) throw new RangeError(`"${route.key}" has no parameter ${name}`);
  return route.pattern[index]?.kind === "greedy" ? segments.slice(index) : segments.slice(index, index + 1);
}

/** Returns the resources that serve each route, by the route's {@link operationKey}. */
export function resourcesByRoute({ resources }: RestResources): ReadonlyMap<string, readonly RestResource[]> {
  const found = new Map<string, RestResource[]>();
  for (const resource of resources) {
    for (const route of resource.routes) {
      const key = operationKey(route);
      const resourcesOfRoute = found.get(key);
      if (resourcesOfRoute === undefined) found.set(key, [resource]);
      else resourcesOfRoute.push(resource);
    }
  }
  return found;
}

/** Groups routes by path, in their order of precedence. */
function pathsOf(routes: readonly ApiRoute[]): readonly RoutePath[] {
  const paths = new Map<string, { readonly pattern: Pattern; readonly routes: ApiRoute[] }>();
  for (const route of routes) {
    const shape = printPattern(route.pattern.map((segment) => nameless(segment)));
    const path = paths.get(shape);
    if (path === undefined) paths.set(shape, { pattern: route.pattern, routes: [route] });
    else path.routes.push(route);
  }
  return [...paths.values()];
}

function nameless(segment: Segment): Segment {
  return segment.kind === "literal" ? segment : { kind: segment.kind, name: "" };
}

/** Returns the first route of each method, in order of precedence. */
function routesAt(positions: readonly Position[]): readonly ApiRoute[] {
  const byMethod = new Map<string, ApiRoute>();
  for (const { path, at } of positions) {
    if (at !== "rest" && at < path.pattern.length) continue;
    for (const route of path.routes) if (!byMethod.has(route.method)) byMethod.set(route.method, route);
  }
  return [...byMethod.values()];
}

/**
 * Returns the name of the variable below a resource: that of the parameter which it is in every route, or else its position.
 *
 * It is not the name of another parameter of any of these routes: a method has each name once, and a function would take the value for that
 * of its own parameter.
 */
function variableName(segments: Pattern, positions: readonly Position[], kind: "parameter" | "greedy"): string {
  const taken = new Set(parametersOf(segments));
  const names = new Set<string>();
  const others = new Set<string>();
  for (const { path, at } of positions) {
    for (const { pattern, request } of path.routes) {
      const segment = at === "rest" ? pattern.at(-1) : pattern[at];
      if (segment === undefined || segment.kind === "literal") continue;
      const isWhole = at !== "rest" && segment.kind === kind;
      if (isWhole) names.add(segment.name);
      for (const name of [...parametersOf(pattern), ...(request?.query ?? []), ...(request?.headers ?? [])]) {
        if (!isWhole || name !== segment.name) others.add(name);
      }
    }
  }
  const [name, another] = names;
  const isUsable = name !== undefined && another === undefined && !others.has(name) && !taken.has(name);
  return isUsable ? name : unusedPlace(segments.length, new Set([...taken, ...others]));
}

function literalsAt(positions: readonly Position[]): ReadonlySet<string> {
  const texts = new Set<string>();
  for (const { path, at } of positions) {
    const segment = at === "rest" ? undefined : path.pattern[at];
    if (segment?.kind === "literal") texts.add(segment.text);
  }
  return texts;
}

/** Returns the positions after one more segment: this literal, or a segment that matches none of the literals. */
function step(positions: readonly Position[], text: string | undefined): readonly Position[] {
  return positions.flatMap(({ path, at }): readonly Position[] => {
    if (at === "rest") return [{ path, at }];
    const segment = path.pattern[at];
    if (segment === undefined) return [];
    if (segment.kind === "greedy") return [{ path, at: "rest" }];
    return segment.kind === "parameter" || segment.text === text ? [{ path, at: at + 1 }] : [];
  });
}
