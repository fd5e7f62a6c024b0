import { isFault, type Pattern, parsePattern, printPattern, relate, shared } from "../path/pattern.ts";

/** A route for the paths that two crossing routes share. */
export interface SharedRoute {
  readonly key: string;
  /** The route that takes precedence, which decides these paths. */
  readonly winner: string;
  readonly loser: string;
  readonly route: Readonly<Record<string, unknown>>;
}

interface Candidate {
  readonly key: string;
  readonly method: string;
  readonly pattern: Pattern;
  readonly route: Readonly<Record<string, unknown>>;
}

/** More shared paths than this are left as problems. */
const MOST = 500;

/**
 * The paths that crossing routes share, each as a route of its own that does what the route with precedence does: literal before
 * parameter, segment by segment. Such a route is narrower than both, so that no vendor has to choose between them. Routes that
 * require something different are left as they are: the backend may choose the other one.
 *
 * @param isFree whether a route has no settings elsewhere, such as limits of a plan
 */
export function sharedRoutes(
  routes: Readonly<Record<string, unknown>>,
  isFree: (key: string) => boolean,
): readonly SharedRoute[] {
  const all = Object.entries(routes).flatMap(([key, route]) => candidate(key, route) ?? []);
  const keys = new Set(all.map(shapeOf));
  const added: SharedRoute[] = [];
  for (let index = 0; index < all.length && added.length < MOST; index++) {
    for (const other of all.slice(0, index)) {
      const one = all[index] as Candidate;
      if (one.method !== other.method || relate(one.pattern, other.pattern) !== "crossing") continue;
      if (!requiresSame(one, other)) continue;
      const [first, second] = isBefore(one.pattern, other.pattern) ? [one, other] : [other, one];
      for (const [winner, loser] of everyMethod(first, second, all)) {
        const found = isFree(winner.key) && isFree(loser.key) ? sharedOf(winner, loser) : undefined;
        const made = found === undefined ? undefined : candidate(found.key, found.route);
        if (found === undefined || made === undefined || keys.has(shapeOf(made))) continue;
        keys.add(shapeOf(made));
        all.push(made);
        added.push(found);
      }
    }
  }
  return added;
}

/**
 * The two routes, and the routes with other methods at their paths that cross no route of the same method: otherwise a shared path
 * would lack the method, and its requests would reach a wider route, which may require less.
 */
function everyMethod(
  first: Candidate,
  second: Candidate,
  all: readonly Candidate[],
): readonly (readonly [winner: Candidate, loser: Candidate])[] {
  const at = (one: Candidate): readonly Candidate[] =>
    all.filter(({ pattern }) => relate(pattern, one.pattern) === "equal");
  const [ofFirst, ofSecond] = [at(first), at(second)];
  const alone = (here: readonly Candidate[], there: readonly Candidate[]): readonly Candidate[] =>
    here.filter(({ method }) => !there.some((other) => other.method === method));
  return [
    [first, second],
    ...alone(ofFirst, ofSecond).map((winner) => [winner, second] as const),
    ...alone(ofSecond, ofFirst).map((winner) => [winner, first] as const),
  ];
}

function candidate(key: string, route: unknown): Candidate | undefined {
  const [method = "", path = ""] = key.split(" ", 2);
  const pattern = parsePattern(path);
  if (isFault(pattern) || typeof route !== "object" || route === null) return undefined;
  // Where several segments match, the paths that routes share have no single form.
  if (pattern.some(({ kind }) => kind === "greedy")) return undefined;
  return { key, method, pattern, route: route as Readonly<Record<string, unknown>> };
}

/** The method and the pattern of a route, whatever its parameters are called. */
function shapeOf({ method, pattern }: Candidate): string {
  return `${method} ${pattern.map((segment) => (segment.kind === "literal" ? `/${segment.text}` : "/{}")).join("")}`;
}

function requiresSame({ route: one }: Candidate, { route: other }: Candidate): boolean {
  return (
    JSON.stringify([one.auth, one.scopes, one.limits]) === JSON.stringify([other.auth, other.scopes, other.limits])
  );
}

function sharedOf(winner: Candidate, loser: Candidate): SharedRoute | undefined {
  const pattern = shared(winner.pattern, loser.pattern);
  // A colon at the start of a literal is written in another way.
  if (pattern.some((segment) => segment.kind === "literal" && segment.text.startsWith(":"))) return undefined;
  const literals = new Map(
    winner.pattern.flatMap((segment, index) => {
      const now = pattern[index];
      return segment.kind === "parameter" && now?.kind === "literal" ? [[segment.name, now] as const] : [];
    }),
  );
  const path = typeof winner.route.path === "string" ? parsePattern(winner.route.path) : winner.pattern;
  if (isFault(path)) return undefined;
  const mapped = path.map((segment) =>
    segment.kind === "literal" ? segment : (literals.get(segment.name) ?? segment),
  );
  const isReply = winner.route.reply !== undefined;
  const route = { ...winner.route, ...(isReply ? {} : { path: printPattern(mapped) }) };
  return { key: `${winner.method} ${printPattern(pattern)}`, winner: winner.key, loser: loser.key, route };
}

/** Whether the first segment in which two crossing patterns differ in kind is a literal in the first of them. */
function isBefore(one: Pattern, other: Pattern): boolean {
  const index = one.findIndex(({ kind }, at) => kind !== other[at]?.kind);
  return one[index]?.kind === "literal";
}
