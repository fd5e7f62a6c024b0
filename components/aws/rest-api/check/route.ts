import {
  type Api,
  type ApiProxyRoute,
  type ApiReplyRoute,
  type ApiRoute,
  requiresKey,
} from "../../../api/checked-api.ts";
import type { ProblemList } from "../../../api/problem.ts";
import { awsRestApi } from "../capabilities.ts";
import { canAnswerWith, templateBytes } from "../document/mock.ts";
import type { RestResource } from "../document/resources.ts";
import { checkValidation } from "../document/validation.ts";
import { isCounted } from "../stage/settings.ts";
import { checkReplyHeader, checkRequestHeader } from "./header.ts";
import { checkThrottle } from "./throttle.ts";

const { limits } = awsRestApi;

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html */
const pathPart = /^[A-Za-z0-9_.,:-]+$/;

/** Checks one route. `resources` are those that serve it. */
export function checkRoute(problems: ProblemList, api: Api, route: ApiRoute, resources: readonly RestResource[]): void {
  checkPath(problems, route);
  const limitsBy = (what: string) => route.limits.filter(({ by }) => by === what);
  checkThrottle(problems, limitsBy("route"), "limits.route");
  if (requiresKey(route.auth)) checkThrottle(problems, limitsBy("consumer"), "limits.key");
  checkSpread(problems, api, route, resources);
  checkValidation(problems, route);
  if (route.kind === "proxy") checkProxy(problems, route);
  else checkReply(problems, api, route);
}

function checkPath(problems: ProblemList, { pattern }: ApiRoute): void {
  for (const segment of pattern) {
    if (segment.kind !== "literal" || pathPart.test(segment.text)) continue;
    problems.refuse(
      "path-characters",
      `A path segment of a REST API may contain only letters, digits and _ . , : -. This does not hold for ${JSON.stringify(segment.text)}.`,
      "Write the segment with those characters, make it a parameter, or deploy to AwsHttpApi.",
      { feature: "route.literal" },
    );
  }
}

/** Refuses a limit on a route with several resources: a throttle counts the requests to one resource. */
function checkSpread(problems: ProblemList, api: Api, route: ApiRoute, resources: readonly RestResource[]): void {
  if (resources.length <= 1 || !isCounted(api, route)) return;
  const shown = resources.slice(0, 3).map(({ path }) => path);
  const paths = `${shown.join(", ")}${resources.length > shown.length ? ", …" : ""}`;
  problems.refuse(
    "spread-limit",
    `Other routes lie within this route's path, so a REST API needs ${resources.length} resources for it (${paths}). Each of them would count requests separately.`,
    "Remove the limit from this route (limits: []), limit a plan as a whole, or keep other routes out of its path.",
    { feature: route.limits.some(({ by }) => by === "route") ? "limits.route" : "limits.key" },
  );
}

function checkProxy(problems: ProblemList, route: ApiProxyRoute): void {
  const { value } = limits.timeoutSeconds;
  if (route.timeoutSeconds > value) {
    problems.refuse(
      "timeout-too-long",
      `A REST API waits at most ${value} seconds for a backend, unless AWS has raised that quota. This route requires ${route.timeoutSeconds}.`,
      `Write timeoutSeconds: ${value} or less. Let the backend answer long work with 202, and let clients poll for the result.`,
      { feature: "timeout" },
    );
  }
  for (const [name, text] of Object.entries(route.setHeaders)) {
    checkRequestHeader(problems, name);
    checkRequestValue(problems.for({ feature: "headers.set" }), name, text);
  }
}

function checkRequestValue(problems: ProblemList, name: string, value: string): void {
  if (value.includes("'")) {
    problems.refuse(
      "quote",
      `The value of ${name} contains a single quote. A mapping encloses static values in single quotes and cannot escape one.`,
      "Write the value without ', e.g. percent-encoded.",
    );
  }
  if (value.includes("${")) {
    problems.refuse(
      "dollar",
      `The value of ${name} contains \${, which API Gateway reads as the beginning of a variable and which cannot be escaped.`,
      "Write the value without ${, e.g. percent-encoded.",
    );
  }
}

function checkReply(list: ProblemList, api: Api, route: ApiReplyRoute): void {
  const problems = list.for({ feature: "reply" });
  for (const [name, value] of Object.entries(route.headers)) {
    if (!checkReplyHeader(problems, name, api) || canAnswerWith(name, value)) continue;
    problems.refuse(
      "quote",
      `The value of ${name} contains ' or \${. Only a header whose name consists of letters, digits, _ and - may contain them.`,
      "Rename the header, or write the value without them.",
    );
  }
  const { value, unit } = limits.templateBytes;
  const bytes = templateBytes(route, api.cors);
  if (bytes <= value) return;
  problems.refuse(
    "reply-too-long",
    `The reply requires ${bytes} bytes. API Gateway allows ${value} ${unit}.`,
    "Shorten the reply, or let a backend answer.",
  );
}
