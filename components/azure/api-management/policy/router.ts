import type { ApiRoute } from "../../../api/checked-api.ts";
import { routeKey, type Shape, segmentsOf, shapeOf } from "../route-key.ts";
import { type Code, code, concatenated, type Expression, joined, list, statements, text } from "./expression.ts";

/** The segments of the request's path as it was sent, below the API's path, which has `skipped` segments. */
export function segmentsBelow(skipped: number): Code {
  // The first part is the empty text before the first slash.
  return code`context.Request.OriginalUrl.Path.Split('/').Skip(${skipped + 1})`;
}

/**
 * Texts that no path of a route contains, and that a backend might read as another path: empty and dot segments (some backends ignore
 * what follows a semicolon), backslashes, and the characters that end a path or begin a parameter in `rewrite-uri`. A bar would end
 * a key.
 */
const malformed = ["//", "/./", "/../", "/..;", "\\", "|", "{", "}", "?", "#"];

const unreserved = "-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~";

/**
 * The escapes, in lower case, of slashes and of every character that a literal of these routes may contain. A path with one of them
 * could match a wider route here and a narrower one at the backend. No client need send such a path, except one that escapes a
 * reserved character in a literal.
 *
 * API Management decodes `%2F` before it forwards a request, which cannot be turned off
 * (https://learn.microsoft.com/answers/questions/2281087), so such a request must not reach the backend.
 */
export function forbiddenEscapes(routes: readonly ApiRoute[]): readonly string[] {
  const literals = routes.flatMap(({ pattern }) =>
    pattern.flatMap((segment) => (segment.kind === "literal" ? [...segment.text] : [])),
  );
  return [...new Set([...unreserved, ...literals, "/", "\\"])]
    .map((char) => `%${char.charCodeAt(0).toString(16)}`)
    .toSorted();
}

const isHexDigit = (index: number): Code => code`"0123456789abcdef".Contains(x.Substring(${index}, 1))`;

/** Whether `q` contains a percent sign without two hexadecimal digits after it, which each server reads in its own way. */
const hasBrokenEscape = code`q.Split('%').Skip(1).Any(x => x.Length < 2 || !${isHexDigit(0)} || !${isHexDigit(1)})`;

/** The number of segments of an API's path on the service. */
export function segmentCount(apiPath: string): number {
  return apiPath === "" ? 0 : apiPath.split("/").length;
}

/**
 * Whether the request did not arrive below the API's path as it was declared. The API may have another path by now, a revision, or
 * a version, whose segment API Management removes before it forwards the request: it would be decided as one path and forwarded as
 * another.
 *
 * Unverified: API Management compares the path without regard to case. If it does not, only the declared spelling arrives here.
 */
function isElsewhere(apiPath: string): Code {
  const above = code`context.Request.OriginalUrl.Path.Split('/').Take(${segmentCount(apiPath) + 1})`;
  const declared = text(apiPath === "" ? "" : `/${apiPath.toLowerCase()}`);
  return code`!string.IsNullOrEmpty(context.Api.Version) || string.Join("/", ${above}).ToLowerInvariant() != ${declared}`;
}

/** The router's result for a request that matches no route. No key equals it. */
export const noRoute = text("|none|");

/**
 * Whether a key between bars is the key of one of these routes. Searches one long text, since an array of hundreds of texts would be
 * allocated for each request. No key can match across a bar: the router rejects paths with bars, and a method contains neither
 * space nor slash.
 */
export function isOneOf(routes: readonly ApiRoute[], key: Code): Code {
  return isKeyOf(routes.map(routeKey), key);
}

/** Whether a key between bars is one of these keys. */
export function isKeyOf(keys: readonly string[], key: Code): Code {
  return code`${text(`|${keys.join("|")}|`)}.Contains(${key})`;
}

/**
 * An expression for the key of the request's route, between bars, or `|none|`.
 *
 * The policy does not depend on the operation that API Management selects, since neither the precedence of overlapping templates nor
 * the case sensitivity is documented. It matches the path by itself, the narrowest shape first. The operations only decide which
 * requests reach the policy. While the imported document is newer or older than the policy, every request is therefore decided by
 * one description, the policy's.
 *
 * Unverified: `OriginalUrl.Path` may be as sent or decoded. As sent, an escaped slash is rejected here. Decoded, it is a slash for
 * this expression and for the backend, so both read the same path.
 */
export function router(routes: readonly ApiRoute[], apiPath: string): Expression {
  return statements(code`if (${isElsewhere(apiPath)}) { return ${noRoute}; } \
var p = string.Join("/", ${segmentsBelow(segmentCount(apiPath))}); \
var q = "/" + p.ToLowerInvariant() + "/"; \
if (p != "" && ${list(malformed)}.Any(x => q.Contains(x))) { return ${noRoute}; } \
if (q.Contains("%") && (${list(forbiddenEscapes(routes))}.Any(x => q.Contains(x)) || ${hasBrokenEscape})) { return ${noRoute}; } \
var s = p.Split('/'); var m = context.Request.Method; \
${attempts(routes)} return ${noRoute};`);
}

/**
 * Statements that return the key of the narrowest route that matches the method `m` and the segments `s` of the path `p`.
 *
 * @param routes the patterns and methods to match
 */
export function attempts(routes: readonly Pick<ApiRoute, "method" | "pattern">[]): Code {
  const shapes = Map.groupBy(routes, ({ pattern }) => shapeOf(pattern));
  return joined(
    [...shapes]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([shape, sameShape], index) => attempt(shape, sameShape.map(routeKey), index)),
    " ",
  );
}

/** Statements that return the key if the request matches a route of this shape. */
function attempt(shape: Shape, keys: readonly string[], index: number): Code {
  const length = shape.length;
  const isGreedy = shape.endsWith("q");
  const parts = [...shape].flatMap((letter, at) =>
    letter === "l" ? ["/", code`s[${at}]`] : letter === "p" ? ["/{}"] : ["/{*}"],
  );
  const name = code`k${index}`;
  const hasLength = isGreedy ? code`s.Length >= ${length}` : code`s.Length == ${length}`;
  // The root is one empty segment, which a parameter does not match.
  const fits = length === 1 && shape !== "l" ? code`${hasLength} && p != ""` : hasLength;
  return code`if (${fits}) { var ${name} = "|" + m + ${concatenated([" ", ...parts, "|"])}; \
if (${isKeyOf(keys, name)}) { return ${name}; } }`;
}

/**
 * The path at the backend, for a `rewrite-uri`: the backend's path with the request's segments as they were sent. The parameters of
 * the URL template are not used, since their decoding is not documented.
 */
export function backendPath(route: ApiRoute & { readonly kind: "proxy" }, apiPathSegments: number): Code {
  const positions = new Map(
    route.pattern.flatMap((segment, index) => (segment.kind === "literal" ? [] : [[segment.name, index] as const])),
  );
  const parts = segmentsOf(route.backendPath).flatMap((segment) => {
    if (segment.kind === "literal") return [`/${segment.text}`];
    const at = apiPathSegments + (positions.get(segment.name) as number);
    return segment.kind === "parameter"
      ? ["/", code`context.Request.OriginalUrl.Path.Split('/')[${at + 1}]`]
      : ["/", code`string.Join("/", ${segmentsBelow(at)})`];
  });
  return concatenated(parts);
}
