import { isHopByHop } from "../../serving/hop-by-hop.ts";
import type { Caller } from "../shared/iam/authorizer.ts";
import { queryPairs, queryValue } from "../shared/query.ts";
import { requestTime } from "../shared/request-time.ts";
import { clientPath } from "./client-path.ts";
import type { MappingSource } from "./mapping-value.ts";

export type PayloadVersion = "1.0" | "2.0";

/** A request on its upstream to a function. */
export interface EventSource extends MappingSource {
  readonly stage: string;
  readonly stageVariables: Readonly<Record<string, string>>;
  /** The template of the route's path, or `$default`. */
  readonly resource: string;
  /** The scopes that the route accepts. The token has at least one of them. */
  readonly scopes: readonly string[];
  /** The signer, when requests must be signed. */
  readonly caller?: Caller;
}

/** The content types whose bodies are passed as text; all others are passed in base64. Unverified: the exact list. */
const TEXT = /^(?:text\/|application\/(?:json|javascript|xml|[^;]*\+(?:json|xml))\s*(?:;|$))/i;

/**
 * Creates the event of a request.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function lambdaEvent(
  version: PayloadVersion,
  source: EventSource,
  body: Uint8Array,
  executionArn: string,
  trace: string,
): Readonly<Record<string, unknown>> {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const text = bytes.length === 0 || TEXT.test(source.request.header("content-type") ?? "");
  const content = bytes.length === 0 ? undefined : bytes.toString(text ? "utf8" : "base64");
  const details: Details = {
    source,
    identity: identityOf(executionArn),
    fields: passedFields(source, bytes.length, trace),
  };
  const event = version === "2.0" ? eventFormat2(details, content) : eventFormat1(details, content);
  return { version, ...event, isBase64Encoded: !text };
}

/** The parts of an event that both formats share. */
interface Details {
  readonly source: EventSource;
  readonly identity: { readonly accountId: string; readonly apiId: string; readonly region: string };
  /** The headers, with names in lower case. */
  readonly fields: readonly (readonly [string, string])[];
}

function eventFormat2(
  { source, identity, fields }: Details,
  body: string | undefined,
): Readonly<Record<string, unknown>> {
  const { request, requestId, routeKey, stage, time, claims, scopes, caller } = source;
  const { cookie: cookies = [], ...headers } = grouped(fields);
  const query = grouped(queryPairs(request.query).map((pair) => [pair.name, queryValue(pair)]));
  const domain = domainName(source, identity);
  return {
    routeKey,
    rawPath: clientPath(source, source.stage),
    rawQueryString: request.query,
    ...optional("cookies", cookies.length === 0 ? undefined : cookies.flatMap((cookie) => cookie.split(/;\s*/))),
    headers: joined(headers),
    ...optional("queryStringParameters", request.query === "" ? undefined : joined(query)),
    requestContext: {
      accountId: identity.accountId,
      apiId: identity.apiId,
      ...optional(
        "authorizer",
        caller !== undefined
          ? { iam: iamOf(caller) }
          : claims === undefined
            ? undefined
            : { jwt: { claims: claimTexts(claims), scopes: scopes.length === 0 ? null : scopes } },
      ),
      domainName: domain,
      domainPrefix: domain.split(".", 1)[0],
      http: {
        method: request.method,
        path: clientPath(source, source.stage),
        protocol: "HTTP/1.1",
        sourceIp: request.remoteAddress,
        userAgent: request.header("user-agent") ?? "",
      },
      requestId,
      routeKey,
      stage,
      time: requestTime(time),
      timeEpoch: time,
    },
    ...optional("pathParameters", filled(Object.fromEntries(source.variables))),
    ...optional("stageVariables", filled(source.stageVariables)),
    ...optional("body", body),
  };
}

