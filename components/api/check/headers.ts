import type { Reader } from "../reader.ts";
import { type CheckItem, distinct } from "./list.ts";

const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const fieldValue = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/;

/** Headers that only the gateway, the connection or the client writes; no vendor lets a description change them. */
const connectionHeaders = new Set([
  "connection",
  "content-encoding",
  "content-length",
  "expect",
  "host",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "via",
]);

/** Whether a text can be the name of a header. */
export function isHeaderName(text: string): boolean {
  return token.test(text);
}

/** Reports a text that cannot be the name of a header. Returns whether it can. */
export function checkHeaderName(header: string, reader: Reader): boolean {
  if (token.test(header)) return true;
  reader.problem(
    "bad-header",
    "The text is not the name of a header (RFC 9110).",
    "Use only letters, digits and !#$%&'*+-.^_`|~.",
  );
  return false;
}

/** Reports a header that a description cannot set or remove. */
export function checkChangeable(header: string, reader: Reader): void {
  if (!checkHeaderName(header, reader) || !connectionHeaders.has(header.toLowerCase())) return;
  reader.problem("fixed-header", `The header "${header}" belongs to the connection.`, "Leave it to the gateway.");
}

/** Reports a header that a CORS policy cannot name. */
export function checkCorsHeader(header: string, reader: Reader): void {
  if (token.test(header) && header !== "*") return;
  reader.problem(
    "bad-header",
    "The text is not the name of one header.",
    "Name each header; a star lets pages send headers that nobody reviewed.",
  );
}

/** A list of header names, returned in lower case, since case does not distinguish them. */
export function readHeaderNames(reader: Reader, check: CheckItem): readonly string[] {
  const headers = new Set<string>();
  distinct(reader, (header, item) => {
    check(header, item);
    if (headers.has(header.toLowerCase())) headerTwice(header, item);
    headers.add(header.toLowerCase());
  });
  return [...headers];
}

/** Headers with fixed values, by name in lower case. */
export function readHeaders(reader: Reader): Record<string, string> {
  const headers: Record<string, string> = Object.create(null);
  for (const key of reader.keys()) {
    const member = reader.at(key);
    checkChangeable(key, member);
    const value = member.text();
    if (value !== undefined && !fieldValue.test(value)) {
      member.problem(
        "bad-header",
        "The value of a header must be printable ASCII without a space at either end.",
        "Encode the value, e.g. percent-encoded.",
      );
    }
    if (Object.hasOwn(headers, key.toLowerCase())) headerTwice(key, member);
    headers[key.toLowerCase()] = value ?? "";
  }
  return headers;
}

function headerTwice(header: string, reader: Reader): void {
  reader.problem(
    "header-twice",
    `The header "${header}" is listed twice. Case does not distinguish header names.`,
    "Remove one.",
  );
}
