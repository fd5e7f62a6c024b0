import type { Reply } from "../../interpreter.ts";

/** API Gateway's own answer: `{"message": ...}`, and the request's id in `apigw-requestid`. */
export function answer(
  status: number,
  message: string,
  requestId: string,
  headers: readonly (readonly [string, string])[] = [],
): Reply {
  return {
    status,
    headers: [["content-type", "application/json"], ["apigw-requestid", requestId], ...headers],
    body: JSON.stringify({ message }),
    error: { type: types[status] ?? (status < 500 ? "DEFAULT_4XX" : "DEFAULT_5XX"), message },
  };
}

/** What an HTTP API's log calls its answers: that they are those of a REST API's gateway responses is U. */
const types: Readonly<Record<number, string>> = {
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
 * The challenge of a refused token: docs.aws.amazon.com, http-api-troubleshooting-jwt. What it is without any token, and
 * for a missing scope, is U.
 */
export function challenge(
  scopes: readonly string[],
  error?: { readonly name: "invalid_token" | "insufficient_scope"; readonly description: string },
): readonly [string, string] {
  if (error === undefined) return ["www-authenticate", "Bearer"];
  const { name, description } = error;
  return ["www-authenticate", `Bearer scope="${scopes.join(" ")}" error="${name}" error_description="${description}"`];
}
