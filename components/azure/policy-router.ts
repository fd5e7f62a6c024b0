import type { ApiRoute } from "../spec/api.ts";
import { type Code, code, concatenated, joined, list, statements } from "./policy-expression.ts";
import { routeKey, type Shape, segmentsOf, shapeOf } from "./route-key.ts";

/** The path of the request as it was sent, in its segments below the API's own path, which has `skipped` segments. */
function segmentsBelow(skipped: number): Code {
  // One more is the empty text before the first slash.
  return code`context.Request.OriginalUrl.Path.Split('/').Skip(${skipped + 1})`;
}

/**
 * What no path of a route can hold, and what a backend might read as another path: empty and dot segments (a dot may be
 * written `%2e`, and some backends drop what follows a semicolon), slashes in disguise, and the characters that end a path or stand for a parameter in `rewrite-uri`.
 * API Management decodes `%2F` on the way to the backend and cannot be told not to
 * (https://learn.microsoft.com/answers/questions/2281087), so such a path must not get there.
 */
const malformed = ["//", "/./", "/../", "/..;", "%2f", "%5c", "\\", "{", "}", "?", "#"];

/**
 * An expression that gives the route's key for a request, or an empty text for none.
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
var q = "/" + p.ToLowerInvariant().Replace("%2e", ".") + "/"; \
if (p != "" && ${list(malformed)}.Any(x => q.Contains(x))) { return ""; } \
var s = p.Split('/'); var m = context.Request.Method; \
${joined(tries, " ")} return "";`);
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
  const keys = routes.map(routeKey);
  return code`if (${fits}) { var ${name} = m + ${concatenated([" ", ...parts])}; \
if (${list(keys)}.Contains(${name})) { return ${name}; } }`;
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
