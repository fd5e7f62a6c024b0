import type { Readings } from "../../readings.ts";
import { percentDecoded, queryParameters } from "./query-parameters.ts";

/** A part of a path segment: a literal text or a parameter. */
type Part = { readonly literal: string } | { readonly parameter: string };

type Segment =
  | {
      readonly kind: "parts";
      readonly parts: readonly Part[];
      readonly names: readonly string[];
      /** The whole segment as written and in lower case, for a segment without parameters. */
      readonly literal: { readonly exact: string; readonly folded: string } | undefined;
      readonly exact: RegExp;
      readonly anyCase: RegExp;
    }
  /** The rest of the path: `/*` (without a name) or `/{*name}`. Only the last segment can be one. */
  | { readonly kind: "rest"; readonly name: string | undefined };

/** A template that the service would reject, or whose meaning is not documented. */
export class UrlTemplateError extends Error {
  override readonly name = "UrlTemplateError";
}

/** The segments of a request's path. */
export class RequestSegments {
  readonly sent: readonly string[];
  /** Without the empty segment after a trailing slash. */
  readonly trimmed: readonly string[];

  constructor(path: string) {
    this.sent = path.split("/").slice(1);
    this.trimmed = this.sent.at(-1) === "" ? this.sent.slice(0, -1) : this.sent;
  }

  /** The first segment, in lower case. */
  get first(): string {
    return this.sent[0]?.toLowerCase() ?? "";
  }
}

/** The readings of the open questions about matching. */
export interface MatchingOptions {
  readonly letters: Readings["apim-letters"];
  readonly parameters: Readings["apim-parameters"];
}

