import type { GatewayRequest } from "../../interpreter.ts";
import type { Claims } from "../../verifying/token.ts";
import { endVariables, type ReadVariable, type Variables } from "../shared/access-log.ts";
import type { Caller } from "../shared/iam/authorizer.ts";
import { requestTime } from "../shared/request-time.ts";

/** The values of a decided request that the access log can show. */
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
  /** The signer of the request. */
  readonly caller?: Caller | undefined;
}

const empty: ReadVariable<AccessSource> = () => undefined;

/**
 * The variables of an HTTP API's access log. Those of Cognito's identity pools, client certificates and AWS services behind an
 * integration are always empty here.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html
 */
const VARIABLES: Readonly<Record<string, ReadVariable<AccessSource>>> = {
  ...endVariables,
  accountId: ({ accountId }) => accountId,
  apiId: ({ apiId }) => apiId,
  "authorizer.error": ({ authorizerError }) => authorizerError,
  awsEndpointRequestId: empty,
  awsEndpointRequestId2: empty,
  "customDomain.basePathMatched": ({ request }) => request.domain?.basePath,
  // Unverified: it counts the response only.
  dataProcessed: (_, { bytes }) => String(bytes),
  domainName: domainName,
  domainPrefix: (source) => domainName(source).split(".", 1)[0],
  extendedRequestId: ({ requestId }) => requestId,
  httpMethod: ({ request }) => request.method,
  "identity.accountId": ({ caller }) => caller?.accountId,
  "identity.caller": ({ caller }) => caller?.userId,
  "identity.clientCert.clientCertPem": empty,
  "identity.clientCert.issuerDN": empty,
  "identity.clientCert.serialNumber": empty,
  "identity.clientCert.subjectDN": empty,
  "identity.clientCert.validity.notAfter": empty,
  "identity.clientCert.validity.notBefore": empty,
  "identity.cognitoAuthenticationProvider": empty,
  "identity.cognitoAuthenticationType": empty,
  "identity.cognitoIdentityId": empty,
  "identity.cognitoIdentityPoolId": empty,
  "identity.principalOrgId": empty,
  "identity.sourceIp": ({ request }) => request.remoteAddress,
  "identity.user": ({ caller }) => caller?.userId,
  "identity.userAgent": ({ request }) => request.header("user-agent"),
  "identity.userArn": ({ caller }) => caller?.arn,
  "integration.requestId": empty,
  // Includes the stage when it is part of the path. Unverified: whether it is decoded. As sent, nothing is lost.
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
  // `claims` alone is empty. The others belong to Lambda authorizers, which the sandbox does not serve for HTTP APIs.
  return /^authorizer\.[A-Za-z0-9_-]+$/.test(name) ? empty : undefined;
};

function claimText(claims: Claims | undefined, name: string): string | undefined {
  const value: unknown = claims !== undefined && Object.hasOwn(claims, name) ? claims[name] : undefined;
  if (value === undefined || value === null) return undefined;
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function domainName({ request }: AccessSource): string {
  return (request.header("host") ?? "").replace(/:\d+$/, "");
}
