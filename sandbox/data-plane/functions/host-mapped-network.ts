import http from "node:http";
import https from "node:https";
import { syncBuiltinESMExports } from "node:module";
import net from "node:net";
import { isLoopback, LoopbackHostMap, noHostMapEntry } from "../../host-map.ts";
import { isPrivateAddress } from "../aws/shared/network/private-address.ts";
import type { HostEntries } from "./messages.ts";

/**
 * Gives functions the sandbox's view of the network: names that the host map leads to this machine are reached there, also
 * over https, and no connection goes outside. `fetch`, `node:http` and `node:https` follow the map; what speaks to a socket
 * itself reaches this machine only.
 */

let hosts = new LoopbackHostMap(new Map());
let known = "[]";

/** The map for requests from now on. */
export function setHosts(entries: HostEntries): void {
  const text = JSON.stringify(entries);
  if (text === known) return;
  known = text;
  hosts = new LoopbackHostMap(new Map(entries));
}

/** Changes the built-in modules of this thread. */
export function leadRequests(): void {
  leadFetch();
  const original = { http: http.request, https: https.request };
  http.request = led("http:", original) as typeof http.request;
  https.request = led("https:", original) as typeof https.request;
  http.get = ended(http.request) as typeof http.get;
  https.get = ended(https.request) as typeof https.get;
  refuseOutside();
  // Or `import { request } from "node:https"` would give what was there before.
  syncBuiltinESMExports();
}

type Request = (...args: unknown[]) => http.ClientRequest;
type Originals = { readonly http: typeof http.request; readonly https: typeof https.request };

function led(protocol: "http:" | "https:", original: Originals): Request {
  const unled = (protocol === "http:" ? original.http : original.https) as Request;
  return (...args) => {
    const callback = typeof args.at(-1) === "function" ? args.at(-1) : undefined;
    const { url, options } = requested(protocol, args);
    const target = url === null ? undefined : hosts.resolve(url);
    // What leads nowhere is refused at the socket, so that the request fails as one does whose host is unknown.
    if (url === null || target === undefined || target.origin === url.origin) return unled(...args);
    const { agent: _agent, host: _host, headers, ...rest } = options;
    const named = hasHost(headers);
    const request = ((target.protocol === "http:" ? original.http : original.https) as Request)(
      {
        ...rest,
        protocol: target.protocol,
        hostname: target.hostname,
        port: target.port,
        path: options.path ?? `${url.pathname}${url.search}`,
        headers: Array.isArray(headers) && !named ? [...headers, "Host", url.host] : headers,
      },
      callback,
    );
    if (!Array.isArray(headers) && !named) request.setHeader("Host", url.host);
    return request;
  };
}

function ended(request: unknown): Request {
  return (...args) => {
    const made = (request as Request)(...args);
    made.end();
    return made;
  };
}

/** The address of a request in any of the forms that Node.js takes. */
function requested(protocol: string, args: readonly unknown[]): { url: URL | null; options: http.RequestOptions } {
  const [first, second] = args;
  const given = typeof first === "string" || first instanceof URL ? URL.parse(String(first)) : undefined;
  const from = given === undefined ? first : second;
  const options: http.RequestOptions = typeof from === "object" && from !== null ? { ...from } : {};
  if (options.socketPath !== undefined && options.socketPath !== null) return { url: null, options };
  const host = options.hostname ?? options.host ?? given?.hostname ?? "localhost";
  const port = options.port ?? given?.port ?? "";
  const authority = `${net.isIPv6(host) ? `[${host}]` : host}${port === "" || port === null ? "" : `:${port}`}`;
  const path = options.path ?? `${given?.pathname ?? "/"}${given?.search ?? ""}`;
  const scheme = options.protocol ?? given?.protocol ?? protocol;
  const origin = URL.parse(`${scheme}//${authority}`);
  if (given !== undefined && given !== null && options.path === undefined) options.path = path;
  if (given !== undefined && given !== null && given.username !== "" && options.auth === undefined) {
    options.auth = `${decodeURIComponent(given.username)}:${decodeURIComponent(given.password)}`;
  }
  return { url: origin, options };
}

function hasHost(headers: http.RequestOptions["headers"]): boolean {
  if (headers === undefined) return false;
  const names = Array.isArray(headers) ? headers.filter((_name, index) => index % 2 === 0) : Object.keys(headers);
  return names.some((name) => String(name).toLowerCase() === "host");
}

interface Dispatcher {
  dispatch(options: DispatchOptions, handler: unknown): boolean;
}

interface DispatchOptions {
  readonly origin?: string | URL;
  readonly headers?: unknown;
}

