import type { Api, ApiProxyRoute } from "../../../api/checked-api.ts";
import { leniently } from "../../../api/path/lenient.ts";
import { byPrecedence, relate } from "../../../api/path/pattern.ts";
import { asStrict } from "../../../api/path/precedence.ts";
import { vendorName } from "../../../gateway/names.ts";
import { lenientPattern, unreadableEscape, unreadablePath } from "./lenient-pattern.ts";
import { allOf, anyOf, methodIs, not, pathMatches, type WebAclStatement } from "./web-acl.ts";

/** A rule that refuses requests. */
export interface RefusalRule {
  /** The name of the rule and of its metric. */
  readonly name: string;
  readonly statement: WebAclStatement;
}

/**
 * Returns the rules that refuse a path which a server may read as a path of a stricter route. The first rule refuses, for the methods
 * of all routes that lead to a server, whatever no other rule can compare with a route. After that, a path has as many segments for
 * the server as for the gateway, so each other rule compares them with the path of one route: it refuses every spelling but the path itself.
 *
 * No binding is known here. Two backends may have one server, so routes of all backends are compared. Those of exact servers, too: API
 * Gateway may decode a path after it has selected the method.
 */
export function otherReadings(api: Api): readonly RefusalRule[] {
  const methods = [...new Set(proxyRoutes(api).map(({ method }) => method))];
  if (methods.length === 0) return [];
  const unreadable = allOf([
    anyOf(methods.map(methodIs)),
    anyOf([pathMatches(unreadablePath), pathMatches(unreadableEscape, "as sent")]),
  ]);
  return [{ name: "other-readings", statement: unreadable }, ...guardedRoutes(api).flatMap(spellingRule)];
}

/** Returns the routes that share requests with a wider route which does not require as much. */
export function guardedRoutes(api: Api): readonly ApiProxyRoute[] {
  const routes = proxyRoutes(api);
  return routes.filter((guarded) => routes.some((through) => isWider(through, guarded) && !asStrict(through, guarded)));
}

function proxyRoutes({ routes }: Api): readonly ApiProxyRoute[] {
  return routes.filter((route) => route.kind === "proxy");
}

/** Whether a spelling of one route's path can arrive through another route, which the gateway prefers for no plain path of the first. */
function isWider(through: ApiProxyRoute, guarded: ApiProxyRoute): boolean {
  if (through.method !== guarded.method || byPrecedence(guarded.pattern, through.pattern) >= 0) return false;
  return relate(leniently(guarded.pattern), leniently(through.pattern)) !== "disjoint";
}

function spellingRule({ key, method, pattern }: ApiProxyRoute): readonly RefusalRule[] {
  const expressions = lenientPattern(pattern);
  if (expressions === undefined) return [];
  const { anySpelling, ownSpelling, twice } = expressions;
  const isOther = not(pathMatches(ownSpelling, "as sent"));
  const isRepeated = twice === undefined ? [] : [pathMatches(twice, "decoded, in lower case")];
  return [
    {
      name: vendorName(`spelling ${key}`, { longest: 120 }),
      statement: allOf([
        methodIs(method),
        pathMatches(anySpelling, "decoded, in lower case"),
        anyOf([isOther, ...isRepeated]),
      ]),
    },
  ];
}
