import type { ApiRequest } from "../checked-api.ts";
import { readBodySchema } from "./body-schema.ts";
import { anyOf, type Reader } from "./reader.ts";

/** The methods whose requests have a body that means something (RFC 9110). */
const withBody = ["POST", "PUT", "PATCH"];

const headerName = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** What the connection or the route's auth asks for anyway. */
const ofOthers = new Set(["authorization", "connection", "content-length", "host", "transfer-encoding", "x-api-key"]);

/** What a request must look like. */
export function readRequest(reader: Reader, method: string): ApiRequest {
  reader.only(["query", "headers", "body"]);
  const [query, headers, body] = [reader.at("query"), reader.at("headers"), reader.at("body")];
  if (reader.isObject && ![query, headers, body].some(({ present }) => present)) {
    reader.problem("empty-request", "this asks nothing of a request", "Name query, headers or body, or remove it.");
  }
  if (body.present && !withBody.includes(method)) {
    body.problem("body-without-meaning", `the body of a ${method} means nothing`, `Ask it of ${anyOf(withBody)}.`);
  }
  return {
    query: query.present ? names(query, checkParameter) : [],
    headers: headers.present ? names(headers, checkHeader).map((name) => name.toLowerCase()) : [],
    ...(body.present ? { body: readBodySchema(body) } : {}),
  };
}

function names(reader: Reader, check: (name: string, item: Reader) => void): readonly string[] {
  const items = reader.list();
  if (Array.isArray(reader.value) && items.length === 0) {
    reader.problem("empty-list", "an empty list asks for nothing", "Name at least one, or leave it out.");
  }
  const seen = new Set<string>();
  return items.flatMap((item) => {
    const name = item.text();
    if (name === undefined) return [];
    check(name, item);
    const same = check === checkHeader ? name.toLowerCase() : name;
    if (seen.has(same)) item.problem("duplicate", `"${name}" stands twice`, "Remove one.");
    seen.add(same);
    return [name];
  });
}

const control = /\p{Cc}/u;

function checkParameter(name: string, item: Reader): void {
  if (control.test(name)) item.problem("control-character", "a parameter's name is one line of text", "Rename it.");
}

function checkHeader(name: string, item: Reader): void {
  if (!headerName.test(name)) {
    item.problem("bad-header", "this is not a header's name (RFC 9110)", "Use letters, digits and !#$%&'*+-.^_`|~.");
  } else if (ofOthers.has(name.toLowerCase())) {
    item.problem("fixed-header", `the header "${name}" is for the connection or auth to ask for`, "Remove it.");
  }
}
