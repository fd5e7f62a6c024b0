import { UnsupportedArtefact } from "../../interpreter.ts";
import { requestTime } from "../shared/request-time.ts";
import { type Exchange, fullPath, identifier } from "./exchange.ts";

/** Reads a value of the request in progress; undefined when it has none. */
export type Read = (exchange: Exchange) => string | undefined;

/**
 * The `$context` variables of mapping templates and parameter mappings.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html
 */
export const contextVariables: Readonly<Record<string, Read>> = {
  accountId: ({ deployment }) => deployment.account,
  apiId: ({ deployment }) => deployment.apiId,
  "authorizer.principalId": ({ authorizer }) => authorizer?.principalId,
  deploymentId: ({ deployment }) => deployment.deploymentId,
  domainName,
  domainPrefix: (exchange) => domainName(exchange).split(".", 1)[0],
  extendedRequestId: ({ extendedRequestId }) => extendedRequestId,
  httpMethod: ({ request }) => request.method,
  "identity.accessKey": ({ signature }) => signature?.caller?.accessKeyId,
  "identity.accountId": ({ signature }) => signature?.caller?.accountId,
  "identity.apiKey": ({ apiKey }) => apiKey?.value,
  "identity.apiKeyId": ({ apiKey }) => apiKey?.id,
  "identity.caller": ({ signature }) => signature?.caller?.userId,
  "identity.sourceIp": ({ request }) => request.remoteAddress,
  "identity.user": ({ signature }) => signature?.caller?.userId,
  "identity.userAgent": ({ request }) => request.header("user-agent"),
  "identity.userArn": ({ signature }) => signature?.caller?.arn,
  "identity.vpcId": ({ request }) => request.vpcEndpoint?.vpcId,
  "identity.vpceId": ({ request }) => request.vpcEndpoint?.id,
  // "Present only when you have a canary enabled", as the string `true` or `false` (AWS-validated in localstack's tests).
  isCanaryRequest: ({ canary }) => (canary === undefined ? undefined : String(canary)),
  path: fullPath,
  protocol: () => "HTTP/1.1",
  requestId: ({ requestId }) => requestId,
  requestTime: ({ time }) => requestTime(time),
  requestTimeEpoch: ({ time }) => String(time),
  resourceId: ({ resource }) => (resource === undefined ? undefined : identifier(resource, 6)),
  resourcePath: ({ resource }) => resource,
  stage: ({ deployment }) => deployment.stage,
};

/**
 * Reads the name of a `$context` variable, e.g. `identity.sourceIp`.
 * @throws UnsupportedArtefact for variables that the sandbox does not support
 */
export function readContextVariable(name: string, place: string): Read {
  const read = Object.hasOwn(contextVariables, name) ? contextVariables[name] : undefined;
  if (read !== undefined) return read;
  const [, key] = /^authorizer\.([A-Za-z0-9_-]+)$/.exec(name) ?? [];
  if (key === undefined || key === "claims")
    throw new UnsupportedArtefact(place, `context.${name} is not supported by the sandbox`);
  return ({ authorizer }) => authorizer?.values.get(key);
}

/** The host name that the client used. */
export function domainName({ request }: Exchange): string {
  return (request.header("host") ?? "").replace(/:\d+$/, "");
}
