import { type ApiRoute, isAnyKey, requiresKey } from "../checked-api.ts";
import type { ProblemList } from "../problem.ts";
import { asStrictScopes, scopeSets } from "../scopes.ts";
import { byPrecedence, foldCase, type Pattern, pathShape, printPattern, relate, shared } from "./pattern.ts";

/**
 * Whether every request that passes `wider` would also pass `narrower`: no weaker authentication and no fewer scopes.
 *
 * Every key of a gateway passes every auth of kind `apiKey`. The cloud's policies, which decide on auths of kind `iam`, name
 * methods and paths, not auths. Two auths of kind `jwt` may have two issuers, which are not known here, so neither is as
 * strict as the other.
 */
export function asStrict(wider: ApiRoute, narrower: ApiRoute): boolean {
  if (narrower.auth.kind === "open") return true;
  if (narrower.auth.kind === "apiKey") return requiresKey(wider.auth);
  if (narrower.auth.kind === "iam") return wider.auth.kind === "iam";
  if (wider.authName !== narrower.authName) return false;
  if (narrower.scopes.names.length === 0) return true;
  return asStrictScopes(scopeSets(wider.scopes), scopeSets(narrower.scopes));
}

/** The routes that share a pattern, whatever their parameters are called. */
interface PatternGroup {
  readonly pattern: Pattern;
  readonly folded: Pattern;
  readonly routes: ApiRoute[];
}

function groupByPattern(routes: readonly ApiRoute[]): readonly PatternGroup[] {
  const groups = new Map<string, PatternGroup>();
  for (const route of routes) {
    const shape = pathShape(route.pattern);
    const group = groups.get(shape);
    if (group !== undefined) group.routes.push(route);
    else groups.set(shape, { pattern: route.pattern, folded: foldCase(route.pattern), routes: [route] });
  }
  return [...groups.values()];
}

/**
 * Returns the routes in order of precedence. Reports what would make vendors decide differently: two routes for the same
 * requests, routes that cross, literals that differ only in case, and a method that a specific path lacks and that would
 * fall through to a wider route with weaker authentication.
 */
export function precedence(routes: readonly ApiRoute[], problems: ProblemList): readonly ApiRoute[] {
  const groups = groupByPattern(routes);
  for (const group of groups) reportDuplicates(group, problems);
  for (const [index, left] of groups.entries()) {
    for (const right of groups.slice(index + 1)) compare(left, right, groups, problems);
  }
  return routes.toSorted((a, b) => byPrecedence(a.pattern, b.pattern) || (a.method < b.method ? -1 : 1));
}

function reportDuplicates(group: PatternGroup, problems: ProblemList): void {
  const seen = new Map<string, ApiRoute>();
  for (const route of group.routes) {
    const twin = seen.get(route.method);
    if (twin === undefined) {
      seen.set(route.method, route);
      continue;
    }
    problems.refuse(
      "duplicate-route",
      `"${route.key}" and "${twin.key}" match the same requests.`,
      "Remove one. The names of parameters do not distinguish routes.",
      { route: route.key },
    );
  }
}

function compare(left: PatternGroup, right: PatternGroup, all: readonly PatternGroup[], problems: ProblemList): void {
  const folded = relate(left.folded, right.folded);
  if (folded === "disjoint") return;
  const relation = relate(left.pattern, right.pattern);
  const [first, second] = [left.routes[0], right.routes[0]];
  if (relation !== folded && first !== undefined && second !== undefined) {
    problems.refuse(
      "case-only",
      `Only case distinguishes "${first.key}" from "${second.key}", and some vendors ignore case.`,
      "Rename a segment of one of them.",
      { route: first.key },
    );
    return;
  }
  if (relation === "crossing") reportCrossing(left, right, all, problems);
  else if (relation === "narrower") reportFallThrough(left, right, all, problems);
  else if (relation === "wider") reportFallThrough(right, left, all, problems);
}

/** A route for exactly the paths that two routes share is narrower than both, so it decides these paths. */
function reportCrossing(
  left: PatternGroup,
  right: PatternGroup,
  all: readonly PatternGroup[],
  problems: ProblemList,
): void {
  const pattern = shared(left.pattern, right.pattern);
  const decided = all.find((group) => relate(group.pattern, pattern) === "equal");
  for (const route of left.routes) {
    const other = right.routes.find(({ method }) => method === route.method);
    if (other === undefined || decided?.routes.some(({ method }) => method === route.method)) continue;
    problems.refuse(
      "ambiguous-routes",
      `"${route.key}" and "${other.key}" both match some paths, and neither is more specific.`,
      `Declare "${isAnyKey(route.key) && isAnyKey(other.key) ? "ANY" : route.method} ${printPattern(pattern)}" as well, which then decides these paths.`,
      { route: route.key },
    );
  }
}

function reportFallThrough(
  narrow: PatternGroup,
  wide: PatternGroup,
  all: readonly PatternGroup[],
  problems: ProblemList,
): void {
  for (const route of wide.routes) {
    if (narrow.routes.some((other) => other.method === route.method)) continue;
    const weakened = narrow.routes.find((other) => !asStrict(route, other));
    if (weakened === undefined || isCaughtBetween(narrow, wide, route.method, all)) continue;
    const missing = `${isAnyKey(route.key) ? "ANY" : route.method} ${weakened.path}`;
    problems.refuse(
      "weaker-fall-through",
      `"${missing}" is not declared, so its requests would reach "${route.key}", which requires less than "${weakened.key}".`,
      `Declare "${missing}" with the authentication that it should have.`,
      { route: weakened.key },
    );
  }
}

/** Whether a route between the two takes every request of the method that `narrow` lacks, so that none reaches `wide`. */
function isCaughtBetween(
  narrow: PatternGroup,
  wide: PatternGroup,
  method: string,
  all: readonly PatternGroup[],
): boolean {
  return all.some(
    (group) =>
      group.routes.some((route) => route.method === method) &&
      relate(narrow.pattern, group.pattern) === "narrower" &&
      relate(group.pattern, wide.pattern) === "narrower",
  );
}
