/**
 * Path patterns. `{name}` is one whole, non-empty segment; `{name+}` is the rest, one segment or more, and stands last.
 * A pattern is a set of paths; two patterns are compared as sets.
 */

export type Segment =
  | { readonly kind: "literal"; readonly text: string }
  | { readonly kind: "parameter"; readonly name: string }
  | { readonly kind: "greedy"; readonly name: string };

/** The segments of a pattern; none for `/`. */
export type Pattern = readonly Segment[];

/** What is wrong with a path, as a rule and a remedy. */
export interface PathFault {
  readonly rule: string;
  readonly remedy: string;
}

// RFC 3986 pchar without percent-encoding, `*` (a wildcard on API Management) and quotes that a vendor's policy would need.
const literal = /^[A-Za-z0-9\-._~!$&'()+,;=:@]+$/;
const parameter = /^[A-Za-z_][A-Za-z0-9_.-]{0,63}$/;

/** Reads a pattern, or says what is wrong with it. */
export function parsePattern(path: string): Pattern | PathFault {
  if (!path.startsWith("/")) {
    return { rule: "a path starts with a slash", remedy: `Write "/${path}".` };
  }
  if (path === "/") return [];
  const parts = path.slice(1).split("/");
  const segments: Segment[] = [];
  const names = new Set<string>();
  for (const [index, part] of parts.entries()) {
    const last = index === parts.length - 1;
    if (part === "") {
      return last
        ? { rule: "a path does not end in a slash", remedy: `Write "${path.slice(0, -1)}".` }
        : { rule: "a path has no empty segment", remedy: `Write "${path.replace(/\/{2,}/g, "/")}".` };
    }
    if (part === "." || part === "..") {
      return { rule: "a path has no dot segments", remedy: "Write the path as clients send it, resolved." };
    }
    if (part.startsWith("{") && part.endsWith("}")) {
      const greedy = part.endsWith("+}");
      const name = part.slice(1, greedy ? -2 : -1);
      if (!parameter.test(name)) {
        return {
          rule: `"${part}" is not a parameter: its name starts with a letter or underscore and goes on with letters, digits, "_", "." or "-", at most 64`,
          remedy: "Rename the parameter; clients never see its name.",
        };
      }
      if (names.has(name)) {
        return { rule: `the parameter "${name}" stands twice`, remedy: "Give each parameter of a path its own name." };
      }
      if (greedy && !last) {
        return {
          rule: `"${part}" takes the rest of the path, so it stands last`,
          remedy: `Write "{${name}}" for one segment.`,
        };
      }
      names.add(name);
      segments.push({ kind: greedy ? "greedy" : "parameter", name });
    } else if (part.includes("{") || part.includes("}")) {
      return {
        rule: `a parameter is a whole segment, "${part}" mixes it with text`,
        remedy: "Make the whole segment a parameter and let the backend take it apart.",
      };
    } else if (!literal.test(part)) {
      return {
        rule: `"${part}" has a character that gateways do not match alike: letters, digits and -._~!$&'()+,;=:@ are carried`,
        remedy: "Use those characters, or make the segment a parameter.",
      };
    } else {
      segments.push({ kind: "literal", text: part });
    }
  }
  return segments;
}

/** Whether `parsePattern` found a fault. */
export function isFault(parsed: Pattern | PathFault): parsed is PathFault {
  return !Array.isArray(parsed);
}

/** How two patterns stand to each other as sets of paths. */
export type Relation = "disjoint" | "equal" | "narrower" | "wider" | "crossing";

/** Whether `a` is narrower (a proper subset), wider, equal, disjoint, or crosses `b` without either holding the other. */
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

/** The pattern with its literals in lower case, as a vendor that folds case sees it. */
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

/** Orders patterns by precedence, segment by segment: literal, parameter, greedy; then by text, so the order is total. */
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

/** The pattern as it is written in a description. */
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
