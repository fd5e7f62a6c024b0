import type { ApiRoute } from "../../../api/checked-api.ts";
import { routeKey, type Shape, segmentsOf, shapeOf } from "../route-key.ts";
import { type Code, code, concatenated, joined, list, statements, text } from "./expression.ts";

/** The path of the request as it was sent, in its segments below the API's own path, which has `skipped` segments. */
function segmentsBelow(skipped: number): Code {
  // One more is the empty text before the first slash.
  return code`context.Request.OriginalUrl.Path.Split('/').Skip(${skipped + 1})`;
}

/**
 * What no path of a route can hold, and what a backend might read as another path: empty and dot segments (some backends
 * drop what follows a semicolon), slashes in disguise, and the characters that end a path or stand for a parameter in
 * `rewrite-uri`. A bar would end a key. API Management decodes `%2F` on the way to the backend and cannot be told not to
 * (https://learn.microsoft.com/answers/questions/2281087), so such a path must not get there.
 */
const malformed = ["//", "/./", "/../", "/..;", "\\", "|", "{", "}", "?", "#"];

const unreserved = "-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~";

/**
 * The escapes, in lower case, of slashes and of every character that a literal of these routes may consist of. With one
 * of them a path could be a wider route here and a narrower one to the backend. Nobody has to send them, but for those
 * reserved characters that a description uses in a literal itself.
 */
function disguises(routes: readonly ApiRoute[]): readonly string[] {
  const literals = routes.flatMap(({ pattern }) =>
    pattern.flatMap((segment) => (segment.kind === "literal" ? [...segment.text] : [])),
  );
  return [...new Set([...unreserved, ...literals, "/", "\\"])]
    .map((char) => `%${char.charCodeAt(0).toString(16)}`)
    .toSorted();
}

/** What the router gives for a request that is none of the routes. No key is called so. */
const none = text("|none|");

/**
 * Whether a key between bars is one of these routes' keys. One long text, searched: an array of hundreds of texts would be
 * built anew for each request. Sound because no path with a bar gets here, and a method holds neither space nor slash.
 */
export function isOneOf(routes: readonly ApiRoute[], key: Code): Code {
  return code`${text(`|${routes.map(routeKey).join("|")}|`)}.Contains(${key})`;
}

/**
 * An expression that gives the route's key for a request, between bars, or `|none|`.
 *
 * The policy does not rely on which operation API Management has picked: the precedence of overlapping templates and the
 * case of letters are not documented there. It reads the path by itself, narrowest shape first. So the operations only
 * decide what enters the policy at all, and while an import and the policy are of different ages, requests are still
 * decided by one description, the policy's.
 *
 * U: whether `OriginalUrl.Path` is as sent or decoded. As sent, a disguised slash is refused here. Decoded, it is a slash
 * for this expression as it is for the backend, and both see the same path.
 */
export function router(routes: readonly ApiRoute[], apiPathSegments: number): string {
  const shapes = new Map<Shape, ApiRoute[]>();
  for (const route of routes) {
    const shape = shapeOf(route.pattern);
    const same = shapes.get(shape);
    if (same === undefined) shapes.set(shape, [route]);
    else same.push(route);
  }
  const tries = [...shapes]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([shape, found], index) => attempt(shape, found, index));
  return statements(code`var p = string.Join("/", ${segmentsBelow(apiPathSegments)}); \
var q = "/" + p.ToLowerInvariant() + "/"; \
if (p != "" && ${list(malformed)}.Any(x => q.Contains(x))) { return ${none}; } \
if (q.Contains("%") && ${list(disguises(routes))}.Any(x => q.Contains(x))) { return ${none}; } \
var s = p.Split('/'); var m = context.Request.Method; \
${joined(tries, " ")} return ${none};`);
}

function attempt(shape: Shape, routes: readonly ApiRoute[], index: number): Code {
  const length = shape.length;
  const greedy = shape.endsWith("q");
  const parts = [...shape].flatMap((letter, at) =>
    letter === "l" ? ["/", code`s[${at}]`] : letter === "p" ? ["/{}"] : ["/{*}"],
  );
  const name: Code = { source: `k${index}` };
  const long = greedy ? code`s.Length >= ${length}` : code`s.Length == ${length}`;
  // The root is one empty segment, which is no parameter.
  const fits = length === 1 && shape !== "l" ? code`${long} && p != ""` : long;
  return code`if (${fits}) { var ${name} = "|" + m + ${concatenated([" ", ...parts, "|"])}; \
if (${isOneOf(routes, name)}) { return ${name}; } }`;
}

/**
 * The path at the backend, for a `rewrite-uri`: the segments of the request as they were sent, put into the backend's
 * path. Unlike the template's parameters, whose decoding is not documented, nothing is decoded and encoded again.
 */
export function backendPath(route: ApiRoute & { readonly kind: "proxy" }, apiPathSegments: number): Code {
  const position = new Map(
    route.pattern.flatMap((segment, index) => (segment.kind === "literal" ? [] : [[segment.name, index] as const])),
  );
  const parts = segmentsOf(route.backendPath).flatMap((segment) => {
    if (segment.kind === "literal") return [`/${segment.text}`];
    const at = apiPathSegments + (position.get(segment.name) as number);
    return segment.kind === "parameter"
      ? ["/", code`context.Request.OriginalUrl.Path.Split('/')[${at + 1}]`]
      : ["/", code`string.Join("/", ${segmentsBelow(at)})`];
  });
  return concatenated(parts);
}
