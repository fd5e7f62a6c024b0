import { headerValues } from "../header-values.ts";

/** Header fields of a single connection (RFC 9110, 7.6.1), and `Expect`, which the gateway itself handles. */
const HOP_BY_HOP = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "expect",
  "http2-settings",
]);

/** What `Connection` lists without effect: its own options, itself, because gateways check it, and fields on which the message depends. */
const UNLISTED = new Set(["close", "keep-alive", "connection", "host", "content-length"]);

/** The values of `Connection` that keep or close it, which nearly all messages have. They list no field. */
const ORDINARY = new Set(["keep-alive", "close"]);

const NONE: ReadonlySet<string> = new Set();

/**
 * The fields that a message's `Connection` fields list, in lower case.
 *
 * @param fields name and value pairs
 */
export function listedByConnection(fields: readonly (readonly [string, string])[]): ReadonlySet<string> {
  const values = headerValues(fields, "connection");
  if (values.every((value) => ORDINARY.has(value))) return NONE;
  const listed = values.flatMap((value) => value.toLowerCase().split(",")).map((option) => option.trim());
  return new Set(listed.filter((option) => option !== "" && !UNLISTED.has(option)));
}

/**
 * The fields without those that the message's `Connection` fields list.
 *
 * @param fields name and value pairs
 */
export function withoutListed<Field extends readonly [string, string]>(fields: readonly Field[]): readonly Field[] {
  const listed = listedByConnection(fields);
  return listed.size === 0 ? fields : fields.filter(([name]) => !listed.has(name.toLowerCase()));
}

/**
 * Whether a header field belongs to one connection, and is not passed on.
 *
 * @param name in lower case
 */
export function isHopByHop(name: string): boolean {
  return HOP_BY_HOP.has(name);
}
