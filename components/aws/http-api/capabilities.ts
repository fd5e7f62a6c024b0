import type { Capabilities, Support, VendorLimit } from "../../api/capability/capabilities.ts";

const native = (how: string): Support => ({ support: "native", how });
const composed = (how: string): Support => ({ support: "composed", how });
const none = (why: string, instead: string): Support => ({ support: "none", why, instead });

const docs = "https://docs.aws.amazon.com/apigateway/latest/developerguide";

const counted = (what: string): Support =>
  none(
    `its throttles count the requests of a route, whoever sends them, and nothing by ${what}`,
    'Limit by "route", or deploy to AzureApiManagementApi.',
  );

const keyless = none("it knows no API keys and no usage plans", "Deploy to AwsRestApi, or ask for a token (jwt).");

const unchecked = none("it does not check requests", "Deploy to AwsRestApi, or let the backend check them.");

const quota = (value: number, unit: string, raisable = false): VendorLimit => ({
  value,
  unit,
  raisable,
  source: `${docs}/http-api-quotas.html`,
});

/** What `AwsHttpApi` carries. */
export const awsHttpApi = {
  vendor: "aws",
  className: "AwsHttpApi",
  features: {
    "route.literal": native("a route"),
    "route.literal.colon": native("a route"),
    "route.literal.mark": native("a route"),
    "route.parameter": native("a path variable"),
    "route.greedy": native("a greedy path variable `{name+}`"),
    "path.prefix": native("`overwrite:path` with the prefix before `$request.path`"),
    "path.fixed": native("`overwrite:path`"),
    "path.rewrite": native("`overwrite:path` with `$request.path.name`; parameters arrive decoded and encoded again"),
    "backend.http": native("an `http_proxy` integration"),
    "backend.fn": native("an `aws_proxy` integration (payload format 2.0) and a permission"),
    "backend.onPrem": native(
      "an `http_proxy` integration through a VPC link, to a load balancer's listener or to a service in AWS Cloud Map; TLS is checked against the host of the backend's URL. `AwsOnPremLink` makes the way",
    ),
    reply: composed(
      "one function for all answers, with its permission, role, policy and log; it costs as any function does",
    ),
    "auth.jwt": native(
      "a JWT authorizer: RSA signatures, keys by the issuer's discovery document within 1.5 seconds; a bound `jwksUri` is not used",
    ),
    "auth.scopes": native("the route's authorization scopes, any of them; answered 403"),
    "auth.key": keyless,
    "auth.token-and-key": keyless,
    "auth.iam": native(
      "the route's authorization type `AWS_IAM`; all that is wrong with a request is answered 403, and IAM policies say who may call (`arnOf`)",
    ),
    "auth.open": native("a route without authorizer"),
    "limits.route": native(
      "a throttle of the route, one a route: `requests` at once, refilled at `requests` per window",
    ),
    "limits.route.long": native("the same, refilled slowly; at most 5,000 requests at once"),
    "limits.api": counted("API"),
    "limits.consumer": counted("consumer"),
    "limits.consumer.long": counted("consumer"),
    "limits.key": keyless,
    "limits.key.long": keyless,
    "limits.ip.second": counted("client address"),
    "limits.ip": none(
      "its throttles do not tell client addresses apart, and AWS WAF does not stand before an HTTP API",
      'Deploy to AwsRestApi (10 requests per minute or more), limit by "route", or deploy to AzureApiManagementApi.',
    ),
    "limits.ip.long": counted("client address"),
    "limits.burst": native("the throttle's burst"),
    "plans.limits": keyless,
    "plans.quota": keyless,
    "plans.routes": keyless,
    cors: native("`corsConfiguration`"),
    "request.parameters": unchecked,
    "request.body": unchecked,
    timeout: native("`timeoutInMillis`"),
    "headers.set": native("`overwrite:header`"),
    "headers.remove": native("`remove:header`"),
  },
  limitPrecision:
    "A token bucket per route and Region, best effort: AWS calls it a target, not a ceiling. The account's own throttle, shared with its other APIs in the Region, comes on top.",
  limits: {
    routes: quota(300, "routes of an API", true),
    authorizers: quota(10, "issuers (JWT authorizers) of an API", true),
    audiences: quota(50, "audiences of an authorizer"),
    scopes: quota(10, "scopes of a route"),
    scopeCharacters: {
      value: 64,
      unit: "characters of a scope",
      raisable: false,
      source: "https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-routes.html",
    },
    mappingCharacters: {
      value: 512,
      unit: "characters of a mapped header or path",
      raisable: false,
      source: "https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-integrations.html",
    },
    replyBytes: {
      value: 5 * 1024 * 1024,
      unit: "bytes of a reply (a function returns 6 MB, with headers and escapes)",
      raisable: false,
      source: "https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html",
    },
    timeoutSeconds: {
      value: 29,
      unit: "seconds that a backend may take (an import takes 29, the service 30)",
      raisable: false,
      source: `${docs}/api-gateway-swagger-extensions-integration.html`,
    },
    vpcLinks: quota(10, "VPC links of an account in a Region", true),
    burst: {
      value: 5000,
      unit: "requests at once",
      raisable: false,
      source: `${docs}/http-api-throttling.html`,
    },
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
    bodyBytes: quota(10 * 1024 * 1024, "bytes of a request's or an answer's body"),
    headerBytes: quota(10_240, "bytes of a request's line and headers"),
  } as const satisfies Readonly<Record<string, VendorLimit>>,
  divergences: [
    { case: "limit-by-ip", reason: "throttles do not tell clients apart" },
    { case: "limit-by-consumer", reason: "throttles do not tell consumers apart" },
  ],
  noEscape: [
    { code: "dollar", where: "a request header's value, a path that is mapped, a backend's base path", text: "`$`" },
    { code: "dollar", where: "a title, an audience, a scope", text: "`${AWS::`" },
    { code: "dollar", where: "a route's path", text: "`/$default` alone" },
  ],
} as const satisfies Capabilities;
