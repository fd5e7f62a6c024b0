import type { ApiProxyRoute, ApiRoute } from "../checked-api.ts";
import { canEndWith, endingOf, leniently } from "./lenient.ts";
import { landingIn, printExample, readingExample } from "./meeting-example.ts";
import { type Pattern, relate } from "./pattern.ts";
import { asStrict } from "./precedence.ts";

/**
 * Two routes meet when some request to one of them reaches their server with a path that the server may read as a path of the other one,
 * which is stricter.
 */
export interface Meeting {
  /** The route that requires less. */
  readonly through: ApiProxyRoute;
  /** The stricter route. */
  readonly guarded: ApiProxyRoute;
  /**
   * Whether `path` is a plain path of `through`, so that no gateway can refuse it. Otherwise a client must spell it in a way that only a
   * lenient server reads as a path of `guarded`.
   */
  readonly isPlain: boolean;
  /** A request path of `through` that the server may read as a path of `guarded`. */
  readonly path: string;
}

/** The server that a backend's requests reach. */
export interface Server {
  /** Equal for two backends of one server. */
  readonly identity: string;
  /** The path of the backend's URL. */
  readonly base: Pattern;
}

/** A route, and its path at the server. */
interface Landing {
  readonly route: ApiProxyRoute;
  readonly path: Pattern;
  readonly lenient: Pattern;
}

/**
 * The routes that meet a stricter one on their server, unless their backend declares `paths: "exact"`.
 *
 * @param guarded the routes that may be met, also those that a gateway omits
 */
export function* meetings(
  routes: readonly ApiRoute[],
  guarded: readonly ApiRoute[],
  serverOf: (backend: string) => Server,
): Generator<Meeting> {
  const byServer = Map.groupBy(landings(guarded, serverOf), ({ route }) => placeOf(route, serverOf));
  for (const through of landings(routes, serverOf)) {
    for (const other of byServer.get(placeOf(through.route, serverOf)) ?? []) {
      if (other.route.key === through.route.key || asStrict(through.route, other.route)) continue;
      const meeting = meet(through, other);
      if (meeting !== undefined) yield meeting;
    }
  }
}

/** Requests of different methods do not meet. */
function placeOf({ method, backend }: ApiProxyRoute, serverOf: (backend: string) => Server): string {
  return `${method} ${serverOf(backend).identity}`;
}

function landings(routes: readonly ApiRoute[], serverOf: (backend: string) => Server): readonly Landing[] {
  return routes.flatMap((route) => {
    if (route.kind === "reply") return [];
    const path = [...serverOf(route.backend).base, ...route.backendPath];
    return [{ route, path, lenient: leniently(path) }];
  });
}

function meet(through: Landing, guarded: Landing): Meeting | undefined {
  const pair = { through: through.route, guarded: guarded.route };
  if (isAlias(through, guarded)) {
    return { ...pair, isPlain: true, path: printExample(landingIn(through, guarded.path)) };
  }
  if (!canBeReadAs(through, guarded)) return undefined;
  return { ...pair, isPlain: !hasParameter(through.path), path: readingExample(through, guarded) };
}

/**
 * Whether a plain path of `through` reaches the server as a path of `guarded`. A narrower path at the server is an exception that the
 * description declares, like a narrower path of a route.
 */
function isAlias(through: Landing, guarded: Landing): boolean {
  const relation = relate(through.path, guarded.path);
  if (relation === "disjoint" || relation === "narrower") return false;
  // The gateway sends a path that both routes match to the narrower one.
  return !["equal", "narrower"].includes(relate(landingIn(through, guarded.path), guarded.route.pattern));
}

/**
 * Whether a lenient server may read a path of one route as a path of the other. A client that chooses the value of a parameter chooses
 * every segment before it as well: dot segments and encoded slashes, decoded at the server, lead anywhere.
 */
function canBeReadAs(through: Landing, guarded: Landing): boolean {
  if (hasParameter(through.path)) {
    return canEndWith(guarded.lenient, endingOf(through.lenient));
  }
  const isException = relate(through.path, guarded.path) === "narrower";
  return !isException && ["equal", "narrower"].includes(relate(through.lenient, guarded.lenient));
}

function hasParameter(pattern: Pattern): boolean {
  return pattern.some(({ kind }) => kind !== "literal");
}
