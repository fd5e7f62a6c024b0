import { traceId } from "../shared/trace-id.ts";
import type { MappingSource } from "./mapping-value.ts";

/**
 * The headers that the backend receives before any mapping. The gateway adds `Via`, the client's address in `Forwarded` and
 * `X-Forwarded-*`, and a trace id. The protocol is https, which clients of a real HTTP API use.
 *
 * Unverified: the form of these headers (docs.aws.amazon.com only lists them as reserved), and that `Host` is the client's
 * through a VPC link, whose integrations name no host.
 *
 * @param keepsHost whether the client's `Host` is passed on; otherwise `Host` is the backend's
 */
export function backendHeaders(
  { request, requestId, time }: MappingSource,
  keepsHost: boolean,
): readonly (readonly [string, string])[] {
  const headers: (readonly [string, string])[] = [];
  const { remoteAddress } = request;
  const chains = { forwarded: "", "x-forwarded-for": "", via: "" };
  let host = "";
  let traced = false;
  for (const field of request.headers) {
    const name = field[0].toLowerCase();
    switch (name) {
      case "host":
        host = field[1];
        break;
      case "forwarded":
      case "x-forwarded-for":
      case "via":
        chains[name] += `${field[1]}, `;
        break;
      case "x-forwarded-proto":
      case "x-forwarded-port":
      case "x-forwarded-host":
        break;
      case "x-amzn-trace-id":
        traced = true;
        headers.push(field);
        break;
      default:
        headers.push(field);
    }
  }
  headers.push(
    ["forwarded", `${chains.forwarded}by=127.0.0.1;for=${remoteAddress};host=${host};proto=https`],
    ["x-forwarded-for", `${chains["x-forwarded-for"]}${remoteAddress}`],
    ["x-forwarded-port", "443"],
    ["x-forwarded-proto", "https"],
    ["via", `${chains.via}HTTP/1.1 AmazonAPIGateway`],
  );
  if (!traced) headers.push(["x-amzn-trace-id", traceId(requestId, time)]);
  if (keepsHost) headers.push(["host", host]);
  return headers;
}
