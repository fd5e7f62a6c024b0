import { type ApiRoute, asksForKey } from "../checked-api.ts";
import type { Problem } from "../problem.ts";
import { byPrecedence, foldCase, type Pattern, relate } from "./pattern.ts";

/**
 * Whether whoever passes `wider` would also have passed `narrower`: no weaker authentication, no fewer scopes. Every key of
 * a gateway passes every auth of kind `apiKey`; the cloud's policies, which decide on those of kind `iam`, name methods and paths and
 * not auths. Tokens of auths with two names may be of two issuers, which are not known
 * here, so neither is as strict as the other.
 */
export function asStrict(wider: ApiRoute, narrower: ApiRoute): boolean {
  if (narrower.auth.kind === "open") return true;
  if (narrower.auth.kind === "apiKey") return asksForKey(wider.auth);
  if (narrower.auth.kind === "iam") return wider.auth.kind === "iam";
  if (wider.authName !== narrower.authName) return false;
  if (narrower.scopes.length === 0) return true;
  return wider.scopes.length > 0 && wider.scopes.every((scope) => narrower.scopes.includes(scope));
}

interface Place {
  readonly pattern: Pattern;
  readonly folded: Pattern;
  readonly routes: ApiRoute[];
}

/** The routes that share a pattern, whatever its parameters are called. */
function places(routes: readonly ApiRoute[]): readonly Place[] {
  const found = new Map<string, Place>();
  for (const route of routes) {
    const shape = route.pattern
      .map((segment) =>
        segment.kind === "literal" ? `/${segment.text}` : segment.kind === "parameter" ? "/{}" : "/{+}",
      )
      .join("");
    const place = found.get(shape);
    if (place === undefined)
      found.set(shape, { pattern: route.pattern, folded: foldCase(route.pattern), routes: [route] });
    else place.routes.push(route);
  }
  return [...found.values()];
}

/**
 * Puts routes in order of precedence and reports what would make vendors decide differently: two routes for the same
 * requests, routes that cross, literals that differ by case only, and a method missing on a specific path that would
 * fall through to a wider route with weaker authentication.
 */
export function precedence(routes: readonly ApiRoute[], problems: Problem[]): readonly ApiRoute[] {
  const all = places(routes);
  for (const place of all) {
    const seen = new Map<string, ApiRoute>();
    for (const route of place.routes) {
      const twin = seen.get(route.method);
      if (twin === undefined) seen.set(route.method, route);
      else {
        problems.push({
          code: "duplicate-route",
          route: route.key,
          rule: `"${route.key}" and "${twin.key}" are the same requests`,
          remedy: "Remove one; the names of parameters do not tell routes apart.",
        });
      }
    }
  }
  for (const [index, left] of all.entries()) {
    for (const right of all.slice(index + 1)) compare(left, right, all, problems);
  }
  return routes.toSorted((a, b) => byPrecedence(a.pattern, b.pattern) || (a.method < b.method ? -1 : 1));
}

function compare(left: Place, right: Place, all: readonly Place[], problems: Problem[]): void {
  const folded = relate(left.folded, right.folded);
  if (folded === "disjoint") return;
  const relation = relate(left.pattern, right.pattern);
  const [first, second] = [left.routes[0], right.routes[0]];
  if (relation !== folded && first !== undefined && second !== undefined) {
    problems.push({
      code: "case-only",
      route: first.key,
      rule: `"${first.key}" and "${second.key}" are told apart by upper and lower case only, which some vendors do not see`,
      remedy: "Rename a segment of one.",
    });
    return;
  }
  if (relation === "crossing") {
    for (const a of left.routes) {
      const b = right.routes.find((route) => route.method === a.method);
      if (b === undefined) continue;
      problems.push({
        code: "ambiguous-routes",
        route: a.key,
        rule: `"${a.key}" and "${b.key}" both match some paths, and neither is the more specific`,
        remedy:
          "Give one of them a literal segment of its own, or declare the shared paths as a third route and rename.",
      });
    }
    return;
  }
  if (relation === "disjoint" || relation === "equal") return;
  const [narrow, wide] = relation === "narrower" ? [left, right] : [right, left];
  fallThrough(narrow, wide, all, problems);
}

function fallThrough(narrow: Place, wide: Place, all: readonly Place[], problems: Problem[]): void {
  for (const route of wide.routes) {
    if (narrow.routes.some((other) => other.method === route.method)) continue;
    const weakened = narrow.routes.find((other) => !asStrict(route, other));
    if (weakened === undefined || caughtBetween(narrow, wide, route.method, all)) continue;
    const path = weakened.path;
    problems.push({
      code: "weaker-fall-through",
      route: weakened.key,
      rule: `"${route.method} ${path}" is not declared, so it would reach "${route.key}", which asks for less than "${weakened.key}"`,
      remedy: `Declare "${route.method} ${path}" with the authentication it should have.`,
    });
  }
}

/** Whether a route between the two takes every request of the method that `narrow` lacks, so that none reaches `wide`. */
function caughtBetween(narrow: Place, wide: Place, method: string, all: readonly Place[]): boolean {
  return all.some(
    (place) =>
      place.routes.some((route) => route.method === method) &&
      relate(narrow.pattern, place.pattern) === "narrower" &&
      relate(place.pattern, wide.pattern) === "narrower",
  );
}
