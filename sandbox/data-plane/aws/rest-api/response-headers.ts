import type { Turn } from "./turn.ts";

type Fields = readonly (readonly [string, string])[];

/**
 * Headers of a backend's or a function's answer that reach the client as `x-amzn-remapped-NAME` only, because the gateway sets them
 * itself or must not (docs.aws.amazon.com, api-gateway-known-issues; seen in the AWS-validated tests of localstack/localstack).
 */
const REMAPPED = new Set([
  "authorization",
  "content-md5",
  "date",
  "max-forwards",
  "server",
  "user-agent",
  "www-authenticate",
  "x-amz-apigw-id",
  "x-amzn-requestid",
  "x-amzn-trace-id",
]);
/** Those that do not reach the client at all. */
const DROPPED = new Set([
  "expect",
  "host",
  "proxy-authenticate",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "via",
]);

/** The headers of an answer as the client gets them. */
export function remapped(headers: Fields, turn: Turn, trace: string): Fields {
  return [
    ...headers.flatMap(([name, value]): Fields => {
      const lower = name.toLowerCase();
      if (DROPPED.has(lower)) return [];
      if (REMAPPED.has(lower)) return [[`x-amzn-remapped-${lower}`, value]];
      if (lower === "content-length") {
        return [
          [name, value],
          ["x-amzn-remapped-content-length", value],
        ];
      }
      return [[name, value]];
    }),
    ...answerHeaders(turn),
    ["x-amzn-trace-id", trace],
  ];
}

/** What every answer to a request that reached a method has. */
export function answerHeaders(turn: Turn): Fields {
  return [
    ["x-amzn-requestid", turn.requestId],
    ["x-amz-apigw-id", turn.extendedRequestId],
  ];
}
