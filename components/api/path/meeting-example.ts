import type { ApiProxyRoute } from "../checked-api.ts";
import { leniently } from "./lenient.ts";
import type { Pattern, Segment } from "./pattern.ts";

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

/** A path of `through` that a lenient server reads as a path of `guarded`. */
export function readingExample(through: Landing, guarded: Landing): string {
  const last = through.path.findLastIndex(({ kind }) => kind !== "literal");
  const parameter = through.path[last];
  if (parameter === undefined || parameter.kind === "literal") return pathOf(through.route.pattern, new Map());
  const ending = through.path.length - 1 - last;
  const isAligned = parameter.kind === "greedy" && beginsAlike(through.path.slice(0, last), guarded.path);
  const value = isAligned ? respelled(guarded.path.slice(last)) : climbing(last, guarded.path, ending);
  return pathOf(through.route.pattern, new Map([[parameter.name, value]]));
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

function sample(segment: Segment): string {
  return segment.kind === "literal" ? segment.text : anyValue;
}

function pathOf(pattern: Pattern, values: ReadonlyMap<string, string>): string {
  const parts = pattern.map((segment) =>
    segment.kind === "literal" ? segment.text : (values.get(segment.name) ?? anyValue),
  );
  return `/${parts.join("/")}`;
}