function eventFormat1(
  { source, identity, fields }: Details,
  body: string | undefined,
): Readonly<Record<string, unknown>> {
  const { request, requestId, routeKey, stage, time, claims, scopes, resource, caller } = source;
  const headers = grouped(fields);
  const query = grouped(queryPairs(request.query).map((pair) => [pair.name, queryValue(pair)]));
  const path = clientPath(source, source.stage);
  const domain = domainName(source, identity);
  return {
    resource,
    path,
    httpMethod: request.method,
    headers: last(headers),
    multiValueHeaders: headers,
    queryStringParameters: filled(last(query)) ?? null,
    multiValueQueryStringParameters: filled(query) ?? null,
    requestContext: {
      accountId: identity.accountId,
      apiId: identity.apiId,
      authorizer:
        claims === undefined
          ? { claims: null, scopes: null }
          : { claims: claimTexts(claims), scopes: scopes.length === 0 ? null : scopes },
      domainName: domain,
      domainPrefix: domain.split(".", 1)[0],
      extendedRequestId: requestId,
      httpMethod: request.method,
      identity: {
        accessKey: caller?.accessKeyId ?? null,
        accountId: caller?.accountId ?? null,
        caller: caller?.userId ?? null,
        cognitoAmr: null,
        cognitoAuthenticationProvider: null,
        cognitoAuthenticationType: null,
        cognitoIdentityId: null,
        cognitoIdentityPoolId: null,
        principalOrgId: null,
        sourceIp: request.remoteAddress,
        user: caller?.userId ?? null,
        userAgent: request.header("user-agent") ?? "",
        userArn: caller?.arn ?? null,
      },
      path,
      protocol: "HTTP/1.1",
      requestId,
      requestTime: requestTime(time),
      requestTimeEpoch: time,
      resourceId: routeKey,
      resourcePath: resource,
      stage,
    },
    pathParameters: filled(Object.fromEntries(source.variables)) ?? null,
    stageVariables: filled(source.stageVariables) ?? null,
    body: body ?? null,
  };
}

/**
 * The `iam` member of an authorizer (docs.aws.amazon.com, http-api-develop-integrations-lambda). Unverified: `principalOrgId` is
 * null for an account without an organisation.
 */
function iamOf({ accessKeyId, accountId, userId, arn }: Caller): Readonly<Record<string, unknown>> {
  return {
    accessKey: accessKeyId,
    accountId,
    callerId: userId,
    cognitoIdentity: null,
    principalOrgId: null,
    userArn: arn,
    userId,
  };
}

/** The headers with names in lower case. Hop-by-hop headers are removed, and the client's own `X-Forwarded-For` is continued. */
function passedFields({ request }: EventSource, bytes: number, trace: string): Details["fields"] {
  const forwarded: string[] = [];
  const fields: [string, string][] = [];
  let traced = trace;
  for (const [name, value] of request.headers) {
    const lower = name.toLowerCase();
    if (lower === "x-forwarded-for") forwarded.push(value);
    else if (lower === "x-amzn-trace-id") traced = value;
    else if (lower === "x-forwarded-port" || lower === "x-forwarded-proto" || lower === "content-length") continue;
    else if (!isHopByHop(lower)) fields.push([lower, value]);
  }
  fields.push(
    ["content-length", String(bytes)],
    ["x-amzn-trace-id", traced],
    ["x-forwarded-for", [...forwarded, request.remoteAddress].join(", ")],
    ["x-forwarded-port", "443"],
    ["x-forwarded-proto", "https"],
  );
  return fields;
}

/** Claims are passed as strings, lists as `[a b]` (observed in events of live APIs). */
function claimTexts(claims: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(claims).map(([name, value]) => [name, claimText(value)]));
}

function claimText(value: unknown): string {
  if (typeof value === "string") return value;
  return Array.isArray(value) ? `[${value.map(claimText).join(" ")}]` : JSON.stringify(value);
}

/** @param executionArn `arn:aws:execute-api:REGION:ACCOUNT:API` */
function identityOf(executionArn: string): Details["identity"] {
  const [, , , region = "", accountId = "", apiId = ""] = executionArn.split(":");
  return { accountId, apiId, region };
}

function domainName({ request }: EventSource, { apiId, region }: Details["identity"]): string {
  return request.domain?.name ?? `${apiId}.execute-api.${region}.amazonaws.com`;
}

type Groups = Readonly<Record<string, readonly string[]>>;

function grouped(pairs: readonly (readonly [string, string])[]): Groups {
  const groups = new Map<string, string[]>();
  for (const [name, value] of pairs) {
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [value]);
    else group.push(value);
  }
  return Object.fromEntries(groups);
}

function joined(groups: Groups): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(groups).map(([name, values]) => [name, values.join(",")]));
}

function last(groups: Groups): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(groups).map(([name, values]) => [name, values.at(-1) ?? ""]));
}

function filled<Values extends object>(values: Values): Values | undefined {
  return Object.keys(values).length === 0 ? undefined : values;
}

function optional(name: string, value: unknown): Readonly<Record<string, unknown>> {
  return value === undefined ? {} : { [name]: value };
}
