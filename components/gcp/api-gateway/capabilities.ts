import type { Capabilities, Support, VendorLimit } from "../../api/capability/capabilities.ts";

const native = (how: string): Support => ({ support: "native", how });
const none = (why: string, instead: string): Support => ({ support: "none", why, instead });

const docs = "https://cloud.google.com/api-gateway/docs";
// The proxy that is widely reported to run under API Gateway. The flags that Google sets on it are not published.
const proxy = "https://github.com/GoogleCloudPlatform/esp-v2";

/** @param classes those that count it */
const counted = (classes: string): Support =>
  none(
    "its quotas count API keys, per project and minute, and nothing else",
    `Put a load balancer with Cloud Armor in front, or deploy to ${classes}.`,
  );
const unchecked = none(
  "the gateway enforces no rule of a parameter or schema (https://cloud.google.com/endpoints/docs/openapi/openapi-limitations)",
  "Deploy to AwsRestApi, or let the backend check them.",
);
const unchanged = none(
  "the gateway hands request headers on as they are",
  "Let the backend do it, or deploy to AzureApiManagementApi or AwsHttpApi.",
);

/** The cases of the contract that cannot arise here, since the description is refused or the feature waived. */
const lacking = (
  [
    ["header-set", "no request header can be set"],
    ["header-removed", "no request header can be removed"],
    ["reply", "the gateway has no answers of its own"],
    ["scope-present", "scopes are not checked, so they are refused"],
    ["scope-missing", "scopes are not checked, so they are refused"],
    ["limit-passes", "nothing is counted"],
    ["limit-exceeded", "nothing is counted"],
    ["limit-recovers", "nothing is counted"],
    ["limit-by-ip", "nothing is counted"],
    ["limit-by-consumer", "nothing is counted"],
    ["preflight", "no preflight is answered"],
    ["preflight-origin-unknown", "no preflight is answered"],
    ["cors-response", "no answer gets CORS headers from the gateway"],
  ] as const
).map(([name, reason]) => ({ case: name, reason }));

const keyless = none(
  "Polygate makes no API keys on Google Cloud yet, whose keys name a project and not a consumer",
  "Ask for a token (jwt), leave the routes out (omit), or deploy to AwsRestApi.",
);

/** What `GcpApiGateway` carries. */
export const gcpApiGateway = {
  vendor: "gcp",
  className: "GcpApiGateway",
  features: {
    "route.literal": native("an operation"),
    // esp-v2 httppattern/uri_template.go, ExactMatchString: a slash at the end is put before the verb.
    "route.literal.colon": none(
      "the colon would start a verb, and `/things:cancel` also takes `/things/:cancel`, but not `/things:cancel/`",
      "Rename the segment without a colon, or make it a parameter and let the backend read it.",
    ),
    // The same file, Regex: literals go into the expression as they are.
    "route.literal.mark": none(
      "a path with parameters becomes a regular expression with these in it, where a dot takes every character, a slash too",
      "Rename the segment without the mark, or make it a parameter and let the backend read it.",
    ),
    "route.parameter": native("a path parameter"),
    "route.greedy": native("a path parameter `{name=**}`, which also takes nothing: `/files/`"),
    "path.prefix": native("`x-google-backend` with the prefix in the address"),
    "path.fixed": native("`x-google-backend` with `CONSTANT_ADDRESS`"),
    "path.rewrite": none(
      "the gateway puts an address before the path or takes another path whole; it moves no parameters",
      "Let the backend serve the route's own path, with a prefix if need be, or deploy to AzureApiManagementApi or AwsHttpApi.",
    ),
    "backend.http": native("`x-google-backend`, without an ID token of the gateway (`disable_auth`)"),
    "backend.fn": none(
      "Polygate calls no Cloud Run function with a token of the gateway yet",
      "Bind its URL to a backend of kind http, or deploy to AwsHttpApi or AwsRestApi.",
    ),
    "backend.onPrem": none(
      "an API gateway has no way into a private network of its own, and Polygate puts no proxy between yet",
      "Deploy to AwsHttpApi or AwsRestApi, or bind a public URL to a backend of kind http.",
    ),
    reply: none(
      "it has no answers of its own",
      "Let a backend answer, leave the route out (omit), or deploy to AzureApiManagementApi.",
    ),
    "auth.jwt": native(
      "`x-google-issuer`, keys from the bound `jwksUri` or the issuer's discovery document; an audience is compared without `https://` and the slash at its end, and a token without `exp` never expires",
    ),
    "auth.scopes": none(
      "it accepts scopes in its document and never checks them",
      "Give the routes audiences of their own, leave them out (omit), or deploy to AzureApiManagementApi or AwsHttpApi.",
    ),
    "auth.key": keyless,
    "auth.token-and-key": keyless,
    "auth.iam": none(
      "it checks tokens, and no signatures of requests",
      "Ask for a token (jwt), which a service account signs itself or gets from Google, leave the routes out (omit), or deploy to AwsHttpApi or AwsRestApi.",
    ),
    "auth.open": native("an operation without `security`; a client's own X-Apigateway-Api-Userinfo gets through there"),
    "limits.route": counted("AzureApiManagementApi or AwsHttpApi"),
    "limits.route.long": counted("AzureApiManagementApi or AwsHttpApi"),
    "limits.api": counted("AzureApiManagementApi"),
    "limits.consumer": counted("AzureApiManagementApi"),
    "limits.consumer.long": counted("AzureApiManagementApi"),
    "limits.key": keyless,
    "limits.key.long": keyless,
    "limits.ip.second": counted("AzureApiManagementApi"),
    "limits.ip": counted("AzureApiManagementApi or AwsRestApi"),
    "limits.ip.long": counted("AzureApiManagementApi"),
    "limits.burst": counted("AwsHttpApi or AwsRestApi"),
    "plans.limits": keyless,
    "plans.quota": keyless,
    "plans.routes": keyless,
    cors: none(
      "nothing in it answers a preflight",
      "Declare OPTIONS routes to a backend that answers, leave cors out, or deploy to AzureApiManagementApi or AwsHttpApi.",
    ),
    "request.parameters": unchecked,
    "request.body": unchecked,
    timeout: native("`deadline`"),
    "headers.set": unchanged,
    "headers.remove": unchanged,
  },
  limitPrecision: "None: this class counts nothing.",
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
      unit: "bytes of a request's or an answer's body",
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
  divergences: [
    ...lacking,
    {
      case: "expiry-missing",
      reason: "the proxy checks `exp` where it is, and cannot be told to ask for it; only the issuer makes such tokens",
    },
    {
      case: "rest-empty",
      reason:
        "`**` also matches nothing, so `/files/{rest+}` takes `/files/`, with its own authentication; where that would get requests around another route, the description is refused",
    },
    {
      case: "encoded-slash",
      reason:
        "`%2F`, `%5C` and `..;` are handed on as they are, and the proxy cannot be told otherwise: a backend must not decode a path before it splits it",
    },
    {
      case: "encoded-mark",
      reason:
        "an encoded mark such as `%21` is handed on as it is, and is no literal: a backend must not take it for one that another route guards",
    },
  ],
  noEscape: [
    { code: "bad-audience", where: "an audience", text: "a comma, or a blank at either end" },
    { code: "empty-audience", where: "an audience", text: "nothing but `https://` or a slash" },
  ],
} as const satisfies Capabilities;
