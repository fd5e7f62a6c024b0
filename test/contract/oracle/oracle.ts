/**
 * The decisions that the contract allows for a request, computed from the plain description alone. ../contract.md states the rules.
 *
 * This file imports neither the library nor the sandbox. Their agreement is evidence only if a third implementation, which shares no line
 * with either, agrees too.
 */
import {
  admitKey,
  admitSignature,
  authenticate,
  type Credential,
  type KeyFacts,
  type SignatureFacts,
} from "./credential.ts";
import { type CorsText, type DescriptionText, type OracleRoute, type Places, routesOf } from "./description.ts";
import { lenientReadings } from "./lenient.ts";
import { LimitsModel, type Visit } from "./limits.ts";
import {
  exactReading,
  isPlain,
  isRegular,
  type MappedSegment,
  type Match,
  mapped,
  match,
  normalPath,
  type Reading,
  readings,
  templateOf,
} from "./path.ts";
import { mayCall } from "./permission.ts";
import { conformityOf } from "./request.ts";

export const decisions = [
  "no route",
  "unauthenticated",
  "forbidden",
  "limited",
  "too large",
  "preflight",
  "replied",
  "proxied",
  "backend down",
  "invalid",
] as const;

/** `malformed`: rejected before any rule of the contract applies, e.g. for a broken encoding. Allowed for odd requests only. */
export type Decision = (typeof decisions)[number] | "malformed";

/** The decisions that reach a backend. */
export const touching: ReadonlySet<Decision> = new Set(["proxied", "backend down"]);

/** Whether the gateway accepted the request. */
export function letsIn(decision: Decision | undefined): boolean {
  return decision === "replied" || (decision !== undefined && touching.has(decision));
}

export interface ContractRequest {
  readonly method: string;
  /** As sent, without the query. */
  readonly path: string;
  /** As sent, without `?`. */
  readonly query: string;
  /** Without the credential and the key. */
  readonly headers: readonly (readonly [string, string])[];
  readonly credential: Credential;
  readonly key: KeyFacts;
  /** Default: none. */
  readonly signature?: SignatureFacts;
  /** The length of the body, as sent or as declared. */
  readonly bodyBytes: number;
  /** The body, if it was sent. */
  readonly body?: Buffer;
  readonly address: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** What the backend must receive if the request reaches it. */
export interface Arrival {
  readonly backend: string;
  /** Below the base path of the backend's URL, decoded segment by segment. */
  readonly segments: readonly MappedSegment[];
  readonly set: Readonly<Record<string, string>>;
  /** Lower case. */
  readonly removed: readonly string[];
}

export interface Verdict {
  readonly allowed: ReadonlySet<Decision>;
  /** Not allowed, but a vendor may list them with a reason. No other decision that accepts a request may be listed. */
  readonly excusable?: ReadonlySet<Decision>;
  /** Whether a route would match if the rest of its path could be empty. */
  readonly emptyRest?: boolean;
  /** The key of a route that this request may not call and to which its odd path leads. The path must not be forwarded unchanged. */
  readonly guard?: string;
  /** Any of these. Empty if the request must reach no backend. */
  readonly arrivals: readonly Arrival[];
  /** The routes that may match; more than one only for odd paths. */
  readonly routes: readonly OracleRoute[];
  readonly because: string;
}

interface Admission {
  /** Whether the gateway may accept the request. */
  readonly mayPass: boolean;
  /** The decisions with which the gateway may reject it. With `mayPass`, a gateway may do either. */
  readonly refusals: readonly Decision[];
  /** Whether a vendor may list that it accepts the request. */
  readonly doubtful?: boolean;
}

export type BackendState = "up" | "down";

export class Oracle {
  readonly routes: readonly OracleRoute[];
  readonly #description: DescriptionText;
  readonly #places: Places;
  readonly #maxBodyBytes: number;
  readonly #limits = new LimitsModel();

  constructor(description: DescriptionText, places: Places, maxBodyBytes: number) {
    this.#description = description;
    this.#places = places;
    this.#maxBodyBytes = maxBodyBytes;
    this.routes = routesOf(description, places.auth);
  }

