import { queryPairs, queryValue } from "../../shared/query.ts";
import { requestTime } from "../../shared/request-time.ts";
import { domainName } from "../context-variables.ts";
import { fullPath, identifier, type Turn } from "../turn.ts";

/** Headers that end at the gateway before anyone sees them (as in the AWS-validated tests of localstack/localstack). */
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

/** Arrive so, whatever the client wrote; seen in events of real APIs. */
const SPELT: Readonly<Record<string, string>> = { authorization: "Authorization", "user-agent": "User-Agent" };

/**
 * The request's headers as the gateway passes them on, those of one connection and the `X-Forwarded-*` of others left out:
 * the client in `X-Forwarded-For`, the port and protocol that clients of a real API speak. The header that a signature stands in
 * ends at the gateway (an answer of AWS's own, stackoverflow.com/questions/39494152).
 */
export function passedHeaders({ request, signature }: Turn, trace: string): readonly (readonly [string, string])[] {
  const headers: (readonly [string, string])[] = [];
  const forwarded: string[] = [];
  for (const [name, value] of request.headers) {
    const lower = name.toLowerCase();
    if (lower === "authorization" && signature !== undefined) continue;
    if (lower === "x-forwarded-for") forwarded.push(value);
    else if (lower === "x-forwarded-port" || lower === "x-forwarded-proto" || lower === "x-amzn-trace-id") continue;
    else if (!DROPPED_HEADERS.has(lower)) headers.push([SPELT[lower] ?? name, value]);
  }
  headers.push(
    ["X-Amzn-Trace-Id", trace],
    ["X-Forwarded-For", [...forwarded, request.remoteAddress].join(", ")],
    ["X-Forwarded-Port", "443"],
    ["X-Forwarded-Proto", "https"],
  );
  return headers;
}

/** What the events of a Lambda integration and of a `REQUEST` authorizer have in common. */
export function requestEvent(turn: Turn, trace: string): Readonly<Record<string, unknown>> {
  const headers = grouped(passedHeaders(turn, trace));
  const query = grouped(queryPairs(turn.request.query).map((pair) => [pair.name, queryValue(pair)] as const));
  return {
    resource: turn.resource,
    // Without the stage, but with the base path of a custom domain (seen in live events).
    path: turn.request.domain?.path ?? turn.path,
    httpMethod: turn.request.method,
    headers: last(headers),
    multiValueHeaders: Object.fromEntries(headers),
    queryStringParameters: last(query),
    multiValueQueryStringParameters: Object.fromEntries(query),
    pathParameters: Object.fromEntries(turn.variables),
    stageVariables: turn.place.stageVariables,
    requestContext: requestContext(turn),
  };
}

function requestContext(turn: Turn): Readonly<Record<string, unknown>> {
  const { place, request, authorizer, apiKey, signature: { caller } = {} } = turn;
  return {
    accountId: place.account,
    apiId: place.apiId,
    ...(authorizer === undefined
      ? {}
      : { authorizer: { ...Object.fromEntries(authorizer.values), principalId: authorizer.principalId } }),
    domainName: domainName(turn),
    domainPrefix: domainName(turn).split(".", 1)[0],
    extendedRequestId: turn.extendedRequestId,
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
    path: fullPath(turn),
    protocol: "HTTP/1.1",
    requestId: turn.requestId,
    requestTime: requestTime(turn.time),
    requestTimeEpoch: turn.time,
    resourceId: identifier(turn.resource ?? "", 6),
    resourcePath: turn.resource,
    stage: place.stage,
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

/** Where one value is asked for, it is the last. */
function last(groups: ReadonlyMap<string, readonly string[]>): Readonly<Record<string, string>> {
  return Object.fromEntries([...groups].map(([name, values]) => [name, values.at(-1) ?? ""]));
}
