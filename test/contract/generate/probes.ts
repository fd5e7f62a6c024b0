import type { Case } from "../cases.ts";
import type { DescriptionText, OracleRoute, Places, PlanLimitText, PlanText } from "../oracle/description.ts";
import { nextPeriod } from "../oracle/limits.ts";
import type { ContractRequest } from "../oracle/oracle.ts";
import type { Answer } from "../world/backend.ts";
import { plainAnswer } from "../world/backend.ts";
import type { Sending } from "../world/client.ts";
import { type KeyCase, keyCases, keyless, type SentKey, sentKey } from "../world/keys.ts";
import {
  type SentSignature,
  type SignatureCase,
  sentSignature,
  signatureCases,
  unsigned,
} from "../world/signatures.ts";
import {
  type CredentialCase,
  credentialCases,
  type SentCredential,
  type Tokens,
  type Wanted,
} from "../world/tokens.ts";
import { contentTypes, validBody, wrongBody } from "./bodies.ts";
import {
  bodyOf,
  clientHeaders,
  nearMiss,
  type Oddity,
  oddities,
  overlapping,
  pathOf,
  pick,
  queries,
} from "./sample.ts";

/** One request of a probe, made when its turn comes, so that its token's times are those of the moment. */
export interface Step {
  /** The case it shows, where the probe as a whole shows another. */
  readonly case?: Case;
  /** Milliseconds that pass before it; or what they are, given the time. */
  readonly after: number | ((now: number) => number);
  readonly make: (now: number) => Promise<{ readonly request: ContractRequest; readonly sending: Sending }>;
  /** What the backends answer to it. Default: {@link plainAnswer}. */
  readonly answer?: Answer;
}

/** Requests that show one case of the contract. */
export interface Probe {
  readonly case: Case;
  readonly steps: readonly Step[];
}

/** Every kind of probe that a seed can choose. */
export const probeKinds = [
  "credential",
  "hit",
  "miss",
  "odd",
  "scope",
  "burst",
  "spread",
  "cors",
  "meanwhile",
  "backendAnswer",
  "tooLarge",
  "key",
  "plan",
  "quota",
  "half",
  "overlap",
  "functionFails",
  "signature",
  "instead",
  "lacking",
  "wrong",
] as const;

export type ProbeKind = (typeof probeKinds)[number];

/** What a probe's choices are made from. It shrinks to the first of everything. */
export interface Seed {
  readonly kind: ProbeKind;
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
  /** What is sent on a route that asks for a key. Default: one of a consumer whom no plan limits, if there is one. */
  readonly key?: SentKey;
  /** What is sent on a route that asks for a signature. Default: that of a caller who may call everything. */
  readonly signature?: (now: number) => SentSignature;
  readonly scopes?: readonly string[];
  readonly subject?: string;
  /** One of what the route asks of a request that is left out, or empty. */
  readonly without?: { readonly name: string; readonly value: string | undefined };
}

