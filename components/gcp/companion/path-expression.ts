import type { ApiProxyRoute } from "../../api/checked-api.ts";
import { mappingOf } from "../../api/path/mapping.ts";
import { type Pattern, parametersOf, printPattern, type Segment } from "../../api/path/pattern.ts";
import type { Json } from "./envoy.ts";

/**
 * The regular expression (RE2) of a pattern's whole paths. A slash at the end is optional, as in the gateway's own templates. A
 * parameter is never empty, and neither is the rest of a path.
 *
 * @param captured the parameters whose values are captured
 */
export function pathExpression(pattern: Pattern, captured: ReadonlySet<string> = new Set()): string {
  if (pattern.length === 0) return "/";
  const parts = pattern.map((segment) => {
    const text = segmentExpression(segment);
    return segment.kind !== "literal" && captured.has(segment.name) ? `(${text})` : text;
  });
  const end = pattern.at(-1)?.kind === "greedy" ? "" : "/?";
  return `/${parts.join("/")}${end}`;
}

function segmentExpression(segment: Segment): string {
  if (segment.kind === "literal") return segment.text.replace(/[\\.+*?()|[\]{}^$]/g, "\\$&");
  return segment.kind === "parameter" ? "[^/]+" : "[^/].*";
}

/** The parameters of a route whose values are moved at the backend. None if the path is kept, with or without a prefix, or fixed. */
export function movedParameters(route: ApiProxyRoute): ReadonlySet<string> {
  return new Set(mappingOf(route) === "rewrite" ? parametersOf(route.backendPath) : []);
}

/**
 * `regex_rewrite` from a route's path to the path at the backend; undefined if they are the same. Envoy replaces every match of the
 * expression, so it is anchored.
 *
 * @param base the path of the backend's URL, without a slash at the end
 */
export function rewriting(route: ApiProxyRoute, base: string): Json | undefined {
  const { pattern, backendPath } = route;
  const mapping = mappingOf(route);
  // After a prefix, the root's path would be one slash too many.
  if (mapping === "rewrite" || (mapping === "prefix" && pattern.length === 0)) {
    const captured = movedParameters(route);
    return replacing(`^${pathExpression(pattern, captured)}$`, moved(route, captured, base));
  }
  const prefix = backendPath.slice(0, backendPath.length - pattern.length);
  const inFront = `${base}${prefix.length === 0 ? "" : printPattern(prefix)}`;
  return inFront === "" ? undefined : replacing("^/", `${literally(inFront)}/`);
}

function moved({ pattern, backendPath }: ApiProxyRoute, captured: ReadonlySet<string>, base: string): string {
  const order = parametersOf(pattern).filter((name) => captured.has(name));
  const parts = backendPath.map((segment) =>
    segment.kind === "literal" ? literally(segment.text) : `\\${order.indexOf(segment.name) + 1}`,
  );
  return parts.length === 0 ? literally(base === "" ? "/" : base) : `${literally(base)}/${parts.join("/")}`;
}

/** `regex_rewrite` that replaces a path by a fixed one. */
export function fixedPath(path: string): Json {
  return replacing("^.*$", literally(path));
}

function replacing(regex: string, substitution: string): Json {
  return { pattern: { regex }, substitution };
}

/** A text of a substitution, in which a backslash begins a reference. */
function literally(text: string): string {
  return text.replaceAll("\\", "\\\\");
}
