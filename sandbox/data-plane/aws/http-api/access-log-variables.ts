import type { GatewayRequest } from "../../interpreter.ts";
import type { Claims } from "../../verifying/token.ts";
import { endVariables, type ReadVariable, type Variables } from "../shared/access-log.ts";
import type { Caller } from "../shared/iam-authorizer.ts";
import { requestTime } from "../shared/request-time.ts";

/** What is known of a request when it has been decided. */
export interface AccessSource {
  readonly request: GatewayRequest;
  readonly requestId: string;
  readonly time: number;
  readonly accountId: string | undefined;
  readonly apiId: string | undefined;
  readonly stage: string;
  readonly routeKey: string | undefined;
  readonly claims: Claims | undefined;
  readonly authorizerError: string | undefined;
  /** Who signed the request. */
  readonly caller?: Caller | undefined;
}

const nothing: ReadVariable<AccessSource> = () => undefined;

/**
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html. Those that are of Cognito's
 * identity pools, client certificates and AWS services behind an integration have nothing to say here.
 */
const VARIABLES: Readonly<Record<string, ReadVariable<AccessSource>>> = {
  ...endVariables,
  accountId: ({ accountId }) => accountId,
  apiId: ({ apiId }) => apiId,
  "authorizer.error": ({ authorizerError }) => authorizerError,
  awsEndpointRequestId: nothing,
  awsEndpointRequestId2: nothing,
  "customDomain.basePathMatched": ({ request }) => request.domain?.basePath,
  // Of what it is the sum is U; here of the answer alone.
  dataProcessed: (_, { bytes }) => String(bytes),
  domainName: domainName,
  domainPrefix: (source) => domainName(source).split(".", 1)[0],
  extendedRequestId: ({ requestId }) => requestId,
  httpMethod: ({ request }) => request.method,
  "identity.accountId": ({ caller }) => caller?.accountId,
  "identity.caller": ({ caller }) => caller?.userId,
  "identity.clientCert.clientCertPem": nothing,
  "identity.clientCert.issuerDN": nothing,
  "identity.clientCert.serialNumber": nothing,
  "identity.clientCert.subjectDN": nothing,
  "identity.clientCert.validity.notAfter": nothing,
  "identity.clientCert.validity.notBefore": nothing,
  "identity.cognitoAuthenticationProvider": nothing,
  "identity.cognitoAuthenticationType": nothing,
  "identity.cognitoIdentityId": nothing,
  "identity.cognitoIdentityPoolId": nothing,
  "identity.principalOrgId": nothing,
  "identity.sourceIp": ({ request }) => request.remoteAddress,
  "identity.user": ({ caller }) => caller?.userId,
  "identity.userAgent": ({ request }) => request.header("user-agent"),
  "identity.userArn": ({ caller }) => caller?.arn,
  "integration.requestId": nothing,
  // With the stage, where it is part of the path; whether decoded is U, and as sent no text is lost.
  path: ({ request }) => request.domain?.path ?? request.path,
  protocol: () => "HTTP/1.1",
  requestId: ({ requestId }) => requestId,
  requestTime: ({ time }) => requestTime(time),
  requestTimeEpoch: ({ time }) => String(time),
  routeKey: ({ routeKey }) => routeKey,
  stage: ({ stage }) => stage,
};

export const httpApiVariables: Variables<AccessSource> = (name) => {
  if (Object.hasOwn(VARIABLES, name)) return VARIABLES[name];
  const [, claim] = /^authorizer\.claims\.([A-Za-z0-9_-]+)$/.exec(name) ?? [];
  if (claim !== undefined) return ({ claims }) => claimText(claims, claim);
  // `claims` alone is nothing; the rest is a Lambda authorizer's, of which the sandbox has none.
  return /^authorizer\.[A-Za-z0-9_-]+$/.test(name) ? nothing : undefined;
};

function claimText(claims: Claims | undefined, name: string): string | undefined {
  const value: unknown = claims !== undefined && Object.hasOwn(claims, name) ? claims[name] : undefined;
  if (value === undefined || value === null) return undefined;
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function domainName({ request }: AccessSource): string {
  return (request.header("host") ?? "").replace(/:\d+$/, "");
}
