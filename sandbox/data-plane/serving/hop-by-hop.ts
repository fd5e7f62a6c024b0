/** Fields that concern one connection only (RFC 9110, 7.6.1). `Expect` is answered by the gateway itself. */
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

/** Whether a field, by lower-case name, ends at the gateway. `connection` is the value of the message's `Connection`. */
export function isHopByHop(name: string, connection: string | undefined): boolean {
  if (HOP_BY_HOP.has(name)) return true;
  if (connection === undefined || connection === "keep-alive" || connection === "close") return false;
  return connection
    .toLowerCase()
    .split(",")
    .some((option) => option.trim() === name);
}