const PARAMETER_NAME = /^[^{}*/?#&=\s"'<>\\]+$/;
const escapeRegExp = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");

function parseSegment(segment: string): Segment {
  if (segment === "*") return { kind: "rest", name: undefined };
  const parts: Part[] = [];
  const rest = /^\{\*([^{}]*)\}$/.exec(segment)?.[1];
  if (rest !== undefined) {
    if (!PARAMETER_NAME.test(rest)) throw new UrlTemplateError(`{*${rest}} is not a valid parameter`);
    return { kind: "rest", name: rest };
  }
  for (const piece of segment.split(/(\{[^{}]*\})/).filter((each) => each !== "")) {
    const name = /^\{([^{}]*)\}$/.exec(piece)?.[1];
    if (name === undefined) {
      if (/[{}*?#]/.test(piece)) throw new UrlTemplateError(`${JSON.stringify(piece)} in a path segment`);
      parts.push({ literal: piece });
    } else {
      if (!PARAMETER_NAME.test(name)) throw new UrlTemplateError(`{${name}} is not a valid parameter`);
      const last = parts.at(-1);
      if (last !== undefined && "parameter" in last) {
        throw new UrlTemplateError("two parameters in a segment must have a text between them");
      }
      parts.push({ parameter: name });
    }
  }
  const names = parts.flatMap((part) => ("parameter" in part ? [part.parameter] : []));
  const source = parts.map((part) => ("literal" in part ? escapeRegExp(part.literal) : "(.+?)")).join("");
  return {
    kind: "parts",
    parts,
    names,
    literal: names.length === 0 ? { exact: segment, folded: segment.toLowerCase() } : undefined,
    exact: new RegExp(`^${source}$`, "s"),
    anyCase: new RegExp(`^${source}$`, "is"),
  };
}

/**
 * The URL template of an operation: path segments, parameters, a wildcard at the end, and required query parameters.
 *
 * @see https://learn.microsoft.com/azure/api-management/add-api-manually
 */
export class UrlTemplate {
  readonly text: string;
  readonly #segments: readonly Segment[];
  readonly #query: readonly string[];

  /** @throws UrlTemplateError */
  constructor(path: string, requiredQuery: readonly string[]) {
    if (!path.startsWith("/")) throw new UrlTemplateError("a path must begin with a slash");
    if (/[?#]/.test(path)) throw new UrlTemplateError("a path must not contain a query or a fragment");
    const query = requiredQuery.map((name) => `${name}={${name}}`).join("&");
    this.text = query === "" ? path : `${path}?${query}`;
    // The service treats a path with a trailing slash like the same path without it:
    // https://learn.microsoft.com/azure/api-management/api-management-faq
    const trimmed = path.slice(1).replace(/\/$/, "");
    this.#segments = trimmed === "" ? [] : trimmed.split("/").map(parseSegment);
    this.#query = requiredQuery;
    if (this.#segments.some((each) => each.kind === "parts" && each.parts.length === 0)) {
      throw new UrlTemplateError("a path must not contain an empty segment");
    }
    if (this.#segments.slice(0, -1).some((each) => each.kind === "rest")) {
      throw new UrlTemplateError("a wildcard is allowed only at the end");
    }
    const names = this.parameters;
    const double = names.find((name, i) => names.findIndex((each) => each.toLowerCase() === name.toLowerCase()) < i);
    if (double !== undefined) {
      throw new UrlTemplateError(`the parameter ${JSON.stringify(double)} is not unique in the template`);
    }
  }

  get pathParameters(): readonly string[] {
    return this.#segments.flatMap((each) => {
      if (each.kind === "parts") return each.names;
      return each.name === undefined ? [] : [each.name];
    });
  }

  get parameters(): readonly string[] {
    return [...this.pathParameters, ...this.#query];
  }

  /** The first segment of every matching path, in lower case. Undefined when the first segment is not literal. */
  get firstLiteral(): string | undefined {
    const [first] = this.#segments;
    if (first === undefined) return "";
    return first.kind === "parts" ? first.literal?.folded : undefined;
  }

  /** The template without the names of its parameters. Two templates with the same shape match the same requests. */
  get shape(): string {
    const segments = this.#segments.map((each) =>
      each.kind === "rest"
        ? "*"
        : each.parts.map((part) => ("literal" in part ? part.literal.toLowerCase() : "{}")).join(""),
    );
    return `/${segments.join("/")}?${[...this.#query].sort().join("&").toLowerCase()}`;
  }

  /** Compares how literal two templates are, segment by segment from the left. Negative when this template is more literal. */
  compareLiteralness(other: UrlTemplate): number {
    const rank = (segment: Segment | undefined): number => {
      if (segment === undefined) return 0;
      if (segment.kind === "rest") return 3;
      if (segment.parts.every((part) => "literal" in part)) return 0;
      return segment.parts.length === 1 ? 2 : 1;
    };
    const length = Math.max(this.#segments.length, other.#segments.length);
    for (let i = 0; i < length; i++) {
      const difference = rank(this.#segments[i]) - rank(other.#segments[i]);
      if (difference !== 0) return difference;
    }
    return other.#query.length - this.#query.length;
  }

  /**
   * The parameters of a matching request; undefined when the template does not match. A wildcard matches any number of segments, also
   * none. A parameter matches exactly one segment, which is not empty.
   */
  match(path: RequestSegments, query: string, options: MatchingOptions): ReadonlyMap<string, string> | undefined {
    const { length } = this.#segments;
    const toRest = this.#segments[length - 1]?.kind === "rest";
    const segments = toRest ? path.sent : path.trimmed;
    if (toRest ? segments.length < length - 1 : segments.length !== length) return undefined;
    const values = new Map<string, string>();
    const decode = (text: string) => (options.parameters === "decoded" ? percentDecoded(text) : text);
    for (let i = 0; i < length; i++) {
      const segment = this.#segments[i] as Segment;
      if (segment.kind === "rest") {
        if (segment.name !== undefined) values.set(segment.name, decode(segments.slice(i).join("/")));
        break;
      }
      const text = segments[i] as string;
      const folds = options.letters === "any-case";
      if (segment.literal !== undefined) {
        if (folds ? segment.literal.folded !== text.toLowerCase() : segment.literal.exact !== text) return undefined;
        continue;
      }
      const [only] = segment.names;
      if (only !== undefined && segment.parts.length === 1) {
        if (text === "") return undefined;
        values.set(only, decode(text));
        continue;
      }
      const found = (folds ? segment.anyCase : segment.exact).exec(text);
      if (found === null) return undefined;
      for (const [n, name] of segment.names.entries()) values.set(name, decode(found[n + 1] ?? ""));
    }
    return this.#query.length === 0 ? values : this.#matchQuery(query, values);
  }

  #matchQuery(query: string, values: Map<string, string>): ReadonlyMap<string, string> | undefined {
    const sent = queryParameters(query);
    for (const name of this.#query) {
      const parameter = sent.find((each) => each.name.toLowerCase() === name.toLowerCase());
      if (parameter === undefined) return undefined;
      values.set(name, parameter.value);
    }
    return values;
  }

  /** Whether a query parameter is part of this template. `rewrite-uri` copies only the others. */
  hasQuery(name: string): boolean {
    return this.#query.some((each) => each.toLowerCase() === name.toLowerCase());
  }
}
