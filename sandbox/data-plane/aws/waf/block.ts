import { allowOnly, at, integer, list, object, type Plain, text } from "../../document.ts";
import { UnsupportedArtefact } from "../../interpreter.ts";

/** The response to a blocked request, in place of the gateway's own. */
export interface CustomResponse {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly contentType: string | undefined;
  readonly body: string;
}

/** The response bodies of a web ACL, by key. */
export type CustomBodies = ReadonlyMap<string, { readonly contentType: string; readonly content: string }>;

const CONTENT_TYPES: ReadonlyMap<string, string> = new Map([
  ["TEXT_PLAIN", "text/plain"],
  ["TEXT_HTML", "text/html"],
  ["APPLICATION_JSON", "application/json"],
]);

/** 4 KB for one body and 10 headers for one response (docs.aws.amazon.com, limits). */
const MAX_BODY_BYTES = 4_096;
const MAX_HEADERS = 10;

/** The statuses that a custom response may have (docs.aws.amazon.com, customizing-the-response-for-blocked-requests). */
const STATUSES: ReadonlySet<number> = new Set([
  200, 201, 202, 204, 206, 300, 301, 302, 303, 304, 307, 308, 400, 401, 403, 404, 405, 408, 409, 411, 412, 413, 414,
  415, 416, 421, 429, 500, 501, 502, 503, 504,
]);

/**
 * Reads `customResponseBodies`.
 * @throws UnsupportedArtefact for bodies that WAF refuses
 */
export function readCustomBodies(value: Plain | undefined, place: string): CustomBodies {
  const bodies = new Map<string, { readonly contentType: string; readonly content: string }>();
  for (const [index, item] of (value === undefined ? [] : list(value, place)).entries()) {
    const here = at(place, index);
    const body = object(item, here);
    allowOnly(body, here, ["key", "content", "contentType"]);
    const contentType = CONTENT_TYPES.get(text(body.contentType, at(here, "contentType")));
    if (contentType === undefined) {
      throw new UnsupportedArtefact(at(here, "contentType"), `must be ${[...CONTENT_TYPES.keys()].join(" or ")}`);
    }
    const content = text(body.content, at(here, "content"));
    if (content === "" || Buffer.byteLength(content) > MAX_BODY_BYTES) {
      throw new UnsupportedArtefact(at(here, "content"), `must have 1 to ${MAX_BODY_BYTES} bytes`);
    }
    if (contentType === "application/json") checkJson(content, at(here, "content"));
    const key = text(body.key, at(here, "key"));
    if (!/^[\w-]{1,128}$/.test(key) || bodies.has(key)) {
      throw new UnsupportedArtefact(at(here, "key"), "must be 1 to 128 letters, digits, _ and -, and unique");
    }
    bodies.set(key, { contentType, content });
  }
  return bodies;
}

function checkJson(content: string, place: string): void {
  try {
    JSON.parse(content);
  } catch {
    throw new UnsupportedArtefact(place, "is not JSON");
  }
}

/**
 * Reads a `block` action; undefined when the gateway responds by itself.
 * @throws UnsupportedArtefact for responses that WAF refuses
 */
export function readBlock(value: Plain | undefined, bodies: CustomBodies, place: string): CustomResponse | undefined {
  const block = object(value, place);
  allowOnly(block, place, ["customResponse"]);
  if (block.customResponse === undefined) return undefined;
  const here = at(place, "customResponse");
  const response = object(block.customResponse, here);
  allowOnly(response, here, ["responseCode", "customResponseBodyKey", "responseHeaders"]);
  const status = integer(response.responseCode, at(here, "responseCode"), 200, 599);
  if (!STATUSES.has(status)) {
    throw new UnsupportedArtefact(at(here, "responseCode"), `WAF does not support the status ${status}`);
  }
  const key = response.customResponseBodyKey;
  const body = key === undefined ? undefined : bodies.get(text(key, at(here, "customResponseBodyKey")));
  if (key !== undefined && body === undefined) {
    throw new UnsupportedArtefact(
      at(here, "customResponseBodyKey"),
      "is not the key of a body in customResponseBodies",
    );
  }
  return {
    status,
    headers: readHeaders(response.responseHeaders, at(here, "responseHeaders")),
    contentType: body?.contentType,
    body: body?.content ?? "",
  };
}

function readHeaders(value: Plain | undefined, place: string): readonly (readonly [string, string])[] {
  const headers = (value === undefined ? [] : list(value, place)).map((item, index) => {
    const here = at(place, index);
    const header = object(item, here);
    allowOnly(header, here, ["name", "value"]);
    return [text(header.name, at(here, "name")), text(header.value, at(here, "value"))] as const;
  });
  const names = headers.map(([name]) => name.toLowerCase());
  if (headers.length > MAX_HEADERS) throw new UnsupportedArtefact(place, `must contain at most ${MAX_HEADERS} headers`);
  if (names.includes("content-type")) throw new UnsupportedArtefact(place, "content-type cannot be set");
  if (new Set(names).size < names.length) throw new UnsupportedArtefact(place, "two headers have the same name");
  const invalid = headers.find(
    ([name, text]) => !/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(name) || !/^[\x20-\x7e]*$/.test(text),
  );
  if (invalid !== undefined) throw new UnsupportedArtefact(place, `${invalid[0]} is not a valid header`);
  return headers;
}
