import type { Capabilities, Support } from "../../api/capability/capabilities.ts";
import { gcpApiGateway } from "../api-gateway/capabilities.ts";
import { COUNTED_CONSUMERS, limitsPerInstance } from "./limits.ts";

const composed = (how: string): Support => ({ support: "composed", how });
const none = (why: string, instead: string): Support => ({ support: "none", why, instead });

const envoy = "https://www.envoyproxy.io/docs/envoy/latest/api-v3";
const cloudRun = "https://cloud.google.com/run";

const counted = (what: string): Support =>
  composed(`the companion counts ${what}, each of its instances by itself: a token bucket that is full at first`);

/** @param classes the classes that have such limits */
const uncountedAddresses = (classes: string): Support =>
  none(
    "the companion is called by Google's servers, and Google does not document which entry of X-Forwarded-For is the client's address",
    `Limit by "consumer" or "route", put a load balancer with Cloud Armor in front, or deploy to ${classes}.`,
  );

const unvalidated = none(
  "neither the gateway nor the companion validates parameters and bodies",
  "Deploy to AwsRestApi, or let the backend validate requests.",
);

const header = composed("the companion: `header_mutation`, after every check");

/**
 * The capabilities of `GcpApiGateway` with a companion: an Envoy on Cloud Run, which checks every request again by itself and carries what
 * the gateway cannot.
 */
export const gcpApiGatewayWithCompanion = {
  ...gcpApiGateway,
  form: "with a companion",
  features: {
    ...gcpApiGateway.features,
    "route.greedy": composed(
      "a path parameter `{name=**}` of the gateway; the companion rejects an empty rest, which the gateway's would match",
    ),
    "path.prefix": composed("the companion: `regex_rewrite`"),
    "path.fixed": composed("the companion: `regex_rewrite`"),
    "path.rewrite": composed("the companion: `regex_rewrite`, with the values as they arrive, not decoded"),
    "backend.http": composed(
      "the companion forwards the request, with the client's own Authorization; X-Forwarded-Authorization, X-Serverless-Authorization and X-Apigateway-Api-* of a client do not reach the backend; TLS certificates are verified against the host of the backend's URL",
    ),
    "backend.onPrem": composed(
      "the companion forwards the request through its interface in the link's network (Direct VPC egress); TLS certificates are verified against the link's authority, or the public ones, and its server name, or the host of the backend's URL; `GcpOnPremLink` declares the way",
    ),
    "trust.clientCertificate": composed(
      "the companion presents a certificate of Secret Manager, which it reads from a volume; another version is another companion",
    ),
    "trust.secretHeader": composed(
      "the companion: `header_mutation` with a secret of Secret Manager, which is a variable of its container and in no document",
    ),
    "trust.identityToken": none(
      "Google removes the signature of the gateway's token in front of the companion, and Polygate does not configure tokens of the companion's own account yet",
      "Let the backend accept a client certificate or a secret header (trust), or remove companion.",
    ),
    reply: composed("the companion: `direct_response` of a listener inside Envoy, after the route's checks"),
    "auth.jwt": composed(
      "`x-google-issuer` of the gateway, and again `jwt_authn` of the companion, with the keys of the bound `jwksUri`, which is required and read every five minutes; audiences are compared exactly, `exp` is required, and `Authorization` must contain the token alone",
    ),
    "auth.scopes": composed(
      "the companion: `rbac` over the claims `scope` and `scp` of the verified token; others get 403",
    ),
    "auth.scopes.all": composed("the companion: the same `rbac`, for each of the scopes"),
    "auth.open": composed(
      "an operation without `security`, and a route of the companion without a token; X-Forwarded-Authorization of a client without Authorization reaches the backend as Authorization",
    ),
    "limits.route": counted("the requests of a route"),
    "limits.route.long": counted("the requests of a route"),
    "limits.api": counted("the requests of all routes that have the same limit"),
    "limits.consumer": counted(
      `the requests of each subject, of at most ${COUNTED_CONSUMERS} at a time; a token without a subject is rejected`,
    ),
    "limits.consumer.long": counted(
      `the requests of each subject, of at most ${COUNTED_CONSUMERS} at a time; a token without a subject is rejected`,
    ),
    "limits.ip.second": uncountedAddresses("AzureApiManagementApi"),
    "limits.ip": uncountedAddresses("AzureApiManagementApi or AwsRestApi"),
    "limits.ip.long": uncountedAddresses("AzureApiManagementApi"),
    "limits.burst": composed("the companion: the size of the token bucket"),
    cors: composed(
      "the companion: `cors`; an `options` operation of the gateway without `security` leads to it. Refusals of the gateway itself have no CORS headers",
    ),
    "request.parameters": unvalidated,
    "request.body": unvalidated,
    timeout: composed("the companion's time-out of the route; the gateway's `deadline` is longer"),
    "headers.set": header,
    "headers.remove": header,
  },
  limitPrecision: `A token bucket in the memory of the companion. ${limitsPerInstance}`,
  limits: {
    ...gcpApiGateway.limits,
    headerValueBytes: {
      value: 16_384,
      unit: "bytes of the value of a header that a route or a reply sets",
      raisable: false,
      source: `${envoy}/config/core/v3/base.proto`,
    },
    movedParameters: {
      value: 9,
      unit: "parameters of a path that another path at the backend contains",
      raisable: false,
      source: `${envoy}/type/matcher/v3/regex.proto`,
    },
    cloudRunSeconds: {
      value: 3600,
      unit: "seconds of a request on Cloud Run",
      raisable: false,
      source: `${cloudRun}/docs/configuring/request-timeout`,
    },
  },
  divergences: [{ case: "limit-by-ip", reason: "neither the gateway nor the companion counts client addresses" }],
  noEscape: gcpApiGateway.noEscape.filter(({ code }) => code !== "encoded-url"),
} as const satisfies Capabilities;