  judge(request: ContractRequest, stateOf: (backend: string) => BackendState): Verdict {
    const { cors } = this.#description;
    if (cors !== undefined && request.method === "OPTIONS") return this.#options(request, cors);
    return isPlain(request.path) ? this.#plain(request, stateOf) : this.#odd(request, stateOf);
  }

  /** Counts the request after its decision is known. */
  note(request: ContractRequest, verdict: Verdict, decision: Decision): void {
    for (const route of verdict.routes) {
      const passed = touching.has(decision) || decision === "replied";
      const outcome =
        decision === "limited" ? "limited" : passed && verdict.routes.length === 1 ? "passed" : "refused elsewhere";
      this.#limits.note(this.#visit(route, request), outcome);
    }
  }

  /** With cors, the gateway answers OPTIONS by itself: a preflight for a declared route always, any other as it likes. */
  #options(request: ContractRequest, cors: CorsText): Verdict {
    const header = (name: string) => request.headers.find(([key]) => key.toLowerCase() === name)?.[1];
    const method = header("access-control-request-method");
    const route = method === undefined ? undefined : match(this.routes, method, exactReading(request.path))?.route;
    const certain = route !== undefined && isPlain(request.path) && allowsOrigin(cors, header("origin"));
    return {
      allowed: new Set<Decision>(certain ? ["preflight"] : ["preflight", "no route", "malformed"]),
      arrivals: [],
      routes: [],
      because: certain ? `a preflight for ${route.key}` : "OPTIONS, where the gateway answers preflights",
    };
  }

  #plain(request: ContractRequest, stateOf: (backend: string) => BackendState): Verdict {
    const exact = exactReading(request.path);
    const found = match(this.routes, request.method, exact);
    if (found !== undefined) {
      const verdict = this.#reach(found, request, stateOf);
      if (!this.#mayBeRefused(found, request)) return verdict;
      return { ...verdict, allowed: new Set([...verdict.allowed, "no route"]) };
    }
    const because = `no route takes ${request.method} ${request.path}`;
    const none: Verdict = { allowed: new Set(["no route"]), arrivals: [], routes: [], because };
    // A gateway whose wildcard takes nothing as well lets in only whom that route lets in.
    const empty = match(this.routes, request.method, { ...exact, emptyRest: true });
    if (empty === undefined) return none;
    return { ...none, excusable: this.#reach(empty, request, stateOf).allowed, emptyRest: true };
  }

  /**
   * An odd path may be refused, or decided as any of its readings is. If the backend then receives a plain path, the request
   * got no more than a plain one would have. But an odd path is forwarded only for those who may call the route that it leads to
   * when it is normalised.
   */
  #odd(request: ContractRequest, stateOf: (backend: string) => BackendState): Verdict {
    const found = (reading: Reading) => match(this.routes, request.method, reading);
    const barring = (path: string): OracleRoute | undefined => {
      const route = found(exactReading(path))?.route;
      if (route === undefined) return undefined;
      const { mayPass, refusals } = this.#admits(route, request);
      return mayPass && refusals.length === 0 ? undefined : route;
    };
    const guard = isRegular(request.path) ? undefined : barring(normalPath(request.path));
    const allowed = new Set<Decision>(["no route", "malformed"]);
    const excusable = new Set<Decision>();
    const arrivals: Arrival[] = [];
    const routes = new Set<OracleRoute>();
    for (const reading of readings(request.path)) {
      const candidate = found(reading);
      if (candidate === undefined) continue;
      const verdict = this.#reach(candidate, request, stateOf);
      routes.add(candidate.route);
      for (const decision of verdict.allowed) allowed.add(decision);
      for (const decision of verdict.excusable ?? []) excusable.add(decision);
      arrivals.push(...verdict.arrivals);
    }
    return {
      allowed,
      arrivals,
      routes: [...routes],
      because: "an odd path",
      ...(excusable.size === 0 ? {} : { excusable }),
      ...(guard === undefined ? {} : { guard: guard.key }),
    };
  }

