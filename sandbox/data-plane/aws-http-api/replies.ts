import type { Reply } from "../interpreter.ts";

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
  };
}

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
