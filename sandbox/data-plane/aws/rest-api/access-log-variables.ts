import { endVariables, type ReadVariable, type Variables } from "../shared/access-log.ts";

import { contextVariables } from "./context-variables.ts";
import { type Exchange, traceOf } from "./exchange.ts";

const empty: ReadVariable<Exchange> = () => undefined;

/**
 * The variables of a REST API's access log. Those of Cognito, client certificates, AWS services behind an integration, WAF and
 * request validation are always empty here.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-variables-for-access-logging.html
 */
const VARIABLES: Readonly<Record<string, ReadVariable<Exchange>>> = {
  ...contextVariables,
  ...endVariables,
  "authorize.error": ({ signature }) => (signature?.caller === undefined ? undefined : signature.error),
  "authorize.latency": empty,
  "authorize.status": ({ signature }) =>
    signature?.caller === undefined ? undefined : signature.error === undefined ? "200" : "403",
  "authorizer.error": ({ authorization }) => authorization?.error,
  "authorizer.integrationLatency": authorizerLatency,
  "authorizer.integrationStatus": ({ authorization }) => (authorization === undefined ? undefined : "200"),
  "authorizer.latency": authorizerLatency,
  "authorizer.requestId": empty,
  "authorizer.status": ({ authorization }) => (authorization === undefined ? undefined : String(authorization.status)),
  "authenticate.error": ({ signature }) => (signature?.caller === undefined ? signature?.error : undefined),
  "authenticate.latency": empty,
  "authenticate.status": ({ signature }) =>
    signature === undefined ? undefined : signature.caller === undefined ? "403" : "200",
  awsEndpointRequestId: empty,
  "customDomain.basePathMatched": ({ request }) => request.domain?.basePath,
  "error.validationErrorString": empty,
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
  "integration.requestId": empty,
  "waf.error": empty,
  "waf.latency": empty,
  "waf.status": empty,
  wafResponseCode: empty,
  webaclArn: empty,
  xrayTraceId: (exchange) => (exchange.traced === true ? traceOf(exchange).replace(/^Root=/, "") : undefined),
};

export const restApiVariables: Variables<Exchange> = (name) => {
  if (Object.hasOwn(VARIABLES, name)) return VARIABLES[name];
  if (/^authorizer\.claims(?:\.[A-Za-z0-9_-]+)?$/.test(name)) return empty;
  const [, key] = /^authorizer\.([A-Za-z0-9_-]+)$/.exec(name) ?? [];
  return key === undefined ? undefined : ({ authorizer }) => authorizer?.values.get(key);
};

function authorizerLatency({ authorization }: Exchange): string | undefined {
  return authorization === undefined ? undefined : String(Math.round(authorization.ms));
}
