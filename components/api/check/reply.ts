import type { ApiReplyRoute } from "../checked-api.ts";
import type { Method } from "../description.ts";
import type { Reader } from "../reader.ts";
import { readHeaders } from "./headers.ts";

type ApiReply = Pick<ApiReplyRoute, "kind" | "status" | "headers" | "body">;

/**
 * A response that the gateway sends by itself.
 *
 * @param isAny whether the route has other methods too. Then the response to HEAD has no body, and is the same otherwise.
 */
export function readReply(reader: Reader, method: Method, isAny: boolean): ApiReply {
  if (!reader.only(["status", "headers", "body"])) return { kind: "reply", status: 200, headers: {}, body: "" };
  const status = reader.at("status").integer(200, 599) ?? 200;
  const headers = reader.at("headers").present ? readHeaders(reader.at("headers")) : {};
  const content = reader.at("body");
  if (!content.present) return { kind: "reply", status, headers, body: "" };
  if (status === 204 || status === 304 || (method === "HEAD" && !isAny)) {
    content.problem("body-not-allowed", "This response cannot have a body (RFC 9110).", "Remove the body.");
  }
  const isText = typeof content.value === "string";
  const body = isText ? (content.value as string) : jsonOf(content);
  if (!body.isWellFormed()) {
    content.problem("malformed-text", "The text contains half of a surrogate pair.", "Write whole characters.");
  }
  const contentType = isText ? "text/plain; charset=utf-8" : "application/json";
  const typed = Object.hasOwn(headers, "content-type") ? headers : { ...headers, "content-type": contentType };
  return { kind: "reply", status, headers: typed, body: method === "HEAD" ? "" : body };
}

function jsonOf(reader: Reader): string {
  const { value } = reader;
  try {
    const text = JSON.stringify(value);
    // JSON.stringify changes what JSON cannot express, such as a function, an Output or NaN, without an error.
    if (text !== undefined && JSON.stringify(JSON.parse(text)) === text && isJson(value)) return text;
  } catch {
    // A cycle or a BigInt: reported below, like every other value that is not JSON.
  }
  reader.problem(
    "not-json",
    "The body of a reply must be a string or plain JSON.",
    "Write data only. A value that is known only during a deployment belongs in a binding.",
  );
  return "";
}

function isJson(value: unknown): boolean {
  if (value === null || typeof value === "string" || typeof value === "boolean") return true;
  if (typeof value === "number") return Number.isFinite(value);
  if (Array.isArray(value)) return value.every(isJson);
  if (typeof value !== "object") return false;
  const prototype = Object.getPrototypeOf(value);
  return (prototype === Object.prototype || prototype === null) && Object.values(value).every(isJson);
}
