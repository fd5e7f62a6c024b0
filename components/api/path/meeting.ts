import type { ApiProxyRoute, ApiRoute } from "../checked-api.ts";
import { type Decoding, valuesLeadingTo, withRestOf } from "./decoding.ts";
import { canEndWith, endingOf, leniently } from "./lenient.ts";
import { decodedExample, landingIn, printExample, readingExample } from "./meeting-example.ts";
import { byPrecedence, type Pattern, relate, type Segment } from "./pattern.ts";
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
  /** Whether plain paths of `through` reach the server or are read there as paths of these routes, so that no gateway can refuse them. */
  readonly isPlain: boolean;
  /** Whether the server receives paths of these routes exactly. Otherwise only a lenient server reads what it receives as a path of theirs. */
  readonly isExact: boolean;
  /** Whether a client must encode a path for that, which the gateway decodes. */
  readonly isDecoded: boolean;
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
  /** Equal for routes that require the same. */
  readonly requirement: string;
}

/**
 * The routes that meet stricter ones on their server, once for each way in which they meet.
 *
 * @param guarded the routes that may be met, also those that a gateway omits
 * @param decoding what the gateway does with encoded paths; undefined if it selects a route by the path that it forwards
 */
export function meetings(
  routes: readonly ApiRoute[],
  guarded: readonly ApiRoute[],
  serverOf: (backend: string) => Server,
  decoding?: Decoding,
): readonly Meeting[] {
  const backends = new Set([...routes, ...guarded].flatMap((route) => (route.kind === "reply" ? [] : [route.backend])));
  const servers = new Map([...backends].map((backend) => [backend, serverOf(backend)]));
  const byServer = Map.groupBy(landings(guarded, servers), ({ route }) => placeOf(route, servers));
  const served = new Set(routes.map(({ key }) => key));
  const strictness = new Strictness(guarded);
  return landings(routes, servers).flatMap((through) => {
    const requirements = strictness.stricterThan(through.route);
    if (requirements.size === 0) return [];
    const there = byServer.get(placeOf(through.route, servers)) ?? [];
    const stricter = there.filter(
      ({ route, requirement }) => requirements.has(requirement) && route.key !== through.route.key,
    );
    if (stricter.length === 0) return [];
    const decoded = decoding?.sentTo.includes(through.route.backendKind) === true ? undefined : decoding;
    const arrivesDecoded = decoded === undefined ? undefined : decodedArrivals(through, there, decoded);
    const groups = Map.groupBy(stricter, (other) => {
      if (isAlias(through, other, served.has(other.route.key))) return "alias";
      const isSpelling = isRespelled(through, other);
      if (arrivesDecoded?.(other) === true) return isSpelling ? "decoded or respelled" : "decoded";
      if (isSpelling) return "respelled";
      return canBeReadAs(through, other, decoded) ? "read" : "apart";
    });
    return kinds.flatMap(({ kind, isPlain, isExact, isDecoded }) => {
      const [first, ...others] = groups.get(kind) ?? [];
      if (first === undefined) return [];
      const example = () => {
        if (decoded !== undefined && isDecoded) return decodedExample(through, first, decoded, routes);
        return isPlain ? printExample(landingIn(through, first.path)) : readingExample(through, first, routes);
      };
      return [
        {
          through: through.route,
          guarded: [first, ...others].map(({ route }) => route),
          isPlain: isPlain || !through.hasParameter,
          isExact,
          isDecoded,
          example,
        },
      ];
    });
  });
}

const anyRest: Segment = { kind: "greedy", name: "any" };

/** How routes meet, from what no gateway and no server can distinguish to what an exact server distinguishes. */
const kinds = [
  { kind: "alias", isPlain: true, isExact: true, isDecoded: false },
  { kind: "decoded or respelled", isPlain: true, isExact: true, isDecoded: true },
  { kind: "decoded", isPlain: false, isExact: true, isDecoded: true },
  { kind: "respelled", isPlain: true, isExact: false, isDecoded: false },
  { kind: "read", isPlain: false, isExact: false, isDecoded: false },
] as const;

