import type { Scopes } from "./description.ts";

/** The scopes that a route requires of a token. */
export interface ApiScopes {
  /** Whether one of the scopes is enough. A single scope is always `any`. */
  readonly match: "any" | "all";
  /** Empty where no scope is required; the match is then `any`. */
  readonly names: readonly string[];
}

/**
 * Sets of scopes, one of which a token must have completely. `[["a"], ["b"]]` requires one of two scopes, `[["a", "b"]]` both, and
 * `[[]]` none.
 */
export type ScopeSets = readonly (readonly string[])[];

/** What a route requires that requires no scope. */
export const noScopes: ApiScopes = { match: "any", names: [] };

/** The scopes of a list, all of which or one of which a token must have. */
export function apiScopes(match: ApiScopes["match"], scopes: readonly string[]): ApiScopes {
  const names = [...new Set(scopes)];
  return { match: names.length > 1 ? match : "any", names };
}

/** The sets of scopes, each of which is enough for a route. */
export function scopeSets({ match, names }: ApiScopes): ScopeSets {
  if (names.length === 0 || match === "all") return [names];
  return names.map((name) => [name]);
}

/**
 * The sets of scopes that the `scopes` of a route means, of which a token must have one.
 *
 * @returns undefined for a value that is not `scopes`
 */
export function writtenScopeSets(scopes: unknown): ScopeSets | undefined {
  const isAll = typeof scopes === "object" && scopes !== null && Object.hasOwn(scopes, "all");
  const list: unknown = isAll ? (scopes as { readonly all: unknown }).all : scopes;
  if (!Array.isArray(list) || !list.every((scope) => typeof scope === "string")) return undefined;
  return scopeSets(apiScopes(isAll ? "all" : "any", list));
}

/** The same requirement without repetitions, and without the sets that contain another one. The shortest sets come first. */
export function shortest(sets: ScopeSets): ScopeSets {
  const sorted = sets.map((set) => [...new Set(set)]).toSorted((one, other) => one.length - other.length);
  const kept: string[][] = [];
  for (const set of sorted) if (!kept.some((each) => contains(set, each))) kept.push(set);
  return kept;
}

/** Whether every token that has the scopes of one requirement also has those of another one. */
export function asStrictScopes(one: ScopeSets, other: ScopeSets): boolean {
  return one.every((set) => other.some((each) => contains(set, each)));
}

/** The `scopes` of a route that requires one of the sets; undefined if no `scopes` does. */
export function asScopes(sets: ScopeSets): Scopes | undefined {
  const [first = [], ...more] = shortest(sets);
  if (more.length === 0) return first.length > 1 ? { all: first } : first;
  const isAny = [first, ...more].every(({ length }) => length === 1);
  return isAny ? [first, ...more].flat() : undefined;
}

function contains(set: readonly string[], part: readonly string[]): boolean {
  return part.every((scope) => set.includes(scope));
}
