import type { ApiProxyRoute, ApiRoute } from "../checked-api.ts";
import { canEndWith, endingOf, leniently } from "./lenient.ts";
import { landingIn, printExample, readingExample } from "./meeting-example.ts";
import { byPrecedence, type Pattern, relate } from "./pattern.ts";
import { asStrict } from "./precedence.ts";

/**
 * A route meets others when some request to it reaches its server with a path that the server may read as a path of one of them, and
 * they are stricter.
 */
export interface Meeting {
  /** The route that requires less. */
  readonly through: ApiProxyRoute;
  /** The stricter routes, at least one. */
  readonly guarded: readonly ApiProxyRoute[];
  /**
   * Whether plain paths of `through` reach the server as paths of these routes, so that no gateway can refuse them. Otherwise a client must
   * spell a path in a way that only a lenient server reads as a path of theirs.
   */
  readonly isPlain: boolean;
  /** Returns a request path of `through` that the server may read as a path of the first of them. */
  readonly example: () => string;
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
  /** The path as a lenient server reads it. */
  readonly lenient: Pattern;
  /** The literal segments of `lenient` after the last parameter. */
  readonly ending: Pattern;
  readonly hasParameter: boolean;
}

/**
 * The routes that meet stricter ones on their server, at most twice each.
 *
 * @param guarded the routes that may be met, also those that a gateway omits
 */
export function meetings(
  routes: readonly ApiRoute[],
  guarded: readonly ApiRoute[],
  serverOf: (backend: string) => Server,
): readonly Meeting[] {
  const byServer = Map.groupBy(landings(guarded, serverOf), ({ route }) => placeOf(route, serverOf));
  const served = new Set(routes.map(({ key }) => key));
  return landings(routes, serverOf).flatMap((through) => {
    const stricter = (byServer.get(placeOf(through.route, serverOf)) ?? []).filter(
      ({ route }) => !asStrict(through.route, route) && route.key !== through.route.key,
    );
    const { plain = [], read = [] } = Object.groupBy(stricter, (other) =>
      isAlias(through, other, served.has(other.route.key)) || isRespelled(through, other)
        ? "plain"
        : canBeReadAs(through, other)
          ? "read"
          : "apart",
    );
    return [
      ...meetingOf(through, plain, true, (first) => printExample(landingIn(through, first.path))),
      ...meetingOf(through, read, !through.hasParameter, (first) => readingExample(through, first, routes)),
    ];
  });
}

function meetingOf(
  { route: through }: Landing,
  guarded: readonly Landing[],
  isPlain: boolean,
  example: (first: Landing) => string,
): readonly Meeting[] {
  const [first] = guarded;
  if (first === undefined) return [];
  return [{ through, guarded: guarded.map(({ route }) => route), isPlain, example: () => example(first) }];
}

/** Requests of different methods do not meet. */
function placeOf({ method, backend }: ApiProxyRoute, serverOf: (backend: string) => Server): string {
  return `${method} ${serverOf(backend).identity}`;
}

function landings(routes: readonly ApiRoute[], serverOf: (backend: string) => Server): readonly Landing[] {
  return routes.flatMap((route) => {
    if (route.kind === "reply") return [];
    const path = [...serverOf(route.backend).base, ...route.backendPath];
    const lenient = leniently(path);
    const ending = endingOf(lenient);
    return [{ route, path, lenient, ending, hasParameter: ending.length < path.length }];
  });
}

/**
 * Whether a plain path of `through` reaches the server as a path of `guarded`. A narrower path at the server is an exception that the
 * description declares, like a narrower path of a route.
 *
 * @param isServed whether the gateway serves `guarded`
 */
function isAlias(through: Landing, guarded: Landing, isServed: boolean): boolean {
  const relation = relate(through.path, guarded.path);
  if (relation === "disjoint" || relation === "narrower") return false;
  // The gateway sends a path that both routes match to the one that comes first, if it serves both.
  const comesFirst = isServed && byPrecedence(guarded.route.pattern, through.route.pattern) < 0;
  return (
    !comesFirst || !["equal", "narrower"].includes(relate(landingIn(through, guarded.path), guarded.route.pattern))
  );
}

/** Whether the paths of two routes at the server differ only in how their literals are spelled, so that plain paths are read as the other's. */
function isRespelled(through: Landing, guarded: Landing): boolean {
  return (
    through.hasParameter &&
    relate(through.path, guarded.path) === "disjoint" &&
    relate(through.lenient, guarded.lenient) !== "disjoint"
  );
}

/**
 * Whether a lenient server may read a path of one route as a path of the other. A client that chooses the value of a parameter chooses
 * every segment before it as well: dot segments and encoded slashes, decoded at the server, lead anywhere.
 */
function canBeReadAs(through: Landing, guarded: Landing): boolean {
  if (through.hasParameter) return canEndWith(guarded.lenient, through.ending);
  const isException = relate(through.path, guarded.path) === "narrower";
  return !isException && ["equal", "narrower"].includes(relate(through.lenient, guarded.lenient));
}
