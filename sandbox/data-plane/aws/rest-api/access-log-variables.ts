import { endVariables, type ReadVariable, type Variables } from "../shared/access-log.ts";
import { traceId } from "../shared/trace-id.ts";
import { contextVariables } from "./context-variables.ts";
import type { Turn } from "./turn.ts";

const nothing: ReadVariable<Turn> = () => undefined;

/**
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-variables-for-access-logging.html. Those that are of
 * Cognito, client certificates, AWS services behind an integration, WAF and request validation have nothing to say here.
 */
const VARIABLES: Readonly<Record<string, ReadVariable<Turn>>> = {
  ...contextVariables,
  ...endVariables,
  "authorize.error": ({ signature }) => (signature?.caller === undefined ? undefined : signature.error),
  "authorize.latency": nothing,
  "authorize.status": ({ signature }) =>
    signature?.caller === undefined ? undefined : signature.error === undefined ? "200" : "403",
  "authorizer.error": ({ authorization }) => authorization?.error,
  "authorizer.integrationLatency": authorizerLatency,
  "authorizer.integrationStatus": ({ authorization }) => (authorization === undefined ? undefined : "200"),
  "authorizer.latency": authorizerLatency,
  "authorizer.requestId": nothing,
  "authorizer.status": ({ authorization }) => (authorization === undefined ? undefined : String(authorization.status)),
  "authenticate.error": ({ signature }) => (signature?.caller === undefined ? signature?.error : undefined),
  "authenticate.latency": nothing,
  "authenticate.status": ({ signature }) =>
    signature === undefined ? undefined : signature.caller === undefined ? "403" : "200",
  awsEndpointRequestId: nothing,
  "customDomain.basePathMatched": ({ request }) => request.domain?.basePath,
  "error.validationErrorString": nothing,
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
  "integration.requestId": nothing,
  "waf.error": nothing,
  "waf.latency": nothing,
  "waf.status": nothing,
  wafResponseCode: nothing,
  webaclArn: nothing,
  xrayTraceId: ({ extendedRequestId, time, traced }) =>
    traced === true ? traceId(extendedRequestId, time).replace(/^Root=/, "") : undefined,
};

export const restApiVariables: Variables<Turn> = (name) => {
  if (Object.hasOwn(VARIABLES, name)) return VARIABLES[name];
  if (/^authorizer\.claims(?:\.[A-Za-z0-9_-]+)?$/.test(name)) return nothing;
  const [, key] = /^authorizer\.([A-Za-z0-9_-]+)$/.exec(name) ?? [];
  return key === undefined ? undefined : ({ authorizer }) => authorizer?.values.get(key);
};

function authorizerLatency({ authorization }: Turn): string | undefined {
  return authorization === undefined ? undefined : String(Math.round(authorization.ms));
}