/** Compares what routes require. Most routes of an API require the same, so each requirement is compared once. */
class Strictness {
  /** A route of each requirement. */
  readonly #guarded: ReadonlyMap<string, ApiRoute>;
  /** The requirements that are stricter than another one. */
  readonly #stricter = new Map<string, ReadonlySet<string>>();

  constructor(guarded: readonly ApiRoute[]) {
    this.#guarded = new Map(guarded.map((route) => [requirementOf(route), route]));
  }

  /** The requirements of guarded routes that are stricter than a route's. */
  stricterThan(route: ApiRoute): ReadonlySet<string> {
    const requirement = requirementOf(route);
    const known = this.#stricter.get(requirement);
    if (known !== undefined) return known;
    const found = new Set([...this.#guarded].flatMap(([other, guarded]) => (asStrict(route, guarded) ? [] : [other])));
    this.#stricter.set(requirement, found);
    return found;
  }
}

/** Equal for routes that require the same. */
function requirementOf({ authName, scopes }: ApiRoute): string {
  return JSON.stringify([authName, scopes]);
}

/** Requests of different methods do not meet. */
function placeOf({ method, backend }: ApiProxyRoute, servers: ReadonlyMap<string, Server>): string {
  return `${method} ${servers.get(backend)?.identity ?? ""}`;
}

function landings(routes: readonly ApiRoute[], servers: ReadonlyMap<string, Server>): readonly Landing[] {
  return routes.flatMap((route) => {
    if (route.kind === "reply") return [];
    const path = [...(servers.get(route.backend)?.base ?? []), ...route.backendPath];
    const lenient = leniently(path);
    const ending = endingOf(lenient);
    const requirement = requirementOf(route);
    return [{ route, path, lenient, ending, hasParameter: ending.length < path.length, requirement }];
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
function canBeReadAs(through: Landing, guarded: Landing, decoding: Decoding | undefined): boolean {
  if (through.hasParameter) return decoding?.endsAtQuestionMark === true || canEndWith(guarded.lenient, through.ending);
  const isException = relate(through.path, guarded.path) === "narrower";
  return !isException && ["equal", "narrower"].includes(relate(through.lenient, guarded.lenient));
}

/**
 * Returns whether the value of a parameter can contain the rest of a path of another route, encoded, so that the server receives that path.
 * Not if it is also a path of a route inside the other that the request may call.
 */
function decodedArrivals(
  through: Landing,
  there: readonly Landing[],
  { endsAtQuestionMark }: Decoding,
): (guarded: Landing) => boolean {
  if (!through.hasParameter) return () => false;
  const prefix = through.path.slice(
    0,
    through.path.findIndex(({ kind }) => kind !== "literal"),
  );
  const anything: Pattern = [...prefix, anyRest];
  const callable = there.filter(
    ({ route, path }) => asStrict(through.route, route) && ["equal", "narrower"].includes(relate(anything, path)),
  );
  return ({ path }) => {
    if (callable.some((exception) => relate(exception.path, path) === "narrower")) return false;
    if (endsAtQuestionMark) {
      // A parameter at the beginning of a path may be nothing.
      const isRoot = through.route.backendPath[0]?.kind !== "literal" && relate(prefix, path) !== "disjoint";
      return isRoot || relate(anything, path) !== "disjoint";
    }
    // A value of one segment that is not encoded leads to the guarded route, if that has a parameter there.
    const isOwnValue = path.length === prefix.length + 1 && path.at(-1)?.kind === "parameter";
    const leadsThere = (rest: number): boolean => valuesLeadingTo(through.path, withRestOf(path, rest)) !== undefined;
    return !isOwnValue && through.path.some((_, index) => leadsThere(index + 1));
  };
}