  /**
   * The guarded route whose path the server reads into a path that reached it, although only an open route let the request in. Undefined if
   * there is none. A server that distinguishes paths exactly reads no other path into it.
   *
   * @param path the path below the URL of the backend
   */
  readInto(request: ContractRequest, { routes }: Verdict, backend: string, path: string): OracleRoute | undefined {
    const isExact = this.#description.backends[backend]?.paths === "exact";
    // To such a server, an odd path is none of the description's, such as one with a slash at the end.
    if (isExact && !isPlain(path)) return undefined;
    const passed = routes.filter((route) => route.text.to === backend && this.#admits(route, request).mayPass);
    if (passed.length === 0 || passed.some(({ auth }) => auth.kind !== "open")) return undefined;
    const there = this.routes.flatMap((route) =>
      route.text.to === backend ? [{ ...route, segments: templateOf(route) }] : [],
    );
    for (const reading of isExact ? [path] : lenientReadings(path)) {
      const exact = { ...exactReading(reading), foldsCase: !isExact };
      const best = match(there, request.method, exact)?.route;
      if (best === undefined) continue;
      const same = there.filter((route) => isSamePattern(route.segments, best.segments));
      const violated = same.find(
        (route) =>
          route.method === request.method && route.auth.kind !== "open" && !this.#admits(route, request).mayPass,
      );
      if (violated !== undefined) return violated;
    }
    return undefined;
  }

  /** A gateway may refuse a path that a lenient server reads as a path of another, guarded route. */
  #mayBeRefused({ route }: Match, request: ContractRequest): boolean {
    if (this.#description.backends[route.text.to ?? ""]?.paths === "exact") return false;
    return lenientReadings(request.path).some((reading) => {
      const other = match(this.routes, request.method, { ...exactReading(reading), foldsCase: true })?.route;
      return other !== undefined && other !== route && other.auth.kind !== "open" && other.text.to === route.text.to;
    });
  }

  /** Whether the authentication and scopes of a route accept the request. If several are wrong, either may be reported. */
  #admits(route: OracleRoute, request: ContractRequest): Admission {
    if (route.signed) return this.#admitsSignature(route, request);
    const key = route.keyed ? admitKey(request.key, this.#places.consumers) : "accepted";
    const token = this.#admitsToken(route, request);
    if (key === "accepted") return token;
    const refusals = [...new Set<Decision>([...token.refusals, "unauthenticated"])];
    // A doubtful token does not excuse a wrong key.
    if (key === "refused") return { mayPass: false, refusals };
    return { ...token, refusals };
  }

  #admitsSignature(route: OracleRoute, { signature = { kind: "none" }, path, at }: ContractRequest): Admission {
    const { callers = {} } = this.#places;
    const acceptance = admitSignature(signature, callers, at);
    const caller = signature.kind === "signed" ? callers[signature.caller] : undefined;
    if (acceptance === "refused" || caller === undefined) return { mayPass: false, refusals: ["unauthenticated"] };
    const doubt: readonly Decision[] = acceptance === "either" ? ["unauthenticated"] : [];
    const permission = mayCall(caller, route, this.routes, path);
    if (permission === "no") return { mayPass: false, refusals: [...doubt, "forbidden"] };
    return { mayPass: true, refusals: permission === "either" ? [...doubt, "forbidden"] : doubt };
  }

