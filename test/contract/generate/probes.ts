import type { Case } from "../cases.ts";
import type { DescriptionText, OracleRoute, Places } from "../oracle/description.ts";
import type { ContractRequest } from "../oracle/oracle.ts";
import type { Answer } from "../world/backend.ts";
import { plainAnswer } from "../world/backend.ts";
import type { Sending } from "../world/client.ts";
import {
  type CredentialCase,
  credentialCases,
  type SentCredential,
  type Tokens,
  type Wanted,
} from "../world/tokens.ts";
import { bodyOf, clientHeaders, nearMiss, type Oddity, oddities, pathOf, pick, queries } from "./sample.ts";

/** One request of a probe, made when its turn comes, so that its token's times are those of the moment. */
export interface Step {
  /** The case it shows, where the probe as a whole shows another. */
  readonly case?: Case;
  /** Milliseconds that pass before it. */
  readonly after: number;
  readonly make: (now: number) => Promise<{ readonly request: ContractRequest; readonly sending: Sending }>;
  /** What the backends answer to it. Default: {@link plainAnswer}. */
  readonly answer?: Answer;
}

/** Requests that show one case of the contract. */
export interface Probe {
  readonly case: Case;
  readonly steps: readonly Step[];
}

/** Where a probe's choices come from; shrinks to the first of everything. */
export interface Seed {
  readonly kind: number;
  readonly route: number;
  readonly salt: number;
}

export interface ProbeContext {
  readonly description: DescriptionText;
  readonly places: Places;
  readonly routes: readonly OracleRoute[];
  readonly tokens: Tokens;
  readonly maxBodyBytes: number;
}

interface Shape {
  readonly path?: string;
  readonly method?: string;
  readonly query?: string;
  readonly headers?: readonly (readonly [string, string])[];
  readonly body?: Buffer | undefined;
  readonly announcedBytes?: number;
  /** Sends the body in chunks, without its length. */
  readonly chunked?: boolean;
  readonly address?: string;
  readonly credential?: (wanted: Wanted, now: number) => Promise<SentCredential>;
  readonly scopes?: readonly string[];
  readonly subject?: string;
}

const bearerless: SentCredential = { facts: { kind: "none" }, headers: [] };
const backendAnswers: readonly Answer[] = [401, 403, 404, 413, 429, 500, 503, 302].map((status) => ({
  status,
  headers: { "x-from-backend": "1", ...(status === 302 ? { location: "https://elsewhere.test/" } : {}) },
  body: `the backend's own ${status}`,
}));

/** Makes the probes of one description. */
export class Probes {
  readonly #context: ProbeContext;
  readonly #guarded: readonly OracleRoute[];
  readonly #limited: readonly OracleRoute[];

  constructor(context: ProbeContext) {
    this.#context = context;
    this.#guarded = context.routes.filter((route) => route.auth.kind === "jwt");
    this.#limited = context.routes.filter((route) => route.limits.length > 0);
  }

