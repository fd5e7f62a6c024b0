import { queryPairs, queryValue } from "../../shared/query.ts";
import { requestTime } from "../../shared/request-time.ts";
import { domainName } from "../context-variables.ts";
import { type Exchange, fullPath, identifier } from "../exchange.ts";

/** Headers that the gateway does not pass on (as in the AWS-validated tests of localstack/localstack). */
export const DROPPED_HEADERS: ReadonlySet<string> = new Set([
  "connection",
  "content-length",
  "content-md5",
  "expect",
  "keep-alive",
  "max-forwards",
  "proxy-authenticate",
  "proxy-connection",
  "server",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "www-authenticate",
]);

/** Header names that are passed on in this spelling, whatever the client sent (observed in events of real APIs). */
const SPELLING: ReadonlyMap<string, string> = new Map([
  ["authorization", "Authorization"],
  ["user-agent", "User-Agent"],
]);

/**
 * The request's headers as the gateway passes them on. Hop-by-hop headers are removed, the client's address is appended to
 * `X-Forwarded-For`, and the port and protocol are those that clients of a real API use. The `Authorization` header of a signed
 * request is removed (answer by AWS, stackoverflow.com/questions/39494152).
 */
export function passedHeaders({ request, signature }: Exchange, trace: string): readonly (readonly [string, string])[] {
  const headers: (readonly [string, string])[] = [];
  const forwarded: string[] = [];
  for (const [name, value] of request.headers) {
    const lower = name.toLowerCase();
    if (lower === "authorization" && signature !== undefined) continue;
    if (lower === "x-forwarded-for") forwarded.push(value);
    else if (lower === "x-forwarded-port" || lower === "x-forwarded-proto" || lower === "x-amzn-trace-id") continue;
    else if (!DROPPED_HEADERS.has(lower)) headers.push([SPELLING.get(lower) ?? name, value]);
  }
  headers.push(
    ["X-Amzn-Trace-Id", trace],
    ["X-Forwarded-For", [...forwarded, request.remoteAddress].join(", ")],
    ["X-Forwarded-Port", "443"],
    ["X-Forwarded-Proto", "https"],
  );
  return headers;
}

/** The members that the events of a Lambda integration and of a `REQUEST` authorizer share. */
export function requestEvent(exchange: Exchange, trace: string): Readonly<Record<string, unknown>> {
  const headers = grouped(passedHeaders(exchange, trace));
  const query = grouped(queryPairs(exchange.request.query).map((pair) => [pair.name, queryValue(pair)] as const));
  return {
    resource: exchange.resource,
    // Without the stage, but with the base path of a custom domain (observed in live events). Slashes before the first segment count as
    // one (as in the AWS-validated tests of localstack/localstack).
    path: exchange.request.domain?.path ?? exchange.path.replace(/^\/+/, "/"),
    httpMethod: exchange.request.method,
    headers: last(headers),
    multiValueHeaders: Object.fromEntries(headers),
    queryStringParameters: last(query),
    multiValueQueryStringParameters: Object.fromEntries(query),
    // As sent, unlike in the event of an HTTP API (hotsock/voker, recorded on AWS in 2026; AWS-validated tests of localstack/localstack).
    pathParameters: Object.fromEntries(exchange.pathParameters),
    stageVariables: exchange.deployment.stageVariables,
    requestContext: requestContext(exchange),
  };
}

function requestContext(exchange: Exchange): Readonly<Record<string, unknown>> {
  const { deployment, request, authorizer, apiKey, signature: { caller } = {} } = exchange;
  return {
    accountId: deployment.account,
    apiId: deployment.apiId,
    deploymentId: deployment.deploymentId,
    ...(authorizer === undefined
      ? {}
      : { authorizer: { ...Object.fromEntries(authorizer.values), principalId: authorizer.principalId } }),
    domainName: domainName(exchange),
    domainPrefix: domainName(exchange).split(".", 1)[0],
    extendedRequestId: exchange.extendedRequestId,
    httpMethod: request.method,
    identity: {
      accessKey: caller?.accessKeyId ?? null,
      accountId: caller?.accountId ?? null,
      ...(apiKey === undefined ? {} : { apiKey: apiKey.value, apiKeyId: apiKey.id }),
      caller: caller?.userId ?? null,
      cognitoAuthenticationProvider: null,
      cognitoAuthenticationType: null,
      cognitoIdentityId: null,
      cognitoIdentityPoolId: null,
      principalOrgId: null,
      sourceIp: request.remoteAddress,
      user: caller?.userId ?? null,
      userAgent: request.header("user-agent") ?? null,
      userArn: caller?.arn ?? null,
    },
    path: fullPath(exchange),
    protocol: "HTTP/1.1",
    requestId: exchange.requestId,
    requestTime: requestTime(exchange.time),
    requestTimeEpoch: exchange.time,
    resourceId: identifier(exchange.resource ?? "", 6),
    resourcePath: exchange.resource,
    stage: deployment.stage,
  };
}

function grouped(pairs: readonly (readonly [string, string])[]): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  for (const [name, value] of pairs) {
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [value]);
    else group.push(value);
  }
  return groups;
}

/** The last value of each name. */
function last(groups: ReadonlyMap<string, readonly string[]>): Readonly<Record<string, string>> {
  return Object.fromEntries([...groups].map(([name, values]) => [name, values.at(-1) ?? ""]));
}
