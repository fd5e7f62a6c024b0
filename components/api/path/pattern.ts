import { foreignParameter, unescapeColon } from "./dialect.ts";

/**
 * Path patterns. `{name}` matches one whole, non-empty segment. `{name+}` matches the rest of the path, one segment or more,
 * and must be last. A literal whose first character is a colon is written with `%3A`. A pattern is a set of paths; two patterns are
 * compared as sets.
 */

export type Segment =
  | { readonly kind: "literal"; readonly text: string }
  | { readonly kind: "parameter"; readonly name: string }
  | { readonly kind: "greedy"; readonly name: string };

/** The segments of a pattern; none for `/`. */
export type Pattern = readonly Segment[];

/** What is wrong with a path, and what to write instead. */
export interface PathFault {
  readonly rule: string;
  readonly remedy: string;
}

// The pchar of RFC 3986 without percent-encoding and without `*`, which is a wildcard on some gateways.
const literal = /^[A-Za-z0-9\-._~!$&'()+,;=:@]+$/;
const parameter = /^[A-Za-z_][A-Za-z0-9_.-]{0,63}$/;

/** Parses a pattern. Returns a fault where the path is malformed. */
export function parsePattern(path: string): Pattern | PathFault {
  if (!path.startsWith("/")) return { rule: "A path must start with a slash.", remedy: `Write "/${path}".` };
  if (path === "/") return [];
  const segments: Segment[] = [];
  const parts = path.slice(1).split("/");
  for (const [index, part] of parts.entries()) {
    const isLast = index === parts.length - 1;
    if (part === "") return emptySegment(path, isLast);
    const segment = foreignParameter(part, isLast) ?? parseSegment(part);
    if (!("kind" in segment)) return segment;
    if (segment.kind === "greedy" && !isLast) {
      const rule = `"${part}" matches the rest of the path and must be last.`;
      return { rule, remedy: `Write "{${segment.name}}" for one segment.` };
    }
    if (segment.kind !== "literal" && segments.some((other) => "name" in other && other.name === segment.name)) {
      const rule = `The path has two parameters called "${segment.name}".`;
      return { rule, remedy: "Give each parameter of a path its own name." };
    }
    segments.push(segment);
  }
  return segments;
}

function emptySegment(path: string, isLast: boolean): PathFault {
  return isLast
    ? { rule: "A path must not end with a slash.", remedy: `Write "${path.slice(0, -1)}".` }
    : { rule: "A path must not have an empty segment.", remedy: `Write "${path.replace(/\/{2,}/g, "/")}".` };
}

function parseSegment(part: string): Segment | PathFault {
  if (part === "." || part === "..") {
    return { rule: "A path must not have dot segments.", remedy: "Write the resolved path, as clients send it." };
  }
  if (part.startsWith("{") && part.endsWith("}")) {
    const isGreedy = part.endsWith("+}");
    const name = part.slice(1, isGreedy ? -2 : -1);
    if (parameter.test(name)) return { kind: isGreedy ? "greedy" : "parameter", name };
    return {
      rule: `"${part}" is not a parameter. The name of a parameter must start with a letter or underscore, contain only letters, digits, "_", "." and "-", and have at most 64 characters.`,
      remedy: "Rename the parameter; clients never see its name.",
    };
  }
  if (part.includes("{") || part.includes("}")) {
    return {
      rule: `A parameter must be a whole segment, but "${part}" mixes it with text.`,
      remedy: "Make the whole segment a parameter, and let the backend parse it.",
    };
  }
  const text = unescapeColon(part);
  if (literal.test(text)) return { kind: "literal", text };
  return {
    rule: `"${part}" contains a character that gateways do not match alike. Only letters, digits and -._~!$&'()+,;=:@ are supported.`,
    remedy: "Use only those characters, or make the segment a parameter.",
  };
}

/** Whether {@link parsePattern} returned a fault. */
export function isFault(parsed: Pattern | PathFault): parsed is PathFault {
  return !Array.isArray(parsed);
}

/** How two patterns relate as sets of paths. */
export type Relation = "disjoint" | "equal" | "narrower" | "wider" | "crossing";

/**
 * Whether `a` is narrower than `b` (a proper subset), wider, equal or disjoint, or crosses it: they share paths, and neither
 * contains the other.
 */
export function relate(a: Pattern, b: Pattern): Relation {
  let aWithinB = true;
  let bWithinA = true;
  for (let index = 0; ; index++) {
    const left = a[index];
    const right = b[index];
    if (left === undefined && right === undefined) break;
    if (left === undefined || right === undefined) return "disjoint";
    if (left.kind === "greedy" || right.kind === "greedy") {
      if (left.kind !== "greedy") bWithinA = false;
      if (right.kind !== "greedy") aWithinB = false;
      break;
    }
    if (left.kind === "literal" && right.kind === "literal") {
      if (left.text !== right.text) return "disjoint";
    } else if (left.kind === "literal") {
      bWithinA = false;
    } else if (right.kind === "literal") {
      aWithinB = false;
    }
  }
  if (aWithinB && bWithinA) return "equal";
  return aWithinB ? "narrower" : bWithinA ? "wider" : "crossing";
}

/** The paths that two patterns share, which are not disjoint. Parameters have the names of the first pattern where it has one. */
export function shared(a: Pattern, b: Pattern): Pattern {
  const segments: Segment[] = [];
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    const [left, right] = [a[index], b[index]];
    // The rest of a greedy parameter is what the other pattern has there.
    if (left?.kind === "greedy") return [...segments, ...b.slice(index)];
    if (right?.kind === "greedy") return [...segments, ...a.slice(index)];
    const segment = left?.kind === "literal" ? left : right?.kind === "literal" ? right : (left ?? right);
    if (segment !== undefined) segments.push(segment);
  }
  return segments;
}

/** The pattern with its literals in lower case, as a vendor that ignores case matches it. */
export function foldCase(pattern: Pattern): Pattern {
  return pattern.map((segment) =>
    segment.kind === "literal" ? { kind: "literal", text: segment.text.toLowerCase() } : segment,
  );
}

/** The names of a pattern's parameters, in order. */
export function parametersOf(pattern: Pattern): readonly string[] {
  return pattern.flatMap((segment) => (segment.kind === "literal" ? [] : [segment.name]));
}

const rank = { literal: 0, parameter: 1, greedy: 2 } as const;

/** Orders patterns by precedence, segment by segment: literal, parameter, greedy. Literals are ordered by text, so the order is total. */
export function byPrecedence(a: Pattern, b: Pattern): number {
  for (let index = 0; index < Math.min(a.length, b.length); index++) {
    const left = a[index] as Segment;
    const right = b[index] as Segment;
    if (left.kind !== right.kind) return rank[left.kind] - rank[right.kind];
    if (left.kind === "literal" && right.kind === "literal" && left.text !== right.text) {
      return left.text < right.text ? -1 : 1;
    }
  }
  return a.length - b.length;
}

/** The path without the names of its parameters, which do not distinguish routes. Equal for two patterns that match the same paths. */
export function pathShape(pattern: Pattern): string {
  return printPattern(
    pattern.map((segment) => (segment.kind === "literal" ? segment : { kind: segment.kind, name: "" })),
  );
}

/** The pattern as a description contains it, with each literal as clients send it. */
export function printPattern(pattern: Pattern): string {
  const parts = pattern.map((segment) =>
    segment.kind === "literal"
      ? segment.text
      : segment.kind === "parameter"
        ? `{${segment.name}}`
        : `{${segment.name}+}`,
  );
  return `/${parts.join("/")}`;
}
