import type { Reply } from "../../interpreter.ts";

/** The largest request body, 10 MB (docs.aws.amazon.com, http-api-quotas). */
export const MAX_BODY_BYTES = 10 * 1024 * 1024;

/** A response of API Gateway's own: `{"message": ...}`, with the request's id in `apigw-requestid`. */
export function errorReply(
  status: number,
  message: string,
  requestId: string,
  headers: readonly (readonly [string, string])[] = [],
): Reply {
  return {
    status,
    headers: [["content-type", "application/json"], ["apigw-requestid", requestId], ...headers],
    body: JSON.stringify({ message }),
    error: { type: errorTypes[status] ?? (status < 500 ? "DEFAULT_4XX" : "DEFAULT_5XX"), message },
  };
}

export function tooLargeReply(requestId: string): Reply {
  return errorReply(413, "Request Entity Too Large", requestId);
}

/** The error types in an HTTP API's log. Unverified: they are those of a REST API's gateway responses. */
const errorTypes: Readonly<Record<number, string>> = {
  401: "UNAUTHORIZED",
  403: "ACCESS_DENIED",
  404: "RESOURCE_NOT_FOUND",
  413: "REQUEST_TOO_LARGE",
  429: "THROTTLED",
  500: "API_CONFIGURATION_ERROR",
  503: "INTEGRATION_FAILURE",
  504: "INTEGRATION_TIMEOUT",
};

/**
 * The challenge for a refused token (docs.aws.amazon.com, http-api-troubleshooting-jwt). Unverified: its form without any token
 * and for a missing scope.
 */
export function challenge(
  scopes: readonly string[],
  error?: { readonly name: "invalid_token" | "insufficient_scope"; readonly description: string },
): readonly [string, string] {
  if (error === undefined) return ["www-authenticate", "Bearer"];
  const { name, description } = error;
  return ["www-authenticate", `Bearer scope="${scopes.join(" ")}" error="${name}" error_description="${description}"`];
}
