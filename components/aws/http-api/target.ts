import { type Bindings, urlOf } from "../../api/binding/binding.ts";
import type { VendorLimit } from "../../api/capability/capabilities.ts";
import type { Feature } from "../../api/capability/features.ts";
import {
  type Api,
  type ApiReplyRoute,
  type ApiRoute,
  functionBackends,
  type Limit,
  windowSeconds,
} from "../../api/checked-api.ts";
import { PolygateError, type Problem } from "../../api/problem.ts";
import type { Target } from "../../gateway/target.ts";
import { lambdaForm } from "../function/lambda-form.ts";
import { httpApiLinks } from "../link/link.ts";
import { checkPrivateBackends } from "../link/private-backend.ts";
import { oddPaths } from "../odd-paths.ts";
import { awsHttpApi } from "./capabilities.ts";
import {
  authorizersOf,
  corsOf,
  type HttpApiCors,
  type HttpApiInfo,
  httpApiDocument,
  mappingsOf,
  routeKeyOf,
  writtenPath,
} from "./document.ts";
import { repliesOf } from "./replies.ts";

/** What the compiler must know beside the description and the bindings. */
export interface HttpApiPlace {
  /** The API's name. */
  readonly name: string;
  /** The ARN of the function that gives the gateway's own answers. Default: one that stands in for it. */
  readonly replies?: string;
}

/** A throttle. Always both numbers: one that is left out is sent as 0, which refuses every request. */
export interface HttpApiThrottle {
  readonly throttlingRateLimit: number;
  readonly throttlingBurstLimit: number;
}

/** What stands beside the document, and holds no binding. */
export interface HttpApiSettings {
  readonly cors?: HttpApiCors;
  /** By route key. */
  readonly routeSettings: Readonly<Record<string, HttpApiThrottle>>;
}

/** What an HTTP API is made of. */
export interface HttpApiArtefacts extends HttpApiSettings {
  /** Routes, authorizers, integrations: OpenAPI 3.0 in JSON. */
  readonly document: string;
}

const { limits: numbers } = awsHttpApi;

/** As the placeholders of bindings are: an account that is none. */
const STAND_IN = "arn:aws:lambda:us-east-1:000000000000:function:replies";

/** Checks and compiles an API for an HTTP API. */
export function httpApiTarget({ name, replies = STAND_IN }: HttpApiPlace): Target<HttpApiArtefacts> {
  return {
    capabilities: awsHttpApi,
    resources: (api) => 3 + functionBackends(api).length + (repliesOf(api).length === 0 ? 0 : 5),
    functions: lambdaForm,
    links: httpApiLinks,
    cautions: (api) => api.routes.flatMap((route) => oddPaths(route, api)),
    check: (api) => [...checkApi(api), ...api.routes.flatMap((route) => checkRoute(route, api.cors !== undefined))],
    compile: (api, bindings) => {
      checkBound(api, bindings);
      return { document: httpApiDocument(api, bindings, infoOf(api, name), replies), ...settingsOf(api) };
    },
    artefacts: ({ document, cors, routeSettings }) => ({
      "openapi.json": document,
      "route-settings.json": `${JSON.stringify(routeSettings, null, 2)}\n`,
      ...(cors === undefined ? {} : { "cors.json": `${JSON.stringify(cors, null, 2)}\n` }),
    }),
  };
}

/** What the API is called, there and in its document. */
export function infoOf(api: Api, name: string): HttpApiInfo {
  return { name, version: "1", description: api.title ?? "" };
}

export function settingsOf(api: Api): HttpApiSettings {
  return {
    ...(api.cors === undefined ? {} : { cors: corsOf(api.cors) }),
    routeSettings: Object.fromEntries(
      api.routes.flatMap((route) => route.limits.map((limit) => [routeKeyOf(route), throttleOf(limit)])),
    ),
  };
}

/** A bucket that holds the requests of a window, and fills again within one. */
function throttleOf({ requests, per, burst }: Limit): HttpApiThrottle {
  return { throttlingRateLimit: requests / windowSeconds[per], throttlingBurstLimit: burst ?? requests };
}

/**
 * What an import replaces wherever it stands, without an escape:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/import-api-aws-variables.html
 */
