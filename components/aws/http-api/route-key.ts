import type { Api, ApiRoute } from "../../api/checked-api.ts";
import { type Pattern, parametersOf, printPattern, type Segment } from "../../api/path/pattern.ts";
import { unusedPlace } from "../parameter-name.ts";

type Routes = Pick<Api, "routes">;

/**
 * The names that API Gateway accepts in a route key and in a mapping.
 *
 * Unverified: AWS documents no characters. A dot could be read as the end of the name in `${request.path.NAME}`.
 */
const acceptedName = /^[A-Za-z0-9_-]+$/;

/** The paths of an API's routes on API Gateway. */
export interface RoutePaths {
  /** The path of a route, with the parameters' names on API Gateway. */
  patternOf(route: ApiRoute): Pattern;
  /** The key of a route, e.g. `GET /orders/{id}`. */
  keyOf(route: ApiRoute): string;
}

/** The paths that are the same up to a segment, apart from the names of parameters. */
interface Level {
  /** The names of the parameters that are this segment. */
  readonly names: Set<string>;
  /** The names of the other parameters of these paths. */
  readonly others: Set<string>;
  readonly below: Map<string, Level>;
}

/**
 * Returns the paths of an API's routes on API Gateway, with the names that the description gives to parameters.
 *
 * Variables at the same level of the paths must have one name. Otherwise API Gateway refuses a route: "has a conflicting variable on the
 * same hierarchical level as". Where routes name them differently, and where API Gateway may not accept a name, the name is the position
 * in the path.
 *
 * Unverified: a re-import accepts a new name for a variable. AWS refuses a single new route beside the one with the old name.
 */
export function routePaths({ routes }: Routes): RoutePaths {
  const root = levelsOf(routes);
  const patterns = new Map(routes.map(({ key, pattern }) => [key, renamed(pattern, root)]));
  const patternOf = ({ key }: ApiRoute): Pattern => patterns.get(key) as Pattern;
  return { patternOf, keyOf: (route) => `${route.method} ${printPattern(patternOf(route))}` };
}

function levelsOf(routes: readonly ApiRoute[]): Level {
  const root = emptyLevel();
  for (const { pattern } of routes) {
    let level = root;
    for (const segment of pattern) {
      if (segment.kind !== "literal") level.names.add(segment.name);
      for (const name of parametersOf(pattern))
        if (!("name" in segment) || segment.name !== name) level.others.add(name);
      const next = level.below.get(stepOf(segment)) ?? emptyLevel();
      level.below.set(stepOf(segment), next);
      level = next;
    }
  }
  return root;
}

function emptyLevel(): Level {
  return { names: new Set(), others: new Set(), below: new Map() };
}

function stepOf(segment: Segment): string {
  return segment.kind === "literal" ? segment.text : "{}";
}

function renamed(pattern: Pattern, root: Level): Pattern {
  let level = root;
  return pattern.map((segment, index) => {
    const { names, others } = level;
    level = level.below.get(stepOf(segment)) as Level;
    if (segment.kind === "literal") return segment;
    const isShared = names.size === 1 && acceptedName.test(segment.name);
    return { kind: segment.kind, name: isShared ? segment.name : unusedPlace(index, others) };
  });
}
