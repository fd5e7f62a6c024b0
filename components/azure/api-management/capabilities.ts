import type { Capabilities, Support, VendorLimit } from "../../api/capability/capabilities.ts";
import type { Feature } from "../../api/capability/features.ts";
import { type ApiManagementSku, isV2 } from "./sku.ts";

const native = (how: string): Support => ({ support: "native", how });
const none = (why: string, instead: string): Support => ({ support: "none", why, instead });

const docs = "https://learn.microsoft.com/azure/api-management";

const unchecked = none(
  "Polygate writes no policy that checks requests, and `validate-content` takes bodies of 100 KB at most",
  "Deploy to AwsRestApi, or let the backend check them.",
);
const rate = native("`rate-limit-by-key`");
const quota = native("`quota-by-key`; a request over it is answered 403");

/** Operations of a whole service, all APIs and revisions together, by tier. */
const operations: Readonly<Record<ApiManagementSku, number>> = {
  Consumption: 3000,
  Developer: 3000,
  Basic: 10_000,
  BasicV2: 10_000,
  Standard: 50_000,
  StandardV2: 50_000,
  Premium: 75_000,
  PremiumV2: 75_000,
};

const limits = {
  operations: {
    value: operations.Developer,
    unit: "operations of a service",
    raisable: false,
    source: `${docs}/service-limits`,
  },
  documentBytes: {
    value: 4 * 1024 * 1024,
    unit: "bytes of the OpenAPI document",
    raisable: false,
    source: `${docs}/api-management-api-import-restrictions`,
  },
  policyBytes: {
    value: 256 * 1024,
    unit: "bytes of the policy",
    raisable: false,
    source: `${docs}/service-limits`,
  },
  urlTemplateCharacters: {
    value: 1000,
    unit: "characters of a route's path",
    raisable: false,
    source: "https://learn.microsoft.com/rest/api/apimanagement/api-operation/create-or-update",
  },
  operationNameCharacters: {
    value: 300,
    unit: "characters of a route's key",
    raisable: false,
    source: "https://learn.microsoft.com/rest/api/apimanagement/api-operation/create-or-update",
  },
  apiPathCharacters: {
    value: 127,
    unit: "characters of the API's own path",
    raisable: false,
    source: `${docs}/api-management-api-import-restrictions`,
  },
  timeoutSeconds: {
    value: 240,
    unit: "seconds that a backend may take",
    raisable: false,
    source: `${docs}/forward-request-policy`,
  },
  urlBytes: {
    value: 16_384,
    unit: "bytes of a request's URL",
    raisable: false,
    source: `${docs}/service-limits`,
  },
} as const satisfies Readonly<Record<string, VendorLimit>>;

const keyless = none(
  "Polygate makes no subscriptions of API Management yet",
  "Ask for a token (jwt), leave the routes out (omit), or deploy to AwsRestApi.",
);

/**
 * What `AzureApiManagementApi` carries on the tiers `Developer`, `Basic`, `Standard` and `Premium`.
 * {@link capabilitiesOf} has the other tiers.
 */