/** `fetch` sends each request, also those of a redirect, through the dispatcher that undici keeps under these names. */
const DISPATCHERS = ["undici.globalDispatcher.1", "undici.globalDispatcher.2"].map((name) => Symbol.for(name));

/** Only when it is first used, because loading it takes as long as all else at the start of a thread. */
function leadFetch(): void {
  const original = globalThis.fetch;
  let led = false;
  globalThis.fetch = (...args) => {
    if (!led) {
      led = true;
      void original("data:,");
      const global = globalThis as unknown as Record<symbol, Dispatcher | undefined>;
      for (const name of DISPATCHERS) {
        const inner = global[name];
        if (inner !== undefined) Object.defineProperty(global, name, { value: ledDispatcher(inner), writable: true });
      }
    }
    return original(...args);
  };
}

function ledDispatcher(inner: Dispatcher): Dispatcher {
  const dispatch = (options: DispatchOptions, handler: unknown) => {
    const url = options.origin === undefined ? null : URL.parse(String(options.origin));
    const target = url === null ? undefined : hosts.resolve(url);
    if (url === null || target === undefined || target.origin === url.origin) return inner.dispatch(options, handler);
    return inner.dispatch({ ...options, origin: target.origin, headers: withHost(options.headers, url.host) }, handler);
  };
  return new Proxy(inner, {
    get: (of, member) => {
      if (member === "dispatch") return dispatch;
      const value: unknown = Reflect.get(of, member, of);
      return typeof value === "function" ? value.bind(of) : value;
    },
  });
}

function withHost(headers: unknown, host: string): unknown {
  if (Array.isArray(headers)) return hasHost(headers) ? headers : [...headers, "host", host];
  const fields = (headers ?? {}) as Readonly<Record<string, string>>;
  return hasHost(fields) ? fields : { ...fields, host };
}

/** Every connection of Node.js begins here: http, TLS, HTTP/2, WebSocket. */
function refuseOutside(): void {
  const connect = net.Socket.prototype.connect as (...args: unknown[]) => net.Socket;
  net.Socket.prototype.connect = function (this: net.Socket, ...args: unknown[]) {
    const [outer] = args;
    // As `net.connect` hands it on, the arguments come in one list.
    const given: readonly unknown[] = Array.isArray(outer) ? outer : args;
    const [first, second] = given;
    const options = (typeof first === "object" && first !== null ? first : { port: first, host: second }) as {
      readonly path?: unknown;
      readonly host?: unknown;
      readonly port?: unknown;
      readonly lookup?: Lookup;
    };
    const host = typeof options.host === "string" ? options.host : "localhost";
    const near = options.path === undefined || options.path === null ? isLoopback(bracketed(host)) : true;
    // A text that is no port is the path of a local socket.
    if (near || (typeof first === "string" && Number.isNaN(Number(first)))) return connect.apply(this, args);
    const scheme = String(options.port) === "443" ? "https" : "http";
    const url = URL.parse(`${scheme}://${bracketed(host)}:${options.port}`);
    const error = new Error(url === null ? `${host} is not on this machine` : unreached(url));
    Object.assign(error, { code: "ENOTFOUND", hostname: host });
    // As a name that nobody knows: those who wait for the socket hear of it when they are ready to. One that its caller knows
    // may be of this machine: undici puts the name of a `Host` header over the address.
    const own = net.isIP(host) === 0 ? options.lookup : undefined;
    const lookup: Lookup = (name, how, found) => {
      if (own === undefined) setImmediate(found, error);
      else own(name, how, (problem, address, family) => found(...local(problem, address, family, error)));
    };
    return connect.call(this, { ...options, host: own === undefined ? "outside.invalid" : host, lookup }, given.at(-1));
  } as typeof net.Socket.prototype.connect;
}

function unreached(url: URL): string {
  const hint = isPrivateAddress(url.hostname)
    ? " (a private address is reached from within a VPC alone: vpcConfig)"
    : "";
  return `${noHostMapEntry(url)}${hint}`;
}

function bracketed(host: string): string {
  return net.isIPv6(host) ? `[${host}]` : host;
}

type Found = readonly [problem: Error | null, address?: unknown, family?: number | undefined];
type Lookup = (name: string, options: unknown, found: (...found: Found) => void) => void;

/** What a look-up found, if it is all of this machine. */
function local(problem: Error | null, address: unknown, family: number | undefined, outside: Error): Found {
  if (problem !== null && problem !== undefined) return [problem];
  const all = Array.isArray(address) ? address.map((each: { readonly address: string }) => each.address) : [address];
  return all.every((each) => isLoopback(bracketed(String(each)))) ? [null, address, family] : [outside];
}
