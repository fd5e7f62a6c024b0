import type { Capabilities, Support, VendorLimit } from "../../api/capability/capabilities.ts";

const native = (how: string): Support => ({ support: "native", how });
const composed = (how: string): Support => ({ support: "composed", how });
const none = (why: string, instead: string): Support => ({ support: "none", why, instead });

const docs = "https://docs.aws.amazon.com/apigateway/latest/developerguide";

const unkeyed = none(
  "its usage plans tell consumers apart by API key, not by token",
  'Ask for an API key too (allOf), limit by "route", or deploy to AzureApiManagementApi.',
);

const byAddress = none(
  "its throttles do not tell client addresses apart, and AWS WAF, which does, counts over 60, 120, 300 or 600 seconds",
  'Limit per minute (10 requests or more), limit by "route", or deploy to AzureApiManagementApi.',
);

const waf = "https://docs.aws.amazon.com/waf/latest/developerguide";

const bucket = "a token bucket: `requests` at once, refilled at `requests` per window";

const quota = (value: number, unit: string, raisable = false): VendorLimit => ({
  value,
  unit,
  raisable,
  source: `${docs}/api-gateway-execution-service-limits-table.html`,
});

/** What `AwsRestApi` carries. */
export const awsRestApi = {
  vendor: "aws",
  className: "AwsRestApi",
  features: {
    "route.literal": native("a resource and its method"),
    "route.literal.colon": native("a resource and its method"),
    "route.literal.mark": none(
      "a segment of a resource holds letters, digits and _ . , : - only",
      "Write the segment with those, make it a parameter, or deploy to AwsHttpApi.",
    ),
    "route.parameter": native("a path variable"),
    "route.greedy": native(
      "a greedy path variable `{name+}`, and resources for the paths that narrower routes would take it",
    ),
    "path.prefix": native("the integration's `uri`"),
    "path.fixed": native("the integration's `uri`"),
    "path.rewrite": native("the integration's `uri`, with `integration.request.path.name`"),
    "backend.http": native("an `http_proxy` integration; bodies pass as bytes"),
    "backend.fn": native(
      "an `aws_proxy` integration; the event has its body in base64, and path parameters by their place (`p1`)",
    ),
    "backend.onPrem": native(
      "an `http_proxy` integration through a VPC link, to a load balancer; with `https` the certificate must show the host of the backend's URL. `AwsOnPremLink` makes the way",
    ),
    reply: native("a `mock` integration; to a body of a rare media type it answers 415"),
    "auth.jwt": composed(
      "a Lambda authorizer that ships with Polygate, one function for each auth and set of scopes; nothing is cached, so each request is an invocation more",
    ),
    "auth.scopes": composed("the same function, which then denies: answered 403"),
    "auth.key": native("a method that requires a key of a usage plan's consumer"),
    "auth.token-and-key": composed("both of these at one method; the token is looked at first"),
    "auth.iam": native(
      "the method's authorization type `AWS_IAM`; IAM policies say who may call (`arnOf`). An unsigned request is answered 403, and so is one for a path that is not there, since to API Gateway they are one",
    ),
    "auth.open": native("a method without authorizer"),
    "limits.route": native(`a throttle of the method, one a route: ${bucket}`),
    "limits.route.long": native("the same, refilled slowly; at most 5,000 requests at once"),
    "limits.api": none(
      "a stage's throttle is one of each method, not of all together",
      'Limit by "route", or deploy to AzureApiManagementApi.',
    ),
    "limits.consumer": unkeyed,
    "limits.consumer.long": unkeyed,
    "limits.key": native(`a method's throttle in each usage plan, by key: ${bucket}`),
    "limits.key.long": native("the same, refilled slowly; at most 5,000 requests at once"),
    "limits.ip.second": byAddress,
    "limits.ip": composed(
      "AWS WAF: a web ACL before the stage, with a rate-based rule for each route, of 10 requests or more; at most 10 such routes, of whose methods it refuses paths with an empty or dot segment, `\\` or `%2F` (400)",
    ),
    "limits.ip.long": byAddress,
    "limits.burst": native("the throttle's burst"),
    "plans.limits": native("the usage plan's throttle, by key"),
    "plans.quota": native("the usage plan's quota, by key"),
    "plans.routes": native("a method's throttle in the usage plan, by key"),
    cors: composed(
      "a `mock` for `OPTIONS` at each resource, which answers preflights; backends answer for themselves, with `access-control-allow-origin` of their own",
    ),
    "request.parameters": native("required parameters and a request validator: each is there and not empty"),
    "request.body": native(
      'a request validator, and a model for every content type; the gateway says `bodies: "text"`, since bodies that pass as bytes are not known to be checked',
    ),
    timeout: native("`timeoutInMillis`"),
    "headers.set": native("`integration.request.header.name`"),
    "headers.remove": none(
      "an `http_proxy` integration passes every header, and a mapping can replace one but not take it away",
      "Set the header to a harmless value, have the backend ignore it, or deploy to AwsHttpApi.",
    ),
  },
  limitPrecision:
    "Token buckets per method and Region, and per API key, best effort: AWS calls them targets, not ceilings. The account's own throttle, shared with its other APIs in the Region, comes on top. By client address AWS WAF estimates: it looks back over 60 seconds every few seconds, so that more may pass at first, and fewer for a while after (usually less than 30 seconds); it counts all requests of a route, refused ones too, and holds back at most 10,000 addresses a route.",
  limits: {
    resources: quota(300, "resources of an API (each beginning of a path is one)", true),
    authorizers: quota(10, "authorizers of an API (one for each auth and set of scopes)", true),
    timeoutSeconds: quota(29, "seconds that a backend may take", true),
    vpcLinks: {
      value: 10,
      unit: "VPC links (V2) of an account in a Region",
      raisable: true,
      source: `${docs}/http-api-quotas.html`,
    },
    plans: quota(300, "usage plans of an account in a Region", true),
    methodThrottles: {
      value: 20,
      unit: "methods with a throttle of their own in a usage plan, for one stage",
      raisable: true,
      source: `${docs}/limits.html`,
    },
    keys: quota(10_000, "API keys of an account in a Region"),
    keyCharacters: {
      value: 128,
      unit: "characters of an API key, 20 at least",
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
      unit: "requests per minute at least, by client address",
      raisable: false,
      source: `${waf}/waf-rule-statement-type-rate-based-high-level-settings.html`,
    },
    // The API's reference says 512 (API_RegexMatchStatement); the lower of the two holds here.
    patternCharacters: {
      value: 200,
      unit: "characters of a pattern of AWS WAF, which a route's path becomes where client addresses are counted",
      raisable: false,
      source: `${waf}/limits.html`,
    },
    webAclUnits: {
      value: 5_000,
      unit: "capacity units of a web ACL; its price includes 1,500",
      raisable: false,
      source: `${waf}/aws-waf-capacity-units.html`,
    },
    // No page says how long a REST API's may be; those of an HTTP API's (U).
    nameCharacters: {
      value: 128,
      unit: "characters of an API's name",
      raisable: false,
      source: "https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis.html",
    },
    descriptionCharacters: {
      value: 1024,
      unit: "characters of an API's description, which is the title",
      raisable: false,
      source: "https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis.html",
    },
    templateBytes: {
      value: 300 * 1024,
      unit: "bytes of a mapping template, which a reply's body is",
      raisable: false,
      source: `${docs}/api-gateway-known-issues.html`,
    },
    documentBytes: {
      value: 6 * 1024 * 1024,
      unit: "bytes of a document that is imported",
      raisable: false,
      source: `${docs}/limits.html`,
    },
    bodyBytes: quota(10 * 1024 * 1024, "bytes of a request's or an answer's body"),
    headerBytes: quota(10_240, "bytes of all headers of a request, their names and values together"),
    urlCharacters: quota(10_240, "characters of a URL"),
  } as const satisfies Readonly<Record<string, VendorLimit>>,
  divergences: [
    {
      case: "cors-response",
      reason:
        "a proxied answer passes as it is, so that the backend itself has to name the origin; refusals name the one that the description names, whoever asks, and none of several",
    },
  ],
  noEscape: [
    { code: "dollar", where: "a request header's value", text: "`${`" },
    { code: "dollar", where: "a title", text: "`${AWS::`" },
    { code: "schema-characters", where: "a body's schema", text: "`${AWS::`, or `$` or `x-` before a member's name" },
    {
      code: "parameter-characters",
      where: "the name of a parameter or header that a request must have",
      text: "characters but letters, digits and `.` `_` `$` `-`",
    },
    { code: "quote", where: "a request header's value, a header's name in cors", text: "`'`" },
    {
      code: "path-characters",
      where: "a route's path",
      text: "characters but letters, digits and `_` `.` `,` `:` `-`",
    },
  ],
} as const satisfies Capabilities;
