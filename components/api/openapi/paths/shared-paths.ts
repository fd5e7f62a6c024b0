import {
  byPrecedence,
  isFault,
  type Pattern,
  parsePattern,
  pathShape,
  printPattern,
  relate,
  shared,
} from "../../path/pattern.ts";
import { asStrictScopes, writtenScopeSets } from "../../scopes.ts";

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
 * parameter, segment by segment, among all declared routes that match the paths. Such a route is narrower than all of them, so that no
 * vendor has to choose between them. Routes that require something different are left as they are: the backend may choose another one.
 *
 * @param isFree whether a route has no settings elsewhere, such as limits of a plan
 */
export function sharedRoutes(
  routes: Readonly<Record<string, unknown>>,
  isFree: (key: string) => boolean,
): readonly SharedRoute[] {
  const declared = Object.entries(routes).flatMap(([key, route]) => candidate(key, route) ?? []);
  const all = [...declared];
  const keys = new Set(all.map(shapeOf));
  const added: SharedRoute[] = [];
  for (let index = 0; index < all.length && added.length < MOST; index++) {
    for (const other of all.slice(0, index)) {
      const one = all[index] as Candidate;
      if (one.method !== other.method || relate(one.pattern, other.pattern) !== "crossing") continue;
      const pattern = shared(one.pattern, other.pattern);
      const claimants = declared.filter((each) => contains(each.pattern, pattern)).toSorted(byClaim);
      const methods = new Set([...everyMethod(one, other, all), ...ownMethods(one.method, claimants)]);
      const found = [...methods].map((method) =>
        keys.has(shapeOf({ method, pattern })) ? "declared" : sharedOf(method, pattern, claimants, isFree),
      );
      // ANY would also take the methods that are left undecided.
      if (found[0] === undefined || (one.method === "ANY" && found.includes(undefined))) continue;
      for (const made of found) {
        const shape = made === undefined || made === "declared" ? undefined : candidate(made.key, made.route);
        if (made === undefined || made === "declared" || shape === undefined) continue;
        keys.add(shapeOf(shape));
        all.push(shape);
        added.push(made);
      }
    }
  }
  return added;
}

/** The methods that `ANY` would also take at the shared paths, although another route has precedence for them. */
function ownMethods(method: string, claimants: readonly Candidate[]): readonly string[] {
  if (method !== "ANY") return [];
  return claimants
    .map((each) => each.method)
    .filter((each) => winnerFor(each, claimants) !== winnerFor(method, claimants));
}

function winnerFor(method: string, claimants: readonly Candidate[]): Candidate | undefined {
  return claimants.find((each) => each.method === method || each.method === "ANY");
}

/**
 * The method of two crossing routes, and every other method of their paths and of narrower ones that have the shared paths: otherwise a
 * shared path would lack the method, and its requests would reach a wider route, which may require less.
 */
function everyMethod(one: Candidate, other: Candidate, all: readonly Candidate[]): readonly string[] {
  const pattern = shared(one.pattern, other.pattern);
  const within = all.filter(
    (each) =>
      (contains(one.pattern, each.pattern) || contains(other.pattern, each.pattern)) && contains(each.pattern, pattern),
  );
  return [...new Set([one.method, ...within.map(({ method }) => method)])];
}

function contains(wider: Pattern, pattern: Pattern): boolean {
  return ["equal", "wider"].includes(relate(wider, pattern));
}

/** Orders the routes that match a path as they take precedence: at one path, a method before `ANY`. */
function byClaim(one: Candidate, other: Candidate): number {
  return byPrecedence(one.pattern, other.pattern) || Number(one.method === "ANY") - Number(other.method === "ANY");
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
function shapeOf({ method, pattern }: Pick<Candidate, "method" | "pattern">): string {
  return `${method} ${pathShape(pattern)}`;
}

function requiresSame({ route: one }: Candidate, { route: other }: Candidate): boolean {
  return (
    JSON.stringify([one.auth, one.limits]) === JSON.stringify([other.auth, other.limits]) &&
    requiresSameScopes(one.scopes, other.scopes)
  );
}

/** Whether two routes accept tokens with the same scopes, in whatever order they list them. */
function requiresSameScopes(one: unknown, other: unknown): boolean {
  if (one === undefined || other === undefined) return one === other;
  const [first, second] = [writtenScopeSets(one), writtenScopeSets(other)];
  if (first === undefined || second === undefined) return false;
  return asStrictScopes(first, second) && asStrictScopes(second, first);
}

/**
 * The route for the paths that others share: what the first of them declares that takes the method.
 *
 * @param claimants the declared routes of any method that match all of these paths, in order of precedence
 * @returns undefined if the others that may match a path require something different
 */
function sharedOf(
  method: string,
  paths: Pattern,
  claimants: readonly Candidate[],
  isFree: (key: string) => boolean,
): SharedRoute | undefined {
  const winner = winnerFor(method, claimants);
  if (winner === undefined) return undefined;
  const rivals = claimants.filter(
    (each) =>
      (method === "ANY" || each.method === "ANY" || each.method === method) &&
      ["crossing", "wider"].includes(relate(winner.pattern, each.pattern)),
  );
  if (![winner, ...rivals].every(({ key }) => isFree(key))) return undefined;
  if (!rivals.every((rival) => requiresSame(winner, rival))) return undefined;
  const pattern = shared(winner.pattern, paths);
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
  const loser = [...rivals, ...claimants].find((each) => relate(winner.pattern, each.pattern) === "crossing");
  return { key: `${method} ${printPattern(pattern)}`, winner: winner.key, loser: (loser ?? winner).key, route };
}
