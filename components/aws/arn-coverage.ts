import type { ApiRoute } from "../api/checked-api.ts";
import { type Pattern, relate } from "../api/path/pattern.ts";

/** Whether the ARN of `route` matches a request that API Gateway passes to `other`. Both require signatures. */
export function arnCovers(route: ApiRoute, other: ApiRoute): boolean {
  if (other.method !== route.method || other.auth.kind !== "iam") return false;
  const arn = arnAutomaton(route.pattern);
  const theirs = pathAutomaton(other.pattern);
  // Paths of both routes go to the narrower one.
  const taken = relate(route.pattern, other.pattern) === "narrower" ? pathAutomaton(route.pattern) : undefined;
  return someWord(alphabetOf(route, other), [arn, theirs, ...(taken === undefined ? [] : [taken])], (accepted) => {
    const [byArn, byOther, byRoute = false] = accepted;
    return byArn === true && byOther === true && !byRoute;
  });
}

/** A segment of a request's path: one of the patterns' literals, any other text, or nothing between two slashes. */
type Segment = { readonly text: string } | "other" | "empty";

function alphabetOf(...routes: readonly ApiRoute[]): readonly Segment[] {
  const texts = routes.flatMap(({ pattern }) =>
    pattern.flatMap((part) => (part.kind === "literal" ? [part.text] : [])),
  );
  return [...[...new Set(texts)].map((text) => ({ text })), "other", "empty"];
}

/** A non-deterministic automaton that reads a path segment by segment, from state 0. */
interface Automaton {
  readonly step: (state: number, segment: Segment) => readonly number[];
  readonly accepts: (state: number) => boolean;
}

/** Whether there is a path for which `wanted` holds, given which automata accept it. The first two must accept it. */
function someWord(
  alphabet: readonly Segment[],
  automata: readonly Automaton[],
  wanted: (accepted: readonly boolean[]) => boolean,
): boolean {
  const seen = new Set<string>();
  const ahead: (readonly (readonly number[])[])[] = [automata.map(() => [0])];
  for (let states = ahead.pop(); states !== undefined; states = ahead.pop()) {
    const identity = JSON.stringify(states);
    if (states.slice(0, 2).some((its) => its.length === 0) || seen.has(identity)) continue;
    seen.add(identity);
    const current = states;
    if (wanted(automata.map(({ accepts }, index) => (current[index] ?? []).some(accepts)))) return true;
    for (const segment of alphabet) {
      ahead.push(automata.map((automaton, index) => stepAll(automaton, current[index] ?? [], segment)));
    }
  }
  return false;
}

function stepAll({ step }: Automaton, states: readonly number[], segment: Segment): readonly number[] {
  return [...new Set(states.flatMap((state) => step(state, segment)))].toSorted((one, other) => one - other);
}

function isText(segment: Segment, text: string): boolean {
  return typeof segment === "object" && segment.text === text;
}

/**
 * Accepts the paths that an ARN matches. Each part of the pattern has three states: before it; in a wildcard that has read nothing but
 * one empty segment; and in a wildcard that has read enough and may read more.
 */
function arnAutomaton(pattern: Pattern): Automaton {
  return {
    accepts: (state) => state === 3 * pattern.length,
    step(state, segment) {
      const index = Math.floor(state / 3);
      const part = pattern[index];
      const isBefore = state % 3 === 0;
      const next = 3 * (index + 1);
      if (part === undefined) return [];
      if (part.kind === "literal") return isText(segment, part.text) ? [next] : [];
      // "?" needs one character. One empty segment has none, two have a slash between them.
      if (isBefore && segment === "empty") return [3 * index + 1];
      return [3 * index + 2, next];
    },
  };
}

/**
 * Accepts the paths of a route, with and without a trailing slash.
 *
 * Unverified: AWS does not document which route receives a path with a trailing slash.
 */
function pathAutomaton(pattern: Pattern): Automaton {
  const end = pattern.length;
  return {
    accepts: (state) => state === end || state === end + 1,
    step(state, segment) {
      const part = pattern[state];
      if (part === undefined) return state === end && segment === "empty" ? [end + 1] : [];
      if (part.kind === "literal") return isText(segment, part.text) ? [state + 1] : [];
      if (part.kind === "parameter") return segment === "empty" ? [] : [state + 1];
      return [state, state + 1];
    },
  };
}
