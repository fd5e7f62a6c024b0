import { headerValues } from "../../header-values.ts";
import type { GatewayRequest } from "../../interpreter.ts";

/** cloud.google.com/api-gateway/docs/quotas: 60 KB. Also Envoy's default. */
const MOST_HEADER_BYTES = 60 * 1024;

/** The number of names in `Connection` from which on Envoy rejects a request (http/utility.cc, sanitizeConnectionHeader). */
const TOO_MANY_LISTED = 10;
/** Names that `Connection` must not list: their removal would hide who sent the request. Without `Host`, a request is malformed. */
const NEVER_LISTED = new Set(["host", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto"]);

/** Why the proxy rejects a request for its headers, with its status. */
export interface HeaderProblem {
  readonly status: 400 | 431;
  readonly reason: string;
}

/**
 * The first problem of a request's headers.
 *
 * Unverified: clients connect to Google's front end, which could also remove the names that `Connection` lists without rejecting any.
 */
export function headerProblem({ headers }: GatewayRequest): HeaderProblem | undefined {
  let bytes = 0;
  for (const [name, value] of headers) bytes += name.length + value.length + 4;
  if (bytes > MOST_HEADER_BYTES) return { status: 431, reason: `headers of ${bytes} bytes` };
  // By default, ESPv2 configures Envoy to reject such requests (options.UnderscoresInHeaders). Unverified: Google does not publish whether
  // it changes this flag.
  const underscored = headers.find(([name]) => name.includes("_"));
  if (underscored !== undefined) return { status: 400, reason: `header ${underscored[0]} has an underscore` };
  return connectionProblem(headerValues(headers, "connection"));
}

function connectionProblem(values: readonly string[]): HeaderProblem | undefined {
  if (values.length === 0) return undefined;
  const listed = values
    .join(",")
    .split(",")
    .filter((name) => name !== "");
  if (listed.length >= TOO_MANY_LISTED) return { status: 400, reason: `Connection lists ${listed.length} names` };
  const forbidden = listed.map((name) => name.trim().toLowerCase()).find((name) => NEVER_LISTED.has(name));
  return forbidden === undefined ? undefined : { status: 400, reason: `Connection lists ${forbidden}` };
}
