import type { Api, ApiRoute } from "../../api/checked-api.ts";
import type { Caution } from "../../gateway/target.ts";
import { namesOneOrigin } from "./document/gateway-responses.ts";
import { addressLimits } from "./firewall/rules.ts";
import { planLimitsOf } from "./stage/settings.ts";

/** What a REST API carries, and what is worth a look before it is relied upon. */
export function restApiCautions(api: Api): readonly Caution[] {
  return [
    ...pages(api),
    ...plans(api),
    ...addresses(api),
    ...bodies(api),
    ...healthChecks(api),
    ...privateBackends(api),
  ];
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

function bodies({ routes }: Api): readonly Caution[] {
  const checked = routes.filter(({ request }) => request?.body !== undefined);
  if (checked.length === 0) return [];
  return [
    {
      route: named(checked),
      what: "bodies are checked of every content type, by a model for $default, and AWS documents that for its API and not for imports",
      advice: "After the first deployment, send a wrong body as text/plain, and see that it is answered 400.",
    },
  ];
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

/**
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/private-integration.html, Considerations, against the `uri` with its
 * path in https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-private-integration.html.
 */
function privateBackends({ routes }: Api): readonly Caution[] {
  const linked = routes.filter((route) => route.kind === "proxy" && route.backendKind === "onPrem");
  if (linked.length === 0) return [];
  return [
    {
      route: named(linked),
      what: "AWS gives each private integration a path of its own, and says elsewhere that the stage's name stands before the path that a private backend sees",
      advice: "Try it on the deployed API: the backend should see /orders, and not /live/orders.",
    },
  ];
}

function named([first, ...others]: readonly ApiRoute[]): string {
  const key = first?.key ?? "";
  return others.length === 0 ? key : `${key} and ${others.length} more`;
}
