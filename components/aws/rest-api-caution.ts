import type { Caution } from "../room.ts";
import type { Api, ApiRoute } from "../spec/api.ts";
import { namesOneOrigin } from "./rest-api-gateway-responses.ts";
import { planLimitsOf } from "./rest-api-settings.ts";
import { addressLimits } from "./rest-api-web-acl.ts";

/** What a REST API carries, and what is worth a look before it is relied upon. */
export function restApiCautions(api: Api): readonly Caution[] {
  return [...pages(api), ...plans(api), ...addresses(api), ...healthChecks(api)];
}

function pages({ cors, routes }: Api): readonly Caution[] {
  if (cors === undefined) return [];
  const proxied = routes.filter(({ kind }) => kind === "proxy");
  const [first] = proxied;
  const backends: readonly Caution[] =
    first === undefined
      ? []
      : [
          {
            route: named(proxied),
            what: "pages may read an answer only if it says so, and a REST API passes a backend's answers as they are",
            advice: "Have the backends and functions answer with access-control-allow-origin themselves.",
          },
        ];
  if (namesOneOrigin(cors)) return backends;
  return [
    ...backends,
    {
      route: named(routes),
      what: "cors has several origins, and the gateway's own refusals (401, 403, 429) can name one only, so they name none: a page sees that its request failed, and not why",
      advice: "Have one gateway for each origin, or one origin, where pages need the status.",
    },
  ];
}

/** Which of the two counts, or both, AWS does not say. */
function plans(api: Api): readonly Caution[] {
  return Object.entries(api.plans).flatMap(([name, { limits }]): readonly Caution[] => {
    if (limits.length === 0) return [];
    const limited = api.routes.filter((route) => planLimitsOf(name, api, route).length > 0);
    if (limited.length === 0) return [];
    return [
      {
        route: named(limited),
        what: `a limit by consumer stands beside the limit of the whole plan "${name}", and AWS does not document whether such requests count for both`,
        advice: "Have the limits of single routes well within the plan's.",
      },
    ];
  });
}

function addresses(api: Api): readonly Caution[] {
  const limits = addressLimits(api);
  if (limits.length === 0) return [];
  return [
    {
      route: named(limits.map(({ route }) => route)),
      what: "AWS does not document how AWS WAF sees a path behind a domain of the API's own; there each request counts whose path ends as the route's do",
      advice: "Try limits by client address at the domain before you rely on their numbers.",
    },
  ];
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html */
function healthChecks({ routes }: Api): readonly Caution[] {
  return routes
    .filter(({ pattern: [first] }) => first?.kind === "literal" && /^s?ping$/.test(first.text))
    .map(({ key }) => ({
      route: key,
      what: "API Gateway keeps /ping and /sping for its own health checks on custom domains",
      advice: "Use another path where the API has a domain of its own.",
    }));
}

function named([first, ...others]: readonly ApiRoute[]): string {
  const key = first?.key ?? "";
  return others.length === 0 ? key : `${key} and ${others.length} more`;
}