  #admitsToken(route: OracleRoute, request: ContractRequest): Admission {
    if (route.audiences === undefined) return { mayPass: true, refusals: [] };
    const place = this.#places.auth[route.authName];
    if (place === undefined) throw new Error(`Nothing is bound to the auth ${route.authName}.`);
    const { credential } = request;
    const wanted = { audiences: route.audiences, byClient: route.byClient, issuer: place.issuer };
    const acceptance = authenticate(credential, wanted, request.at);
    if (acceptance === "refused" || acceptance === "doubtful" || credential.kind !== "token") {
      return { mayPass: false, refusals: ["unauthenticated"], doubtful: acceptance === "doubtful" };
    }
    const refusals: readonly Decision[] = acceptance === "either" ? ["unauthenticated"] : [];
    return lacksScopes(route, credential.scopes)
      ? { mayPass: false, refusals: [...refusals, "forbidden"] }
      : { mayPass: true, refusals };
  }

  #visit(route: OracleRoute, request: ContractRequest): Visit {
    const { at, address, credential, key } = request;
    if (route.keyed) {
      // A rejected key identifies no consumer.
      const known = key.kind === "known" && admitKey(key, this.#places.consumers) !== "refused";
      const plan = known ? this.#description.plans?.[this.#places.consumers[key.consumer]?.plan ?? ""] : undefined;
      return { route, at, address, consumer: known ? key.consumer : undefined, plan };
    }
    const consumer = credential.kind === "token" ? `${credential.issuer} ${credential.subject}` : undefined;
    return { route, at, address, consumer, plan: undefined };
  }

  #reach(found: Match, request: ContractRequest, stateOf: (backend: string) => BackendState): Verdict {
    const { route } = found;
    const { mayPass, refusals, doubtful = false } = this.#admits(route, request);
    const large = request.bodyBytes > this.#maxBodyBytes;
    const refused = (because: string, ...reasons: Decision[]): Verdict => ({
      // A gateway may report the oversized body or the other fault, whichever it finds first.
      allowed: new Set(large ? [...refusals, ...reasons, "too large"] : [...refusals, ...reasons]),
      arrivals: [],
      routes: [route],
      because: `${route.key} ${because}`,
      ...(doubtful ? { excusable: new Set(decisions) } : {}),
    });
    if (!mayPass) {
      const early =
        this.#limits.judgeAddress(this.#visit(route, request)).verdict === "passes" ? [] : ["limited" as const];
      return refused("requires a token, a scope, a key or a signature that the request does not have", ...early);
    }
    const limit = this.#limits.judge(this.#visit(route, request));
    const conformity = conformityOf(route.text.request, request);
    // Whichever a gateway looks at first.
    const alsoInvalid: Decision[] = conformity === "conforms" ? [] : ["invalid"];
    if (limit.verdict === "limited") return refused(`has had its ${limit.of}`, "limited", ...alsoInvalid);
    if (conformity === "fails") {
      const alsoLimited: Decision[] = limit.verdict === "either" ? ["limited"] : [];
      return refused("requires another request", "invalid", ...alsoLimited);
    }
    const allowed = new Set<Decision>([...refusals, ...alsoInvalid]);
    if (limit.verdict === "either") allowed.add("limited");
    const { to, reply } = route.text;
    if (large && to !== undefined) allowed.add("too large");
    else if (reply !== undefined) {
      allowed.add("replied");
      if (large) allowed.add("too large");
    } else allowed.add(stateOf(to ?? "") === "up" ? "proxied" : "backend down");
    const set = route.text.requestHeaders?.set ?? {};
    const arrival: Arrival = {
      backend: to ?? "",
      segments: mapped(found),
      set: Object.fromEntries(Object.entries(set).map(([name, value]) => [name.toLowerCase(), value])),
      removed: (route.text.requestHeaders?.remove ?? []).map((name) => name.toLowerCase()),
    };
    return {
      allowed,
      arrivals: to === undefined || large ? [] : [arrival],
      routes: [route],
      because: `${route.key} accepts it`,
    };
  }
}

export function allowsOrigin(cors: CorsText, origin: string | undefined): boolean {
  return origin !== undefined && (cors.origins.includes("*") || cors.origins.includes(origin));
}

function isSamePattern(one: readonly string[], other: readonly string[]): boolean {
  const shape = (parts: readonly string[]) =>
    parts.map((part) => part.toLowerCase().replace(/^\{[^+}]*/, "{")).join("/");
  return shape(one) === shape(other);
}

/** Whether a token with these scopes is forbidden on a route. */
function lacksScopes({ scopes, needsEachScope }: OracleRoute, held: readonly string[]): boolean {
  const missing = scopes.filter((scope) => !held.includes(scope)).length;
  return needsEachScope ? missing > 0 : scopes.length > 0 && missing === scopes.length;
}
