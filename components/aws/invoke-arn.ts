import { type Api, type ApiRoute, isAnyKey } from "../api/checked-api.ts";
import type { RouteKey } from "../api/description.ts";
import { PolygateError, ProblemList } from "../api/problem.ts";
import { Reader } from "../api/reader.ts";
import { anyOf, nearest } from "../api/suggestion.ts";
import { arnCovers } from "./arn-coverage.ts";

/** The options of `arnOf`. */
export interface InvokeArnOptions<Ks extends RouteKey = RouteKey> {
  /**
   * The other routes of `iam` to which the ARN also allows requests, with all or some of their paths. Exactly these routes must be
   * listed.
   *
   * @default none; an ARN that allows requests to other routes is rejected
   */
  readonly alsoAllows?: readonly Ks[];
}

/**
 * The part of a route's ARN after the stage, e.g. `GET/orders/?*`, for the policies of its callers.
 *
 * IAM compares a policy with the path of the request, and its wildcards match slashes. No pattern means exactly one segment, so the ARN
 * of a route with parameters may allow requests to other routes: `GET/orders/?*` matches `GET /orders/{id}`, and also
 * `GET /orders/{id}/lines` and `GET /orders/export`. Such an ARN is rejected, unless the caller lists all of these routes. Routes that
 * do not require a signature are ignored, because no policy gives access to them.
 *
 * A parameter is `?*` and not `*`, because a parameter is never empty: `*` would also allow the path `/orders/`, which may list all
 * orders, to a caller who may read a single one.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-control-access-using-iam-policies-to-invoke-api.html
 *
 * @throws {PolygateError} for a route that does not exist or is not of `iam`, and for an ARN that allows more or less than listed
 */
export function invokeResource(subject: string, api: Api, key: string, options: InvokeArnOptions = {}): string {
  const problems = new ProblemList();
  const reader = new Reader(options, "options", problems);
  const alsoAllows = reader.only(["alsoAllows"]) ? reader.at("alsoAllows") : reader.with(undefined);
  const listed = new Set(alsoAllows.present ? alsoAllows.list().map((item) => item.text() ?? "") : []);
  const route = signedRoute(api, key, problems);
  for (const other of listed) signedRoute(api, other, problems);
  if (route !== undefined && problems.all.length === 0) checkCoverage(api, route, listed, problems);
  if (route === undefined || problems.all.length > 0) throw new PolygateError(subject, problems.all);
  const parts = route.pattern.map((segment) => (segment.kind === "literal" ? segment.text : "?*"));
  // The ARN of an ANY route allows the methods of other routes too, which `checkCoverage` reports.
  return `${isAnyKey(route.key) ? "*" : route.method}/${parts.join("/")}`;
}

/** Finds a route that requires a signature. */
function signedRoute(api: Api, key: string, problems: ProblemList): ApiRoute | undefined {
  const route = api.routes.find((other) => other.key === key);
  if (route === undefined) {
    const rule = "The gateway does not serve this route.";
    problems.refuse("unknown-route", rule, signedRouteRemedy(api, key), { route: key });
  } else if (route.auth.kind !== "iam") {
    const rule = "The route does not require a signature, so policies do not apply to it.";
    problems.refuse("not-signed", rule, signedRouteRemedy(api, key), { route: key, feature: "auth.iam" });
  }
  return route;
}

function signedRouteRemedy({ routes }: Api, key: string): string {
  const signed = [...new Set(routes.filter(({ auth }) => auth.kind === "iam").map((other) => other.key))];
  if (signed.length === 0) return "Give a route an auth of kind iam.";
  const near = nearest(key, signed);
  return near === undefined ? `The routes of iam are ${anyOf(signed)}.` : `Did you mean "${near}"?`;
}

/** Compares the routes that the ARN covers with those that are listed. */
function checkCoverage(api: Api, route: ApiRoute, listed: ReadonlySet<string>, list: ProblemList): void {
  const problems = list.for({ route: route.key, feature: "auth.iam", vendor: "aws" });
  const covers = (other: ApiRoute): boolean =>
    arnCovers(isAnyKey(route.key) ? { ...route, method: other.method } : route, other);
  const covered = [
    ...new Set(api.routes.filter((other) => other.key !== route.key && covers(other)).map((other) => other.key)),
  ];
  const unlisted = covered.filter((other) => !listed.has(other));
  if (unlisted.length > 0) {
    const others = unlisted.map((other) => JSON.stringify(other)).join(" and ");
    problems.refuse(
      "arn-allows-more",
      `Wildcards in an ARN match slashes, so a policy that allows this route also allows requests to ${others}.`,
      `If that is intended, or denied by a separate statement, write arnOf(${JSON.stringify(route.key)}, { alsoAllows: ${JSON.stringify(covered)} }). Otherwise change the path or the auth of one of them.`,
    );
  }
  for (const other of listed) {
    if (covered.includes(other)) continue;
    const rule = `The ARN allows no request to "${other}".`;
    problems.refuse("arn-allows-less", rule, "Remove it from alsoAllows, and allow it with its own ARN.");
  }
}
