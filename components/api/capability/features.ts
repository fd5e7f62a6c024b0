import {
  type Api,
  type ApiRequest,
  type ApiRoute,
  type Limit,
  requiresKey,
  tokenOf,
  trustingBackends,
  windowSeconds,
} from "../checked-api.ts";
import { trustKinds } from "../description/trust.ts";
import { mappingOf } from "../path/mapping.ts";
import { parametersOf } from "../path/pattern.ts";

/**
 * Every feature that a description can require of a vendor. Each vendor's table covers each of them; a missing one is a type
 * error.
 */
export const features = {
  "route.literal": "Routes by method and literal path",
  "route.literal.colon": "Literal segments with a colon",
  "route.literal.mark": "Literal segments with `.`, `$`, `(`, `)` or `+` in a path with parameters",
  "route.parameter": "Path parameters (`{id}`)",
  "route.greedy": "The rest of a path (`{rest+}`)",
  "path.prefix": "A prefix before the route's path at the backend",
  "path.fixed": "Another path at the backend, for a route without parameters",
  "path.rewrite": "Another path at the backend, made of the route's parameters",
  "backend.http": "Public HTTP backends",
  "backend.fn": "Functions of the same cloud as backends",
  "backend.onPrem": "Private backends, on premises or in a private network (`onPrem`)",
  "trust.clientCertificate": "A client certificate that proves the gateway to a backend (`trust`)",
  "trust.secretHeader": "A secret header that proves the gateway to a backend (`trust`)",
  "trust.identityToken": "An identity token that proves the gateway to a backend (`trust`)",
  reply: "Responses sent by the gateway itself (`reply`)",
  "auth.jwt": "JSON Web Tokens: signature, issuer, audience, expiry",
  "auth.jwt.client-id": "The `client_id` of a token without `aud` as its audience (`audienceFallback`)",
  "auth.scopes": "Scopes of a token",
  "auth.scopes.all": "Several scopes of a token, all of which are required",
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
  "limits.burst": "A separate burst (`burst`)",
  "plans.limits": "Plans: limits of a consumer on all routes with an API key together",
  "plans.quota": "Plans: quotas of a consumer by day, week or month",
  "plans.routes": "Plans: limits of a consumer on single routes",
  cors: "CORS, with preflights answered by the gateway",
  "request.parameters": "Required query parameters and headers",
  "request.body": "Bodies checked against a JSON schema",
  timeout: "A timeout per route",
  "headers.set": "Setting request headers",
  "headers.remove": "Removing request headers",
} as const;

export type Feature = keyof typeof features;

/** The features that a route requires. */
export function featuresOf(route: ApiRoute): ReadonlySet<Feature> {
  const used = new Set<Feature>([...patternFeatures(route), ...authFeatures(route)]);
  if (route.scopes.names.length > 0) used.add(route.scopes.match === "all" ? "auth.scopes.all" : "auth.scopes");
  for (const limit of route.limits) for (const feature of limitFeatures(limit, route)) used.add(feature);
  if (requiresNames(route.request)) used.add("request.parameters");
  if (route.request?.body !== undefined) used.add("request.body");
  if (route.kind === "reply") return used.add("reply");
  used.add(`backend.${route.backendKind}`).add("timeout");
  const mapping = mappingOf(route);
  if (mapping === "prefix") used.add("path.prefix");
  if (mapping === "rewrite") used.add(isLiteral(route) ? "path.fixed" : "path.rewrite");
  if (Object.keys(route.setHeaders).length > 0) used.add("headers.set");
  if (route.removeHeaders.length > 0) used.add("headers.remove");
  return used;
}

function isLiteral({ pattern }: ApiRoute): boolean {
  return parametersOf(pattern).length === 0;
}

function patternFeatures(route: ApiRoute): readonly Feature[] {
  const used: Feature[] = ["route.literal"];
  for (const segment of route.pattern) {
    if (segment.kind !== "literal") {
      used.push(`route.${segment.kind}`);
      continue;
    }
    if (segment.text.includes(":")) used.push("route.literal.colon");
    if (!isLiteral(route) && /[.$()+]/.test(segment.text)) used.push("route.literal.mark");
  }
  return used;
}

/** Whether a query parameter or a header is required. */
export function requiresNames(request: ApiRequest | undefined): boolean {
  return request !== undefined && request.query.length + request.headers.length > 0;
}

function authFeatures({ auth }: ApiRoute): readonly Feature[] {
  if (auth.kind === "open" || auth.kind === "iam") return [`auth.${auth.kind}`];
  const token = tokenOf(auth);
  if (token === undefined) return ["auth.key"];
  const ofToken: readonly Feature[] =
    token.audienceFallback === undefined ? ["auth.jwt"] : ["auth.jwt", "auth.jwt.client-id"];
  return requiresKey(auth) ? [...ofToken, "auth.key", "auth.token-and-key"] : ofToken;
}

/** The features that one limit of a route requires. */
export function limitFeatures({ by, per, burst }: Limit, { auth }: ApiRoute): readonly Feature[] {
  const counted = by === "consumer" && requiresKey(auth) ? "key" : by;
  const feature = countFeature(counted, per);
  return burst === undefined ? [feature] : [feature, "limits.burst"];
}

function countFeature(counted: Limit["by"] | "key", per: Limit["per"]): Feature {
  if (counted === "api") return "limits.api";
  if (counted === "ip" && per === "second") return "limits.ip.second";
  return windowSeconds[per] > 60 ? `limits.${counted}.long` : `limits.${counted}`;
}

/**
 * The features that an API requires beside those of its routes. A backend that accepts several proofs requires one of them.
 *
 * @param isSupported whether the class has a feature; of several proofs, those that it has are required, or all if it has none
 */
export function apiFeatures(api: Api, isSupported: (feature: Feature) => boolean = () => true): ReadonlySet<Feature> {
  const used = new Set<Feature>();
  if (api.cors !== undefined) used.add("cors");
  for (const { trust } of trustingBackends(api)) {
    const accepted = trustKinds.filter((kind) => trust[kind] !== undefined).map((kind): Feature => `trust.${kind}`);
    const supported = accepted.filter(isSupported);
    for (const feature of supported.length === 0 ? accepted : supported) used.add(feature);
  }
  if (!api.routes.some(({ auth }) => requiresKey(auth))) return used;
  for (const { limits, quota, routes } of Object.values(api.plans)) {
    if (limits.length > 0) used.add("plans.limits");
    if (quota !== undefined) used.add("plans.quota");
    if (Object.values(routes).some((own) => own.length > 0)) used.add("plans.routes");
  }
  return used;
}
