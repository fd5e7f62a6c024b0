import type { Capabilities, Support, VendorLimit } from "../../api/capability/capabilities.ts";
import type { Feature } from "../../api/capability/features.ts";
import { type ApiManagementSku, isV2, networkAccessOf, networkedTiers } from "../sku.ts";

const native = (how: string): Support => ({ support: "native", how });
const composed = (how: string): Support => ({ support: "composed", how });
const none = (why: string, instead: string): Support => ({ support: "none", why, instead });

const docs = "https://learn.microsoft.com/azure/api-management";

const unvalidated = none(
  "Polygate writes no policy that validates requests, and `validate-content` accepts bodies of at most 100 KB",
  "Deploy to AwsRestApi, or let the backend validate requests.",
);
const rate = native("`rate-limit-by-key`");
const quota = native("`quota-by-key`; a request over the limit is answered with 403");

/** The maximum number of operations of a service, over all of its APIs and revisions, by tier. */
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
    unit: "characters of the API's path on the service",
    raisable: false,
    source: `${docs}/api-management-api-import-restrictions`,
  },
  timeoutSeconds: {
    value: 240,
    unit: "seconds of a backend's timeout",
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

/**
 * The capabilities of `AzureApiManagementApi` on the tiers `Developer`, `Basic`, `Standard` and `Premium`.
 *
 * @see {@link capabilitiesOf} for the other tiers
 */
export const azureApiManagement = {
  vendor: "azure",
  className: "AzureApiManagementApi",
  features: {
    "route.literal": native("an operation; the policy compares the path case-sensitively"),
    "route.literal.colon": native("an operation; the policy compares the text"),
    "route.literal.mark": native("an operation; the policy compares the text"),
    "route.parameter": native("an operation with template parameters"),
    "route.greedy": native("an operation with the wildcard `/*`"),
    "path.prefix": native("`set-backend-service` with the prefix in the base URL"),
    "path.fixed": native("`rewrite-uri`"),
    "path.rewrite": native("`rewrite-uri`"),
    "backend.http": native("`set-backend-service`"),
    "backend.fn": none(
      "Polygate does not pass function keys to Azure Functions yet",
      "Bind the function's URL to a backend of kind http, or deploy to AwsHttpApi or AwsRestApi.",
    ),
    "backend.onPrem": native(
      "a `Backend` that `set-backend-service` names; the service must be in a subnet of the link's virtual network: by injection on Developer and Premium, by outbound integration on StandardV2 and PremiumV2; other tiers have no network. `AzureOnPremLink` creates the link",
    ),
    "trust.clientCertificate": native(
      "`authentication-certificate` with a certificate of a key vault, which the service's identity reads; a renewed one is used by itself",
    ),
    "trust.secretHeader": native(
      "`set-header` with a secret named value of a key vault, which the service's identity reads; the secret is in no document",
    ),
    "trust.identityToken": native(
      "`authentication-managed-identity`: a token of the service's managed identity in `Authorization`; the client's is in `X-Forwarded-Authorization`",
    ),
    reply: native("`return-response`"),
    "auth.jwt": native(
      "`validate-jwt`; the issuer must serve an OpenID discovery document, a bound `jwksUri` is ignored; signatures RS256, RS512, PS256",
    ),
    "auth.jwt.client-id": composed(
      "`choose` over the audiences and claims of the token that `validate-jwt` has verified",
    ),
    "auth.scopes": native("`choose` over the token's claims, answered with 403"),
    "auth.scopes.all": native("the same `choose`, for each of the scopes"),
    "auth.key": native(
      "a subscription for each consumer, with the API as its scope; the policy accepts only these, and an open product lets requests without a key reach the policy if other routes require none",
    ),
    "auth.token-and-key": native("`validate-jwt` and a subscription"),
    "auth.iam": none(
      "API Management checks tokens, but no signatures of requests",
      "Require a token (jwt), which an Azure identity gets from Microsoft Entra ID, omit the routes (omit), or deploy to AwsHttpApi or AwsRestApi.",
    ),
    "auth.open": native("a route without `validate-jwt`"),
    "limits.route": rate,
    "limits.route.long": quota,
    "limits.api": native("`rate-limit-by-key` per second and minute, `quota-by-key` per hour and day"),
    "limits.consumer": native(
      "`rate-limit-by-key` over the token's issuer and subject; a token without a subject is rejected",
    ),
    "limits.consumer.long": native(
      "`quota-by-key` over the token's issuer and subject, answered with 403; a token without a subject is rejected",
    ),
    "limits.key": native("`rate-limit-by-key` over the subscription"),
    "limits.key.long": native("`quota-by-key` over the subscription, answered with 403"),
    "limits.ip.second": native(
      "`rate-limit-by-key` over the client's address; behind a proxy, over the proxy's address",
    ),
    "limits.ip": native("the same as per second"),
    "limits.ip.long": native("`quota-by-key` over the client's address, answered with 403"),
    "limits.burst": none(
      "its limits count requests in a window and have no separate burst",
      "Remove burst; `requests` is then also the maximum at one instant.",
    ),
    "plans.limits": native(
      "`rate-limit-by-key` over the subscription per second and minute, `quota-by-key` per hour and day",
    ),
    "plans.quota": native(
      "`quota-by-key` over the subscription, in periods of the calendar; a request over the quota is answered with 403",
    ),
    "plans.routes": native("the same as the limits of a plan, for each route"),
    cors: native("`cors`"),
    "request.parameters": unvalidated,
    "request.body": unvalidated,
    timeout: native("`forward-request`"),
    "headers.set": native("`set-header`"),
    "headers.remove": native("`set-header`"),
  },
  limitPrecision:
    "Per gateway (region), not per instance. Classic tiers count in a sliding window, v2 tiers in a token bucket. Counters may lag under load, so that a few more requests pass. Quotas are exact for the service.",
  limits,
  readings: {
    refused:
      "the policy answers 404 to a path that is a stricter route's in lower case, decoded twice, and without the parameters of its segments and the dots and spaces at their ends",
  },
  divergences: [],
  noEscape: [],
} as const satisfies Capabilities;

const classic = "Developer, Basic, Standard or Premium";

/** The capabilities of `AzureApiManagementApi` on a tier. */
export function capabilitiesOf(sku: ApiManagementSku): Capabilities {
  return {
    ...azureApiManagement,
    features: { ...azureApiManagement.features, ...featuresOf(sku) },
    limits: limitsOf(sku),
  };
}

/** The features of a tier that differ from those of the tiers Developer and Premium. */
function featuresOf(sku: ApiManagementSku): Partial<Record<Feature, Support>> {
  return {
    ...limitFeaturesOf(sku),
    ...(networkAccessOf(sku) === undefined ? { "backend.onPrem": unnetworked(sku) } : {}),
  };
}

function unnetworked(sku: ApiManagementSku): Support {
  return none(
    `a service of the tier ${sku} reaches no private network`,
    `Use a service of the tier ${networkedTiers}, or bind a public URL to a backend of kind http.`,
  );
}

function limitFeaturesOf(sku: ApiManagementSku): Partial<Record<Feature, Support>> {
  if (isV2(sku)) {
    const noQuota = none(
      `the tier ${sku} has no quota-by-key`,
      `Limit per second or minute, or use a service of the tier ${classic}.`,
    );
    return {
      "limits.route.long": noQuota,
      "limits.consumer.long": noQuota,
      "limits.ip.long": noQuota,
      "limits.key.long": noQuota,
      "plans.limits": native("`rate-limit-by-key` over the subscription per second and minute; not per hour and day"),
      "plans.routes": native("`rate-limit-by-key` over the subscription per second and minute; not per hour and day"),
      "plans.quota": none(
        `the tier ${sku} has no quota-by-key, and the quota of a product counts from the start of a subscription, not by the calendar`,
        `Use a service of the tier ${classic}, or replace the quota by limits per second or minute.`,
      ),
      "limits.api": native("`rate-limit-by-key` per second and minute; not per hour and day"),
    };
  }
  if (sku !== "Consumption") return {};
  const noLimits = none(
    "the tier Consumption has neither rate-limit-by-key nor quota-by-key",
    `Use a service of the tier ${classic}, or of a v2 tier for limits per second and minute.`,
  );
  const limited = (Object.keys(azureApiManagement.features) as Feature[]).filter(
    (feature) => (feature.startsWith("limits.") && feature !== "limits.burst") || feature.startsWith("plans."),
  );
  return Object.fromEntries(limited.map((feature) => [feature, noLimits]));
}

function limitsOf(sku: ApiManagementSku): Readonly<Record<string, VendorLimit>> {
  const common = { ...limits, operations: { ...limits.operations, value: operations[sku] } };
  if (sku !== "Consumption") return common;
  return {
    ...common,
    policyBytes: { ...limits.policyBytes, value: 16 * 1024 },
    timeoutSeconds: { ...limits.timeoutSeconds, value: 30 },
    urlBytes: { ...limits.urlBytes, value: 4096 },
  };
}
