import type { Capabilities, Support, VendorLimit } from "../../api/capability/capabilities.ts";

const native = (how: string): Support => ({ support: "native", how });
const none = (why: string, instead: string): Support => ({ support: "none", why, instead });

const docs = "https://cloud.google.com/api-gateway/docs";
// The proxy that API Gateway is widely reported to use. Google does not publish the flags that it sets.
const proxy = "https://github.com/GoogleCloudPlatform/esp-v2";

/** @param classes the classes that have such limits */
const noLimits = (classes: string): Support =>
  none(
    "its quotas only count API keys, per project and minute",
    `Set companion, put a load balancer with Cloud Armor in front, or deploy to ${classes}.`,
  );
/** @param classes the classes that have such limits */
const noLimitsByAddress = (classes: string): Support =>
  none(
    "its quotas only count API keys, per project and minute",
    `Put a load balancer with Cloud Armor in front, or deploy to ${classes}.`,
  );
const unvalidated = none(
  "the gateway does not validate parameters and bodies (https://cloud.google.com/endpoints/docs/openapi/openapi-limitations)",
  "Deploy to AwsRestApi, or let the backend validate requests.",
);
const unchanged = none(
  "the gateway forwards request headers unchanged",
  "Set companion, change the headers in the backend, or deploy to AzureApiManagementApi or AwsHttpApi.",
);

/** The cases of the contract that cannot occur, since the description is rejected or the feature is waived. */
const lacking = (
  [
    ["header-set", "the gateway sets no request header"],
    ["header-removed", "the gateway removes no request header"],
    ["reply", "the gateway cannot answer by itself"],
    ["scope-present", "the gateway does not check scopes, so a description with scopes is rejected"],
    ["scope-missing", "the gateway does not check scopes, so a description with scopes is rejected"],
    ["limit-passes", "the gateway does not count requests"],
    ["limit-exceeded", "the gateway does not count requests"],
    ["limit-recovers", "the gateway does not count requests"],
    ["limit-by-ip", "the gateway does not count requests"],
    ["limit-by-consumer", "the gateway does not count requests"],
    ["preflight", "the gateway does not answer preflights"],
    ["preflight-origin-unknown", "the gateway does not answer preflights"],
    ["cors-response", "the gateway adds no CORS headers"],
  ] as const
).map(([name, reason]) => ({ case: name, reason }));

const keyless = none(
  "Polygate does not create API keys on Google Cloud yet, where a key identifies a project and not a consumer",
  "Require a token (jwt), omit the routes (omit), or deploy to AwsRestApi.",
);

const scopeless = (classes: string): Support =>
  none(
    "the gateway accepts scopes in its document but never checks them",
    `Set companion, give the routes separate audiences, omit the routes (omit), or deploy to ${classes}.`,
  );