/** What is wanted of a token where none is asked for. */
const nobody: Wanted = { issuer: "", audiences: [], scopes: [], subject: "" };
const bearerless: SentCredential = { facts: { kind: "none" }, headers: [] };
/** Nothing that anybody asks for. */
const anonymous: Shape = { credential: async () => bearerless, key: keyless, signature: () => unsigned };
const windows: Readonly<Record<PlanLimitText["per"], number>> = {
  second: 1_000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
};
const functionFailures = [
  "throws",
  "returns a status out of range",
  "returns a wrong status",
  "returns wrong headers",
] as const;
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
  readonly #keyed: readonly OracleRoute[];
  readonly #signed: readonly OracleRoute[];
  readonly #checked: readonly OracleRoute[];
  /** Whether no body may be of bytes, because some are checked. */
  readonly #textOnly: boolean;
  /** Those who may call. */
  readonly #consumers: readonly string[];
  /** Of these, whom no plan limits; all, where it limits everybody. */
  readonly #free: readonly string[];

  constructor(context: ProbeContext) {
    this.#context = context;
    this.#guarded = context.routes.filter((route) => route.audiences !== undefined);
    this.#limited = context.routes.filter((route) => route.limits.length > 0);
    this.#keyed = context.routes.filter((route) => route.keyed);
    this.#signed = context.routes.filter((route) => route.signed);
    this.#checked = context.routes.filter((route) => route.text.request !== undefined);
    this.#textOnly = this.#checked.some((route) => route.text.request?.body !== undefined);
    const { consumers } = context.places;
    this.#consumers = Object.keys(consumers).filter((name) => consumers[name]?.enabled === true);
    const free = this.#consumers.filter((name) => Object.keys(this.#planOf(name)).length === 0);
    this.#free = free.length > 0 ? free : this.#consumers;
  }

  /** The probe that a seed chooses; undefined when the description has no route for it. */
  make(seed: Seed): Probe | undefined {
    const makers: Readonly<Record<ProbeKind, () => Probe | undefined>> = {
      credential: () =>
        this.credential(pick(credentialCases, seed.salt), this.#route(this.#guarded, seed), seed.salt >> 5),
      hit: () => this.hit(this.#route(this.#context.routes, seed), seed.salt),
      miss: () => this.miss(this.#route(this.#context.routes, seed), seed.salt),
      odd: () =>
        this.odd(
          this.#route(this.#context.routes, seed),
          pick(Object.keys(oddities) as Oddity[], seed.salt),
          seed.salt >> 3,
        ),
      scope: () => this.scope(this.#route(this.#guarded, seed), seed.salt),
      burst: () => this.burst(this.#route(this.#limited, seed), seed.salt),
      spread: () => this.spread(this.#route(this.#limited, seed), seed.salt),
      cors: () => this.cors(this.#route(this.#context.routes, seed), seed.salt),
      meanwhile: () => this.meanwhile(this.#route(this.#guarded, seed)),
      backendAnswer: () => this.backendAnswer(this.#route(this.#context.routes, seed), seed.salt),
      tooLarge: () => this.tooLarge(this.#route(this.#context.routes, seed)),
      key: () => this.key(pick(keyCases, seed.salt), this.#route(this.#keyed, seed), seed.salt >> 3),
      plan: () => this.plan(this.#route(this.#keyed, seed), this.#consumer(seed.salt), seed.salt),
      quota: () => this.quota(this.#route(this.#keyed, seed), this.#consumer(seed.salt), seed.salt),
      half: () => this.half(this.#route(this.#context.routes, seed), seed.salt),
      overlap: () =>
        this.overlap(
          this.#route(this.#context.routes, seed),
          pick(this.#context.routes, seed.salt),
          Math.floor(seed.salt / 97),
        ),
      functionFails: () => this.functionFails(this.#route(this.#context.routes, seed), seed.salt),
      signature: () => this.signature(pick(signatureCases, seed.salt), this.#route(this.#signed, seed), seed.salt >> 3),
      instead: () => this.instead(this.#route(this.#context.routes, seed), seed.salt),
      lacking: () => this.lacking(this.#route(this.#checked, seed), seed.salt),
      wrong: () => this.wrong(this.#route(this.#checked, seed), seed.salt),
    };
    return makers[seed.kind]();
  }

  /** A credential of one kind on a guarded route. */
  credential(kind: CredentialCase, route: OracleRoute | undefined, variant: number): Probe | undefined {
    if (route?.audiences === undefined) return undefined;
    if (kind === (route.byClient ? "client-id-undeclared" : "client-id-declared")) return undefined;
    const credential = (wanted: Wanted, now: number) => this.#context.tokens.make(kind, wanted, now, variant);
    return { case: kind, steps: [this.#step(route, variant, { credential })] };
  }

  /** A key of one kind on a route that asks for one, with all else that it asks for. */
  key(kind: KeyCase, route: OracleRoute | undefined, variant: number): Probe | undefined {
    const consumer = this.#consumer(variant, this.#free);
    if (route === undefined || !route.keyed || consumer === undefined) return undefined;
    const key = sentKey(kind, this.#context.places.consumers, consumer, variant);
    return { case: kind, steps: [this.#step(route, variant, { key })] };
  }

  /** A key where a token is asked, a token where a key is, and of both only one. */
  half(route: OracleRoute | undefined, salt: number): Probe | undefined {
    const consumer = this.#consumer(salt, this.#free);
    if (route === undefined || consumer === undefined || route.auth.kind === "open" || route.signed) return undefined;
    const key = sentKey("api-key-valid", this.#context.places.consumers, consumer, salt);
    const credential = async () => bearerless;
    if (route.auth.kind === "jwt")
      return { case: "key-for-token", steps: [this.#step(route, salt, { credential, key })] };
    if (route.auth.kind === "allOf") {
      const one: Shape = salt % 2 === 0 ? { credential } : { key: keyless };
      return { case: "token-and-key", steps: [this.#step(route, salt, one), this.#step(route, salt, {})] };
    }
    const token = this.#strayToken(salt);
    if (token === undefined) return undefined;
    return { case: "token-for-key", steps: [this.#step(route, salt, { credential: token, key: keyless })] };
  }

  /** A signature of one kind on a route that asks for one. */
  signature(kind: SignatureCase, route: OracleRoute | undefined, variant: number): Probe | undefined {
    if (route?.signed !== true) return undefined;
    const signature = (now: number): SentSignature => sentSignature(kind, now, variant);
    // Some bytes, so that there is a body to sign.
    const body = bodyOf(route.method, variant);
    const query = pick(queries, variant);
    return { case: kind, steps: [this.#step(route, variant, { signature, query, body })] };
  }

  /** A signature where a token is asked, a token where a signature is. */
  instead(route: OracleRoute | undefined, salt: number): Probe | undefined {
    if (this.#signed.length === 0 || route === undefined) return undefined;
    if (route.audiences !== undefined) {
      const signature = (now: number): SentSignature => sentSignature("signature-valid", now, salt);
      const shape: Shape = { credential: async () => bearerless, signature };
      return { case: "signature-for-token", steps: [this.#step(route, salt, shape)] };
    }
    if (!route.signed) return undefined;
    const credential = this.#strayToken(salt);
    if (credential === undefined) return undefined;
    return { case: "token-for-signature", steps: [this.#step(route, salt, { credential, signature: () => unsigned })] };
  }

  /** A good token of the first issuer there is; undefined where no route asks for one. */
  #strayToken(salt: number): Shape["credential"] {
    const [name] = Object.entries(this.#context.description.auth).find(([, auth]) => auth.kind === "jwt") ?? [];
    const place = this.#context.places.auth[name ?? ""];
    if (place === undefined) return undefined;
    const wanted: Wanted = { issuer: place.issuer, audiences: ["orders"], scopes: [], subject: "somebody" };
    return (_: Wanted, now: number) => this.#context.tokens.make("token-valid", wanted, now, salt);
  }

  /** A plan's limit filled at one instant, gone over, on another route too, and left alone for two windows. */
  plan(route: OracleRoute | undefined, consumer: string | undefined, salt: number): Probe | undefined {
    if (route === undefined || !route.keyed || consumer === undefined) return undefined;
    const plan = this.#planOf(consumer);
    const own = plan.routes?.[route.key]?.[0];
    const limit = own ?? plan.limits?.[0];
    if (limit === undefined) return undefined;
    const window = windows[limit.per];
    const at = (name: Case, after: number, by = consumer, where = route): Step => ({
      ...this.#step(where, salt, { key: sentKey("api-key-valid", this.#context.places.consumers, by, salt) }),
      after,
      case: name,
    });
    const cases = ["plan-limit-passes", "plan-limit-exceeded", "plan-limit-recovers"] as const;
    const ofRoute = ["plan-route-limit-passes", "plan-route-limit-exceeded", "plan-route-limit-recovers"] as const;
    const [passes, exceeded, recovers] = own === undefined ? cases : ofRoute;
    const most = Math.max(limit.requests, limit.burst ?? 0);
    const another = this.#keyed.find((other) => other !== route && plan.routes?.[other.key] === undefined);
    const colleague = this.#consumers.find(
      (name) => name !== consumer && this.#planNameOf(name) === this.#planNameOf(consumer),
    );
    return {
      case: exceeded,
      steps: [
        ...Array.from({ length: most }, (_, index) => at(passes, index === 0 ? 2 * window : 0)),
        at(exceeded, 0),
        at(exceeded, 0),
        ...(another === undefined
          ? []
          : [at(own === undefined ? exceeded : "plan-route-limit-alone", 0, consumer, another)]),
        ...(colleague === undefined ? [] : [at("plan-limit-by-consumer", 0, colleague)]),
        at(recovers, 2 * window),
      ],
    };
  }

  /** Every plan's limits and quota, on one route. */
  plans(route: OracleRoute): readonly (Probe | undefined)[] {
    return Object.keys(this.#context.description.plans ?? {}).flatMap((plan) => {
      const consumer = this.#consumers.find((name) => this.#planNameOf(name) === plan);
      return [this.plan(route, consumer, 0), this.plan(route, consumer, 1), this.quota(route, consumer, 0)];
    });
  }

  /** A quota used up from the first instant of a period, gone over until its end, and had again after it. */
  quota(route: OracleRoute | undefined, consumer: string | undefined, salt: number): Probe | undefined {
    if (route === undefined || !route.keyed || consumer === undefined) return undefined;
    const { quota } = this.#planOf(consumer);
    if (quota === undefined) return undefined;
    const next = (now: number): number => nextPeriod(quota.per, now) - now;
    const at = (name: Case, after: Step["after"], by = consumer): Step => ({
      ...this.#step(route, salt, { key: sentKey("api-key-valid", this.#context.places.consumers, by, salt) }),
      after,
      case: name,
    });
    const colleague = this.#consumers.find(
      (name) => name !== consumer && this.#planNameOf(name) === this.#planNameOf(consumer),
    );
    return {
      case: "quota-exceeded",
      steps: [
        ...Array.from({ length: quota.requests }, (_, index) => at("quota-passes", index === 0 ? next : 1_000)),
        at("quota-exceeded", 1_000),
        ...(colleague === undefined ? [] : [at("quota-by-consumer", 0, colleague)]),
        // Shorter periods than the quota's own begin meanwhile.
        at("quota-exceeded", quota.per === "day" ? windows.hour : windows.day),
        at("quota-exceeded", (now) => next(now) - 1),
        at("quota-recovers", 1),
      ],
    };
  }

  /** A function that fails, or returns what is no answer. */
  functionFails(route: OracleRoute | undefined, salt: number): Probe | undefined {
    if (route?.toFunction !== true) return undefined;
    const answer: Answer = { ...plainAnswer, fails: pick(functionFailures, salt) };
    return { case: "function-fails", steps: [{ ...this.#step(route, salt, {}), answer }] };
  }

  /** A request that the route takes, with everything that a backend is to see intact. */
  hit(route: OracleRoute | undefined, salt: number): Probe | undefined {
    if (route === undefined) return undefined;
    const step = this.#step(route, salt, {
      query: pick(queries, salt),
      headers: [...pick(clientHeaders, salt), ...changedHeaders(route)],
      body: this.#bodyOf(route, salt),
      chunked: salt % 3 === 2,
    });
    return { case: hitCase(route, salt), steps: [step] };
  }

  /** A request without one of the parameters that the route asks for, or with an empty one. */
  lacking(route: OracleRoute | undefined, salt: number): Probe | undefined {
    const { query = [], headers = [] } = route?.text.request ?? {};
    const names = [...query, ...headers];
    if (route === undefined || names.length === 0) return undefined;
    const value = salt % 2 === 0 ? undefined : "";
    const without = { name: pick(names, Math.floor(salt / 2)), value };
    return { case: "parameter-missing", steps: [this.#step(route, salt, { without })] };
  }

  /** A body that is not what the route asks for, of any type; and after it one that is. */
  wrong(route: OracleRoute | undefined, salt: number): Probe | undefined {
    const schema = route?.text.request?.body;
    if (route === undefined || schema === undefined) return undefined;
    const body = salt % 7 === 6 ? Buffer.alloc(0) : wrongBody(schema, salt);
    const type = salt % 3 === 0 ? undefined : pick(contentTypes, salt);
    const headers = type === undefined ? [] : [["Content-Type", type] as const];
    const other = type !== undefined && !/json/i.test(type);
    return {
      case: other ? "body-type" : "body-invalid",
      steps: [
        { ...this.#step(route, salt, { body, headers, chunked: salt % 5 === 4 }), after: 1_000 },
        // A reply may choose by the type what it answers.
        {
          ...this.#step(route, salt, route.text.to === undefined ? {} : { headers }),
          after: 1_000,
          case: "request-valid",
        },
      ],
    };
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

  /** Paths of the route that begin as another's do, with and without the right credential. */
  overlap(route: OracleRoute | undefined, other: OracleRoute | undefined, salt: number): Probe | undefined {
    if (route === undefined || other === undefined || route.segments.every((part) => !part.startsWith("{"))) {
      return undefined;
    }
    const path = overlapping(route, other, salt);
    const nobody = this.#step(route, salt, { ...anonymous, path });
    return { case: "route-overlap", steps: [nobody, this.#step(route, salt, { path })] };
  }

  /** An odd spelling of a path that the route takes, with and without the right credential. */
  odd(route: OracleRoute | undefined, oddity: Oddity, salt: number): Probe | undefined {
    if (route === undefined) return undefined;
    const path = pick<(path: string) => string>(oddities[oddity], salt)(pathOf(route, salt));
    const nobody = this.#step(route, salt, { ...anonymous, path });
    return { case: oddity, steps: [nobody, this.#step(route, salt, { path })] };
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
    const window = windows[limit.per];
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
          ? [
              route.keyed
                ? at("limit-by-key", 0, this.#anotherKey(salt))
                : at("limit-by-consumer", 0, { subject: "another" }),
            ]
          : [];
    return { case: "limit-exceeded", steps: [...inside, ...over, ...other, at("limit-recovers", 2 * window)] };
  }

  /** Requests spread unevenly over two windows, as no fixed, sliding or refilled count sees them alike. */
  spread(route: OracleRoute | undefined, salt: number): Probe | undefined {
    const limit = route?.limits[0];
    if (route === undefined || limit === undefined) return undefined;
    const window = windows[limit.per];
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
      steps: [this.#step(route, salt, { ...anonymous, method: "OPTIONS", headers })],
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
    const name = route.toFunction ? "function-timeout" : "backend-timeout";
    return { case: name, steps: [{ ...this.#step(route, 0, {}), answer }] };
  }

  #route(routes: readonly OracleRoute[], { route }: Seed): OracleRoute | undefined {
    return routes.length === 0 ? undefined : pick(routes, route);
  }

  #consumer(salt: number, among: readonly string[] = this.#consumers): string | undefined {
    return among.length === 0 ? undefined : pick(among, salt);
  }

  #planNameOf(consumer: string): string {
    return this.#context.places.consumers[consumer]?.plan ?? "";
  }

  #planOf(consumer: string): PlanText {
    return this.#context.description.plans?.[this.#planNameOf(consumer)] ?? {};
  }

  /** The key of another consumer than a step has by itself. */
  #anotherKey(salt: number): Shape {
    const usual = this.#consumer(salt, this.#free);
    const other = this.#consumers.find((name) => name !== usual);
    return other === undefined ? {} : { key: sentKey("api-key-valid", this.#context.places.consumers, other, salt) };
  }

  #key(route: OracleRoute, shape: Shape, salt: number): SentKey {
    if (shape.key !== undefined) return shape.key;
    const consumer = this.#consumer(salt, this.#free);
    if (!route.keyed || consumer === undefined) return keyless;
    return sentKey("api-key-valid", this.#context.places.consumers, consumer, salt);
  }

  /** A body for the route's method: what it asks for, else anything that may be sent. */
  #bodyOf(route: OracleRoute, salt: number): Buffer | undefined {
    const schema = route.text.request?.body;
    if (schema !== undefined) return validBody(schema, salt);
    const body = bodyOf(route.method, salt);
    return this.#textOnly && body !== undefined && body.length > 1_000 ? Buffer.from("é".repeat(35_000)) : body;
  }

  /** With what the route asks of a request, where the shape does not say otherwise. */
  #asAsked(route: OracleRoute, shape: Shape, salt: number): Shape {
    const { request } = route.text;
    if (request === undefined) return shape;
    const given = (name: string): string | undefined => (shape.without?.name === name ? shape.without.value : "given");
    const query = (request.query ?? []).flatMap((name) => {
      const value = given(name);
      return value === undefined ? [] : [`${encodeURIComponent(name)}=${value}`];
    });
    const headers = (request.headers ?? []).flatMap((name): readonly (readonly [string, string])[] => {
      const value = given(name);
      return value === undefined ? [] : [[name, value]];
    });
    const sends = shape.body !== undefined || shape.announcedBytes !== undefined || shape.method !== undefined;
    return {
      ...shape,
      query: [shape.query ?? "", ...query].filter((part) => part !== "").join("&"),
      headers: [...(shape.headers ?? []), ...headers],
      ...(sends || request.body === undefined ? {} : { body: validBody(request.body, salt) }),
    };
  }

  #step(route: OracleRoute, salt: number, given: Shape): Step {
    const shape = this.#asAsked(route, given, salt);
    const path = shape.path ?? pathOf(route, salt);
    const method = shape.method ?? route.method;
    return {
      after: 0,
      make: async (now) => {
        const sent = await this.#credential(route, shape, now, salt);
        const key = this.#key(route, shape, salt);
        const signature =
          shape.signature?.(now) ?? (route.signed ? sentSignature("signature-valid", now, salt) : unsigned);
        const query = [shape.query ?? "", sent.query ?? "", key.query ?? ""].filter((part) => part !== "").join("&");
        const headers = [...(shape.headers ?? []), ...sent.headers, ...key.headers, ...(signature.headers ?? [])];
        const { body, announcedBytes, address = "127.0.0.1" } = shape;
        return {
          request: {
            method,
            path,
            query,
            headers: shape.headers ?? [],
            credential: sent.facts,
            key: key.facts,
            signature: signature.facts,
            bodyBytes: announcedBytes ?? body?.length ?? 0,
            ...(body === undefined ? {} : { body }),
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
            ...(signature.order === undefined ? {} : { sign: signature.order }),
          },
        };
      },
    };
  }

  async #credential(route: OracleRoute, shape: Shape, now: number, salt: number): Promise<SentCredential> {
    const place = this.#context.places.auth[route.authName];
    // A token on a route that asks for none is nobody's business, and travels on.
    if (route.audiences === undefined || place === undefined) {
      if (shape.credential !== undefined) return await shape.credential(nobody, now);
      // Where a signature is asked for, its header is no other's.
      if (salt % 2 === 0 || route.signed) return bearerless;
      return { facts: { kind: "unreadable" }, headers: [["Authorization", "Basic dXNlcjpwYXNz"]] };
    }
    const wanted: Wanted = {
      issuer: place.issuer,
      audiences: route.audiences,
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
  if (route.toFunction) return "function-hit";
  const shown: Case[] = ["route-hit", "query-intact", "headers-intact", "authorization-intact"];
  if (route.toPrivate) shown.push("private-hit", "private-hit");
  if (text.path !== undefined) shown.push("path-mapped", "path-mapped");
  if (route.segments.some((part) => part.startsWith("{"))) shown.push("parameter-encoded");
  if (bodyOf(route.method, salt) !== undefined) shown.push("body-intact");
  if (text.requestHeaders?.set !== undefined) shown.push("header-set");
  if (text.requestHeaders?.remove !== undefined) shown.push("header-removed");
  return pick(shown, salt);
}
