/**
 * What the contract says of one request, worked out from the plain description alone. The words are in ../contract.md.
 *
 * Imports neither the library nor the sandbox: agreement between the two is only worth something if a third party, which
 * shares no line with either, agrees as well.
 */
import { authenticate, type Credential } from "./credential.ts";
import { type CorsText, type DescriptionText, type OracleRoute, type Places, routesOf } from "./description.ts";
import { LimitsModel, type Visit } from "./limits.ts";
import {
  carelessPath,
  exactReading,
  isPlain,
  type Match,
  mapped,
  match,
  normalPath,
  type Reading,
  readings,
} from "./path.ts";

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
] as const;

/** `malformed`: refused before any rule of the contract is asked, e.g. a broken encoding. Only odd requests may get it. */
export type Decision = (typeof decisions)[number] | "malformed";

/** Only these touch a backend. */
export const touching: ReadonlySet<Decision> = new Set(["proxied", "backend down"]);

/** Whether the request got past everything that refuses. */
export function letsIn(decision: Decision | undefined): boolean {
  return decision === "replied" || (decision !== undefined && touching.has(decision));
}

export interface ContractRequest {
  readonly method: string;
  /** As sent, without the query. */
  readonly path: string;
  /** As sent, without `?`. */
  readonly query: string;
  /** Without the credential. */
  readonly headers: readonly (readonly [string, string])[];
  readonly credential: Credential;
  /** The body's length, as sent or as announced. */
  readonly bodyBytes: number;
  readonly address: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** What the backend is to see, where the request gets that far. */
export interface Arrival {
  readonly backend: string;
  /** Below the base path of the backend's URL, decoded segment by segment. */
  readonly segments: readonly string[];
  readonly set: Readonly<Record<string, string>>;
  /** Lower case. */
  readonly removed: readonly string[];
}

export interface Verdict {
  readonly allowed: ReadonlySet<Decision>;
  /** Not allowed, but a vendor may list them with a reason. Of what lets a request in, nothing else may be listed. */
  readonly excusable?: ReadonlySet<Decision>;
  /** Any of these; empty when no backend may be touched. */
  readonly arrivals: readonly Arrival[];
  /** The routes meant; more than one only for odd paths. */
  readonly routes: readonly OracleRoute[];
  readonly because: string;
}

interface Admission {
  /** Whether it may be let in. */
  readonly mayPass: boolean;
  /** What it may be refused as; with `mayPass`, a gateway may do either. */
  readonly refusals: readonly Decision[];
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
    this.routes = routesOf(description);
  }

  judge(request: ContractRequest, stateOf: (backend: string) => BackendState): Verdict {
    const { cors } = this.#description;
    if (cors !== undefined && request.method === "OPTIONS") return this.#options(request, cors);
    return isPlain(request.path) ? this.#plain(request, stateOf) : this.#odd(request, stateOf);
  }

