import type { ApiRequest } from "../checked-api.ts";
import type { Reader } from "../reader.ts";
import { anyOf } from "../suggestion.ts";
import { readBodySchema } from "./body-schema.ts";
import { checkHeaderName } from "./headers.ts";
import { type CheckItem, isOneLine } from "./list.ts";

/** The methods whose request bodies have a meaning (RFC 9110). */
export const withBody = ["POST", "PUT", "PATCH"];

/** Headers that the connection or the route's auth requires anyway. */
export const requiredAnyway = new Set([
  "authorization",
  "connection",
  "content-length",
  "host",
  "transfer-encoding",
  "x-api-key",
]);

/**
 * What the gateway checks of a request.
 *
 * @param isAny whether the route has other methods too
 */
export function readRequest(reader: Reader, method: string, isAny: boolean): ApiRequest {
  reader.only(["query", "headers", "body", "bodyTypes", "uncheckable"]);
  const [query, headers, body] = [reader.at("query"), reader.at("headers"), reader.at("body")];
  const bodyTypes = reader.at("bodyTypes");
  if (reader.isObject && ![query, headers, body].some(({ present }) => present)) {
    reader.problem("empty-request", "An empty request checks nothing.", "Set query, headers or body, or remove it.");
  }
  if (body.present && !withBody.includes(method)) {
    body.problem(
      "body-without-meaning",
      isAny ? "The route has methods whose bodies have no meaning." : `The body of a ${method} request has no meaning.`,
      `Check bodies only on routes with ${anyOf(withBody)}.`,
    );
  }
  return {
    query: query.present ? readNames(query, checkParameter, (name) => name) : [],
    headers: headers.present
      ? readNames(headers, checkHeader, (name) => name.toLowerCase()).map((name) => name.toLowerCase())
      : [],
    ...(body.present ? { body: readBodySchema(body) } : {}),
    ...(bodyTypes.present ? { bodyTypes: readBodyTypes(bodyTypes, body.present) } : {}),
    ...(readUncheckable(reader.at("uncheckable")) === "report" ? { uncheckable: "report" } : {}),
  };
}

/** Whether a text is a media type without parameters, and no range. */
export function isMediaType(text: string): boolean {
  return /^[A-Za-z0-9!#$&^_.+-]+\/[A-Za-z0-9!#$&^_.+-]+$/.test(text);
}

function readBodyTypes(reader: Reader, hasBody: boolean): readonly string[] {
  if (!hasBody) reader.problem("no-body", "bodyTypes without body check nothing.", "Set body, or remove bodyTypes.");
  const check: CheckItem = (type, item) => {
    if (isMediaType(type)) return;
    item.problem(
      "bad-media-type",
      "The text is not a media type without parameters.",
      'Write e.g. "application/json".',
    );
  };
  return readNames(reader, check, (type) => type.toLowerCase()).map((type) => type.toLowerCase());
}

function readUncheckable(reader: Reader): ApiRequest["uncheckable"] | "refuse" {
  return reader.present ? reader.oneOf(["refuse", "report"]) : "refuse";
}

/** A list of names, at least one. Two names are the same where `identity` maps them to the same text. */
function readNames(reader: Reader, check: CheckItem, identity: (name: string) => string): readonly string[] {
  const items = reader.list();
  if (Array.isArray(reader.value) && items.length === 0) {
    reader.problem("empty-list", "An empty list requires nothing.", "List at least one name, or remove the list.");
  }
  const seen = new Set<string>();
  return items.flatMap((item) => {
    const name = item.text();
    if (name === undefined) return [];
    check(name, item);
    if (seen.has(identity(name))) item.problem("duplicate", `"${name}" is listed twice.`, "Remove one.");
    seen.add(identity(name));
    return [name];
  });
}

function checkParameter(name: string, item: Reader): void {
  if (isOneLine(name)) return;
  item.problem("control-character", "The name of a parameter must be one line of text.", "Rename the parameter.");
}

function checkHeader(name: string, item: Reader): void {
  if (!checkHeaderName(name, item) || !requiredAnyway.has(name.toLowerCase())) return;
  item.problem(
    "fixed-header",
    `The header "${name}" belongs to the connection or to the route's auth.`,
    "Remove it from the list.",
  );
}
