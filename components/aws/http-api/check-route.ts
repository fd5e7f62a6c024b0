import type { Api, ApiProxyRoute, ApiReplyRoute, ApiRoute } from "../../api/checked-api.ts";
import type { ProblemList } from "../../api/problem.ts";
import { hasImportVariable } from "../import-variable.ts";
import { overLimit } from "../vendor-limit.ts";
import { awsHttpApi } from "./capabilities.ts";
import { writtenPath } from "./integration.ts";
import { throttleOf } from "./settings.ts";

const { limits: most } = awsHttpApi;

/** Checks what AWS limits or reserves for one route. */
export function checkRoute(route: ApiRoute, { cors }: Api, list: ProblemList): void {
  const problems = list.for({ route: route.key });
  checkScopes(route, problems.for({ feature: "auth.scopes" }));
  checkPath(route, problems);
  checkLimits(route, problems);
  if (route.kind === "reply") {
    checkReply(route, cors !== undefined, problems.for({ feature: "reply" }));
    return;
  }
  checkTimeout(route, problems);
  checkBackendPath(route, problems);
  checkHeaders(route, problems);
}

/** The classes without limits on scopes. */
const unlimited = "deploy to AwsRestApi or AzureApiManagementApi";

function checkScopes({ scopes: { match, names } }: ApiRoute, problems: ProblemList): void {
  // The capabilities refuse to require all of several scopes.
  if (match === "all") return;
  if (names.length > most.scopes.value) {
    const rule = overLimit(`There are ${names.length}`, most.scopes);
    problems.refuse("too-many-scopes", rule, `Remove scopes, of which a token needs only one, or ${unlimited}.`);
  }
  for (const scope of names) {
    if (scope.length > most.scopeCharacters.value) {
      const what = JSON.stringify(scope).slice(0, 100);
      const rule = overLimit(`${what} has ${scope.length}`, most.scopeCharacters);
      problems.refuse("scope-too-long", rule, `Use a shorter scope at the issuer, or ${unlimited}.`);
    }
    if (hasImportVariable(scope)) {
      const what = JSON.stringify(scope);
      const rule = `An import reads the \${AWS:: in ${what} as the beginning of one of its own variables, and there is no escape for it.`;
      problems.refuse("dollar", rule, "Rename the scope.");
    }
  }
}

function checkPath({ path }: ApiRoute, problems: ProblemList): void {
  if (path !== "/$default") return;
  problems.refuse(
    "dollar",
    "An HTTP API's route $default receives every request that matches no other route, and there is no escape for its name.",
    "Use another path.",
    { feature: "route.literal" },
  );
}

/** A route of an HTTP API has one throttle. */
function checkLimits({ limits }: ApiRoute, problems: ProblemList): void {
  if (limits.length > 1) {
    const rule = `The route has ${limits.length} limits, but a route of an HTTP API has one throttle.`;
    problems.refuse("too-many-limits", rule, "Keep the most important one.", { feature: "limits.route" });
  }
  for (const limit of limits) {
    const { throttlingBurstLimit } = throttleOf(limit);
    if (throttlingBurstLimit <= most.burst.value) continue;
    problems.refuse(
      "burst-too-large",
      `A throttle allows at most ${most.burst.value} requests at once, but this limit needs ${throttlingBurstLimit}.`,
      "Limit a shorter window, e.g. per minute instead of per hour, or set a smaller burst.",
      { feature: limit.burst === undefined ? "limits.route" : "limits.burst" },
    );
  }
}

function checkReply({ body, headers }: ApiReplyRoute, hasCors: boolean, problems: ProblemList): void {
  const bytes = Buffer.byteLength(body);
  if (bytes > most.replyBytes.value) {
    problems.refuse("reply-too-long", overLimit(`This has ${bytes}`, most.replyBytes), "Let a backend answer.");
  }
  for (const header of Object.keys(headers)) {
    // Unverified: API Gateway overwrites these two prefixes. Documented is only that it sets the CORS headers:
    // https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
    const isReserved = /^(?:apigw-|x-amzn-)/.test(header) || (hasCors && header.startsWith("access-control-"));
    if (!isReserved) continue;
    const rule = `An HTTP API does not send the header ${header} of a reply.`;
    problems.refuse("reserved-header", rule, otherHeader);
  }
}

function checkTimeout({ timeoutSeconds }: ApiProxyRoute, problems: ProblemList): void {
  const { value } = most.timeoutSeconds;
  if (timeoutSeconds <= value) return;
  problems.refuse(
    "timeout-too-long",
    `An HTTP API waits at most ${value} seconds for a backend, but timeoutSeconds is ${timeoutSeconds}.`,
    `Write timeoutSeconds: ${value} or less. For longer work, answer 202 and let clients poll for the result.`,
    { feature: "timeout" },
  );
}

/** The rule for texts that become a part of a mapped path. */
export const mappedPathRule = "A mapped path reads $ as the beginning of a variable, and there is no escape for it.";

function checkBackendPath(route: ApiProxyRoute, problems: ProblemList): void {
  const hasDollar = writtenPath(route).some((segment) => segment.kind === "literal" && segment.text.includes("$"));
  if (!hasDollar) return;
  const remedy = "Use a backend path without $, or the route's own path.";
  problems.refuse("dollar", mappedPathRule, remedy, { feature: "path.rewrite" });
}

const parameterMapping = "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-parameter-mapping.html";

/** The headers that a parameter mapping may not change, see {@link parameterMapping}. */
const reserved =
  /^(?:access-control-.*|apigw-.*|x-amz-.*|x-amzn-.*|authorization|connection|content-encoding|content-length|content-location|forwarded|keep-alive|origin|proxy-authenticate|proxy-authorization|te|trailers|transfer-encoding|upgrade|x-forwarded-for|x-forwarded-host|x-forwarded-proto|via)$/;

const otherHeader = "Leave the header to the gateway, or use another name.";

function checkHeaders({ setHeaders, removeHeaders }: ApiProxyRoute, problems: ProblemList): void {
  refuseReserved(Object.keys(setHeaders), problems.for({ feature: "headers.set" }));
  refuseReserved(removeHeaders, problems.for({ feature: "headers.remove" }));
  for (const [name, value] of Object.entries(setHeaders)) {
    if (!value.includes("$")) continue;
    const rule = `The value of ${name} contains $, which a parameter mapping reads as the beginning of a variable, and there is no escape for it.`;
    problems.refuse("dollar", rule, "Write the value without $, e.g. percent-encoded.", { feature: "headers.set" });
  }
}

function refuseReserved(names: readonly string[], problems: ProblemList): void {
  for (const name of names) {
    if (!reserved.test(name)) continue;
    const rule = `An HTTP API cannot map the header ${name} (${parameterMapping}).`;
    problems.refuse("reserved-header", rule, otherHeader);
  }
}