  /** Counts the request, now that it is known what became of it. */
  note(request: ContractRequest, verdict: Verdict, decision: Decision): void {
    for (const route of verdict.routes) {
      const passed = touching.has(decision) || decision === "replied";
      const outcome =
        decision === "limited" ? "limited" : passed && verdict.routes.length === 1 ? "passed" : "refused elsewhere";
      if (decision !== "no route" && decision !== "malformed") this.#limits.note(this.#visit(route, request), outcome);
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
    const found = match(this.routes, request.method, exactReading(request.path));
    if (found === undefined) {
      return {
        allowed: new Set(["no route"]),
        arrivals: [],
        routes: [],
        because: `no route takes ${request.method} ${request.path}`,
      };
    }
    return this.#reach(found, request, stateOf);
  }

  /**
   * An odd path may be refused, or decided as any of its readings is, but never more weakly than the route that its
   * normal reading reaches: who may not go there may not go anywhere. What a careless backend reads into it bars as well,
   * but a vendor may list that, where it hands such a path on as it is.
   */
  #odd(request: ContractRequest, stateOf: (backend: string) => BackendState): Verdict {
    const found = (reading: Reading) => match(this.routes, request.method, reading);
    const guard = (path: string): OracleRoute | undefined => {
      const route = found(exactReading(path))?.route;
      if (route === undefined) return undefined;
      const { mayPass, refusals } = this.#admits(route, request);
      return mayPass && refusals.length === 0 ? undefined : route;
    };
    const barred = guard(normalPath(request.path));
    const doubtful = barred ?? guard(carelessPath(request.path));
    const allowed = new Set<Decision>(["no route", "malformed"]);
    const excusable = new Set<Decision>();
    const arrivals: Arrival[] = [];
    const routes = new Set<OracleRoute>();
    for (const reading of readings(request.path)) {
      const candidate = found(reading);
      if (candidate === undefined) continue;
      const verdict = this.#reach(candidate, request, stateOf);
      routes.add(candidate.route);
      for (const decision of verdict.allowed) {
        if (doubtful === undefined || !letsIn(decision)) allowed.add(decision);
        else if (barred === undefined) excusable.add(decision);
      }
      if (barred === undefined) arrivals.push(...verdict.arrivals);
    }
    const guarded = doubtful === undefined ? "" : `, and a reading of it is guarded by ${doubtful.key}`;
    return { allowed, excusable, arrivals, routes: [...routes], because: `an odd path${guarded}` };
  }

  /** What this route's authentication and scopes make of the request. */
  #admits(route: OracleRoute, request: ContractRequest): Admission {
    if (route.auth.kind === "open") return { mayPass: true, refusals: [] };
    const place = this.#places.auth[route.authName];
    if (place === undefined) throw new Error(`nothing is bound to ${route.authName}`);
    const { credential } = request;
    const wanted = { audiences: route.auth.audiences, issuer: place.issuer };
    const acceptance = authenticate(credential, wanted, request.at);
    if (acceptance === "refused" || credential.kind !== "token") {
      return { mayPass: false, refusals: ["unauthenticated"] };
    }
    const refusals: readonly Decision[] = acceptance === "either" ? ["unauthenticated"] : [];
    const lacks = route.scopes.length > 0 && !route.scopes.some((scope) => credential.scopes.includes(scope));
    return lacks ? { mayPass: false, refusals: [...refusals, "forbidden"] } : { mayPass: true, refusals };
  }

  #visit(route: OracleRoute, request: ContractRequest): Visit {
    const { credential } = request;
    const consumer = credential.kind === "token" ? `${credential.issuer} ${credential.subject}` : undefined;
    return { route, at: request.at, address: request.address, consumer };
  }

  #reach(found: Match, request: ContractRequest, stateOf: (backend: string) => BackendState): Verdict {
    const { route } = found;
    const { mayPass, refusals } = this.#admits(route, request);
    const large = request.bodyBytes > this.#maxBodyBytes;
    const refused = (because: string, ...reasons: Decision[]): Verdict => ({
      // Whichever a gateway finds first, an oversized body or the other fault, it refuses.
      allowed: new Set(large ? [...refusals, ...reasons, "too large"] : [...refusals, ...reasons]),
      arrivals: [],
      routes: [route],
      because: `${route.key} ${because}`,
    });
    if (!mayPass) return refused("asks for a token, or a scope of one, that this is not");
    const limit = this.#limits.judge(this.#visit(route, request));
    if (limit === "limited") return refused(`has had its ${JSON.stringify(route.limits)}`, "limited");
    const allowed = new Set<Decision>(refusals);
    if (limit === "either") allowed.add("limited");
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
      because: `${route.key} takes it`,
    };
  }
}

export function allowsOrigin(cors: CorsText, origin: string | undefined): boolean {
  return origin !== undefined && (cors.origins.includes("*") || cors.origins.includes(origin));
}
