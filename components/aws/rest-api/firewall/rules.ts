import { type Api, type ApiRoute, type Limit, operationKey } from "../../../api/checked-api.ts";
import { relate } from "../../../api/path/pattern.ts";
import { vendorName } from "../../../gateway/names.ts";
import { pageHeaders } from "../document/gateway-responses.ts";
import { STAGE } from "../stage/name.ts";
import type { ManagedRules } from "./managed-rules.ts";
import { otherReadings } from "./other-readings.ts";
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

/** Returns the routes that limit client addresses, in order. */
export function addressLimits({ routes }: Api): readonly AddressLimit[] {
  return routes.flatMap((route) => route.limits.filter(({ by }) => by === "ip").map((limit) => ({ route, limit })));
}

/**
 * Compiles the web ACL in front of a stage; undefined if the API needs none.
 *
 * Each limit is a rule that counts the requests to the route by address. For the methods of these routes, the web ACL rejects odd paths,
 * which WAF and API Gateway might interpret differently. At a custom domain, whose base path is unknown here, a rule counts every path that
 * ends like the route's paths.
 *
 * @param readings whether the web ACL refuses a path that a lenient server may read as a path of a stricter route
 */
export function webAclOf(
  api: Api,
  managedRules: readonly ManagedRules[] = [],
  readings: "refused" | "forwarded" = "forwarded",
): WebAclSettings | undefined {
  const refusals = readings === "refused" ? readingRules(api) : [];
  const limits = limitRules(api);
  const managed = managedRules.map(
    (name): Rule => ({
      name,
      statement: { managedRuleGroupStatement: { vendorName: "AWS", name } },
      overrideAction: { none: {} },
      visibilityConfig: visibility(name),
    }),
  );
  const rules = [...refusals, ...limits, ...managed].map(
    ({ name, ...rule }, priority): WebAclRule => ({ name, priority, ...rule }),
  );
  if (rules.length === 0) return undefined;
  const bodies = limits.length > 0 ? [badRequest, tooMany] : refusals.length > 0 ? [badRequest] : [];
  return { rules, customResponseBodies: bodies };
}

type Rule = Omit<WebAclRule, "priority">;

/** Returns the rules that refuse a path which a lenient server may read as a path of a stricter route. */
function readingRules(api: Api): readonly Rule[] {
  return otherReadings(api).map(({ name, statement }) => ({
    name,
    statement,
    action: rejection(api, 400, badRequest.key, "BadRequestException"),
    visibilityConfig: visibility(name),
  }));
}

/** Returns a rule for each limit, and before them a rule that rejects odd paths. */
function limitRules(api: Api): readonly Rule[] {
  const limits = addressLimits(api);
  if (limits.length === 0) return [];
  const methods = [...new Set(limits.map(({ route }) => route.method))];
  const odd: Rule = {
    name: "odd-paths",
    statement: allOf([
      anyOf(methods.map(methodIs)),
      anyOf([pathMatches(oddPath), pathMatches(encodedSlash, "as sent")]),
    ]),
    action: rejection(api, 400, badRequest.key, "BadRequestException"),
    visibilityConfig: visibility("odd-paths"),
  };
  const rates = limits.map(({ route, limit }): Rule => {
    const name = ruleName(route);
    return {
      name,
      statement: {
        rateBasedStatement: {
          aggregateKeyType: "IP",
          evaluationWindowSec: 60,
          limit: limit.requests,
          scopeDownStatement: requestsOf(api, route),
        },
      },
      action: rejection(api, 429, tooMany.key, "TooManyRequestsException"),
      visibilityConfig: visibility(name),
    };
  });
  return [odd, ...rates];
}

// The bodies of API Gateway's own responses.
const badRequest: WebAclBody = body("bad-request", "Bad Request");
const tooMany: WebAclBody = body("too-many-requests", "Too Many Requests");

function body(key: string, message: string): WebAclBody {
  return { key, contentType: "APPLICATION_JSON", content: JSON.stringify({ message }) };
}

/** Rejects requests as API Gateway does: with the exception's name, and with CORS headers if there is one origin. */
function rejection({ cors }: Api, status: number, key: string, exception: string): NonNullable<WebAclRule["action"]> {
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

/** Returns the name of a route's rule and of its metric. AWS documents letters, digits, `_` and `-` for both. */
function ruleName(route: ApiRoute): string {
  return vendorName(`limit ${operationKey(route)}`, { longest: 120 });
}

function visibility(metricName: string): WebAclVisibility {
  return { cloudwatchMetricsEnabled: true, metricName, sampledRequestsEnabled: false };
}

/**
 * Returns the statement that matches the requests to a route. It nests at most two levels of and, or and not: the provider's schema allows
 * no more (terraform-provider-aws, internal/service/wafv2/schemas.go), though the SDK's types do.
 */
function requestsOf(api: Api, route: ApiRoute): WebAclStatement {
  const ending = pathEnding(route.pattern);
  return allOf([
    methodIs(route.method),
    ...(ending === undefined ? [] : [pathMatches(ending)]),
    anyOf([pathMatches(stagePath(STAGE, route.pattern)), pathMatches(pathElsewhere(STAGE))]),
    ...narrowerRoutes(api, route).map((narrower) => not(pathMatches(stagePath(STAGE, narrower.pattern)))),
  ]);
}

/**
 * Returns the routes with the same method whose paths lie within a route's path and take those requests. Routes that lie within another
 * one of them are left out.
 */
export function narrowerRoutes({ routes }: Api, route: ApiRoute): readonly ApiRoute[] {
  const narrower = routes.filter(
    ({ method, pattern }) => method === route.method && relate(pattern, route.pattern) === "narrower",
  );
  return narrower.filter(({ pattern }) => !narrower.some((other) => relate(pattern, other.pattern) === "narrower"));
}
