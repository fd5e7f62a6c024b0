import { UnsupportedArtefact } from "../../interpreter.ts";

/** `*` is one segment, `**` any number of them. */
type Segment = { readonly literal: string } | { readonly wildcard: "*" | "**" };

/** A variable and the segments it holds, e.g. `{rest=**}`. */
interface Variable {
  readonly name: string;
  /** The index of its segment. */
  readonly at: number;
}

/** A path of the document, read as ESPv2 reads URI templates (httppattern/uri_template_parser.go). */
export class UrlTemplate {
  /** As the document has it, with the base path before it. */
  readonly origin: string;
  readonly segments: readonly Segment[];
  readonly #variables: readonly Variable[];
  readonly #regex: RegExp | undefined;
  /** What a path must start with; spares most regular expressions. */
  readonly #prefix: string;
  /** Whether the template ends in a verb, as `/things:cancel` does. */
  readonly #verb: boolean;

  /** @throws UnsupportedArtefact for what ESPv2 refuses, and for templates that this file does not model. */
  constructor(origin: string, place: string) {
    this.origin = origin;
    if (!origin.startsWith("/")) throw new UnsupportedArtefact(place, "a path starts with a slash");
    const variables: Variable[] = [];
    const parts = origin === "/" ? [] : origin.slice(1).split("/");
    this.segments = parts.map((part, at): Segment => readSegment(part, at, at === parts.length - 1, variables, place));
    const names = variables.map((variable) => variable.name);
    if (new Set(names).size < names.length)
      throw new UnsupportedArtefact(place, "a parameter stands twice in the path");
    this.#variables = variables;
    const wild = this.segments.findIndex((segment) => "wildcard" in segment);
    const double = this.segments.findIndex((segment) => "wildcard" in segment && segment.wildcard === "**");
    if (double >= 0 && this.segments.slice(double + 1).some((segment) => "wildcard" in segment)) {
      throw new UnsupportedArtefact(place, "only literal segments may follow **");
    }
    this.#verb = parts.at(-1)?.includes(":") === true;
    if (this.#verb && wild >= 0) {
      throw new UnsupportedArtefact(place, "a verb after wildcards is not modelled: let the segment be a parameter");
    }
    this.#regex = wild < 0 ? undefined : this.#compile();
    const literals = wild < 0 ? this.segments : this.segments.slice(0, wild);
    this.#prefix = `/${literals.map((segment) => ("literal" in segment ? segment.literal : "")).join("/")}`;
  }

  /** ESPv2 quotes literals in the expression (`regexp.QuoteMeta`, since February 2022), so each matches itself alone. */
  #compile(): RegExp {
    const parts = this.segments.map((segment) => {
      if ("wildcard" in segment) return segment.wildcard === "*" ? "[^/]+" : ".*";
      return segment.literal.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
    });
    return new RegExp(`^/${parts.join("/")}/?$`, "s");
  }

  /** Whether a canonical path without query matches; a trailing slash is optional, except after a verb (U). */
  matches(path: string): boolean {
    if (this.#regex === undefined) {
      return path === this.#prefix || (!this.#verb && this.segments.length > 0 && path === `${this.#prefix}/`);
    }
    return path.startsWith(this.#prefix) && this.#regex.test(path);
  }

  /** The names of its variables. */
  get parameters(): readonly string[] {
    return this.#variables.map((variable) => variable.name);
  }

  /**
   * The variables of a path that matches, in order, still percent-encoded
   * (esp-v2 path_matcher.h, `keep_binding_escaped`).
   */
  bindings(path: string): readonly (readonly [string, string])[] {
    const parts = path.split("/").filter((part) => part !== "");
    const extra = parts.length - this.segments.length;
    const double = this.segments.findIndex((segment) => "wildcard" in segment && segment.wildcard === "**");
    return this.#variables.map(({ name, at }) => {
      // What stands after `**` is literal, so a variable is either before it or it.
      const end = at === double ? at + 1 + extra : at + 1;
      return [name, parts.slice(at, end).join("/")] as const;
    });
  }
}

function readSegment(part: string, at: number, last: boolean, variables: Variable[], place: string): Segment {
  if (part === "") throw new UnsupportedArtefact(place, "a path has no empty segment and does not end in a slash");
  if (part === "*" || part === "**") return { wildcard: part };
  if (part.startsWith("{") && part.endsWith("}")) {
    const [name = "", pattern = "*", ...rest] = part.slice(1, -1).split("=");
    if (!/^[A-Za-z_][A-Za-z0-9_.-]*$/.test(name)) {
      throw new UnsupportedArtefact(place, `"${part}" is not a path parameter`);
    }
    if ((pattern !== "*" && pattern !== "**") || rest.length > 0) {
      throw new UnsupportedArtefact(place, `"${part}": only {name}, {name=*} and {name=**} are modelled`);
    }
    variables.push({ name, at });
    return { wildcard: pattern };
  }
  if (/[{}]/.test(part)) throw new UnsupportedArtefact(place, `"${part}": a parameter must be a whole segment`);
  // The template's grammar has a colon only before a verb, at the very end.
  if (part.includes(":") && (!last || !/^[^:]+:[^:]+$/.test(part))) {
    throw new UnsupportedArtefact(place, `"${part}": in the proxy's URI templates a colon starts a verb, at the end`);
  }
  return { literal: part };
}

/** One operation's method and template. */
export interface Pattern {
  readonly method: string;
  readonly template: UrlTemplate;
  /** Where it stands in the document. */
  readonly place: string;
}

interface Node<P extends Pattern> {
  readonly patterns: Map<string, P>;
  readonly children: Map<string, Node<P>>;
}

/**
 * Sorts patterns as ESPv2 does before it writes Envoy's routes, of which the first that matches is taken
 * (httppattern/sort_impl.go): along a trie, literals by text, then `*`, then `**`; the methods of one path by name;
 * what is below a `**` before itself.
 *
 * @throws UnsupportedArtefact for two operations that are the same requests, which ESPv2 refuses.
 */
export function sortPatterns<P extends Pattern>(patterns: readonly P[]): readonly P[] {
  const root: Node<P> = { patterns: new Map(), children: new Map() };
  for (const pattern of patterns) {
    let node = root;
    for (const segment of pattern.template.segments) {
      const key = "literal" in segment ? segment.literal : segment.wildcard;
      const child = node.children.get(key) ?? { patterns: new Map(), children: new Map() };
      node.children.set(key, child);
      node = child;
    }
    const twin = node.patterns.get(pattern.method);
    if (twin !== undefined) {
      throw new UnsupportedArtefact(
        pattern.place,
        `duplicate http pattern: the same requests as ${twin.method} ${twin.template.origin}`,
      );
    }
    node.patterns.set(pattern.method, pattern);
  }
  const sorted: P[] = [];
  traverse(root, false, sorted);
  return sorted;
}

function traverse<P extends Pattern>(node: Node<P>, belowDouble: boolean, sorted: P[]): void {
  const own = [...node.patterns.keys()].sort().flatMap((method) => node.patterns.get(method) ?? []);
  if (!belowDouble) sorted.push(...own);
  const literals = [...node.children.keys()].filter((key) => key !== "*" && key !== "**").sort();
  for (const key of [...literals, "*", "**"]) {
    const child = node.children.get(key);
    if (child !== undefined) traverse(child, key === "**", sorted);
  }
  if (belowDouble) sorted.push(...own);
}
