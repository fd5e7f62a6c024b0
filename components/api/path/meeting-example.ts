import type { ApiProxyRoute, ApiRoute } from "../checked-api.ts";
import { type Decoding, valuesLeadingTo, withRestOf } from "./decoding.ts";
import { leniently } from "./lenient.ts";
import { byPrecedence, type Pattern, relate, type Segment } from "./pattern.ts";

/** A route, and its path at the server. */
interface Landing {
  readonly route: ApiProxyRoute;
  readonly path: Pattern;
}

/** The value of parameters that may have any. */
const anyValue = "1";

/** The paths of a route that reach the server within another route's path there. */
export function landingIn({ route, path }: Landing, target: Pattern): Pattern {
  const values = new Map<string, Pattern>();
  for (const [index, segment] of path.entries()) {
    if (segment.kind === "greedy") values.set(segment.name, target.slice(index));
    else if (segment.kind === "parameter") values.set(segment.name, [within(segment, target[index])]);
  }
  return route.pattern.flatMap((segment) =>
    segment.kind === "literal" ? [segment] : (values.get(segment.name) ?? [segment]),
  );
}

/** What a segment's parameter matches within another segment. */
function within(segment: Segment, other: Segment | undefined): Segment {
  return other?.kind === "literal" ? other : segment;
}

/** A path of a pattern. */
export function printExample(pattern: Pattern): string {
  return pathOf(pattern, new Map());
}

/**
 * A path of `through` that a lenient server reads as a path of `guarded`.
 *
 * @param routes the gateway's routes, of which a narrower one may match the simplest example
 */
export function readingExample(through: Landing, guarded: Landing, routes: readonly ApiRoute[]): string {
  const last = through.path.findLastIndex(({ kind }) => kind !== "literal");
  const parameter = through.path[last];
  if (parameter === undefined || parameter.kind === "literal") return pathOf(through.route.pattern, new Map());
  const ending = through.path.length - 1 - last;
  const isAligned =
    beginsAlike(through.path.slice(0, last), guarded.path) &&
    (parameter.kind === "greedy" || (guarded.path.length === last + 1 && guarded.path[last]?.kind === "literal"));
  const values = [
    ...(isAligned ? [respelled(guarded.path.slice(last))] : []),
    climbing(last, guarded.path, ending),
    ...(parameter.kind === "greedy" ? [1, 2, 3].map((more) => deeper(more, last, guarded.path)) : []),
  ];
  const paths = values.map((value) => pathOf(through.route.pattern, new Map([[parameter.name, value]])));
  return paths.find((path) => routeOf(path, through.route, routes) === through.route) ?? (paths[0] as string);
}

/**
 * A path of `through` that reaches the server as a path of `guarded` after the gateway has decoded it.
 *
 * @param routes the gateway's routes, of which a narrower one may match the simplest example
 */
export function decodedExample(
  through: Landing,
  guarded: Landing,
  { rounds, endsAtQuestionMark }: Decoding,
  routes: readonly ApiRoute[],
): string {
  const percent = rounds === 2 ? "%25" : "%";
  const encoded = (value: Pattern) =>
    value
      .map(sample)
      .map((text) => `${percent}${(text.codePointAt(0) ?? 0).toString(16)}${text.slice(1)}`)
      .join(`${percent}2f`);
  const exact = through.path
    .map((_, index) => valuesLeadingTo(through.path, withRestOf(guarded.path, index + 1)))
    .filter((values) => values !== undefined)
    .map((values) => new Map([...values].map(([name, value]) => [name, encoded(value)])));
  const first = through.path.findIndex(({ kind }) => kind !== "literal");
  const ended = ["", `/${anyValue}`].map((tail) => `${encoded(guarded.path.slice(first))}%3f${tail}`);
  const cut = endsAtQuestionMark ? ended.map((value) => new Map([[nameAt(through.path, first), value]])) : [];
  const paths = [...exact, ...cut].map((values) => pathOf(through.route.pattern, values));
  return paths.find((path) => routeOf(path, through.route, routes) === through.route) ?? (paths[0] as string);
}

function nameAt(pattern: Pattern, index: number): string {
  const segment = pattern[index];
  return segment === undefined || segment.kind === "literal" ? "" : segment.name;
}

/** The route that matches a path as it is sent. */
function routeOf(path: string, { method }: ApiProxyRoute, routes: readonly ApiRoute[]): ApiRoute | undefined {
  const segments: Pattern = path
    .slice(1)
    .split("/")
    .map((text) => ({ kind: "literal", text }));
  return routes
    .filter((route) => route.method === method && ["equal", "narrower"].includes(relate(segments, route.pattern)))
    .toSorted((one, other) => byPrecedence(one.pattern, other.pattern))[0];
}

function beginsAlike(prefix: Pattern, path: Pattern): boolean {
  const start = leniently(path.slice(0, prefix.length));
  return (
    start.length === prefix.length &&
    leniently(prefix).every((segment, index) => {
      const other = start[index];
      return segment.kind !== "literal" || other?.kind !== "literal" || other.text === segment.text;
    })
  );
}

/** The segments in another spelling: a letter in another case, or one more slash where they have none. */
function respelled(segments: Pattern): string {
  const text = segments.map(sample).join("/");
  const index = segments.findIndex((segment) => segment.kind === "literal" && /[a-z]/i.test(segment.text));
  if (index === -1) return `${text}/`;
  return segments
    .map((segment, at) => (at === index && segment.kind === "literal" ? otherCase(segment.text) : sample(segment)))
    .join("/");
}

function otherCase(text: string): string {
  return text === text.toUpperCase() ? text.toLowerCase() : text.toUpperCase();
}

/** A value that leads from below `depth` segments to the path, without its last `ending` segments, for a server that decodes twice. */
function climbing(depth: number, path: Pattern, ending: number): string {
  const down = path.slice(0, Math.max(path.length - ending, 0)).map(sample);
  return [...Array.from({ length: depth }, () => ".."), ...down].join("%252F") || "%252F";
}

/** A value for the rest of a path that has more segments, since a narrower route may match fewer. */
function deeper(more: number, depth: number, path: Pattern): string {
  const inner = Array.from({ length: more }, () => anyValue);
  return [...inner, climbing(depth + more, path, 0)].join("/");
}

function sample(segment: Segment): string {
  return segment.kind === "literal" ? segment.text : anyValue;
}

function pathOf(pattern: Pattern, values: ReadonlyMap<string, string>): string {
  const parts = pattern.map((segment) =>
    segment.kind === "literal" ? segment.text : (values.get(segment.name) ?? anyValue),
  );
  return `/${parts.join("/")}`;
}
