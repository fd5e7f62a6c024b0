import type { Feature } from "../../api/capability/capabilities.ts";
import {
  type Api,
  type ApiProxyRoute,
  type ApiReplyRoute,
  type ApiRoute,
  asksForKey,
  type PlanLimit,
} from "../../api/checked-api.ts";
import type { Problem, Vendor } from "../../api/problem.ts";
import { awsRestApi } from "./capabilities.ts";
import { canAnswerWith, templateBytes } from "./document/mock.ts";
import { requirementsOf } from "./document/requirement.ts";
import { type RestResource, type RestResources, resourcesByRoute, resourcesOf } from "./document/resources.ts";
import { checkValidation } from "./document/validation.ts";
import { isCounted, planLimitsOf, throttleOf } from "./stage/settings.ts";

const { limits: numbers } = awsRestApi;
const vendor: Vendor = "aws";

/** What a REST API refuses beside its table. */
export function checkRestApi(api: Api): readonly Problem[] {
  const tree = resourcesOf(api);
  const served = resourcesByRoute(tree);
  return [
    ...checkNumbers(api, tree),
    ...checkTitle(api),
    ...checkCors(api),
    ...checkPlans(api),
    ...api.routes.flatMap((route) => checkRoute(api, route, served.get(route.key) ?? [])),
  ];
}

function checkNumbers(api: Api, { count, complete }: RestResources): readonly Problem[] {
  const tooMany = (
    what: string,
    amount: number,
    { value, unit }: { readonly value: number; readonly unit: string },
    remedy: string,
    exactly = true,
  ): readonly Problem[] => {
    if (amount <= value) return [];
    const said = exactly ? `${amount}` : `at least ${amount}`;
    return [
      { code: `too-many-${what}`, vendor, rule: `there are ${said}, and API Gateway takes ${value} ${unit}`, remedy },
    ];
  };
  return [
    ...tooMany(
      "resources",
      count,
      numbers.resources,
      "Serve some of the routes from another gateway (omit), or have fewer paths that overlap: where one route takes what another does not, a REST API needs a resource for each such beginning.",
      complete,
    ),
    ...tooMany(
      "authorizers",
      requirementsOf(api).length,
      numbers.authorizers,
      "Have more routes ask for the same scopes, or serve some from another gateway (omit).",
    ),
    ...tooMany("plans", Object.keys(api.plans).length, numbers.plans, "Let consumers share plans."),
  ];
}

/**
 * What an import replaces wherever it stands, without an escape:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/import-api-aws-variables.html
 */
