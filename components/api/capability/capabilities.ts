import {
  type Api,
  type ApiRequest,
  type ApiRoute,
  asksForKey,
  type Limit,
  tokenOf,
  windowSeconds,
} from "../checked-api.ts";
import { parametersOf } from "../path/pattern.ts";
import { PolygateError, type Problem, type Vendor } from "../problem.ts";

/**
 * Everything that a description can ask of a vendor. Each vendor's table answers each; a name missing from a table is a
 * type error.
 */
export const features = {
  "route.literal": "Routes by method and literal path",
  "route.literal.colon": "Literal segments with a colon",
  "route.literal.mark": "Literal segments with `.`, `$`, `(`, `)` or `+` in a path with parameters",
  "route.parameter": "Path parameters (`{id}`)",
  "route.greedy": "The rest of a path (`{rest+}`)",
  "path.prefix": "A prefix put before the route's path on the way to the backend",
  "path.fixed": "Another path on the backend, for a route without parameters",
  "path.rewrite": "Another path on the backend, made of the route's parameters",
  "backend.http": "Public HTTP backends",
  "backend.fn": "Functions of the same cloud as backends",
  "backend.onPrem": "Private backends, on premises or in a private network (`onPrem`)",
  reply: "An answer by the gateway itself (`reply`)",
  "auth.jwt": "JSON Web Tokens: signature, issuer, audience, expiry",
  "auth.scopes": "Scopes of a token",
  "auth.key": "API keys (`x-api-key`)",
  "auth.token-and-key": "A token and an API key together",
  "auth.iam": "Requests signed with credentials of the gateway's own cloud",
  "auth.open": "Routes without authentication, for a stated reason",
  "limits.route": "Limits per second or minute by route",
  "limits.route.long": "Limits per hour or day by route",
  "limits.api": "Limits by API",
  "limits.consumer": "Limits per second or minute by consumer, on a route with a token",
  "limits.consumer.long": "Limits per hour or day by consumer, on a route with a token",
  "limits.key": "Limits per second or minute by consumer, on a route with an API key",
  "limits.key.long": "Limits per hour or day by consumer, on a route with an API key",
  "limits.ip.second": "Limits per second by client address",
  "limits.ip": "Limits per minute by client address",
  "limits.ip.long": "Limits per hour or day by client address",
  "limits.burst": "A burst of its own (`burst`)",
  "plans.limits": "Plans: limits of a consumer over all routes with an API key",
  "plans.quota": "Plans: quotas of a consumer by day, week or month",
  "plans.routes": "Plans: limits of a consumer on single routes",
  cors: "CORS, preflights answered by the gateway",
  "request.parameters": "Parameters and headers that a request must have",
  "request.body": "Bodies checked against a JSON schema",
  timeout: "A time-out per route",
  "headers.set": "Request headers set",
  "headers.remove": "Request headers removed",
} as const;

export type Feature = keyof typeof features;

/** How a vendor carries a feature. */
export type Support =
  | { readonly support: "native"; readonly how: string }
  | { readonly support: "composed"; readonly how: string }
  /** `instead` says the way out: what to write, or which class has it. */
  | { readonly support: "none"; readonly why: string; readonly instead: string };

/** A number that the vendor sets, with the page it rests on. */
export interface VendorLimit {
  readonly value: number;
  readonly unit: string;
  /** Whether the vendor raises it on request. */
  readonly raisable: boolean;
  readonly source: string;
}

/** A case of the contract that a vendor decides otherwise, with the reason. Never one that opens a route. */
export interface Divergence {
  /** The case's name in the contract suite. */
  readonly case: string;
  readonly reason: string;
}

/** What one gateway class can and cannot carry. */
export interface Capabilities {
  readonly vendor: Vendor;
  /** The class that a user writes, e.g. `AwsHttpApi`. */
  readonly className: string;
  readonly features: Readonly<Record<Feature, Support>>;
  /** How exactly limits are counted, in the vendor's own terms. */
  readonly limitPrecision: string;
  readonly limits: Readonly<Record<string, VendorLimit>>;
  readonly divergences: readonly Divergence[];
  /** Texts that a description may hold and that the vendor's documents have no way to say: refused, all others are carried. */
  readonly noEscape: readonly NoEscape[];
}

/** A kind of text that is refused for want of an escape. */
export interface NoEscape {
  /** The problem's code. */
  readonly code: string;
  /** Where in a description. */
  readonly where: string;
  /** What a text there must not hold. */
  readonly text: string;
}

/** What a user may have left out, with a reason, where a vendor cannot carry it. Never authentication or scopes. */
export const waivable = {
  limits: (feature: Feature) => feature.startsWith("limits."),
  plans: (feature: Feature) => feature.startsWith("plans."),
  cors: (feature: Feature) => feature === "cors",
  timeout: (feature: Feature) => feature === "timeout",
  /** A backend can check what it is sent by itself. */
  validation: (feature: Feature) => feature.startsWith("request."),
} as const;

export type Waivable = keyof typeof waivable;

