import type { Api, ApiRoute, Limit } from "../../../api/checked-api.ts";
import { relate } from "../../../api/path/pattern.ts";
import { vendorName } from "../../../gateway/names.ts";
import { pageHeaders } from "../document/gateway-responses.ts";
import { STAGE } from "../stage/name.ts";
import type { ManagedRules } from "./managed-rules.ts";
import { encodedSlash, oddPath, pathElsewhere, pathEnding, stagePath } from "./path-pattern.ts";
import {
  allOf,
  anyOf,
  methodIs,
  not,
  pathMatches,
  type WebAclBody,
  type WebAclRule,
  type WebAclSettings,
  type WebAclStatement,
  type WebAclVisibility,
} from "./web-acl.ts";

/** A route with its limit by client address. */
export interface AddressLimit {
  readonly route: ApiRoute;
  readonly limit: Limit;
}

/** The routes that limit client addresses, in order. */
export function addressLimits({ routes }: Api): readonly AddressLimit[] {
  return routes.flatMap((route) => route.limits.filter(({ by }) => by === "ip").map((limit) => ({ route, limit })));
}

/**
 * The web ACL that stands before a stage; undefined where nothing asks for one.
 *
 * Each limit is a rule of its own, which counts the requests that the route takes, by address. What WAF and API Gateway might
 * read differently does not get by: of the methods that are counted, odd paths are refused. Behind a domain of the API's own, whose
 * base path is not known here, each path counts that ends as the route's do.
 */
export function webAclOf(api: Api, managedRules: readonly ManagedRules[] = []): WebAclSettings | undefined {
  const rules = limiting(api);
  if (rules.length + managedRules.length === 0) return undefined;
  const managed = managedRules.map(
    (name, index): WebAclRule => ({
      name,
      priority: rules.length + index,
      statement: { managedRuleGroupStatement: { vendorName: "AWS", name } },
      overrideAction: { none: {} },
      visibilityConfig: visibility(name),
    }),
  );
  return { rules: [...rules, ...managed], customResponseBodies: rules.length === 0 ? [] : [badRequest, tooMany] };
}

/** One rule for each limit, and before them one that refuses odd paths. */
function limiting(api: Api): readonly WebAclRule[] {
  const limits = addressLimits(api);
  if (limits.length === 0) return [];
  const methods = [...new Set(limits.map(({ route }) => route.method))];
  const odd: WebAclRule = {
    name: "odd-paths",
    priority: 0,
    statement: allOf([
      anyOf(methods.map(methodIs)),
      anyOf([pathMatches(oddPath), pathMatches(encodedSlash, "as sent")]),
    ]),
    action: refusal(api, 400, badRequest.key, "BadRequestException"),
    visibilityConfig: visibility("odd-paths"),
  };
  const rates = limits.map(({ route, limit }, index): WebAclRule => {
    const name = ruleName(route);
    return {
      name,
      priority: index + 1,
      statement: {
        rateBasedStatement: {
          aggregateKeyType: "IP",
          evaluationWindowSec: 60,
          limit: limit.requests,
          scopeDownStatement: requestsOf(api, route),
        },
      },
      action: refusal(api, 429, tooMany.key, "TooManyRequestsException"),
      visibilityConfig: visibility(name),
    };
  });
  return [odd, ...rates];
}

/** What API Gateway itself says. */
const badRequest: WebAclBody = body("bad-request", "Bad Request");
const tooMany: WebAclBody = body("too-many-requests", "Too Many Requests");

function body(key: string, message: string): WebAclBody {
  return { key, contentType: "APPLICATION_JSON", content: JSON.stringify({ message }) };
}

/** As API Gateway answers, with the exception's name, and for pages of the one origin that may read it. */
function refusal({ cors }: Api, status: number, key: string, exception: string): NonNullable<WebAclRule["action"]> {
  const headers = { "x-amzn-errortype": exception, ...pageHeaders(cors) };
  return {
    block: {
      customResponse: {
        responseCode: status,
        customResponseBodyKey: key,
        responseHeaders: Object.entries(headers).map(([name, value]) => ({ name, value })),
      },
    },
  };
}

/** Of a metric too; the pages allow both letters, digits, `_` and `-`. */
function ruleName({ key }: ApiRoute): string {
  return vendorName(`limit ${key}`, { longest: 120 });
}

function visibility(metricName: string): WebAclVisibility {
  return { cloudwatchMetricsEnabled: true, metricName, sampledRequestsEnabled: false };
}

/**
 * The requests that a route takes. The provider's schema has two levels of and, or and not in a scope (terraform-provider-aws,
 * internal/service/wafv2/schemas.go), though the SDK's types have any number.
 */
function requestsOf(api: Api, route: ApiRoute): WebAclStatement {
  const ending = pathEnding(route.pattern);
  return allOf([
    methodIs(route.method),
    ...(ending === undefined ? [] : [pathMatches(ending)]),
    anyOf([pathMatches(stagePath(STAGE, route.pattern)), pathMatches(pathElsewhere(STAGE))]),
    ...takenFrom(api, route).map((narrower) => not(pathMatches(stagePath(STAGE, narrower.pattern)))),
  ]);
}

/** The routes that take requests from within another's path: of its method, and none that lies within one of these. */
export function takenFrom({ routes }: Api, route: ApiRoute): readonly ApiRoute[] {
  const narrower = routes.filter(
    ({ method, pattern }) => method === route.method && relate(pattern, route.pattern) === "narrower",
  );
  return narrower.filter(({ pattern }) => !narrower.some((other) => relate(pattern, other.pattern) === "narrower"));
}
