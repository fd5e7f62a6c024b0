import type { Capabilities, Support, VendorLimit } from "../../api/capability/capabilities.ts";

const native = (how: string): Support => ({ support: "native", how });
const composed = (how: string): Support => ({ support: "composed", how });
const none = (why: string, instead: string): Support => ({ support: "none", why, instead });

const docs = "https://docs.aws.amazon.com/apigateway/latest/developerguide";

const counted = (what: string): Support =>
  none(
    `its throttles count all requests of a route and cannot count by ${what}`,
    'Limit by "route", or deploy to AzureApiManagementApi.',
  );

const keyless = none("it has no API keys and no usage plans", "Deploy to AwsRestApi, or require a token (jwt).");

const unchecked = none("it does not validate requests", "Deploy to AwsRestApi, or let the backend validate them.");

const quota = (value: number, unit: string, raisable = false): VendorLimit => ({
  value,
  unit,
  raisable,
  source: `${docs}/http-api-quotas.html`,
});

/** What `AwsHttpApi` supports. */
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
    "path.rewrite": native(
      "`overwrite:path` with `$request.path.name`; parameters are decoded twice and encoded again",
    ),
    "backend.http": native("an `http_proxy` integration"),
    "backend.fn": native("an `aws_proxy` integration (payload format 2.0) and a permission"),
    "backend.onPrem": native(
      "an `http_proxy` integration through a VPC link, to a load balancer's listener or to a service in AWS Cloud Map; TLS certificates are verified against the host of the backend's URL. `AwsOnPremLink` creates the link",
    ),
    "trust.clientCertificate": none(
      "only the stages of REST and WebSocket APIs have a client certificate",
      "Deploy to AwsRestApi.",
    ),
    "trust.secretHeader": none(
      "the value of a header is a part of the document, which everybody who may read the API's configuration can read",
      "Let the backend accept a client certificate (trust: { clientCertificate: true }), which AWS can present.",
    ),
    "trust.identityToken": none(
      "the gateway has no token of its own for a backend with a URL",
      "Let the backend accept a client certificate (trust: { clientCertificate: true }), which AWS can present.",
    ),
    reply: composed(
      "one function for all replies, with its permission, role, policy and log; its invocations are charged",
    ),
    "auth.jwt": native(
      "a JWT authorizer: RSA signatures, keys from the issuer's discovery document, fetched within 1.5 seconds; a bound `jwksUri` is not used; the `client_id` of a token without `aud` is always compared with the audiences",
    ),
    "auth.jwt.client-id": native(
      "an HTTP API compares the `client_id` of a token without `aud`, whether or not it is declared",
    ),
    "auth.scopes": native(
      "the route's authorization scopes, of which a token needs one; other tokens are answered 403",
    ),
    "auth.scopes.all": none(
      "a route's authorization scopes let a token in that has one of them",
      "Deploy to AwsRestApi or AzureApiManagementApi.",
    ),
    "auth.key": keyless,
    "auth.token-and-key": keyless,
    "auth.iam": native(
      "the route's authorization type `AWS_IAM`; every invalid request is answered 403, and IAM policies control who may call (`arnOf`)",
    ),
    "auth.open": native("a route without an authorizer"),
    "limits.route": native(
      "the route's throttle, of which it has one: `requests` at once, refilled at `requests` per window",
    ),
    "limits.route.long": native("the same throttle, refilled more slowly; at most 5,000 requests at once"),
    "limits.api": counted("API"),
    "limits.consumer": counted("consumer"),
    "limits.consumer.long": counted("consumer"),
    "limits.key": keyless,
    "limits.key.long": keyless,
    "limits.ip.second": counted("client address"),
    "limits.ip": none(
      "its throttles do not distinguish client addresses, and AWS WAF cannot protect an HTTP API",
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
    "A token bucket per route and Region, best effort: AWS calls it a target, not a ceiling. The account's own throttle, which all its APIs in the Region share, also applies.",
  limits: {
    routes: quota(300, "routes per API", true),
    authorizers: quota(10, "issuers (JWT authorizers) per API", true),
    audiences: quota(50, "audiences per authorizer"),
    scopes: quota(10, "scopes per route"),
    scopeCharacters: {
      value: 64,
      unit: "characters in a scope",
      raisable: false,
      source: "https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-routes.html",
    },
    mappingCharacters: {
      value: 512,
      unit: "characters in a mapped header or path",
      raisable: false,
      source: "https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-integrations.html",
    },
    replyBytes: {
      value: 5 * 1024 * 1024,
      unit: "bytes in a reply (a function may return 6 MB, including headers and escapes)",
      raisable: false,
      source: "https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html",
    },
    timeoutSeconds: {
      value: 29,
      unit: "seconds for a backend (an import accepts 29, the service 30)",
      raisable: false,
      source: `${docs}/api-gateway-swagger-extensions-integration.html`,
    },
    vpcLinks: quota(10, "VPC links per account and Region", true),
    burst: {
      value: 5000,
      unit: "requests at once",
      raisable: false,
      source: `${docs}/http-api-throttling.html`,
    },
    nameCharacters: {
      value: 128,
      unit: "characters in an API's name",
      raisable: false,
      source: "https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis.html",
    },
    descriptionCharacters: {
      value: 1024,
      unit: "characters in an API's description, which is the title",
      raisable: false,
      source: "https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis.html",
    },
    bodyBytes: quota(10 * 1024 * 1024, "bytes in the body of a request or a response"),
    headerBytes: quota(10_240, "bytes in a request's line and headers"),
  } as const satisfies Readonly<Record<string, VendorLimit>>,
  readings: {
    instead:
      "Or deploy to AwsRestApi with refuseOtherReadings: true, or to AzureApiManagementApi, which refuse such paths.",
    // Unverified: the round after which the route is selected. If it is the first, `/%2561dmin` passes as `/{rest+}`.
    decoding: {
      rounds: 2,
      endsAtQuestionMark: true,
      sentTo: [],
      undocumented: "decodes a path twice, and AWS does not document after which round it selects the route",
    },
  },
  divergences: [
    {
      case: "client-id-undeclared",
      reason:
        "an HTTP API compares the `client_id` of a token without `aud` with the audiences, and no setting turns that off",
    },
    {
      case: "authorization-twice",
      reason:
        "unverified: AWS does not document which of several `Authorization` headers an authorizer checks, so the backend may receive a credential that was not checked: a backend must reject a request with more than one",
    },
    { case: "limit-by-ip", reason: "throttles do not distinguish clients" },
    { case: "limit-by-consumer", reason: "throttles do not distinguish consumers" },
  ],
  noEscape: [
    { code: "dollar", where: "a request header's value, a mapped path, a backend's base path", text: "`$`" },
    { code: "dollar", where: "a title, an audience, a scope", text: "`${AWS::`" },
    { code: "dollar", where: "a route's path", text: "the whole path `/$default`" },
  ],
} as const satisfies Capabilities;
