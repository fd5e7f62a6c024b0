import { UnsupportedArtefact } from "../../interpreter.ts";

/**
 * How odd paths are read, of which AWS documents nothing: a slash at the end, empty segments, dots, `%2F`, `%5C`. What a
 * compiler emits should be safe under both.
 *
 * - `refused`: no route takes them (the fail-closed choice). For `%2F`: a maintainer at AWS found that API Gateway
 *   "cannot handle" it (aws/aws-lambda-dotnet#1901).
 * - `taken`: a greedy variable takes a slash at its end and empty segments (so reported of live APIs:
 *   storacha/w3infra#166, aws-powertools/powertools-lambda-python#1552), a variable takes dots and, decoded, slashes.
 */
export type OddPaths = "refused" | "taken";

/** One segment of a route's path. */
export type Segment =
  | { readonly kind: "literal"; readonly text: string }
  | { readonly kind: "variable" | "greedy"; readonly name: string };

/** What a literal segment may hold (RFC 3986, pchar without percent-encoding). What else AWS takes is U. */
const LITERAL = /^[A-Za-z0-9\-._~!$&'()*+,;=:@]+$/;
const VARIABLE = /^\{([A-Za-z0-9._:-]+)(\+)?\}$/;

/**
 * The segments of a route's path, e.g. of `/orders/{id}/{rest+}`.
 * @param literal what a literal segment may be
 * @throws UnsupportedArtefact for a path that API Gateway takes no route with: a slash at the end is refused by the service
 *   (storacha/w3infra#166), a variable is a whole segment, a greedy one is the last
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
    if (names.has(name)) throw new UnsupportedArtefact(place, `the variable ${name} stands twice`);
    names.add(name);
    if (greedy !== undefined && index !== parts.length - 1) {
      throw new UnsupportedArtefact(place, `the greedy variable {${name}+} must be the last segment`);
    }
    return { kind: greedy === undefined ? "variable" : "greedy", name };
  });
}

/** A request's path: its segments, decoded. */
export interface RequestPath {
  readonly segments: readonly string[];
  /** A path ending with a slash, which is not `/`. */
  readonly slashAtEnd: boolean;
}

const PLAIN = /^(?:\/[A-Za-z0-9\-_~!$&'()*+,;=:@][A-Za-z0-9\-._~!$&'()*+,;=:@]*)+$/;

/**
 * Reads a request's path, without the stage. API Gateway decodes it (docs.aws.amazon.com, http-api-develop-routes); a
 * literal is compared decoded too (U), so that a disguised `/%61dmin` is `/admin` to the gateway as to the backend.
 * @returns why it cannot be taken, as a text
 */
export function readPath(path: string, odd: OddPaths): RequestPath | string {
  // Nearly all paths are plain and need no second look.
  if (PLAIN.test(path)) return { segments: path.slice(1).split("/"), slashAtEnd: false };
  if (!path.startsWith("/")) return "the path does not begin with /";
  if (path === "/") return { segments: [], slashAtEnd: false };
  if (odd === "refused" && !/^(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/]|%[0-9A-Fa-f]{2})*$/.test(path)) {
    return "the path holds a character that must be percent-encoded";
  }
  const segments: string[] = [];
  for (const part of path.slice(1).split("/")) {
    let decoded: string;
    try {
      decoded = decodeURIComponent(part);
    } catch {
      return `${JSON.stringify(part)} is not percent-encoded UTF-8`;
    }
    if (/[\u0000-\u001f\u007f]/.test(decoded)) return "the path holds a control character";
    segments.push(decoded);
  }
  const slashAtEnd = segments.at(-1) === "";
  if (slashAtEnd) segments.pop();
  if (odd === "refused") {
    if (slashAtEnd) return "the path ends with a slash";
    for (const segment of segments) {
      if (segment === "") return "the path holds an empty segment";
      if (/[/\\]/.test(segment)) return "the path holds an encoded slash or backslash";
      if (/^\.\.?(?:;|$)/.test(segment)) return "the path holds a dot segment";
    }
  }
  return { segments, slashAtEnd };
}

/** Segments as a path for a backend: encoded again, but for the slashes that the decoding brought. */
export function encodePath(segments: readonly string[]): string {
  return segments.map(encodeValue).join("/");
}

/** A decoded value for a path. Slashes stay: API Gateway passes decoded values on. */
export function encodeValue(value: string): string {
  if (/^[A-Za-z0-9\-._~!$&'()*+,;=:@/]*$/.test(value)) return value;
  return value.replace(/[^A-Za-z0-9\-._~!$&'()*+,;=:@/]+/gu, encodeURIComponent);
}
