import net from "node:net";
import { isLoopback, noHostMapEntry } from "../../host-map.ts";
import { isPrivateAddress } from "../private-network/private-address.ts";

/** Refuses connections that leave this machine. Every connection of Node.js starts here: http, TLS, HTTP/2, WebSocket. */
export function refuseOutside(): void {
  const connect = net.Socket.prototype.connect as (...args: unknown[]) => net.Socket;
  net.Socket.prototype.connect = function (this: net.Socket, ...args: unknown[]) {
    const [outer] = args;
    // `net.connect` passes its arguments on as one list.
    const list: readonly unknown[] = Array.isArray(outer) ? outer : args;
    const [first, second] = list;
    const options = (typeof first === "object" && first !== null ? first : { port: first, host: second }) as {
      readonly path?: unknown;
      readonly host?: unknown;
      readonly port?: unknown;
      readonly lookup?: Lookup;
    };
    const host = typeof options.host === "string" ? options.host : "localhost";
    const near = options.path === undefined || options.path === null ? isLoopback(bracketed(host)) : true;
    // A text that is not a port is the path of a local socket.
    if (near || (typeof first === "string" && Number.isNaN(Number(first)))) return connect.apply(this, args);
    const own = net.isIP(host) === 0 ? options.lookup : undefined;
    const lookup = refusedLookup(refusal(host, options.port), own);
    return connect.call(this, { ...options, host: own === undefined ? "outside.invalid" : host, lookup }, list.at(-1));
  } as typeof net.Socket.prototype.connect;
}

type Found = readonly [problem: Error | null, address?: unknown, family?: number | undefined];
type Lookup = (name: string, options: unknown, found: (...found: Found) => void) => void;

/**
 * A look-up that fails as for an unknown name, so that the program gets the error when it expects one.
 * @param own the program's own look-up, whose addresses may be of this machine: undici puts the name of a `Host` header over the
 *   address
 */
function refusedLookup(error: Error, own: Lookup | undefined): Lookup {
  if (own === undefined) return (_name, _options, found) => setImmediate(found, error);
  return (name, options, found) =>
    own(name, options, (problem, address, family) => found(...localOnly(problem, address, family, error)));
}

/** What a look-up found, if every address is of this machine. */
function localOnly(problem: Error | null, address: unknown, family: number | undefined, outside: Error): Found {
  if (problem !== null && problem !== undefined) return [problem];
  const all = Array.isArray(address) ? address.map((each: { readonly address: string }) => each.address) : [address];
  return all.every((each) => isLoopback(bracketed(String(each)))) ? [null, address, family] : [outside];
}

function refusal(host: string, port: unknown): Error {
  const scheme = String(port) === "443" ? "https" : "http";
  const url = URL.parse(`${scheme}://${bracketed(host)}:${port}`);
  const error = new Error(url === null ? `${host} is not on this machine` : unreachable(url));
  return Object.assign(error, { code: "ENOTFOUND", hostname: host });
}

function unreachable(url: URL): string {
  const hint = isPrivateAddress(url.hostname)
    ? " (a private address is reached only from within a VPC: vpcConfig)"
    : "";
  return `${noHostMapEntry(url.origin)}${hint}`;
}

function bracketed(host: string): string {
  return net.isIPv6(host) ? `[${host}]` : host;
}
