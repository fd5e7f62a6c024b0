import { UnsupportedArtefact } from "../../interpreter.ts";
import type { Readings } from "../../readings.ts";

/**
 * How the gateway treats odd paths, of which neither a document nor a recording of AWS shows the route, such as one with dot segments.
 *
 * - `refused`: no route matches them.
 * - `taken`: a greedy variable matches a trailing slash and empty segments, as reported of live APIs
 *   (storacha/w3infra#166, aws-powertools/powertools-lambda-python#1552); a variable matches dot segments and decoded slashes.
 * - `taken-as-sent`: the same, and the route is selected by the path before it is decoded.
 */
export type OddPaths = Readings["aws-odd-paths"];

/** One segment of a route's path. */
export type Segment =
  | { readonly kind: "literal"; readonly text: string }
  | { readonly kind: "variable" | "greedy"; readonly name: string };

/** The characters of a literal segment (RFC 3986, pchar without percent-encoding). Unverified: whether AWS accepts others. */
const LITERAL = /^[A-Za-z0-9\-._~!$&'()*+,;=:@]+$/;
const VARIABLE = /^\{([A-Za-z0-9._:-]+)(\+)?\}$/;

/**
 * Parses a route's path, e.g. `/orders/{id}/{rest+}`.
 * @param literal the pattern of a literal segment
 * @throws UnsupportedArtefact for a path that API Gateway refuses: one with a trailing slash (storacha/w3infra#166), with a
 *   variable that is not a whole segment, or with a greedy variable that is not the last segment
 */
export function parsePath(path: string, place: string, literal: RegExp = LITERAL): readonly Segment[] {
  if (!path.startsWith("/")) throw new UnsupportedArtefact(place, "a path must begin with /");
  if (path === "/") return [];
  if (path.endsWith("/")) throw new UnsupportedArtefact(place, "a path must not end with /");
  const names = new Set<string>();
  const parts = path.slice(1).split("/");
  return parts.map((part, index): Segment => {
    const [, name, greedy] = VARIABLE.exec(part) ?? [];
    if (name === undefined) {
      if (literal.test(part)) return { kind: "literal", text: part };
      const rule = /[{}]/.test(part)
        ? "a variable must be a whole segment, {name} or {name+}"
        : "must be a plain literal";
      throw new UnsupportedArtefact(place, `segment ${JSON.stringify(part)}: ${rule}`);
    }
    if (names.has(name)) throw new UnsupportedArtefact(place, `the variable ${name} is used twice`);
    names.add(name);
    if (greedy !== undefined && index !== parts.length - 1) {
      throw new UnsupportedArtefact(place, `the greedy variable {${name}+} must be the last segment`);
    }
    return { kind: greedy === undefined ? "variable" : "greedy", name };
  });
}

/** One form of a request's path, without the stage. */
export interface PathForm {
  /** The segments, which literals are compared with. */
  readonly segments: readonly string[];
  /** The segments, decoded completely. */
  readonly values: readonly string[];
  /** The segments as sent. */
  readonly sent: readonly string[];
  /** Whether the path ends with a slash. The path `/` does not count. */
  readonly slashAtEnd: boolean;
}

/** A request's path, decoded. */
export interface DecodedPath {
  /** The form that selects the route. */
  readonly selecting: PathForm;
  /** The other forms that may select it. The first is the path as sent. */
  readonly others: readonly PathForm[];
}

/**
 * Finds what a path selects, or returns as a text why nothing is selected: some forms of the path select one route, and some another.
 *
 * @param find returns what a form selects
 * @param key distinguishes routes
 */
export function select<Found>(
  { selecting, others }: DecodedPath,
  odd: OddPaths,
  find: (form: PathForm) => Found | undefined,
  key: (found: Found) => unknown,
): Found | string | undefined {
  const [sent = selecting] = others;
  if (odd === "taken-as-sent") return find(sent);
  const found = find(selecting);
  if (odd === "taken") return found;
  const selected = found && key(found);
  const same = others.every((form) => {
    const other = find(form);
    return (other && key(other)) === selected;
  });
  return same ? found : "another reading of the path leads to another route";
}

const PLAIN = /^(?:\/[A-Za-z0-9\-_~!$&'()*+,;=:@][A-Za-z0-9\-._~!$&'()*+,;=:@]*)+$/;

/**
 * Parses a path in which nothing is encoded.
 *
 * @returns the path, or as a text why it is refused
 */
export function plainPath(path: string, odd: OddPaths): DecodedPath | string {
  // Nearly all paths consist of ordinary segments.
  if (PLAIN.test(path)) return { selecting: formOf(path.slice(1).split("/")), others: [] };
  const problem = faultOf(path, odd) ?? oddity(partsOf(path), odd);
  return problem ?? { selecting: formOf(partsOf(path)), others: [] };
}

/** Why a path is refused, whatever its segments are; undefined if it is not. */
export function faultOf(path: string, odd: OddPaths): string | undefined {
  if (!path.startsWith("/")) return "the path does not begin with /";
  const isEncoded = /^(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/]|%[0-9A-Fa-f]{2})*$/.test(path);
  return odd === "refused" && !isEncoded ? "the path contains a character that must be percent-encoded" : undefined;
}

/** A form with these segments. Its values and the segments as sent are the same, unless they are known. */
export function formOf(
  segments: readonly string[],
  { values = segments, sent = segments }: Partial<Pick<PathForm, "values" | "sent">> = {},
): PathForm {
  const slashAtEnd = segments.at(-1) === "";
  if (!slashAtEnd) return { segments, values, sent, slashAtEnd };
  return { segments: segments.slice(0, -1), values: values.slice(0, -1), sent: sent.slice(0, -1), slashAtEnd };
}

/** The segments of a path, of which the last one is empty if the path ends with a slash. */
export function partsOf(path: string): readonly string[] {
  return path === "/" ? [] : path.slice(1).split("/");
}

/** The text without percent-encoding; undefined if it is not percent-encoded UTF-8. */
export function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** Why a path with these decoded segments is refused; undefined if it is not. */
export function oddity(segments: readonly string[], odd: OddPaths): string | undefined {
  if (segments.some((segment) => /[\u0000-\u001f\u007f]/.test(segment))) return "the path contains a control character";
  if (odd !== "refused") return undefined;
  if (segments.at(-1) === "") return "the path ends with a slash";
  for (const segment of segments) {
    if (segment === "") return "the path contains an empty segment";
    if (/[/\\]/.test(segment)) return "the path contains an encoded slash or backslash";
    if (/^\.\.?(?:;|$)/.test(segment)) return "the path contains a dot segment";
  }
  return undefined;
}

/** Encodes a decoded value for a path. Slashes stay slashes, because API Gateway passes decoded values on. */
export function encodeValue(value: string): string {
  if (/^[A-Za-z0-9\-._~!$&'()*+,;=:@/]*$/.test(value)) return value;
  return value.replace(/[^A-Za-z0-9\-._~!$&'()*+,;=:@/]+/gu, encodeURIComponent);
}
