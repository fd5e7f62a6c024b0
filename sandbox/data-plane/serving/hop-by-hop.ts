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

/**
 * The fields that a message's `Connection` fields list, in lower case.
 *
 * @param fields name and value pairs
 */
export function listedByConnection(fields: readonly (readonly [string, string])[]): ReadonlySet<string> {
  const listed = fields
    .filter(([name]) => name.length === 10 && name.toLowerCase() === "connection")
    .flatMap(([, value]) => value.toLowerCase().split(","))
    .map((option) => option.trim());
  return new Set(listed.filter((option) => option !== "" && !UNLISTED.has(option)));
}

/**
 * Whether a header field belongs to one connection, and is not passed on.
 *
 * @param name in lower case
 * @param connection the value of the message's `Connection` field
 */
export function isHopByHop(name: string, connection: string | undefined): boolean {
  if (HOP_BY_HOP.has(name)) return true;
  if (connection === undefined || connection === "keep-alive" || connection === "close") return false;
  return connection
    .toLowerCase()
    .split(",")
    .some((option) => option.trim() === name);
}
