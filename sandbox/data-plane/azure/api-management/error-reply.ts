import type { Reply } from "../../interpreter.ts";
import type { ResponseState } from "./context.ts";
import { HeaderFields } from "./header-fields.ts";

/** The gateway's own error body, spaced as in the samples of its documentation. */
export function errorBody(status: number, message: string): string {
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
