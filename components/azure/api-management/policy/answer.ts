import { STATUS_CODES } from "node:http";
import type { ApiReplyRoute } from "../../../api/checked-api.ts";
import { element, type PolicyElement } from "./element.ts";
import { setHeader } from "./header.ts";

/** Ends the request with an answer. */
export function answer({ status, headers, body }: Pick<ApiReplyRoute, "status" | "headers" | "body">): PolicyElement {
  return element("return-response", {}, [
    element("set-status", { code: status, reason: STATUS_CODES[status] ?? "Status" }),
    ...Object.entries(headers).map(([name, content]) => setHeader(name, content)),
    ...(body === "" ? [] : [element("set-body", {}, body)]),
  ]);
}

/** Ends the request with an error. The answer repeats nothing of the request. */
export function reject(status: number, message: string): PolicyElement {
  return answer({
    status,
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ statusCode: status, message }),
  });
}
