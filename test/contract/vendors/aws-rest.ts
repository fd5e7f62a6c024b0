import type { Api } from "../../../components/api/checked-api.ts";
import { restApiProofs } from "../../../components/aws/rest-api/client-certificate.ts";
import { withOtherReadings } from "../../../components/aws/rest-api/firewall/refuse-other-readings.ts";
import {
  authorizerFiles,
  authorizerHandler,
  authorizerMemoryMegabytes,
  authorizerTimeoutSeconds,
  contentOf,
} from "../../../components/aws/rest-api/jwt-authorizer/deployment-package.ts";
import {
  authorizersOf,
  binaryMediaTypesOf,
  type RestApiDocument,
  type RestApiSettings,
  type RestAuthorizer,
  restApiTarget,
} from "../../../components/aws/rest-api/target.ts";
import type { Target } from "../../../components/gateway/target.ts";
import type { AwsUsagePlan } from "../../../sandbox/data-plane/aws/artefacts/rest-api.ts";
import type { Places } from "../oracle/description.ts";
import type { Decision } from "../oracle/oracle.ts";
import { valuesOf } from "../world/client.ts";
import { functionArn, onWorldTime } from "../world/functions.ts";
import { backendFunctions, lambda } from "./aws-function.ts";
import { networkOf } from "./aws-network.ts";
import { signers } from "./aws-signers.ts";
import { carriedBy, type VendorUnderTest } from "./vendor.ts";

const executionArn = "arn:aws:execute-api:eu-central-1:123456789012:contract12";
const stage = "live";
const authorizerArn = ({ name }: RestAuthorizer): string => functionArn(`contract-${name}`);
const target = restApiTarget({ name: "contract", authorizers: authorizerArn });
const refusingTarget = withOtherReadings(target, { refuseOtherReadings: true });

/** The gateway's own responses by exception name, as the AWS page on gateway responses documents them. */
const exceptions: Readonly<Record<string, Decision | readonly [Decision, Decision]>> = {
  // Sent for unknown routes and for requests without a signature.
  MissingAuthenticationTokenException: ["no route", "unauthenticated"],
  IncompleteSignatureException: "unauthenticated",
  InvalidSignatureException: "unauthenticated",
  ExpiredTokenException: "unauthenticated",
  UnauthorizedException: "unauthenticated",
  // Sent for a missing or unknown API key.
  ForbiddenException: "unauthenticated",
  TooManyRequestsException: "limited",
  LimitExceededException: "limited",
  RequestTooLargeException: "too large",
};

/** The messages for requests that fail validation, as the AWS page on gateway responses documents them. */
const invalid = /^(?:Invalid request body|Missing required request parameters)/;

/** `AwsRestApi`. */
export const awsRestApi: VendorUnderTest = vendorOf(target);

/** `AwsRestApi` with a web ACL that refuses other readings of paths. */
export const awsRestApiWithWebAcl: VendorUnderTest = vendorOf(refusingTarget);

function vendorOf(target: Target<RestApiDocument>): VendorUnderTest {
  return {
    vendor: "aws",
    capabilities: target.capabilities,
    proofs: restApiProofs,
    render(description, places) {
      const api = carriedBy(target, description, places);
      const { document, methods, plans, webAcl } = target.compile(api, places);
      const authorizers = authorizersOf(api).all.map((each) => authorizer(each, api, places));
      return {
        kind: "aws-rest-api",
        deploymentId: "contra",
        document,
        executionArn,
        apiKeySource: "HEADER",
        binaryMediaTypes: binaryMediaTypesOf(api),
        functions: {
          ...Object.fromEntries(authorizers.map((target) => [target.arn, target])),
          ...backendFunctions(places, `${executionArn}/${stage}/*`),
        },
        ...networkOf(places),
        // The stage, as the component declares it.
        stage: {
          name: stage,
          variables: {},
          methodSettings: Object.fromEntries(
            methods.map(({ methodPath, rate, burst }) => [
              methodPath,
              { throttlingRateLimit: rate, throttlingBurstLimit: burst },
            ]),
          ),
          ...(webAcl === undefined ? {} : { webAcl: { id: "contract", defaultAction: { allow: {} }, ...webAcl } }),
        },
        usagePlans: usagePlans(plans, places),
        signers: signers(api, places, `${executionArn}/${stage}`),
      };
    },
    readAnswer({ status, headers, body }, request) {
      const [exception = ""] = valuesOf(headers, "x-amzn-errortype")[0]?.split(":") ?? [];
      if (exception === "") return request.method === "OPTIONS" && status === 204 ? "preflight" : undefined;
      // Failures of an authorizer have the same exception but are no decision. Only failures of an integration have these two statuses.
      if (exception === "InternalServerErrorException")
        return status === 502 || status === 504 ? "backend down" : undefined;
      // An unknown access key and a caller without permission get the same exception; only the body tells them apart.
      if (exception === "AccessDeniedException") {
        if (request.method === "HEAD") return ["forbidden", "unauthenticated"];
        return body.includes("security token") ? "unauthenticated" : "forbidden";
      }
      if (exception === "BadRequestException") {
        if (request.method === "HEAD") return ["malformed", "invalid"];
        return invalid.test(messageOf(body.toString())) ? "invalid" : "malformed";
      }
      return exceptions[exception];
    },
    // https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html: 10 MB.
    maxBodyBytes: 10 * 1024 * 1024,
    authorizationHeader: "authorization",
    path: `/${stage}`,
  };
}

function messageOf(body: string): string {
  const { message } = (body === "" ? {} : JSON.parse(body)) as { readonly message?: unknown };
  return typeof message === "string" ? message : "";
}

/** Returns the function of an authorizer, as the component packages it. */
function authorizer(each: RestAuthorizer, api: Api, places: Places) {
  const files = authorizerFiles(contentOf(each, api, places));
  const code = { handler: authorizerHandler, files, environment: {} };
  const numbers = { timeoutSeconds: authorizerTimeoutSeconds, memoryMegabytes: authorizerMemoryMegabytes };
  return lambda(authorizerArn(each), { ...onWorldTime(code), ...numbers }, `${executionArn}/authorizers/*`);
}

function usagePlans(plans: RestApiSettings["plans"], { consumers }: Places): readonly AwsUsagePlan[] {
  return Object.entries(plans).map(([name, { throttle, quota, methods }]) => ({
    id: name,
    ...(throttle === undefined ? {} : { throttle: { rateLimit: throttle.rate, burstLimit: throttle.burst } }),
    ...(quota === undefined ? {} : { quota: { ...quota, offset: 0 } }),
    methodThrottles: Object.fromEntries(
      methods.map(({ path, rate, burst }) => [path, { rateLimit: rate, burstLimit: burst }]),
    ),
    keys: Object.entries(consumers)
      .filter(([, { plan }]) => plan === name)
      .map(([id, { key, enabled }]) => ({ id, value: key, enabled })),
  }));
}