const variable = /\$\{AWS::/;

const FEWER_ISSUERS = "Serve the routes of some issuers from another gateway (omit).";

function excess(what: string, count: number, { value, unit }: VendorLimit, remedy: string): readonly Problem[] {
  if (count <= value) return [];
  const rule = `there are ${count}, and API Gateway takes ${value} ${unit}`;
  return [{ code: `too-many-${what}`, vendor: "aws", rule, remedy }];
}

function checkApi(api: Api): readonly Problem[] {
  const problems: Problem[] = [];
  const refuse = (problem: Omit<Problem, "vendor">): void => {
    problems.push({ ...problem, vendor: "aws" });
  };
  const tooMany = (...given: Parameters<typeof excess>) => problems.push(...excess(...given));
  tooMany("routes", api.routes.length, numbers.routes, "Serve some of the routes from another gateway (omit).");
  const used = new Set(api.routes.map((route) => route.authName));
  const jwts = Object.entries(api.auth).filter(([name, auth]) => auth.kind === "jwt" && used.has(name));
  // Auths that ask for the same share an authorizer; which do is known when they are bound.
  const distinct = new Set(jwts.map(([, auth]) => auth.kind === "jwt" && JSON.stringify(auth.audiences.toSorted())));
  tooMany("issuers", distinct.size, numbers.authorizers, FEWER_ISSUERS);
  if (api.title !== undefined && api.title.length > numbers.descriptionCharacters.value) {
    refuse({
      code: "title-too-long",
      place: "title",
      rule: `API Gateway takes ${numbers.descriptionCharacters.value} ${numbers.descriptionCharacters.unit}, and this has ${api.title.length}`,
      remedy: "Shorten the title.",
    });
  }
  if (api.title !== undefined && variable.test(api.title)) {
    refuse({
      code: "dollar",
      place: "title",
      rule: "an import reads ${AWS:: as the beginning of a variable of its own, and has no escape for it",
      remedy: "Write the title without ${AWS::.",
    });
  }
  for (const [name, auth] of jwts) {
    if (auth.kind !== "jwt") continue;
    if (auth.audiences.length > numbers.audiences.value) {
      refuse({
        code: "too-many-audiences",
        place: `auth.${name}.audiences`,
        feature: "auth.jwt",
        rule: `there are ${auth.audiences.length}, and API Gateway takes ${numbers.audiences.value} ${numbers.audiences.unit}`,
        remedy: "Have the issuer name fewer audiences.",
      });
    }
    for (const [index, audience] of auth.audiences.entries()) {
      if (!variable.test(audience)) continue;
      refuse({
        code: "dollar",
        place: `auth.${name}.audiences[${index}]`,
        feature: "auth.jwt",
        rule: "an import reads ${AWS:: as the beginning of a variable of its own, and has no escape for it",
        remedy: "Have the issuer name an audience without ${AWS::.",
      });
    }
  }
  return problems;
}

/** Names that parameter mapping refuses: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-parameter-mapping.html */
const reserved =
  /^(?:access-control-.*|apigw-.*|x-amz-.*|x-amzn-.*|authorization|connection|content-encoding|content-length|content-location|forwarded|keep-alive|origin|proxy-authenticate|proxy-authorization|te|trailers|transfer-encoding|upgrade|x-forwarded-for|x-forwarded-host|x-forwarded-proto|via)$/;

function checkRoute(route: ApiRoute, hasCors: boolean): readonly Problem[] {
  const problems: Problem[] = [];
  const refuse: Refuse = (code, feature, rule, remedy) => {
    problems.push({ code, route: route.key, feature, vendor: "aws", rule, remedy });
  };
  if (route.scopes.length > numbers.scopes.value) {
    refuse(
      "too-many-scopes",
      "auth.scopes",
      `there are ${route.scopes.length}, and API Gateway takes ${numbers.scopes.value} ${numbers.scopes.unit}`,
      "Name fewer scopes; any one of them opens the route.",
    );
  }
  for (const scope of route.scopes.filter((name) => name.length > numbers.scopeCharacters.value)) {
    refuse(
      "scope-too-long",
      "auth.scopes",
      `API Gateway takes ${numbers.scopeCharacters.value} ${numbers.scopeCharacters.unit}, and ${JSON.stringify(scope).slice(0, 100)} has ${scope.length}`,
      "Have the issuer name a shorter scope.",
    );
  }
  if (route.path === "/$default") {
    refuse(
      "dollar",
      "route.literal",
      "an HTTP API's route $default takes every request that no other route does, and there is no escape for it",
      "Serve another path.",
    );
  }
  for (const scope of route.scopes.filter((name) => variable.test(name))) {
    refuse(
      "dollar",
      "auth.scopes",
      `an import reads the \${AWS:: in ${JSON.stringify(scope)} as the beginning of a variable of its own, and has no escape for it`,
      "Rename the scope.",
    );
  }
  checkLimits(route, refuse);
  if (route.kind === "reply") {
    checkReply(route, hasCors, refuse);
    return problems;
  }
  if (route.timeoutSeconds > numbers.timeoutSeconds.value) {
    refuse(
      "timeout-too-long",
      "timeout",
      `an HTTP API waits ${numbers.timeoutSeconds.value} seconds for a backend, and this is ${route.timeoutSeconds}`,
      `Write timeoutSeconds: ${numbers.timeoutSeconds.value} or less, and let long work answer 202 and be asked for.`,
    );
  }
  if (writtenPath(route).some((segment) => segment.kind === "literal" && segment.text.includes("$"))) {
    refuse(
      "dollar",
      "path.rewrite",
      "a mapped path reads $ as the beginning of a variable, and has no escape for it",
      "Let the backend serve a path without $, or the route's own path.",
    );
  }
  for (const [feature, names] of [
    ["headers.set", Object.keys(route.setHeaders)],
    ["headers.remove", route.removeHeaders],
  ] as const) {
    for (const name of names.filter((header) => reserved.test(header))) {
      refuse(
        "reserved-header",
        feature,
        `an HTTP API maps no header ${name} (https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-parameter-mapping.html)`,
        "Leave the header to the gateway, or use another name.",
      );
    }
  }
  for (const [name, value] of Object.entries(route.setHeaders)) {
    if (!value.includes("$")) continue;
    refuse(
      "dollar",
      "headers.set",
      `the value of ${name} has a $, which parameter mapping reads as the beginning of a variable, and has no escape for`,
      "Write the value without $, e.g. percent-encoded.",
    );
  }
  return problems;
}

type Refuse = (code: string, feature: Feature, rule: string, remedy: string) => void;

function checkReply({ body, headers }: ApiReplyRoute, hasCors: boolean, refuse: Refuse): void {
  const { value, unit } = numbers.replyBytes;
  const bytes = Buffer.byteLength(body);
  if (bytes > value) {
    refuse(
      "reply-too-long",
      "reply",
      `the function that answers has room for ${value} ${unit}, and this has ${bytes}`,
      "Let a backend answer.",
    );
  }
  for (const header of Object.keys(headers)) {
    // https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html; the others are API Gateway's own (U).
    const lost = /^(?:apigw-|x-amzn-)/.test(header) || (hasCors && header.startsWith("access-control-"));
    if (!lost) continue;
    refuse(
      "reserved-header",
      "reply",
      `an HTTP API does not send a header ${header} of an answer's own`,
      "Leave the header to the gateway, or use another name.",
    );
  }
}

/** A route has one throttle. */
function checkLimits({ limits }: ApiRoute, refuse: Refuse): void {
  if (limits.length > 1) {
    refuse(
      "too-many-limits",
      "limits.route",
      `the route has ${limits.length} limits, and a route of an HTTP API has one throttle`,
      "Keep the one that matters most.",
    );
  }
  for (const limit of limits) {
    const { throttlingBurstLimit } = throttleOf(limit);
    if (throttlingBurstLimit <= numbers.burst.value) continue;
    refuse(
      "burst-too-large",
      limit.burst === undefined ? "limits.route" : "limits.burst",
      `a throttle lets ${numbers.burst.value} requests pass at once, and this asks for ${throttlingBurstLimit}`,
      "Limit a shorter window, e.g. per minute instead of per hour, or write a smaller burst.",
    );
  }
}

function longMappings(route: ApiRoute, bindings: Bindings): readonly Problem[] {
  if (route.kind !== "proxy" || route.backendKind === "fn") return [];
  const { value: most, unit } = numbers.mappingCharacters;
  return Object.entries(mappingsOf(route, bindings)).flatMap(([key, value]): readonly Problem[] => {
    if (value.length <= most) return [];
    const [what, feature] =
      key === "overwrite:path"
        ? (["the path at the backend", "path.rewrite"] as const)
        : ([`the header ${key.replace(/^overwrite:header\./, "")}`, "headers.set"] as const);
    return [
      {
        code: "mapping-too-long",
        route: route.key,
        feature,
        vendor: "aws",
        rule: `API Gateway takes ${most} ${unit}, and ${what} has ${value.length}`,
        remedy: "Shorten it, or have the backend know it.",
      },
    ];
  });
}

/**
 * @throws {PolygateError} for what depends on bindings: a base path that a mapping would read as a variable, a mapping that is
 *   too long, and more authorizers or VPC links than there can be.
 */
function checkBound(api: Api, bindings: Bindings): void {
  const problems = Object.entries(api.backends).flatMap(([backend, { kind }]): readonly Problem[] => {
    if (kind === "fn" || !urlOf(bindings, backend).includes("$")) return [];
    return [
      {
        code: "dollar",
        place: `backends.${backend}.url`,
        vendor: "aws",
        rule: "a mapped path reads $ as the beginning of a variable, and has no escape for it",
        remedy: "Bind a URL whose base path has no $.",
      },
    ];
  });
  problems.push(...checkPrivateBackends(api, bindings, numbers.vpcLinks));
  problems.push(...api.routes.flatMap((route) => longMappings(route, bindings)));
  const authorizers = new Set([...authorizersOf(api, bindings).values()].map(({ shared }) => shared));
  problems.push(...excess("issuers", authorizers.size, numbers.authorizers, FEWER_ISSUERS));
  if (problems.length > 0)
    throw new PolygateError(`The API${api.title === undefined ? "" : ` "${api.title}"`} on AWS`, problems);
}
