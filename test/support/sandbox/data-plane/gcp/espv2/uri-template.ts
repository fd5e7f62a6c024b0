/** Path templates as ESPv2's configuration generator reads them (esp-v2 src/go/util/httppattern, an own reading). */

/** A parsed template: `/a/{x}/**` has the segments `a`, `*` and `**`. */
export interface UriTemplate {
  readonly origin: string;
  readonly segments: readonly string[];
  readonly verb: string;
  /** The names of the variables, each with the index of its segment. */
  readonly variables: readonly { readonly name: string; readonly at: number }[];
}

export function parseUriTemplate(origin: string): UriTemplate {
  const variables: { name: string; at: number }[] = [];
  const parts = origin === "/" ? [] : origin.slice(1).split("/");
  const colon = parts.at(-1)?.search(/:(?![^{]*\})/) ?? -1;
  const verb = colon < 0 ? "" : (parts.at(-1) ?? "").slice(colon + 1);
  if (colon >= 0) parts[parts.length - 1] = (parts.at(-1) ?? "").slice(0, colon);
  const segments = parts.map((part, at) => {
    const variable = /^\{([^=}]+)(?:=(\*\*?))?\}$/.exec(part);
    if (variable === null) return part;
    variables.push({ name: variable[1] ?? "", at });
    return variable[2] ?? "*";
  });
  return { origin, segments, verb, variables };
}

/** How Envoy matches a template: by one or two exact paths, or by a regular expression. */
export type PathMatch = { readonly path: string } | { readonly safe_regex: { readonly regex: string } };

/** The matchers of a template, in order (routegen/helpers/backend_route.go). A verb follows the optional slash. */
export function matchersOf({ segments, verb }: UriTemplate): readonly PathMatch[] {
  const end = verb === "" ? "" : `:${verb}`;
  if (!segments.some((segment) => segment === "*" || segment === "**")) {
    if (segments.length === 0) return [{ path: "/" }];
    const path = `/${segments.join("/")}`;
    return [{ path: `${path}${end}` }, { path: `${path}/${end}` }];
  }
  const parts = segments.map((segment) => (segment === "*" ? "[^\\/]+" : segment === "**" ? ".*" : quoted(segment)));
  return [{ safe_regex: { regex: `^/${parts.join("/")}\\/?${quoted(end)}$` } }];
}

/** Go's `regexp.QuoteMeta`. */
function quoted(literal: string): string {
  return literal.replace(/[\\.+*?()|[\]{}^$]/g, "\\$&");
}

/** Sorts operations in the order in which Envoy tries their routes (httppattern/sort_impl.go). */
export function inRouteOrder<O extends { readonly method: string; readonly template: UriTemplate }>(
  operations: readonly O[],
): readonly O[] {
  const keyed = operations.map((operation) => {
    const { segments, verb } = operation.template;
    return { operation, parts: verb === "" ? segments : [...segments, verb] };
  });
  return keyed
    .toSorted((a, b) => comparePaths(a.parts, b.parts) || (a.operation.method < b.operation.method ? -1 : 1))
    .map(({ operation }) => operation);
}

/** Depth first: a node before its children, except that `**` follows what is below it. */
function comparePaths(a: readonly string[], b: readonly string[]): number {
  for (const [index, part] of a.entries()) {
    const other = b[index];
    if (other === undefined) return b.at(-1) === "**" ? -1 : 1;
    if (part === other) continue;
    const rank = (text: string): number => (text === "**" ? 2 : text === "*" ? 1 : 0);
    return rank(part) - rank(other) || (part < other ? -1 : 1);
  }
  if (a.length === b.length) return 0;
  return a.at(-1) === "**" ? 1 : -1;
}
