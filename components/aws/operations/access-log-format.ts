/**
 * What stands in an access log's line, by the name of the member: a `$context` variable each.
 *
 * Each stands in quotation marks, numbers too: what there is nothing to say of is a hyphen, and a line must be JSON whatever
 * happens. Seen of live REST APIs: what is put in is escaped for that (DataBiosphere/azul#4348, July 2024). AWS does not promise
 * it, and of HTTP APIs nothing is known (U). So what a client may choose comes first: were it not escaped, the gateway's own
 * members after it would still be the last of their names, which is those that a reader of JSON takes.
 *
 * Not `error.messageString`, which brings quotation marks of its own when there is a message, and none when there is none.
 * Nothing that is a credential, or holds one: no header but the user agent, no query, no API key but its id.
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

/** While a canary is configured: whether it answered. A hyphen while the stage has none. */
export const canaryAccessLogFields: AccessLogFields = { ...restApiAccessLogFields, canary: "isCanaryRequest" };

/** The format of a line, itself one line, as API Gateway wants it. */
export function accessLogFormat(fields: AccessLogFields): string {
  return JSON.stringify(
    Object.fromEntries(Object.entries(fields).map(([member, variable]) => [member, `$context.${variable}`])),
  );
}
