import { UnsupportedArtefact } from "../../interpreter.ts";

/**
 * How the gateway treats odd paths, of which neither a document nor a recording of AWS shows the route, such as one with dot segments. A
 * compiler's output should be safe under both readings.
 *
 * - `refused`: no route matches them (the fail-closed choice).
 * - `taken`: a greedy variable matches a trailing slash and empty segments, as reported of live APIs
 *   (storacha/w3infra#166, aws-powertools/powertools-lambda-python#1552); a variable matches dot segments and decoded slashes.
 */
export type OddPaths = "refused" | "taken";

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

/** A request's path. */
export interface RequestPath {
  /** Decoded. */
  readonly segments: readonly string[];
  /** The same segments as sent. */
  readonly sent: readonly string[];
  /** Whether the path ends with a slash. The path `/` does not count. */
  readonly slashAtEnd: boolean;
}

const PLAIN = /^(?:\/[A-Za-z0-9\-_~!$&'()*+,;=:@][A-Za-z0-9\-._~!$&'()*+,;=:@]*)+$/;

/**
 * Parses a request's path, without the stage. API Gateway decodes it (docs.aws.amazon.com, http-api-develop-routes).
 *
 * Unverified: literal segments are compared decoded too, so that a disguised `/%61dmin` is `/admin` to the gateway as to the
 * backend.
 * @returns the path, or as a text why it is refused
 */
export function readPath(path: string, odd: OddPaths): RequestPath | string {
  // Nearly all paths are plain and need no decoding.
  if (PLAIN.test(path)) {
    const segments = path.slice(1).split("/");
    return { segments, sent: segments, slashAtEnd: false };
  }
  if (!path.startsWith("/")) return "the path does not begin with /";
  if (path === "/") return { segments: [], sent: [], slashAtEnd: false };
  if (odd === "refused" && !isEncoded(path)) return "the path contains a character that must be percent-encoded";
  const segments: string[] = [];
  const sent = path.slice(1).split("/");
  for (const part of sent) {
    let decoded: string;
    try {
      decoded = decodeURIComponent(part);
    } catch {
      return `${JSON.stringify(part)} is not percent-encoded UTF-8`;
    }
    segments.push(decoded);
  }
  const problem = oddity(segments, odd);
  if (problem !== undefined) return problem;
  const slashAtEnd = segments.at(-1) === "";
  if (slashAtEnd) segments.pop();
  return { segments, sent: sent.slice(0, segments.length), slashAtEnd };
}

/** Whether a path contains only characters that a path may contain, and complete percent-encodings. */
export function isEncoded(path: string): boolean {
  return /^(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/]|%[0-9A-Fa-f]{2})*$/.test(path);
}

/** Why a path with these decoded segments is refused; undefined if it is not. */
export function oddity(segments: readonly string[], odd: OddPaths): string | undefined {
  if (segments.some((segment) => /[\u0000-\u001f\u007f]/.test(segment))) return "the path contains a control character";
  if (odd === "taken") return undefined;
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
