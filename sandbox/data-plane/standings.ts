/** How a behaviour of a vendor is known. The open questions, which nobody has verified, are in `readings.ts`. */
export type Standing =
  /** Seen on the vendor's service. */
  | "recorded"
  /** Decided by code that the vendor publishes: a proxy, an emulator. */
  | "published"
  /** Stated by the vendor's documentation. */
  | "documented";

export interface KnownBehaviour {
  readonly behaviour: string;
  readonly standing: Standing;
  /** The recording, the source file or the page. */
  readonly source: string;
}

const aws = (page: string): string => `docs.aws.amazon.com, ${page}`;
const azure = (page: string): string => `learn.microsoft.com, ${page}`;
const run = (page: string): string => `cloud.google.com, run/docs/${page}`;
const localstack = "localstack/localstack, tests validated on AWS";
const espv2 = (file: string): string => `ESPv2, ${file}`;
const envoy = (file: string): string => `Envoy, ${file}`;

/** The behaviours of the interpreters that decide requests, by kind of gateway. */
export const STANDINGS: Readonly<Record<string, readonly KnownBehaviour[]>> = {
  "AWS HTTP API": [
    {
      behaviour: "A path is decoded twice, and cut at a question mark that the first round reveals.",
      standing: "recorded",
      source: "hotsock/voker, 2026",
    },
    {
      behaviour: "A percent sign without two hex digits after the first round is a 400.",
      standing: "recorded",
      source: "hotsock/voker, 2026",
    },
    {
      behaviour: "A full match precedes a greedy one, and that precedes `$default`; a method precedes `ANY`.",
      standing: "documented",
      source: aws("http-api-develop-routes"),
    },
    {
      behaviour:
        "A JWT authorizer checks `kid`, signature, `iss`, `aud` or `client_id`, `exp`, `nbf`, `iat` and scopes.",
      standing: "documented",
      source: aws("http-api-jwt-authorizer"),
    },
    {
      behaviour: "`client_id` counts only in a token without `aud`.",
      standing: "documented",
      source: aws("http-api-jwt-authorizer"),
    },
    {
      behaviour: "One of a route's scopes is enough, from `scope` or `scp`.",
      standing: "documented",
      source: aws("http-api-jwt-authorizer"),
    },
    {
      behaviour: "The gateway answers a preflight, also where no route has OPTIONS.",
      standing: "documented",
      source: aws("http-api-cors"),
    },
    {
      behaviour: "The settings of a route replace the default ones as a whole.",
      standing: "documented",
      source: aws("http-api-throttling"),
    },
    {
      behaviour: "A function that still runs when the gateway's time-out ends is a 503.",
      standing: "recorded",
      source: "serverless/serverless#11222, cortexlabs/cortex#1226",
    },
  ],
  "AWS REST API": [
    {
      behaviour: "A document of OpenAPI 2.0 is served without its `host` and its `basePath`.",
      standing: "documented",
      source: aws("api-gateway-import-api-basePath"),
    },
    {
      behaviour:
        "A request goes to a pair of resource and method; the search turns back from a resource without the method to a greedy one.",
      standing: "recorded",
      source: `${localstack}; ministackorg/ministack#1423`,
    },
    {
      behaviour: "Slashes before the first segment count as one.",
      standing: "recorded",
      source: localstack,
    },
    {
      behaviour: "`pathParameters` of an event arrive percent-encoded.",
      standing: "recorded",
      source: `hotsock/voker, 2026; ${localstack}`,
    },
    {
      behaviour: "Order: web ACL, resource policy, signature or authorizer, API key and usage plan, validation.",
      standing: "documented",
      source: `${aws("apigateway-control-access-aws-waf")}; ${aws("apigateway-authorization-flow")}`,
    },
    {
      behaviour: "The resource policy and an authorizer's policy decide together, by table A.",
      standing: "documented",
      source: aws("apigateway-authorization-flow"),
    },
    {
      behaviour: "An authorizer that throws `Unauthorized` is a 401, any other failure a 500.",
      standing: "documented",
      source: aws("apigateway-use-lambda-authorizer"),
    },
    {
      behaviour: "An authorizer's cached policy decides by the method's ARN, whatever route asked first.",
      standing: "documented",
      source: aws("configure-api-gateway-lambda-authorization"),
    },
    {
      behaviour: "Missing parameters are reported headers first.",
      standing: "recorded",
      source: localstack,
    },
    {
      behaviour: "The status of a mock's template needs no quotes around its name.",
      standing: "recorded",
      source: localstack,
    },
    {
      behaviour:
        "A name in `headers` and in `multiValueHeaders` of a function's response is sent with the values of both.",
      standing: "recorded",
      source: "aws/aws-lambda-dotnet, snapshots",
    },
    {
      behaviour: "Security at the root of a document is ignored.",
      standing: "documented",
      source: aws("api-gateway-known-issues"),
    },
    {
      behaviour: "A cache applies to GET methods only, and caches responses up to 1 MB.",
      standing: "documented",
      source: aws("api-gateway-caching"),
    },
  ],
  "API Management": [
    {
      behaviour: "A path with a slash at the end matches like the same path without it.",
      standing: "documented",
      source: azure("api-management-faq"),
    },
    {
      behaviour: "`%2F` in a path is decoded before the backend receives it.",
      standing: "documented",
      source: "Microsoft's answer, learn.microsoft.com/answers/questions/2281087",
    },
    {
      behaviour: "`X-Forwarded-For` contains the client's address, whatever a policy does.",
      standing: "documented",
      source: "Microsoft's answer, learn.microsoft.com/answers/questions/5774313",
    },
    {
      behaviour: "`validate-jwt` rejects with one status for every cause, and requires `exp` and a signature.",
      standing: "documented",
      source: azure("validate-jwt-policy"),
    },
    {
      behaviour: "`cors` answers a preflight itself, unless an OPTIONS operation is declared.",
      standing: "documented",
      source: azure("cors-policy"),
    },
    {
      behaviour: "A query parameter of a new template replaces one of the request with the same name.",
      standing: "published",
      source: "the emulator of Azure/azure-api-management-policy-toolkit",
    },
    {
      behaviour: "`ip-filter` answers 403.",
      standing: "published",
      source: "the emulator of Azure/azure-api-management-policy-toolkit",
    },
    {
      behaviour: "Rate limits are sliding windows in classic tiers and token buckets in v2 tiers.",
      standing: "documented",
      source: azure("rate-limit-by-key-policy"),
    },
    {
      behaviour: "An API in an open product answers without a subscription key.",
      standing: "documented",
      source: azure("api-management-subscriptions"),
    },
    {
      behaviour: "A version in the path is the segment after the path of the API.",
      standing: "documented",
      source: azure("api-management-versions"),
    },
    {
      behaviour: "A policy sends requests to a backend entity by `backend-id`, with the credentials of the entity.",
      standing: "documented",
      source: azure("backends"),
    },
    {
      behaviour: "Without a subscription key, an API that requires one answers 401.",
      standing: "documented",
      source: azure("api-management-subscriptions"),
    },
  ],
  "GCP API Gateway": [
    {
      behaviour: "Literals of a path match themselves alone.",
      standing: "published",
      source: espv2("httppattern (regexp.QuoteMeta, since February 2022)"),
    },
    {
      behaviour: "The most literal operation is tried first, and the first match wins.",
      standing: "published",
      source: espv2("httppattern/sort_impl.go"),
    },
    {
      behaviour: "Paths are normalised: unreserved characters decoded, dots resolved, slashes merged; `%2F` stays.",
      standing: "published",
      source: espv2("options/configgenerator.go"),
    },
    {
      behaviour:
        "A token is read from the locations of the document; every token that a request contains must be valid.",
      standing: "published",
      source: envoy("jwt_authn/extractor.cc, authenticator.cc"),
    },
    {
      behaviour: "A wrong audience is a 403, every other failure of a token a 401.",
      standing: "published",
      source: envoy("jwt_authn/filter.cc"),
    },
    {
      behaviour: "A token without `exp` does not expire; clocks may differ by 60 seconds.",
      standing: "published",
      source: espv2("filtergen/jwt_authn.go"),
    },
    {
      behaviour: "`X-HTTP-Method-Override` is applied before routing and authentication.",
      standing: "published",
      source: espv2("header_sanitizer/filter.cc"),
    },
    {
      behaviour:
        "The client's `Authorization` moves to `X-Forwarded-Authorization` where the gateway sends an ID token.",
      standing: "published",
      source: espv2("backend_auth/filter.cc"),
    },
    {
      behaviour: "Scopes are accepted in the document and never checked.",
      standing: "documented",
      source: "cloud.google.com, api-gateway/docs/openapi-limitations",
    },
    {
      behaviour: "`path_translation` is APPEND at the top of the document and CONSTANT in an operation.",
      standing: "documented",
      source: "cloud.google.com, api-gateway/docs/passing-data",
    },
  ],
  "GCP Cloud Run": [
    {
      behaviour: "A service is private unless IAM grants `roles/run.invoker`; the check precedes the container.",
      standing: "documented",
      source: run("securing/authenticating"),
    },
    {
      behaviour: "An ID token is for the service's address or one of its custom audiences.",
      standing: "documented",
      source: run("configuring/custom-audiences"),
    },
    {
      behaviour:
        "The container receives a checked token with `SIGNATURE_REMOVED_BY_GOOGLE` in the place of its signature.",
      standing: "documented",
      source: run("troubleshooting"),
    },
    {
      behaviour: "`X-Serverless-Authorization` is checked instead of `Authorization`.",
      standing: "published",
      source: "GoogleCloudPlatform/cloud-run-proxy, pull request 25",
    },
    {
      behaviour:
        "`/eventlog` and paths under `/_ah/`, TRACE and CONNECT never reach the container; some escapes are decoded.",
      standing: "documented",
      source: run("known-issues"),
    },
    {
      behaviour: "A request body over HTTP/1 has at most 32 MiB.",
      standing: "documented",
      source: "cloud.google.com, run/quotas",
    },
    {
      behaviour: "Everything after that is decided by a real Envoy of the image's version.",
      standing: "published",
      source: envoy("the program itself"),
    },
  ],
};
