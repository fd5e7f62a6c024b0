import type { Capabilities, Support, VendorLimit } from "../../api/capability/capabilities.ts";

const native = (how: string): Support => ({ support: "native", how });
const composed = (how: string): Support => ({ support: "composed", how });
const none = (why: string, instead: string): Support => ({ support: "none", why, instead });

const docs = "https://docs.aws.amazon.com/apigateway/latest/developerguide";

const unkeyed = none(
  "its usage plans identify consumers by API key, not by token",
  'Require an API key too (allOf), limit by "route", or deploy to AzureApiManagementApi.',
);

const byAddress = none(
  "its throttles do not distinguish client addresses, and AWS WAF, which does, counts over 60, 120, 300 or 600 seconds",
  'Limit per minute (10 requests or more), limit by "route", or deploy to AzureApiManagementApi.',
);

const waf = "https://docs.aws.amazon.com/waf/latest/developerguide";

const bucket = "a token bucket that holds `requests` and is refilled at `requests` per window";

const quota = (value: number, unit: string, raisable = false): VendorLimit => ({
  value,
  unit,
  raisable,
  source: `${docs}/api-gateway-execution-service-limits-table.html`,
});

/** What `AwsRestApi` supports. */
export const awsRestApi = {
  vendor: "aws",
  className: "AwsRestApi",
  features: {
    "route.literal": native("a resource and its method"),
    "route.literal.colon": native("a resource and its method"),
    "route.literal.mark": none(
      "a segment of a resource may contain only letters, digits and _ . , : -",
      "Write the segment with those characters, make it a parameter, or deploy to AwsHttpApi.",
    ),
    "route.parameter": native("a path variable"),
    "route.greedy": native(
      "a greedy path variable `{name+}`, and further resources where narrower routes lie within it",
    ),
    "path.prefix": native("the integration's `uri`"),
    "path.fixed": native("the integration's `uri`"),
    "path.rewrite": native("the integration's `uri`, with `integration.request.path.name`"),
    "backend.http": native("an `http_proxy` integration; bodies pass unchanged"),
    "backend.fn": native("an `aws_proxy` integration; the event contains the body in base64"),
    "backend.onPrem": native(
      "an `http_proxy` integration through a VPC link to a load balancer; with `https` the certificate must cover the host of the backend's URL. `AwsOnPremLink` creates the link",
    ),
    "trust.clientCertificate": native(
      "a certificate that API Gateway generates for the stage, which it presents to every backend with an `https` URL that requests one; it expires after 365 days (`clientCertificates` renews it), and the output `clientCertificates` contains what backends must accept",
    ),
    "trust.secretHeader": none(
      "the value of a header is a part of the document, which everybody who may read the API's configuration can read",
      "Let the backend accept a client certificate (trust: { clientCertificate: true }).",
    ),
    "trust.identityToken": none(
      "the gateway has no token of its own for a backend with a URL",
      "Let the backend accept a client certificate (trust: { clientCertificate: true }).",
    ),
    reply: native("a `mock` integration; a request body of a rare media type is rejected with 415"),
    "auth.jwt": composed(
      "a Lambda authorizer that is part of Polygate, one function for each auth and set of scopes, or for more than ten, a single one that decides by route; results are not cached, so each request invokes it",
    ),
    "auth.jwt.client-id": composed("the same function"),
    "auth.scopes": composed("the same function; a missing scope is rejected with 403"),
    "auth.scopes.all": composed("the same function"),
    "auth.key": native("a method that requires the API key of a consumer of a usage plan"),
    "auth.token-and-key": composed("both at one method; the token is verified first"),
    "auth.iam": native(
      "the method's authorization type `AWS_IAM`; IAM policies decide who may call (`arnOf`). An unsigned request is rejected with 403, and so is a request to an unknown path, since API Gateway does not distinguish them",
    ),
    "auth.open": native("a method without an authorizer"),
    "limits.route": native(`a throttle of the method, one for each route: ${bucket}`),
    "limits.route.long": native("the same, refilled slowly; at most 5,000 requests at once"),
    "limits.api": none(
      "a stage's throttle applies to each method, not to all methods together",
      'Limit by "route", or deploy to AzureApiManagementApi.',
    ),
    "limits.consumer": unkeyed,
    "limits.consumer.long": unkeyed,
    "limits.key": native(`a method's throttle in each usage plan, by key: ${bucket}`),
    "limits.key.long": native("the same, refilled slowly; at most 5,000 requests at once"),
    "limits.ip.second": byAddress,
    "limits.ip": composed(
      "AWS WAF: a web ACL in front of the stage, with a rate-based rule for each route, of 10 requests or more; at most 10 such routes. For their methods it rejects paths with an empty or dot segment, `\\` or `%2F` (400)",
    ),
    "limits.ip.long": byAddress,
    "limits.burst": native("the throttle's burst"),
    "plans.limits": native("the usage plan's throttle, by key"),
    "plans.quota": native("the usage plan's quota, by key"),
    "plans.routes": native("a method's throttle in the usage plan, by key"),
    cors: composed(
      "a `mock` for `OPTIONS` at each resource responds to preflights; backends send `access-control-allow-origin` themselves",
    ),
    "request.parameters": native("required parameters and a request validator: each must be present and not empty"),
    "request.body": native(
      'a request validator, and a model for every content type, or for those that the route lists; the gateway needs `bodies: "text"`. Unverified: whether AWS validates binary bodies',
    ),
    timeout: native("`timeoutInMillis`"),
    "headers.set": native("`integration.request.header.name`"),
    "headers.remove": none(
      "an `http_proxy` integration passes every header, and a mapping can replace a header but not remove it",
      "Set the header to a harmless value, let the backend ignore it, or deploy to AwsHttpApi.",
    ),
  },
  limitPrecision:
    "Token buckets per method and Region, and per API key. They are best effort: AWS calls them targets, not ceilings. The account's own throttle, shared with its other APIs in the Region, applies too. By client address, AWS WAF estimates: every few seconds it counts the last 60 seconds, so more requests may pass at first, and fewer for a while afterwards (usually less than 30 seconds). It counts all requests to a route, including rejected ones, and blocks at most 10,000 addresses for each route.",
  limits: {
    resources: quota(300, "resources of an API (one for each beginning of a path)", true),
    authorizers: quota(
      10,
      "authorizers of an API (one for each auth and set of scopes; for more, a single one decides by route)",
      true,
    ),
    timeoutSeconds: quota(29, "seconds for a backend to respond", true),
    vpcLinks: {
      value: 10,
      unit: "VPC links (V2) of an account in a Region",
      raisable: true,
      source: `${docs}/http-api-quotas.html`,
    },
    plans: quota(300, "usage plans of an account in a Region", true),
    methodThrottles: {
      value: 20,
      unit: "methods with their own throttle in a usage plan, for one stage",
      raisable: true,
      source: `${docs}/limits.html`,
    },
    keys: quota(10_000, "API keys of an account in a Region"),
    keyCharacters: {
      value: 128,
      unit: "characters of an API key, and at least 20",
      raisable: false,
      source: `${docs}/api-gateway-setup-api-key-with-console.html`,
    },
    burst: {
      value: 5000,
      unit: "requests at once (the account's own bucket in most Regions)",
      raisable: false,
      source: `${docs}/api-gateway-request-throttling.html`,
    },
    addressLimits: {
      value: 10,
      unit: "routes with a limit by client address (rate-based rules of a web ACL)",
      raisable: false,
      source: `${waf}/limits.html`,
    },
    leastAddressLimit: {
      value: 10,
      unit: "requests per minute by client address, at least",
      raisable: false,
      source: `${waf}/waf-rule-statement-type-rate-based-high-level-settings.html`,
    },
    // The API reference documents 512 (API_RegexMatchStatement). The lower number is used.
    patternCharacters: {
      value: 200,
      unit: "characters of a pattern of AWS WAF, which is compiled from the path of a route with a limit by client address or of a guarded route (refuseOtherReadings)",
      raisable: false,
      source: `${waf}/limits.html`,
    },
    webAclUnits: {
      value: 5_000,
      unit: "capacity units of a web ACL (its price includes 1,500)",
      raisable: false,
      source: `${waf}/aws-waf-capacity-units.html`,
    },
    // Unverified: the limits of an HTTP API's name and description apply. AWS documents none for a REST API.
    nameCharacters: {
      value: 128,
      unit: "characters of an API's name",
      raisable: false,
      source: "https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis.html",
    },
    descriptionCharacters: {
      value: 1024,
      unit: "characters of an API's description, which contains the title",
      raisable: false,
      source: "https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis.html",
    },
    templateBytes: {
      value: 300 * 1024,
      unit: "bytes of a mapping template, which contains a reply's body",
      raisable: false,
      source: `${docs}/api-gateway-known-issues.html`,
    },
    // The page has 400 KB. The lower reading is used.
    modelBytes: {
      value: 400_000,
      unit: "bytes of a model, which is the schema of a body",
      raisable: false,
      source: "https://docs.aws.amazon.com/apigateway/latest/api/API_CreateModel.html",
    },
    documentBytes: {
      value: 6 * 1024 * 1024,
      unit: "bytes of an imported document",
      raisable: false,
      source: `${docs}/limits.html`,
    },
    bodyBytes: quota(10 * 1024 * 1024, "bytes of a request or response body"),
    headerBytes: quota(10_240, "bytes of all headers of a request, names and values together"),
    urlCharacters: quota(10_240, "characters of a URL"),
  } as const satisfies Readonly<Record<string, VendorLimit>>,
  readings: {
    instead: "Or set refuseOtherReadings: true, so that a web ACL refuses such paths. AWS charges for a web ACL.",
    // Unverified: API Gateway compares literals with the decoded path. If it does not, `/%61dmin` passes as `/{rest+}`. Recorded: a function
    // receives the path as sent.
    decoding: {
      rounds: 1,
      endsAtQuestionMark: false,
      sentTo: ["fn"],
      undocumented:
        "decodes the parameters of a path, and AWS does not document whether it selects the method by the path before that",
    },
  },
  divergences: [
    {
      case: "cors-response",
      reason:
        "a backend's response passes unchanged, so the backend has to name the allowed origin; rejections always name the description's origin if it has one, and none if it has several",
    },
    {
      case: "reply-type",
      reason:
        "a `mock` integration chooses its template by the exact media type that a request declares; to a type without a template, such as `application/vnd.api+json` or `image/png`, a `reply` answers 415",
    },
  ],
  noEscape: [
    { code: "dollar", where: "a request header's value", text: "`${`" },
    { code: "dollar", where: "a title", text: "`${AWS::`" },
    {
      code: "schema-characters",
      where: "a body's schema",
      text: "`${AWS::`, or a member whose name begins with `$` or `x-`",
    },
    {
      code: "parameter-characters",
      where: "the name of a required parameter or header",
      text: "characters other than letters, digits and `.` `_` `$` `-`",
    },
    { code: "quote", where: "a request header's value, a header's name in cors", text: "`'`" },
    {
      code: "path-characters",
      where: "a route's path",
      text: "characters other than letters, digits and `_` `.` `,` `:` `-`",
    },
  ],
} as const satisfies Capabilities;
