import type { Exchange } from "./exchange.ts";

type Fields = readonly (readonly [string, string])[];

/**
 * Headers of a backend's or a function's response that the client receives as `x-amzn-remapped-NAME`, because the gateway sets or
 * forbids them (docs.aws.amazon.com, api-gateway-known-issues; observed in the AWS-validated tests of localstack/localstack).
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
/** Headers that the client does not receive. */
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

/** The headers of a backend's response as the client receives them. */
export function remapped(headers: Fields, exchange: Exchange, trace: string): Fields {
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
    ...idHeaders(exchange),
    ["x-amzn-trace-id", trace],
  ];
}

/** The request's ids, which every response of a method contains. */
export function idHeaders(exchange: Exchange): Fields {
  return [
    ["x-amzn-requestid", exchange.requestId],
    ["x-amz-apigw-id", exchange.extendedRequestId],
  ];
}
