import { headerValues } from "../../header-values.ts";
import type { GatewayRequest } from "../../interpreter.ts";
import type { Readings } from "../../readings.ts";
import type { PolicyContext } from "./context.ts";
import { builtInError } from "./error-reply.ts";
import { PolicyFailure } from "./exchange.ts";
import { HeaderFields } from "./header-fields.ts";
import { backendPath } from "./request-path.ts";

/**
 * The origin, and the path and query of the request to the backend.
 *
 * @throws PolicyFailure without a backend, or for a path that is not forwarded
 */
export function backendUrl(
  { backend, request }: PolicyContext,
  oddPaths: Readings["apim-odd-paths"],
): { readonly origin: string; readonly path: string } {
  if (backend === undefined) {
    // Unverified: the response of an API that has neither a service URL nor a set-backend-service policy.
    const error = builtInError("forward-request", "BackendConnectionFailure", "No backend service URL is set.");
    throw new PolicyFailure("malformed", 500, error, { shown: "Internal server error" });
  }
  const { path: sent, query } = request.url;
  const path = backendPath(sent, oddPaths);
  if (path === undefined) {
    const error = builtInError("forward-request", "InvalidUrl", `${JSON.stringify(sent)} is not a plain path.`);
    throw new PolicyFailure("malformed", 400, error, { shown: "Bad Request" });
  }
  const base = backend.replace(/\/+$/, "");
  const [origin = base] = /^[a-z]+:\/\/[^/?#]*/i.exec(base) ?? [];
  return { origin, path: `${base.slice(origin.length)}${path}${query === "" ? "" : `?${query}`}` };
}

/**
 * The headers of the request to the backend: those that the policies leave, the backend's host unless a policy sets one, and
 * `X-Forwarded-For` with the client's address, which no policy can remove. Unverified: the address is added at the end.
 *
 * @param host the host and port of the backend's URL, for a request that is sent to an address; @default that which it is sent to
 * @see https://learn.microsoft.com/answers/questions/5774313
 */
export function backendHeaders(
  request: GatewayRequest,
  context: PolicyContext,
  host: string | undefined,
): readonly (readonly [string, string])[] {
  const headers = new HeaderFields(context.request.headers.fields);
  if (headers.get("host")?.[0] === request.header("host")) headers.delete("host");
  if (host !== undefined && headers.get("host") === undefined) headers.set("Host", [host]);
  const forwardedFor = headerValues(request.headers, "x-forwarded-for");
  headers.set("X-Forwarded-For", [[...forwardedFor, context.request.ipAddress].join(", ")]);
  return headers.fields;
}

/** The failure of a backend that refuses the connection or takes too long. */
export function backendFailure(cause: "refused" | "timeout"): PolicyFailure {
  const [reason, message] =
    cause === "timeout"
      ? ["Timeout", "The operation has timed out."]
      : ["BackendConnectionFailure", "Unable to connect to the remote server"];
  const error = { ...builtInError("forward-request", reason, message), section: "backend" };
  // "If there is no on-error section, callers will receive 400 or 500". Unverified: a time-out is a 500.
  return new PolicyFailure("malformed", 500, error, { shown: "Internal server error" });
}