export const azureApiManagement = {
  vendor: "azure",
  className: "AzureApiManagementApi",
  features: {
    "route.literal": native("an operation, and the policy reads the path in the exact case"),
    "route.literal.colon": native("an operation, and the policy compares the text"),
    "route.literal.mark": native("an operation, and the policy compares the text"),
    "route.parameter": native("an operation with template parameters"),
    "route.greedy": native("an operation with the wildcard `/*`"),
    "path.prefix": native("`set-backend-service` with the prefix in the base URL"),
    "path.fixed": native("`rewrite-uri`"),
    "path.rewrite": native("`rewrite-uri`"),
    "backend.http": native("`set-backend-service`"),
    "backend.fn": none(
      "Polygate hands no function key to an Azure Function yet",
      "Bind its URL to a backend of kind http, or deploy to AwsHttpApi or AwsRestApi.",
    ),
    "backend.onPrem": none(
      "Polygate puts no API Management service into a private network yet",
      "Deploy to AwsHttpApi or AwsRestApi, or bind a public URL to a backend of kind http.",
    ),
    reply: native("`return-response`"),
    "auth.jwt": native(
      "`validate-jwt`; the issuer needs an OpenID discovery document, a bound `jwksUri` is not used; signatures RS256, RS512, PS256",
    ),
    "auth.scopes": native("`choose` over the token's claims, answered 403"),
    "auth.key": keyless,
    "auth.token-and-key": keyless,
    "auth.iam": none(
      "it checks tokens, and no signatures of requests",
      "Ask for a token (jwt), which an Azure identity gets from Microsoft Entra ID, leave the routes out (omit), or deploy to AwsHttpApi or AwsRestApi.",
    ),
    "auth.open": native("a route without `validate-jwt`"),
    "limits.route": rate,
    "limits.route.long": quota,
    "limits.api": native("`rate-limit-by-key` per second and minute, `quota-by-key` per hour and day"),
    "limits.consumer": native(
      "`rate-limit-by-key` over the token's issuer and subject; a token without subject is refused",
    ),
    "limits.consumer.long": native(
      "`quota-by-key` over the token's issuer and subject, answered 403; a token without subject is refused",
    ),
    "limits.key": keyless,
    "limits.key.long": keyless,
    "limits.ip.second": native("`rate-limit-by-key` over the caller's address; behind a proxy, that is the proxy's"),
    "limits.ip": native("the same"),
    "limits.ip.long": native("`quota-by-key` over the caller's address, answered 403"),
    "limits.burst": none(
      "its limits count requests in a window and have no burst beside it",
      "Leave burst out; `requests` is then also the most at one instant.",
    ),
    "plans.limits": keyless,
    "plans.quota": keyless,
    "plans.routes": keyless,
    cors: native("`cors`"),
    "request.parameters": unchecked,
    "request.body": unchecked,
    timeout: native("`forward-request`"),
    "headers.set": native("`set-header`"),
    "headers.remove": native("`set-header`"),
  },
  limitPrecision:
    "Per gateway (region), not per instance. Classic tiers count in a sliding window, v2 tiers in a token bucket. Counts may lag under load, so that a few more requests pass; quotas are exact to the service.",
  limits,
  divergences: [],
  noEscape: [],
} as const satisfies Capabilities;

const classic = "Developer, Basic, Standard or Premium";

/** What `AzureApiManagementApi` carries on a tier. */
export function capabilitiesOf(sku: ApiManagementSku): Capabilities {
  const changed: Partial<Record<Feature, Support>> = {};
  if (isV2(sku)) {
    for (const feature of ["limits.route.long", "limits.consumer.long", "limits.ip.long"] as const) {
      changed[feature] = none(
        `the tier ${sku} has no quota-by-key`,
        `Limit per second or minute, or use a service of tier ${classic}.`,
      );
    }
    changed["limits.api"] = native("`rate-limit-by-key` per second and minute; no hours and days");
  }
  if (sku === "Consumption") {
    for (const feature of Object.keys(azureApiManagement.features) as Feature[]) {
      if (!feature.startsWith("limits.") || feature === "limits.burst") continue;
      changed[feature] = none(
        "the tier Consumption has neither rate-limit-by-key nor quota-by-key",
        `Use a service of tier ${classic}, or of a v2 tier for limits per second and minute.`,
      );
    }
  }
  const consumption = { policyBytes: 16 * 1024, timeoutSeconds: 30, urlBytes: 4096 };
  const numbers: Record<string, VendorLimit> = {
    ...limits,
    operations: { ...limits.operations, value: operations[sku] },
  };
  if (sku === "Consumption") {
    for (const [name, lower] of Object.entries(consumption)) {
      numbers[name] = { ...limits[name as keyof typeof consumption], value: lower };
    }
  }
  return { ...azureApiManagement, features: { ...azureApiManagement.features, ...changed }, limits: numbers };
}