/** `{ limits: "the load balancer limits" }`: a feature and the reason it may be missing. */
export type Waivers = Partial<Readonly<Record<Waivable, string>>>;

/** Something that was left out for a stated reason. */
export interface Waived {
  readonly what: Waivable;
  readonly reason: string;
  /** The routes that lose it; empty for what holds for the whole API. */
  readonly routes: readonly string[];
}

/** What a route asks of a vendor. */
export function featuresOf(route: ApiRoute): ReadonlySet<Feature> {
  const used = new Set<Feature>(["route.literal"]);
  const isLiteral = parametersOf(route.pattern).length === 0;
  for (const segment of route.pattern) {
    if (segment.kind === "literal") {
      if (segment.text.includes(":")) used.add("route.literal.colon");
      if (!isLiteral && /[.$()+]/.test(segment.text)) used.add("route.literal.mark");
    } else used.add(`route.${segment.kind}`);
  }
  for (const feature of authFeatures(route)) used.add(feature);
  if (route.scopes.length > 0) used.add("auth.scopes");
  for (const limit of route.limits) for (const feature of limitFeatures(limit, route)) used.add(feature);
  if (asksForParameters(route.request)) used.add("request.parameters");
  if (route.request?.body !== undefined) used.add("request.body");
  if (route.kind === "reply") return used.add("reply");
  used.add(`backend.${route.backendKind}`).add("timeout");
  const mapping = mappingOf(route);
  if (mapping === "prefix") used.add("path.prefix");
  if (mapping === "rewrite") used.add(isLiteral ? "path.fixed" : "path.rewrite");
  if (Object.keys(route.setHeaders).length > 0) used.add("headers.set");
  if (route.removeHeaders.length > 0) used.add("headers.remove");
  return used;
}

function asksForParameters(request: ApiRequest | undefined): boolean {
  return request !== undefined && request.query.length + request.headers.length > 0;
}

function authFeatures({ auth }: ApiRoute): readonly Feature[] {
  if (auth.kind === "open" || auth.kind === "iam") return [`auth.${auth.kind}`];
  const [token, key] = [tokenOf(auth) !== undefined, asksForKey(auth)];
  return [
    ...(token ? (["auth.jwt"] as const) : []),
    ...(key ? (["auth.key"] as const) : []),
    ...(token && key ? (["auth.token-and-key"] as const) : []),
  ];
}

function limitFeatures({ by, per, burst }: Limit, { auth }: ApiRoute): readonly Feature[] {
  const what = by === "consumer" && asksForKey(auth) ? "key" : by;
  const counted =
    what === "api"
      ? "limits.api"
      : what === "ip" && per === "second"
        ? "limits.ip.second"
        : windowSeconds[per] > 60
          ? (`limits.${what}.long` as const)
          : (`limits.${what}` as const);
  return burst === undefined ? [counted] : [counted, "limits.burst"];
}

/** What an API asks of a vendor beside what its routes do. */
export function apiFeatures(api: Api): ReadonlySet<Feature> {
  const used = new Set<Feature>();
  if (api.cors !== undefined) used.add("cors");
  if (!api.routes.some(({ auth }) => asksForKey(auth))) return used;
  for (const { limits, quota, routes } of Object.values(api.plans)) {
    if (limits.length > 0) used.add("plans.limits");
    if (quota !== undefined) used.add("plans.quota");
    if (Object.values(routes).some((own) => own.length > 0)) used.add("plans.routes");
  }
  return used;
}

/** How the path at the backend comes from the route's own. */
export function mappingOf(route: ApiRoute & { readonly kind: "proxy" }): "same" | "prefix" | "rewrite" {
  const extra = route.backendPath.length - route.pattern.length;
  if (extra < 0) return "rewrite";
  const head = route.backendPath.slice(0, extra);
  const tail = route.backendPath.slice(extra);
  const sameTail = tail.every((segment, index) => {
    const own = route.pattern[index];
    if (own === undefined || own.kind !== segment.kind) return false;
    return segment.kind === "literal"
      ? own.kind === "literal" && own.text === segment.text
      : own.kind !== "literal" && own.name === segment.name;
  });
  if (!sameTail || head.some((segment) => segment.kind !== "literal")) return "rewrite";
  return extra === 0 ? "same" : "prefix";
}

