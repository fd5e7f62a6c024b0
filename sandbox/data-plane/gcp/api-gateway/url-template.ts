import { UnsupportedArtefact } from "../../interpreter.ts";

/** `*` matches one segment, `**` any number of segments. */
type Segment = { readonly literal: string } | { readonly wildcard: "*" | "**" };

/** A variable, e.g. `{rest=**}`. */
interface Variable {
  readonly name: string;
  /** The index of its segment. */
  readonly at: number;
}

/** A path of the document, parsed like ESPv2's URI templates (httppattern/uri_template_parser.go). */
export class UrlTemplate {
  /** The path in the document, after the base path. */
  readonly origin: string;
  readonly segments: readonly Segment[];
  readonly #variables: readonly Variable[];
  readonly #regex: RegExp | undefined;
  /** The matching paths of a template without wildcards. */
  readonly #paths: readonly string[];
  /** The literal prefix of every matching path. Checked first, because it is faster than the regular expression. */
  readonly #prefix: string;
  /** The text after a colon at the end, e.g. `cancel` in `/things:cancel`; empty without one. */
  readonly verb: string;

  /** @throws UnsupportedArtefact for a template that ESPv2 rejects or that the sandbox does not support */
  constructor(origin: string, place: string) {
    this.origin = origin;
    if (!origin.startsWith("/")) throw new UnsupportedArtefact(place, "a path must start with a slash");
    const variables: Variable[] = [];
    const [path = "", verb = ""] = splitVerb(origin);
    this.verb = verb;
    const parts = path === "/" ? [] : path.slice(1).split("/");
    this.segments = parts.map((part, at): Segment => readSegment(part, at, variables, place));
    const names = variables.map((variable) => variable.name);
    if (new Set(names).size < names.length) {
      throw new UnsupportedArtefact(place, "a parameter is listed twice in the path");
    }
    this.#variables = variables;
    const wild = this.segments.findIndex((segment) => "wildcard" in segment);
    const double = this.segments.findIndex((segment) => "wildcard" in segment && segment.wildcard === "**");
    if (double >= 0 && this.segments.slice(double + 1).some((segment) => "wildcard" in segment)) {
      throw new UnsupportedArtefact(place, "only literal segments may follow **");
    }
    if (verb !== "" && wild >= 0) {
      throw new UnsupportedArtefact(
        place,
        "a verb after wildcards is not supported by the sandbox; use a parameter for the segment",
      );
    }
    this.#regex = wild < 0 ? undefined : this.#compile();
    const literals = wild < 0 ? this.segments : this.segments.slice(0, wild);
    this.#prefix = `/${literals.map((segment) => ("literal" in segment ? segment.literal : "")).join("/")}`;
    this.#paths = wild < 0 ? this.#literalPaths() : [];
  }

  /** A slash after the last segment is optional; a verb follows it (`/things/:cancel`). */
  #literalPaths(): readonly string[] {
    const end = this.verb === "" ? "" : `:${this.verb}`;
    const path = `${this.#prefix}${end}`;
    return this.segments.length === 0 ? [path] : [path, `${this.#prefix}/${end}`];
  }

  /** ESPv2 quotes literals in the expression (`regexp.QuoteMeta`, since February 2022), so each matches itself alone. */
  #compile(): RegExp {
    const parts = this.segments.map((segment) => {
      if ("wildcard" in segment) return segment.wildcard === "*" ? "[^/]+" : ".*";
      return segment.literal.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
    });
    return new RegExp(`^/${parts.join("/")}/?$`, "s");
  }

  /** Whether a canonical path without query matches. */
  matches(path: string): boolean {
    if (this.#regex === undefined) return this.#paths.includes(path);
    return path.startsWith(this.#prefix) && this.#regex.test(path);
  }

  /** The texts of which the first segment of a matching path is one; undefined if it may be any. Empty for the path `/`. */
  get firstTexts(): readonly string[] | undefined {
    const [first = { literal: "" }] = this.segments;
    if (!("literal" in first)) return undefined;
    const isVerbed = this.verb !== "" && this.segments.length === 1;
    return isVerbed ? [first.literal, `${first.literal}:${this.verb}`] : [first.literal];
  }

  /** The names of its variables. */
  get parameters(): readonly string[] {
    return this.#variables.map((variable) => variable.name);
  }

  /**
   * The variables of a matching path, in order and percent-encoded (esp-v2 path_matcher.h, `keep_binding_escaped`).
   */
  bindings(path: string): readonly (readonly [string, string])[] {
    const parts = path.split("/").filter((part) => part !== "");
    const extra = parts.length - this.segments.length;
    const double = this.segments.findIndex((segment) => "wildcard" in segment && segment.wildcard === "**");
    return this.#variables.map(({ name, at }) => {
      // The segments after `**` are literal, so a variable is before `**` or is `**` itself.
      const end = at === double ? at + 1 + extra : at + 1;
      return [name, parts.slice(at, end).join("/")] as const;
    });
  }
}

/** The path before the verb, and the verb, if the last segment is a text with one colon in it. */
function splitVerb(origin: string): readonly string[] {
  const [, path = origin, verb = ""] = /^(.*\/[^/:{}]+):([^/:{}]+)$/.exec(origin) ?? [];
  return [path, verb];
}

function readSegment(part: string, at: number, variables: Variable[], place: string): Segment {
  if (part === "") throw new UnsupportedArtefact(place, "a path must not have an empty segment or end in a slash");
  if (part === "*" || part === "**") return { wildcard: part };
  if (part.startsWith("{") && part.endsWith("}")) {
    const [name = "", pattern = "*", ...rest] = part.slice(1, -1).split("=");
    if (!/^[A-Za-z_][A-Za-z0-9_.-]*$/.test(name)) {
      throw new UnsupportedArtefact(place, `"${part}" is not a path parameter`);
    }
    if ((pattern !== "*" && pattern !== "**") || rest.length > 0) {
      throw new UnsupportedArtefact(place, `"${part}": only {name}, {name=*} and {name=**} are supported`);
    }
    variables.push({ name, at });
    return { wildcard: pattern };
  }
  if (/[{}]/.test(part)) throw new UnsupportedArtefact(place, `"${part}": a parameter must be a whole segment`);
  // The grammar of templates allows a colon only before a verb, at the end.
  if (part.includes(":")) {
    throw new UnsupportedArtefact(
      place,
      `"${part}": in the URI templates of the proxy, a colon is allowed only before a verb at the end`,
    );
  }
  return { literal: part };
}