  /** The probe that a seed stands for; undefined when the description has no route for it. */
  make(seed: Seed): Probe | undefined {
    const makers = [
      () => this.credential(pick(credentialCases, seed.salt), this.#route(this.#guarded, seed), seed.salt >> 5),
      () => this.hit(this.#route(this.#context.routes, seed), seed.salt),
      () => this.miss(this.#route(this.#context.routes, seed), seed.salt),
      () =>
        this.odd(
          this.#route(this.#context.routes, seed),
          pick(Object.keys(oddities) as Oddity[], seed.salt),
          seed.salt >> 3,
        ),
      () => this.scope(this.#route(this.#guarded, seed), seed.salt),
      () => this.burst(this.#route(this.#limited, seed), seed.salt),
      () => this.spread(this.#route(this.#limited, seed), seed.salt),
      () => this.cors(this.#route(this.#context.routes, seed), seed.salt),
      () => this.meanwhile(this.#route(this.#guarded, seed)),
      () => this.backendAnswer(this.#route(this.#context.routes, seed), seed.salt),
      () => this.tooLarge(this.#route(this.#context.routes, seed)),
    ];
    return pick(makers, seed.kind)();
  }

  /** A credential of one kind on a guarded route. */
  credential(kind: CredentialCase, route: OracleRoute | undefined, variant: number): Probe | undefined {
    if (route === undefined) return undefined;
    const credential = (wanted: Wanted, now: number) => this.#context.tokens.make(kind, wanted, now, variant);
    return { case: kind, steps: [this.#step(route, variant, { credential })] };
  }

  /** A request that the route takes, with everything that a backend is to see intact. */
  hit(route: OracleRoute | undefined, salt: number): Probe | undefined {
    if (route === undefined) return undefined;
    const step = this.#step(route, salt, {
      query: pick(queries, salt),
      headers: [...pick(clientHeaders, salt), ...changedHeaders(route)],
      body: bodyOf(route.method, salt),
      chunked: salt % 3 === 2,
    });
    return { case: hitCase(route, salt), steps: [step] };
  }

  /** A path or a method that the route just misses. */
  miss(route: OracleRoute | undefined, salt: number): Probe | undefined {
    if (route === undefined) return undefined;
    const greedy = route.segments.at(-1)?.endsWith("+}") === true;
    if (greedy && salt % 3 === 1) {
      const path = pathOf({ ...route, segments: route.segments.slice(0, -1) }, salt);
      return { case: "rest-empty", steps: [this.#step(route, salt, { path })] };
    }
    const methods = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD"].filter((method) => method !== route.method);
    return salt % 3 === 0
      ? { case: "method-unknown", steps: [this.#step(route, salt, { method: pick(methods, salt) })] }
      : { case: "path-unknown", steps: [this.#step(route, salt, { path: nearMiss(route, salt) })] };
  }

  /** An odd spelling of a path that the route takes, with and without the right credential. */
  odd(route: OracleRoute | undefined, oddity: Oddity, salt: number): Probe | undefined {
    if (route === undefined) return undefined;
    const path = pick<(path: string) => string>(oddities[oddity], salt)(pathOf(route, salt));
    const anonymous = this.#step(route, salt, { path, credential: async () => bearerless });
    return { case: oddity, steps: [anonymous, this.#step(route, salt, { path })] };
  }

  scope(route: OracleRoute | undefined, salt: number): Probe | undefined {
    const first = route?.scopes[0];
    if (route === undefined || first === undefined) return undefined;
    if (salt % 3 === 0)
      return {
        case: "scope-present",
        steps: [this.#step(route, salt, { scopes: ["other", pick(route.scopes, salt)] })],
      };
    const near = [
      first.slice(0, -1),
      `${first}x`,
      first.toUpperCase() === first ? first.toLowerCase() : first.toUpperCase(),
    ];
    const without = pick([[], ["other"], near], salt).filter((scope) => scope !== "" && !route.scopes.includes(scope));
    return { case: "scope-missing", steps: [this.#step(route, salt, { scopes: without })] };
  }

  /** A limit filled at one instant, gone over, and left alone for two windows. */
  burst(route: OracleRoute | undefined, salt: number): Probe | undefined {
    const limit = route?.limits[0];
    if (route === undefined || limit === undefined) return undefined;
    const day = 86_400_000;
    const window = { second: 1_000, minute: 60_000, hour: 3_600_000, day }[limit.per];
    const most = Math.max(limit.requests, limit.burst ?? 0);
    const at = (name: Case, after: number, shape: Shape = {}): Step => ({
      ...this.#step(route, salt, shape),
      after,
      case: name,
    });
    const inside = Array.from({ length: most }, (_, index) => at("limit-passes", index === 0 ? 2 * window : 0));
    const over = [at("limit-exceeded", 0), at("limit-exceeded", 0)];
    const other =
      limit.by === "ip"
        ? [at("limit-by-ip", 0, { address: "127.0.0.2" })]
        : limit.by === "consumer"
          ? [at("limit-by-consumer", 0, { subject: "another" })]
          : [];
    return { case: "limit-exceeded", steps: [...inside, ...over, ...other, at("limit-recovers", 2 * window)] };
  }

  /** Requests spread unevenly over two windows, as no fixed, sliding or refilled count sees them alike. */
  spread(route: OracleRoute | undefined, salt: number): Probe | undefined {
    const limit = route?.limits[0];
    if (route === undefined || limit === undefined) return undefined;
    const window = { second: 1_000, minute: 60_000, hour: 3_600_000, day: 86_400_000 }[limit.per];
    const gaps = [0, 0.45, 0, 0.5, 0, 0.1, 0, 0, 0.3, 0, 0.6, 0];
    const count = 3 * Math.max(limit.requests, limit.burst ?? 0);
    const steps = Array.from({ length: count }, (_, index): Step => {
      const gap = index === 0 ? 2 : pick(gaps, salt + index);
      return { ...this.#step(route, salt, {}), after: Math.round(gap * window), case: "limit-exceeded" };
    });
    return { case: "limit-exceeded", steps };
  }

  /** A preflight, or a request with an origin, of a page that may and of one that may not. */
  cors(route: OracleRoute | undefined, salt: number): Probe | undefined {
    const { cors } = this.#context.description;
    if (route === undefined || cors === undefined) return undefined;
    const known = salt % 3 !== 0 || cors.origins.includes("*");
    const listed = pick(cors.origins, salt);
    const near = pick(
      ["https://evil.test", "https://shop.test.evil.test", "http://shop.test", "null", "https://SHOP.test:444"],
      salt,
    );
    const origin = known ? (listed === "*" ? "https://any.test" : listed) : near;
    if (salt % 2 === 1) {
      return { case: "cors-response", steps: [this.#step(route, salt, { headers: [["Origin", origin]] })] };
    }
    const headers: [string, string][] = [
      ["Origin", origin],
      ["Access-Control-Request-Method", route.method],
      ["Access-Control-Request-Headers", "authorization"],
    ];
    return {
      case: known ? "preflight" : "preflight-origin-unknown",
      steps: [this.#step(route, salt, { method: "OPTIONS", headers, credential: async () => bearerless })],
    };
  }

  /** A token used while it is good, and again after it expired. */
  meanwhile(route: OracleRoute | undefined): Probe | undefined {
    if (route === undefined) return undefined;
    let kept: Promise<SentCredential> | undefined;
    const credential = (wanted: Wanted, now: number): Promise<SentCredential> => {
      kept ??= this.#context.tokens.lasting(wanted, now, 10);
      return kept;
    };
    const step = this.#step(route, 0, { credential });
    return { case: "token-expires-meanwhile", steps: [step, { ...step, after: 75_000 }] };
  }

  backendAnswer(route: OracleRoute | undefined, salt: number): Probe | undefined {
    if (route?.text.to === undefined) return undefined;
    return {
      case: "backend-answer-intact",
      steps: [{ ...this.#step(route, salt, {}), answer: pick(backendAnswers, salt) }],
    };
  }

  /** A body over the gateway's limit, announced and not sent. */
  tooLarge(route: OracleRoute | undefined): Probe | undefined {
    if (route?.text.to === undefined || route.method !== "POST") return undefined;
    const announcedBytes = this.#context.maxBodyBytes + 1024 * 1024;
    return { case: "body-too-large", steps: [this.#step(route, 0, { announcedBytes })] };
  }

  timeout(route: OracleRoute): Probe {
    const answer: Answer = { ...plainAnswer, hangs: true };
    return { case: "backend-timeout", steps: [{ ...this.#step(route, 0, {}), answer }] };
  }

  #route(routes: readonly OracleRoute[], { route }: Seed): OracleRoute | undefined {
    return routes.length === 0 ? undefined : pick(routes, route);
  }

  #step(route: OracleRoute, salt: number, shape: Shape): Step {
    const path = shape.path ?? pathOf(route, salt);
    const method = shape.method ?? route.method;
    return {
      after: 0,
      make: async (now) => {
        const sent = await this.#credential(route, shape, now, salt);
        const query = [shape.query ?? "", sent.query ?? ""].filter((part) => part !== "").join("&");
        const headers = [...(shape.headers ?? []), ...sent.headers];
        const { body, announcedBytes, address = "127.0.0.1" } = shape;
        return {
          request: {
            method,
            path,
            query,
            headers: shape.headers ?? [],
            credential: sent.facts,
            bodyBytes: announcedBytes ?? body?.length ?? 0,
            address,
            at: now,
          },
          sending: {
            method,
            target: query === "" ? path : `${path}?${query}`,
            headers,
            address,
            ...(sent.genuine === undefined ? {} : { genuine: sent.genuine }),
            ...(body === undefined ? {} : { body, chunked: shape.chunked ?? false }),
            ...(announcedBytes === undefined ? {} : { announcedBytes }),
          },
        };
      },
    };
  }

  async #credential(route: OracleRoute, shape: Shape, now: number, salt: number): Promise<SentCredential> {
    const place = this.#context.places.auth[route.authName];
    // A token on an open route is nobody's business, and travels on.
    if (route.auth.kind !== "jwt" || place === undefined) {
      if (shape.credential !== undefined || salt % 2 === 0) return bearerless;
      return { facts: { kind: "unreadable" }, headers: [["Authorization", "Basic dXNlcjpwYXNz"]] };
    }
    const wanted: Wanted = {
      issuer: place.issuer,
      audiences: route.auth.audiences,
      scopes: shape.scopes ?? route.scopes.slice(0, 1),
      subject: shape.subject ?? "somebody",
    };
    return shape.credential === undefined
      ? await this.#context.tokens.make("token-valid", wanted, now, salt)
      : await shape.credential(wanted, now);
  }
}

/** The headers that the route sets and removes, as a client would send them. */
function changedHeaders(route: OracleRoute): readonly (readonly [string, string])[] {
  const { set = {}, remove = [] } = route.text.requestHeaders ?? {};
  return [...Object.keys(set), ...remove].flatMap((name, index) => [
    [index % 2 === 0 ? name.toUpperCase() : name, "the client's"] as const,
    [name, "the client's, again"] as const,
  ]);
}

/** What a request shows first that the route takes. */
function hitCase(route: OracleRoute, salt: number): Case {
  const { text } = route;
  if (text.reply !== undefined) return "reply";
  const shown: Case[] = ["route-hit", "query-intact", "headers-intact", "authorization-intact"];
  if (text.path !== undefined) shown.push("path-mapped", "path-mapped");
  if (route.segments.some((part) => part.startsWith("{"))) shown.push("parameter-encoded");
  if (bodyOf(route.method, salt) !== undefined) shown.push("body-intact");
  if (text.requestHeaders?.set !== undefined) shown.push("header-set");
  if (text.requestHeaders?.remove !== undefined) shown.push("header-removed");
  return pick(shown, salt);
}
