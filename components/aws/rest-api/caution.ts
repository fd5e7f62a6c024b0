import { type Api, operationKey, trustingBackends } from "../../api/checked-api.ts";
import type { Caution } from "../../gateway/target.ts";
import { renamedCaution } from "../parameter-name.ts";
import { namesOneOrigin } from "./document/gateway-responses.ts";
import { resourcesByRoute, resourcesOf } from "./document/resources.ts";
import { addressLimits } from "./firewall/rules.ts";
import { namedRoutes } from "./named-routes.ts";
import { planLimitsOf } from "./stage/settings.ts";

/** Returns what to verify before you rely on an API: AWS does not document it, or a REST API does it differently. */
export function restApiCautions(api: Api): readonly Caution[] {
  return [
    ...renamedParameters(api),
    ...corsCautions(api),
    ...planCautions(api),
    ...addressLimitCautions(api),
    ...bodyCautions(api),
    ...healthCheckCautions(api),
    ...privateBackendCautions(api),
    ...certificateCautions(api),
  ];
}

/** Returns a note on each route whose function does not receive every path parameter under its name. */
function renamedParameters(api: Api): readonly Caution[] {
  const resources = resourcesByRoute(resourcesOf(api));
  return api.routes.flatMap((route) => {
    if (route.kind !== "proxy" || route.backendKind !== "fn") return [];
    const missing = new Set<string>();
    const paths = new Set<string>();
    for (const { path, segments } of resources.get(operationKey(route)) ?? []) {
      for (const [index, own] of route.pattern.entries()) {
        const segment = segments[index];
        if (own.kind === "literal" || (segment?.kind === own.kind && segment.name === own.name)) continue;
        missing.add(own.name);
        paths.add(path);
      }
    }
    return missing.size === 0 ? [] : [renamedCaution(route, [...missing], [...paths])];
  });
}

function corsCautions({ cors, routes }: Api): readonly Caution[] {
  if (cors === undefined) return [];
  const cautions: Caution[] = [];
  const proxied = routes.filter(({ kind }) => kind === "proxy");
  if (proxied.length > 0) {
    cautions.push({
      route: namedRoutes(proxied),
      what: "A REST API passes a backend's CORS headers unchanged, and a page may read a response only if the response allows it",
      advice: "Let backends and functions send access-control-allow-origin themselves.",
    });
  }
  if (!namesOneOrigin(cors)) {
    cautions.push({
      route: namedRoutes(routes),
      what: "The gateway's own rejections (401, 403, 429) can name only one origin. Since cors has several, they name none: a page sees that its request failed, but not why",
      advice: "Use one gateway for each origin, or a single origin, if pages need the status.",
    });
  }
  return cautions;
}

function planCautions(api: Api): readonly Caution[] {
  return Object.entries(api.plans).flatMap(([name, { limits }]): readonly Caution[] => {
    if (limits.length === 0) return [];
    const limited = api.routes.filter((route) => planLimitsOf(name, api, route).length > 0);
    if (limited.length === 0) return [];
    return [
      {
        route: namedRoutes(limited),
        what: `The route has a limit by consumer, and the plan "${name}" has a limit too. AWS does not document whether such requests count towards both`,
        advice: "Keep the limits of single routes well below the plan's limit.",
      },
    ];
  });
}

function bodyCautions({ routes }: Api): readonly Caution[] {
  const validated = routes.filter(({ request }) => request?.body !== undefined);
  if (validated.length === 0) return [];
  return [
    {
      route: namedRoutes(validated),
      what: "A model for $default validates bodies of every content type. AWS documents this for its API but not for imports",
      advice: "After the first deployment, send an invalid body as text/plain and check that the response is 400.",
    },
  ];
}

function addressLimitCautions(api: Api): readonly Caution[] {
  const limits = addressLimits(api);
  if (limits.length === 0) return [];
  return [
    {
      route: namedRoutes(limits.map(({ route }) => route)),
      what: "AWS does not document which path AWS WAF sees at a custom domain. There, a rule counts every request whose path ends like the route's path",
      advice: "Test limits by client address at the domain before you rely on their numbers.",
    },
  ];
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html */
function healthCheckCautions({ routes }: Api): readonly Caution[] {
  return routes
    .filter(({ pattern: [first] }) => first?.kind === "literal" && /^s?ping$/.test(first.text))
    .map(({ key }) => ({
      route: key,
      what: "API Gateway reserves /ping and /sping on custom domains for its own health checks",
      advice: "Use another path if the API has a custom domain.",
    }));
}

/**
 * Compare https://docs.aws.amazon.com/apigateway/latest/developerguide/private-integration.html, Considerations, with the `uri` in
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-private-integration.html, which contains the path.
 */
function privateBackendCautions({ routes }: Api): readonly Caution[] {
  const linked = routes.filter((route) => route.kind === "proxy" && route.backendKind === "onPrem");
  if (linked.length === 0) return [];
  return [
    {
      route: namedRoutes(linked),
      what: "AWS shows private integrations with a path of their own, but also documents that a private backend sees the stage's name in front of the path",
      advice: "Test the deployed API: the backend should see /orders, not /live/orders.",
    },
  ];
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-backend-authentication.html */
function certificateCautions(api: Api): readonly Caution[] {
  const proven = new Set(trustingBackends(api).map(({ name }) => name));
  const routes = api.routes.filter((route) => route.kind === "proxy" && proven.has(route.backend));
  const linked = routes.filter((route) => route.kind === "proxy" && route.backendKind === "onPrem");
  if (routes.length === 0) return [];
  const expiry: Caution = {
    route: namedRoutes(routes),
    what: "The client certificate that proves the gateway to the backend expires 365 days after its creation, and the backend then rejects every request",
    advice: "Renew it in time with clientCertificates. A backend reads the date in the certificate.",
    isDocumented: true,
  };
  if (linked.length === 0) return [expiry];
  return [
    expiry,
    {
      route: namedRoutes(linked),
      what: "AWS documents that API Gateway presents the client certificate to HTTP backends, but not whether it does so through a VPC link, and a TLS or HTTPS listener of a load balancer does not pass it on",
      advice: "Use a TCP listener, as AwsOnPremLink does, and test that the backend receives the certificate.",
    },
  ];
}
