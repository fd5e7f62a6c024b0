import { UnsupportedArtefact } from "../../interpreter.ts";
import { requestTime } from "../shared/request-time.ts";
import { fullPath, identifier, type Turn } from "./turn.ts";

/** Reads something of the request under way; undefined when it is not there. */
export type Read = (turn: Turn) => string | undefined;

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html */
export const contextVariables: Readonly<Record<string, Read>> = {
  accountId: ({ place }) => place.account,
  apiId: ({ place }) => place.apiId,
  "authorizer.principalId": ({ authorizer }) => authorizer?.principalId,
  domainName,
  domainPrefix: (turn) => domainName(turn).split(".", 1)[0],
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
  // "Present only when you have a canary enabled"; `true` and `false` as text (AWS-validated in localstack's tests).
  isCanaryRequest: ({ canary }) => (canary === undefined ? undefined : String(canary)),
  path: fullPath,
  protocol: () => "HTTP/1.1",
  requestId: ({ requestId }) => requestId,
  requestTime: ({ time }) => requestTime(time),
  requestTimeEpoch: ({ time }) => String(time),
  resourceId: ({ resource }) => (resource === undefined ? undefined : identifier(resource, 6)),
  resourcePath: ({ resource }) => resource,
  stage: ({ place }) => place.stage,
};

/**
 * Reads the name of a `$context` variable, e.g. `identity.sourceIp`.
 * @throws UnsupportedArtefact for names that are not known here
 */
export function readContextVariable(name: string, place: string): Read {
  const known = Object.hasOwn(contextVariables, name) ? contextVariables[name] : undefined;
  if (known !== undefined) return known;
  const [, key] = /^authorizer\.([A-Za-z0-9_-]+)$/.exec(name) ?? [];
  if (key === undefined || key === "claims") throw new UnsupportedArtefact(place, `context.${name} is not known here`);
  return ({ authorizer }) => authorizer?.values.get(key);
}

export function domainName({ request }: Turn): string {
  return (request.header("host") ?? "").replace(/:\d+$/, "");
}
