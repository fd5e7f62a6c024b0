import type { AuthorizerContext } from "../exchange.ts";
import { type GatewayError, gatewayError } from "../gateway-responses.ts";

/** The decision of an authorizer on one request. */
export type Authorization =
  | {
      readonly granted: true;
      readonly context: AuthorizerContext;
      /** The API key, for an API whose key source is the authorizer. */
      readonly usageIdentifierKey: string | undefined;
    }
  | {
      readonly granted: false;
      readonly decision: "unauthenticated" | "forbidden";
      readonly reason: string;
      readonly error: GatewayError;
    };

/** Refuses a request. */
export function refused(
  decision: "unauthenticated" | "forbidden",
  type: "UNAUTHORIZED" | "ACCESS_DENIED",
  reason: string,
  message?: string,
): Authorization {
  return {
    granted: false,
    decision,
    reason,
    error: message === undefined ? gatewayError(type) : gatewayError(type, message),
  };
}

/** An authorizer that fails refuses every request. */
export function failed(reason: string): Authorization {
  return {
    granted: false,
    decision: "unauthenticated",
    reason: `the authorizer failed: ${reason}`,
    error: gatewayError("AUTHORIZER_CONFIGURATION_ERROR"),
  };
}
