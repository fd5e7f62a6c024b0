import { type OracleRoute, segmentsOf } from "./description.ts";

/** One way to read the path of a request. */
export interface Reading {
  /** The segments, still encoded as this reading leaves them. */
  readonly segments: readonly string[];
  /** Whether literals are compared without regard to case. */
  readonly foldsCase: boolean;
  /** Whether the rest of a path may be nothing. */
  readonly emptyRest: boolean;
}

export interface Match {
  readonly route: OracleRoute;
  /** Parameter to the segments it took, as the reading has them. */
  readonly values: ReadonlyMap<string, readonly string[]>;
}

// Characters of a literal. Encoded, they match it only on gateways that decode a path before they match it.
const literalCharacter = /[A-Za-z0-9\-._~!$&'()*+,;=:@/\\]/;
const pathCharacters = /^(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/]|%[0-9A-Fa-f]{2})*$/;

/** A path that every gateway reads alike: absolute, resolved, no empty segment, nothing encoded that need not be. */
export function isPlain(path: string): boolean {
  return isRegular(path) && !/%(?:25|3f)/i.test(path);
}

/** A path that is plain, apart from an encoded `%` or `?`, which only a gateway that decodes twice reads otherwise. */
export function isRegular(path: string): boolean {
  if (path === "/") return true;
  if (!path.startsWith("/") || !pathCharacters.test(path) || /%25[0-9a-f]{2}/i.test(path)) return false;
  return segmentsOf(path).every((segment) => {
    const text = decoded(segment);
    if (text === undefined || segment === "" || /^\.\.? *(?:;|$)/.test(text) || /\p{Cc}/u.test(text)) return false;
    return (segment.match(/%[0-9A-Fa-f]{2}/g) ?? []).every(
      (code) => !literalCharacter.test(String.fromCharCode(Number.parseInt(code.slice(1), 16))),
    );
  });
}

/** The segment without percent-encoding; undefined when the encoding is broken. */
export function decoded(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}

const decodeUnreserved = (path: string): string =>
  path.replace(/%([0-9A-Fa-f]{2})/g, (code, hex: string) => {
    const character = String.fromCharCode(Number.parseInt(hex, 16));
    return /[A-Za-z0-9\-._~]/.test(character) ? character : code;
  });
const decodeAll = (path: string): string =>
  path.replace(/%([0-9A-Fa-f]{2})/g, (code, hex: string) => {
    const character = String.fromCharCode(Number.parseInt(hex, 16));
    return literalCharacter.test(character) ? character.replace("\\", "/") : code;
  });
const mergeSlashes = (path: string): string => path.replace(/\/{2,}/g, "/");
const dropTrailingSlash = (path: string): string => (path.length > 1 ? path.replace(/\/+$/, "") || "/" : path);
const dropParameters = (path: string): string => path.replace(/;[^/]*/g, "");

/** Removes dot segments as in RFC 3986, 5.2.4: `.` is removed, and `..` together with the segment before it. */
function removeDots(path: string): string {
  const kept: string[] = [];
  const parts = path.split("/").slice(1);
  for (const [index, part] of parts.entries()) {
    const last = index === parts.length - 1;
    if (part === "..") kept.pop();
    if (part === "." || part === "..") {
      if (last) kept.push("");
    } else kept.push(part);
  }
  return `/${kept.join("/")}`;
}

/** What a careful backend takes the path for: unreserved characters decoded, dots resolved, no empty segments. */
export function normalPath(path: string): string {
  return dropTrailingSlash(mergeSlashes(removeDots(decodeUnreserved(path))));
}

const turnBackslashes = (path: string): string => path.replaceAll("\\", "/");

/** A gateway may decode a path twice. */
const decodeEscapes = (path: string): string => path.replace(/%25([0-9a-f]{2})/gi, "%$1");
/** A gateway may take a decoded question mark for the beginning of the query. */
const cutQuery = (path: string): string => path.replace(/%3f.*$/is, "");

const steps = [
  cutQuery,
  decodeEscapes,
  turnBackslashes,
  decodeUnreserved,
  decodeAll,
  dropParameters,
  mergeSlashes,
  removeDots,
  dropTrailingSlash,
];

/** Every understanding of an odd path that some gateway might have: each set of steps, in their usual order. */
export function readings(path: string): readonly Reading[] {
  const paths = new Set([path]);
  // Each text goes on as it is, and as the step changes it. Most choices of steps come to the same texts.
  for (const step of steps) for (const text of [...paths]) paths.add(step(text));
  return [...paths].flatMap((text) =>
    [false, true].flatMap((foldsCase) =>
      [false, true].map((emptyRest) => ({ segments: segmentsOf(text), foldsCase, emptyRest })),
    ),
  );
}

export function exactReading(path: string): Reading {
  return { segments: segmentsOf(path), foldsCase: false, emptyRest: false };
}

/** The route with this method that matches and is the most specific; literal before parameter before greedy, by segment. */
export function match(routes: readonly OracleRoute[], method: string, reading: Reading): Match | undefined {
  let best: Match | undefined;
  for (const route of routes) {
    if (route.method !== method) continue;
    const values = take(route.segments, reading);
    if (values !== undefined && (best === undefined || isBefore(route, best.route))) best = { route, values };
  }
  return best;
}

function take(pattern: readonly string[], reading: Reading): Map<string, readonly string[]> | undefined {
  const values = new Map<string, readonly string[]>();
  for (const [index, part] of pattern.entries()) {
    const segment = reading.segments[index];
    if (part.endsWith("+}")) {
      const rest = reading.segments.slice(index);
      return rest.join("/") === "" && !reading.emptyRest ? undefined : values.set(part.slice(1, -2), rest);
    }
    if (segment === undefined) return undefined;
    if (part.startsWith("{")) {
      if (segment === "") return undefined;
      values.set(part.slice(1, -1), [segment]);
    } else {
      if (reading.foldsCase ? segment.toLowerCase() !== part.toLowerCase() : segment !== part) return undefined;
    }
  }
  return reading.segments.length === pattern.length ? values : undefined;
}

const rank = (part: string): number => (part.endsWith("+}") ? 2 : part.startsWith("{") ? 1 : 0);

function isBefore(a: OracleRoute, b: OracleRoute): boolean {
  const length = Math.min(a.segments.length, b.segments.length);
  for (let index = 0; index < length; index++) {
    const difference = rank(a.segments[index] ?? "") - rank(b.segments[index] ?? "");
    if (difference !== 0) return difference < 0;
  }
  return a.segments.length > b.segments.length;
}

/** A segment of the path that a match is to reach. */
export interface MappedSegment {
  readonly text: string;
  /** Whether it stands in the description; otherwise it is the client's. */
  readonly own: boolean;
}

/** The path below the backend's URL, with parameters as the route has them: the rest of a path is `{rest+}`. */
export function templateOf({ text, segments }: OracleRoute): readonly string[] {
  if (text.path === undefined) return segments;
  return segmentsOf(text.path).map((part) => segments.find((own) => own === part.replace(/\}$/, "+}")) ?? part);
}

/** The path below the backend's URL, segment by segment and decoded, that a match is to reach. */
export function mapped(found: Match): readonly MappedSegment[] {
  return templateOf(found.route).flatMap((part): readonly MappedSegment[] => {
    if (!part.startsWith("{")) return [{ text: part, own: true }];
    const name = part.replace(/^\{|\+?\}$/g, "");
    return (found.values.get(name) ?? []).map((segment) => ({ text: decoded(segment) ?? segment, own: false }));
  });
}