const variable = /\$\{AWS::/;

function checkTitle({ title }: Api): readonly Problem[] {
  if (title === undefined) return [];
  const { value, unit } = numbers.descriptionCharacters;
  const problems: Problem[] = [];
  if (title.length > value) {
    problems.push({
      code: "title-too-long",
      place: "title",
      vendor,
      rule: `API Gateway takes ${value} ${unit}, and this has ${title.length}`,
      remedy: "Shorten the title.",
    });
  }
  if (variable.test(title)) {
    problems.push({
      code: "dollar",
      place: "title",
      vendor,
      rule: "an import reads ${AWS:: as the beginning of a variable of its own, and has no escape for it",
      remedy: "Write the title without ${AWS::.",
    });
  }
  return problems;
}

function checkCors({ cors }: Api): readonly Problem[] {
  if (cors === undefined) return [];
  return (["headers", "expose"] as const).flatMap((list) =>
    cors[list]
      .filter((name) => name.includes("'"))
      .map((name) => ({
        code: "quote",
        place: `cors.${list}`,
        feature: "cors",
        vendor,
        rule: `a REST API's static values stand in single quotes, and have no escape for the one in ${name}`,
        remedy: "Rename the header.",
      })),
  );
}

function checkPlans(api: Api): readonly Problem[] {
  return Object.entries(api.plans).flatMap(([name, { limits, routes }]) => {
    const keyed = api.routes.filter((route) => asksForKey(route.auth));
    const own = keyed.filter((route) => planLimitsOf(name, api, route).length > 0);
    const many: readonly Problem[] =
      own.length <= numbers.methodThrottles.value
        ? []
        : [
            {
              code: "too-many-method-throttles",
              place: `plans.${name}`,
              feature: "limits.key",
              vendor,
              rule: `${own.length} routes have a limit by consumer, and API Gateway takes ${numbers.methodThrottles.value} ${numbers.methodThrottles.unit}`,
              remedy: "Limit the plan as a whole (plans: { …: { limits } }), and single routes only where it matters.",
            },
          ];
    return [
      ...many,
      ...checkThrottle(limits, "plans.limits", { place: `plans.${name}.limits` }),
      ...Object.entries(routes).flatMap(([key, single]) =>
        checkThrottle(single, "plans.routes", { place: `plans.${name}.routes["${key}"]` }),
      ),
    ];
  });
}

/** One bucket, of at most so many requests at once. */
function checkThrottle(
  limits: readonly PlanLimit[],
  feature: Feature,
  where: Pick<Problem, "place" | "route">,
): readonly Problem[] {
  const problems: Problem[] = [];
  if (limits.length > 1) {
    problems.push({
      ...where,
      code: "too-many-limits",
      feature,
      vendor,
      rule: `there are ${limits.length} limits, and a REST API has one throttle for them`,
      remedy: "Keep the one that matters most.",
    });
  }
  for (const limit of limits) {
    const { burst } = throttleOf(limit);
    if (burst <= numbers.burst.value) continue;
    problems.push({
      ...where,
      code: "burst-too-large",
      feature: limit.burst === undefined ? feature : "limits.burst",
      vendor,
      rule: `a throttle lets ${numbers.burst.value} requests pass at once, and this asks for ${burst}`,
      remedy: "Limit a shorter window, e.g. per minute instead of per hour, or write a smaller burst.",
    });
  }
  return problems;
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html */
const pathPart = /^[A-Za-z0-9_.,:-]+$/;

function checkRoute(api: Api, route: ApiRoute, resources: readonly RestResource[]): readonly Problem[] {
  const by = (what: string) => route.limits.filter((limit) => limit.by === what);
  const where = { route: route.key };
  return [
    ...route.pattern.flatMap((segment): readonly Problem[] =>
      segment.kind !== "literal" || pathPart.test(segment.text)
        ? []
        : [
            {
              ...where,
              code: "path-characters",
              feature: "route.literal",
              vendor,
              rule: `a segment of a REST API's resource holds letters, digits and _ . , : - only, unlike ${JSON.stringify(segment.text)}`,
              remedy: "Write the segment with those, make it a parameter, or deploy to AwsHttpApi.",
            },
          ],
    ),
    ...checkThrottle(by("route"), "limits.route", where),
    ...checkThrottle(asksForKey(route.auth) ? by("consumer") : [], "limits.key", where),
    ...checkSpread(api, route, resources),
    ...checkValidation(route),
    ...(route.kind === "proxy" ? checkProxy(route) : checkReply(api, route)),
  ];
}

/** A throttle counts what one resource takes. */
function checkSpread(api: Api, route: ApiRoute, resources: readonly RestResource[]): readonly Problem[] {
  if (resources.length <= 1 || !isCounted(api, route)) return [];
  const shown = resources.slice(0, 3).map(({ path }) => path);
  return [
    {
      code: "spread-limit",
      route: route.key,
      feature: route.limits.some(({ by }) => by === "route") ? "limits.route" : "limits.key",
      vendor,
      rule: `other routes lie within its path, so it is ${resources.length} resources of a REST API (${shown.join(", ")}${resources.length > shown.length ? ", …" : ""}), each of which would count by itself`,
      remedy:
        "Take the limit off this route (limits: []), limit a plan as a whole, or keep other routes out of its path.",
    },
  ];
}

/** Headers, beside those that no description may set, that a mapping cannot set or the gateway sets by itself: the page of known issues, and https://docs.aws.amazon.com/apigateway/latest/developerguide/request-response-data-mappings.html */
const reserved =
  /^(?:content-md5|max-forwards|server|www-authenticate|x-amzn?-.*|x-forwarded-(?:for|host|port|proto))$/;
/** In a reply: what reaches clients under another name, or not at all. */
const reservedInReply = /^(?:authorization|date|user-agent)$/;
const mappable = /^[A-Za-z0-9._$-]+$/;

function checkName(name: string, route: string, feature: Feature, isReserved: boolean): readonly Problem[] {
  const code = isReserved ? "reserved-header" : "header-characters";
  if (!isReserved && mappable.test(name)) return [];
  const rule = isReserved
    ? `a REST API maps no header ${name} (https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html)`
    : `the name of a header that is mapped has letters, digits and . _ $ - only, unlike ${name}`;
  return [{ code, route, feature, vendor, rule, remedy: "Use another name, or leave the header to the backend." }];
}

function checkProxy(route: ApiProxyRoute): readonly Problem[] {
  const problems: Problem[] = [];
  const refuse = (code: string, feature: Feature, rule: string, remedy: string): void => {
    problems.push({ code, route: route.key, feature, vendor, rule, remedy });
  };
  if (route.timeoutSeconds > numbers.timeoutSeconds.value) {
    refuse(
      "timeout-too-long",
      "timeout",
      `a REST API waits ${numbers.timeoutSeconds.value} seconds for a backend unless AWS has raised that, and this is ${route.timeoutSeconds}`,
      `Write timeoutSeconds: ${numbers.timeoutSeconds.value} or less, and let long work answer 202 and be asked for.`,
    );
  }
  for (const [name, value] of Object.entries(route.setHeaders)) {
    problems.push(...checkName(name, route.key, "headers.set", reserved.test(name)));
    if (value.includes("'")) {
      refuse(
        "quote",
        "headers.set",
        `the value of ${name} has a ', in which static values stand, and for which a mapping has no escape`,
        "Write the value without ', e.g. percent-encoded.",
      );
    }
    if (value.includes("${")) {
      refuse(
        "dollar",
        "headers.set",
        `the value of ${name} has a \${, which API Gateway reads as the beginning of a variable, and has no escape for`,
        "Write the value without ${, e.g. percent-encoded.",
      );
    }
  }
  return problems;
}

function checkReply(api: Api, route: ApiReplyRoute): readonly Problem[] {
  const problems = Object.entries(route.headers).flatMap(([name, value]): readonly Problem[] => {
    const answersPages = api.cors !== undefined && /^(?:access-control-.*|vary)$/.test(name);
    if (answersPages) {
      return [
        {
          code: "reserved-header",
          route: route.key,
          feature: "reply",
          vendor,
          rule: `with cors, the gateway itself answers with ${name}`,
          remedy: "Leave the header to cors.",
        },
      ];
    }
    const named = checkName(name, route.key, "reply", reserved.test(name) || reservedInReply.test(name));
    if (named.length > 0 || canAnswerWith(name, value)) return named;
    return [
      {
        code: "quote",
        route: route.key,
        feature: "reply",
        vendor,
        rule: `the value of ${name} has a ' or \${, which only a header whose name has letters, digits, _ and - may hold`,
        remedy: "Rename the header, or write the value without them.",
      },
    ];
  });
  const { value, unit } = numbers.templateBytes;
  const bytes = templateBytes(route, api.cors);
  if (bytes <= value) return problems;
  return [
    ...problems,
    {
      code: "reply-too-long",
      route: route.key,
      feature: "reply",
      vendor,
      rule: `API Gateway takes ${value} ${unit}, and this makes ${bytes}`,
      remedy: "Shorten the reply, or let a backend answer.",
    },
  ];
}