/** What is refused: one problem for each route and feature that the vendor lacks and nobody waived. */
export function refusals(api: Api, capabilities: Capabilities, waivers: Waivers): readonly Problem[] {
  const problems: Problem[] = [];
  const missing = (feature: Feature, route?: string): void => {
    const support = capabilities.features[feature];
    if (support.support !== "none" || waiverFor(feature, waivers) !== undefined) return;
    const waiver = (Object.keys(waivable) as Waivable[]).find((what) => waivable[what](feature));
    problems.push({
      code: "not-carried",
      ...(route === undefined ? {} : { route }),
      feature,
      vendor: capabilities.vendor,
      rule: `${capabilities.className} does not carry ${inSentence(features[feature])}: ${support.why}`,
      remedy:
        waiver === undefined
          ? support.instead
          : `${support.instead} Or go without: waive: { ${waiver}: "why that is safe" }.`,
    });
  };
  for (const route of api.routes) for (const feature of featuresOf(route)) missing(feature, route.key);
  for (const feature of apiFeatures(api)) missing(feature);
  for (const [what, reason] of Object.entries(waivers)) {
    if (!Object.hasOwn(waivable, what)) {
      problems.push({
        code: "not-waivable",
        place: `waive.${what}`,
        vendor: capabilities.vendor,
        rule: `"${what}" cannot be waived`,
        remedy: `What can: ${Object.keys(waivable).join(", ")}. Authentication and scopes never.`,
      });
    } else if (typeof reason !== "string" || reason.trim() === "") {
      problems.push({
        code: "empty",
        place: `waive.${what}`,
        rule: "a waiver has a reason",
        remedy: `Write waive: { ${what}: "why that is safe" }.`,
      });
    }
  }
  return problems;
}

/** What is left to check of a request; the same one where nothing was waived. */
function checkable(request: ApiRequest | undefined, lacking: (feature: Feature) => boolean): ApiRequest | undefined {
  if (request === undefined) return undefined;
  const parameters = !asksForParameters(request) || !lacking("request.parameters");
  const { body, ...named } = request;
  const checksBody = body === undefined || !lacking("request.body");
  if (parameters && checksBody) return request;
  if (parameters && asksForParameters(request)) return named;
  return checksBody && body !== undefined ? { query: [], headers: [], body } : undefined;
}

/** Without a capital at the beginning, unless it is of an abbreviation. */
function inSentence(title: string): string {
  return title.replace(/^[A-Z](?![A-Z])/, (letter) => letter.toLowerCase());
}

function waiverFor(feature: Feature, waivers: Waivers): Waivable | undefined {
  return (Object.keys(waivable) as Waivable[]).find((what) => waivable[what](feature) && waivers[what] !== undefined);
}

/** The API as a vendor carries it: what was waived and the vendor lacks is gone, and listed. */
export interface Carried {
  readonly api: Api;
  readonly waived: readonly Waived[];
}

/**
 * Refuses what the vendor lacks and takes out what was waived.
 *
 * @param own the vendor's own checks: numbers, reserved names, what its documents cannot say.
 * @throws {PolygateError} with every refusal at once.
 */
export function carry(
  api: Api,
  capabilities: Capabilities,
  waivers: Waivers = {},
  own: (carried: Api) => readonly Problem[] = () => [],
): Carried {
  const lacking = (feature: Feature): boolean =>
    capabilities.features[feature].support === "none" && waiverFor(feature, waivers) !== undefined;
  const waived = new Map<Waivable, string[]>();
  const note = (what: Waivable, route?: string): void => {
    const list = waived.get(what) ?? [];
    waived.set(what, list);
    if (route !== undefined) list.push(route);
  };
  const routes = api.routes.map((route) => {
    const limits = route.limits
      .filter((limit) => !limitFeatures(limit, route).some((feature) => feature !== "limits.burst" && lacking(feature)))
      .map((limit) => {
        if (limit.burst === undefined || !lacking("limits.burst")) return limit;
        // Waived is the burst alone, not the limit that it belongs to.
        const { burst: _, ...rest } = limit;
        return rest;
      });
    const changed = limits.length < route.limits.length || limits.some((limit) => !route.limits.includes(limit));
    if (changed) note("limits", route.key);
    if (route.kind === "proxy" && lacking("timeout")) note("timeout", route.key);
    const request = checkable(route.request, lacking);
    if (request !== route.request) note("validation", route.key);
    if (request === route.request) return changed ? { ...route, limits } : route;
    const { request: _, ...unchecked } = route;
    return { ...unchecked, limits, ...(request === undefined ? {} : { request }) };
  });
  const dropsCors = api.cors !== undefined && lacking("cors");
  if (dropsCors) note("cors");
  const plans = Object.fromEntries(
    Object.entries(api.plans).map(([name, { limits, quota, routes: single }]) => [
      name,
      {
        limits: lacking("plans.limits") ? [] : limits,
        ...(quota === undefined || lacking("plans.quota") ? {} : { quota }),
        routes: lacking("plans.routes") ? {} : single,
      },
    ]),
  );
  if ([...apiFeatures(api)].some((feature) => waivable.plans(feature) && lacking(feature))) note("plans");
  const { cors, ...rest } = api;
  const carried: Api = { ...rest, plans, routes, ...(cors === undefined || dropsCors ? {} : { cors }) };
  const problems = [...refusals(api, capabilities, waivers), ...own(carried)];
  if (problems.length > 0)
    throw new PolygateError(
      `The API${api.title === undefined ? "" : ` "${api.title}"`} on ${capabilities.className}`,
      problems,
    );
  return {
    api: carried,
    waived: [...waived].map(([what, list]) => ({ what, reason: waivers[what] ?? "", routes: list })),
  };
}
