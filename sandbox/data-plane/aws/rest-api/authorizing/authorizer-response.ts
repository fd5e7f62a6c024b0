import type { FunctionResult } from "../../../interpreter.ts";
import type { ArnMatch } from "../../shared/iam/wildcard.ts";
import type { AuthorizerContext } from "../exchange.ts";
import { type Authorization, failed, refused } from "./authorization.ts";
import { evaluate, type Policy, readPolicy, record, UnusablePolicy } from "./policy.ts";

/** A valid response of the authorizer's function. */
export interface AuthorizerResponse {
  readonly policy: Policy;
  readonly context: AuthorizerContext;
  readonly usageIdentifierKey: string | undefined;
}

/** The error message that results in a 401 (docs.aws.amazon.com, apigateway-use-lambda-authorizer). */
const UNAUTHORIZED = "Unauthorized";

/** Reads the result of the authorizer's function. */
export function readResponse(result: FunctionResult): AuthorizerResponse | Authorization {
  if ("failed" in result) {
    return result.failed === "error" && result.message === UNAUTHORIZED
      ? refused("unauthenticated", "UNAUTHORIZED", "the authorizer threw Unauthorized")
      : failed(`${result.failed}, ${result.message}`);
  }
  try {
    const response = record(result.returned, "the response");
    const { principalId, usageIdentifierKey, context } = response;
    if (typeof principalId !== "string") throw new UnusablePolicy("principalId is not a string");
    if (usageIdentifierKey !== undefined && usageIdentifierKey !== null && typeof usageIdentifierKey !== "string") {
      throw new UnusablePolicy("usageIdentifierKey is not a string");
    }
    return {
      policy: readPolicy(response.policyDocument),
      context: { principalId, values: readContext(context) },
      usageIdentifierKey: usageIdentifierKey ?? undefined,
    };
  } catch (error) {
    if (error instanceof UnusablePolicy) return failed(error.message);
    throw error;
  }
}

/** Objects and lists are invalid (docs.aws.amazon.com, api-gateway-lambda-authorizer-output). */
function readContext(context: unknown): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const [name, value] of Object.entries(
    context === undefined || context === null ? {} : record(context, "context"),
  )) {
    if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean") {
      throw new UnusablePolicy(`context.${name} is not a string, a number or a boolean`);
    }
    values.set(name, String(value));
  }
  return values;
}

/** Decides by the authorizer's policy. */
export function verdict(
  { policy, context, usageIdentifierKey }: AuthorizerResponse,
  methodArn: string,
  matches: ArnMatch,
  allowed: boolean,
  source: string,
): Authorization {
  const decided = evaluate(policy, methodArn, matches);
  const message = "User is not authorized to access this resource";
  if (decided === "explicit deny") {
    return refused("forbidden", "ACCESS_DENIED", `${source} denies the method`, `${message} with an explicit deny`);
  }
  if (!allowed && decided === "implicit deny")
    return refused("forbidden", "ACCESS_DENIED", `${source} does not allow the method`, message);
  return { granted: true, context, usageIdentifierKey };
}
