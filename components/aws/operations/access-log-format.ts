/**
 * The members of an access log's line. Each is a `$context` variable.
 *
 * Every value is in quotation marks, numbers too: API Gateway writes a hyphen for a variable without a value, and a line must always be
 * valid JSON. Live REST APIs were seen to escape the values for that (DataBiosphere/azul#4348, July 2024).
 *
 * Unverified: AWS does not promise this escaping, and for HTTP APIs nothing is known. Therefore the members that a client controls come
 * first. If they were not escaped, the gateway's own members after them would still be the last of their names, and JSON readers use
 * the last one.
 *
 * `error.messageString` is not used: it has quotation marks of its own only when there is a message. No variable that is or may contain a
 * credential is used either: no header but the user agent, no query string, and of an API key only its id.
 */
export type AccessLogFields = Readonly<Record<string, string>>;

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html */
export const httpApiAccessLogFields: AccessLogFields = {
  userAgent: "identity.userAgent",
  path: "path",
  method: "httpMethod",
  subject: "authorizer.claims.sub",
  authorizerError: "authorizer.error",
  integrationError: "integration.error",
  error: "error.message",
  errorType: "error.responseType",
  route: "routeKey",
  protocol: "protocol",
  ip: "identity.sourceIp",
  integrationStatus: "integration.status",
  integrationLatency: "integration.latency",
  responseLength: "responseLength",
  responseLatency: "responseLatency",
  status: "status",
  api: "apiId",
  stage: "stage",
  time: "requestTime",
  timeEpoch: "requestTimeEpoch",
  requestId: "requestId",
};

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-variables-for-access-logging.html */
export const restApiAccessLogFields: AccessLogFields = {
  userAgent: "identity.userAgent",
  path: "path",
  method: "httpMethod",
  principal: "authorizer.principalId",
  authorizerError: "authorizer.error",
  authorizerStatus: "authorizer.status",
  authorizerLatency: "authorizer.latency",
  apiKeyId: "identity.apiKeyId",
  integrationError: "integration.error",
  error: "error.message",
  errorType: "error.responseType",
  resource: "resourcePath",
  protocol: "protocol",
  ip: "identity.sourceIp",
  wafResponse: "wafResponseCode",
  integrationStatus: "integration.status",
  integrationLatency: "integration.latency",
  responseLength: "responseLength",
  responseLatency: "responseLatency",
  status: "status",
  api: "apiId",
  stage: "stage",
  trace: "xrayTraceId",
  time: "requestTime",
  timeEpoch: "requestTimeEpoch",
  extendedRequestId: "extendedRequestId",
  requestId: "requestId",
};

/** Adds whether the canary answered. The value is a hyphen while the stage has no canary. */
export const canaryAccessLogFields: AccessLogFields = { ...restApiAccessLogFields, canary: "isCanaryRequest" };

/** The format of a line. API Gateway requires that it is a single line itself. */
export function accessLogFormat(fields: AccessLogFields): string {
  return JSON.stringify(
    Object.fromEntries(Object.entries(fields).map(([member, variable]) => [member, `$context.${variable}`])),
  );
}
