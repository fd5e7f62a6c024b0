import { readFileSync } from "node:fs";
import type { Socket } from "node:net";
import { endianness } from "node:os";

/** The two ends of a connection, as the server sees them. */
export type Ends = Pick<Socket, "localAddress" | "localPort" | "remoteAddress" | "remotePort">;

/** https://www.kernel.org/doc/Documentation/networking/proc_net_tcp.txt */
const TABLES = ["/proc/net/tcp", "/proc/net/tcp6"];
const TIME_WAIT = "06";
const ROOT = 0;

/**
 * Whether another user of this machine opened a connection. Every user can connect to a port on loopback. Only Linux tells whose
 * connection it is; elsewhere, and for a connection that it does not list, the answer is false. Root may do everything anyway.
 */
export function isForeignPeer(socket: Ends): boolean {
  const own = process.getuid?.();
  if (process.platform !== "linux" || own === undefined) return false;
  const owner = TABLES.map(read)
    .map((table) => ownerOf(table, socket))
    .find((uid) => uid !== undefined);
  return owner !== undefined && owner !== own && owner !== ROOT;
}

/** The user id of a connection's client in a table of the kernel; undefined when the table does not list it. */
export function ownerOf(
  table: string,
  { localAddress, localPort, remoteAddress, remotePort }: Ends,
): number | undefined {
  const client = endOf(remoteAddress, remotePort);
  const server = endOf(localAddress, localPort);
  for (const line of table.split("\n").slice(1)) {
    const [, local = "", remote = "", state, , , , uid] = line.trim().split(/\s+/);
    if (state !== TIME_WAIT && local.endsWith(client) && remote.endsWith(server)) return Number(uid);
  }
  return undefined;
}

/** An address and port as the kernel writes them. An IPv4 address is the last part of its IPv6 form. */
function endOf(address = "", port = 0): string {
  const bytes = address
    .replace(/^.*:/, "")
    .split(".")
    .map((byte) => Number(byte).toString(16).padStart(2, "0"));
  const word = (endianness() === "LE" ? bytes.reverse() : bytes).join("");
  return `${word}:${port.toString(16).padStart(4, "0")}`.toUpperCase();
}

function read(file: string): string {
  try {
    return readFileSync(file, "latin1");
  } catch {
    return "";
  }
}
