import type { Reply } from "../../interpreter.ts";
import type { LastError, ResponseState } from "./context.ts";
import { HeaderFields } from "./header-fields.ts";

/** An error of the gateway itself, outside any policy. */
export function builtInError(source: string, reason: string, message: string): LastError {
  return { source, reason, message, scope: null, section: null, path: null, policyId: null };
}

/** The body of an error response, with the spaces of the samples in Microsoft's documentation. */
function errorBody(status: number, message: string): string {
  return `{ "statusCode": ${status}, "message": ${JSON.stringify(message)} }`;
}

export function errorResponse(
  status: number,
  message: string,
  headers: readonly (readonly [string, string])[] = [],
): ResponseState {
  return {
    status,
    headers: new HeaderFields([["Content-Type", "application/json"], ...headers]),
    body: errorBody(status, message),
  };
}

export function apimReply(status: number, message: string): Reply {
  return toReply(errorResponse(status, message));
}

export function toReply(response: ResponseState): Reply {
  return { status: response.status, headers: response.headers.fields, body: response.body };
}