/** The capabilities of `GcpApiGateway`. */
export const gcpApiGateway = {
  vendor: "gcp",
  className: "GcpApiGateway",
  features: {
    "route.literal": native("an operation"),
    // esp-v2 httppattern/uri_template.go, ExactMatchString: a trailing slash is moved before the verb.
    "route.literal.colon": none(
      "the colon would begin a verb, so `/things:cancel` would also match `/things/:cancel`, but not `/things:cancel/`",
      "Rename the segment, or replace it by a parameter that the backend reads.",
    ),
    // The same file, Regex: since February 2022, regexp.QuoteMeta escapes literals in the regular expression.
    "route.literal.mark": native("an operation"),
    "route.parameter": native("a path parameter"),
    "route.greedy": native("a path parameter `{name=**}`, which also matches an empty rest: `/files/`"),
    "path.prefix": native("`x-google-backend` with the prefix in the address"),
    "path.fixed": native("`x-google-backend` with `CONSTANT_ADDRESS`"),
    "path.rewrite": none(
      "the gateway prepends an address to the path or replaces the whole path; it cannot move parameters",
      "Set companion, let the backend serve the route's path, with or without a prefix, or deploy to AzureApiManagementApi or AwsHttpApi.",
    ),
    "backend.http": native("`x-google-backend`, without an ID token of the gateway (`disable_auth`)"),
    "backend.fn": none(
      "Polygate does not call Cloud Run functions with a token of the gateway yet",
      "Bind the function's URL to a backend of kind http, or deploy to AwsHttpApi or AwsRestApi.",
    ),
    "backend.onPrem": none(
      "an API gateway cannot reach a private network by itself",
      "Set companion, deploy to AwsHttpApi or AwsRestApi, or bind a public URL to a backend of kind http.",
    ),
    "trust.clientCertificate": none(
      "an API gateway presents no certificate",
      "Set companion, or let the backend accept an identity token (trust: { identityToken: true }).",
    ),
    "trust.secretHeader": none(
      "the gateway forwards request headers unchanged",
      "Set companion, or let the backend accept an identity token (trust: { identityToken: true }).",
    ),
    "trust.identityToken": native(
      "`jwt_audience`: an ID token of the gateway's own service account in `Authorization`, signed by Google; the client's is in `X-Forwarded-Authorization`. The output `backendIdentity` contains what backends must compare",
    ),
    reply: none(
      "the gateway cannot answer by itself",
      "Set companion, let a backend answer, omit the route (omit), or deploy to AzureApiManagementApi.",
    ),
    "auth.jwt": native(
      "`x-google-issuer`, with the keys of the bound `jwksUri` or of the issuer's discovery document; audiences are compared without `https://` and a trailing slash, and a token without `exp` never expires",
    ),
    "auth.jwt.client-id": none(
      "the gateway compares the audiences with `aud` alone",
      "Let the issuer sign tokens with `aud` (Amazon Cognito: ID tokens), or deploy to AwsHttpApi, AwsRestApi or AzureApiManagementApi.",
    ),
    "auth.scopes": scopeless("AzureApiManagementApi or AwsHttpApi"),
    "auth.scopes.all": scopeless("AzureApiManagementApi or AwsRestApi"),
    "auth.key": keyless,
    "auth.token-and-key": keyless,
    "auth.iam": none(
      "the gateway checks tokens, but no signatures of requests",
      "Require a token (jwt), which a service account signs itself or gets from Google, omit the routes (omit), or deploy to AwsHttpApi or AwsRestApi.",
    ),
    "auth.open": native(
      "an operation without `security`; a header X-Apigateway-Api-Userinfo of the client reaches the backend",
    ),
    "limits.route": noLimits("AzureApiManagementApi or AwsHttpApi"),
    "limits.route.long": noLimits("AzureApiManagementApi or AwsHttpApi"),
    "limits.api": noLimits("AzureApiManagementApi"),
    "limits.consumer": noLimits("AzureApiManagementApi"),
    "limits.consumer.long": noLimits("AzureApiManagementApi"),
    "limits.key": keyless,
    "limits.key.long": keyless,
    "limits.ip.second": noLimitsByAddress("AzureApiManagementApi"),
    "limits.ip": noLimitsByAddress("AzureApiManagementApi or AwsRestApi"),
    "limits.ip.long": noLimitsByAddress("AzureApiManagementApi"),
    "limits.burst": noLimits("AwsHttpApi or AwsRestApi"),
    "plans.limits": keyless,
    "plans.quota": keyless,
    "plans.routes": keyless,
    cors: none(
      "the gateway does not answer preflights",
      "Set companion, declare OPTIONS routes to a backend that answers, remove cors, or deploy to AzureApiManagementApi or AwsHttpApi.",
    ),
    "request.parameters": unvalidated,
    "request.body": unvalidated,
    timeout: native("`deadline`"),
    "headers.set": unchanged,
    "headers.remove": unchanged,
  },
  limitPrecision: "None: this class does not count requests.",
  limits: {
    gatewayIdCharacters: {
      value: 49,
      unit: "characters of a gateway's id",
      raisable: false,
      source: `${docs}/deploying-api`,
    },
    configs: { value: 100, unit: "API configs of an API", raisable: true, source: `${docs}/quotas` },
    gateways: { value: 50, unit: "gateways of a region", raisable: true, source: `${docs}/quotas` },
    bodyBytes: {
      value: 32 * 1024 * 1024,
      unit: "bytes of the body of a request or an answer",
      raisable: false,
      source: `${docs}/quotas`,
    },
    headerBytes: { value: 60 * 1024, unit: "bytes of a request's headers", raisable: false, source: `${docs}/quotas` },
    pathBytes: {
      value: 8192,
      unit: "bytes of a request's path and query",
      raisable: false,
      source: `${proxy}/blob/master/src/envoy/http/path_rewrite/filter.cc`,
    },
  } as const satisfies Readonly<Record<string, VendorLimit>>,
  readings: {},
  divergences: [
    ...lacking,
    {
      case: "expiry-missing",
      reason:
        "the proxy checks `exp` only if the token has it, and cannot be configured to require it; only the issuer can create such a token",
    },
    {
      case: "authorization-twice",
      reason:
        "the proxy searches `Authorization` for `Bearer ` and ignores another credential beside it, in the same header or in a second one, so the backend can see a credential that was not checked: a backend must reject an `Authorization` that is not one bearer token, or read the claims in `X-Apigateway-Api-Userinfo`",
    },
    {
      case: "rest-empty",
      reason:
        "`**` also matches an empty rest, so `/files/{rest+}` matches `/files/`, with the authentication of the route; where such a request would bypass another route, the description is rejected",
    },
  ],
  noEscape: [
    { code: "bad-audience", where: "an audience", text: "a comma, or a blank at either end" },
    {
      code: "encoded-url",
      where: "a backend's URL",
      text: "a percent sign; the gateway decodes the path of an address",
    },
    { code: "empty-audience", where: "an audience", text: "nothing but `https://` or a slash" },
  ],
} as const satisfies Capabilities;
