import http from "node:http";
import https from "node:https";
import { syncBuiltinESMExports } from "node:module";
import { isIPv6 } from "node:net";
import { followHostMapInFetch, hasHost } from "./host-mapped-fetch.ts";
import { refuseOutside } from "./loopback-sockets.ts";
import { mappedTarget } from "./network-view.ts";

export { setNetwork } from "./network-view.ts";

/**
 * Changes the built-in modules of this thread to give functions the sandbox's view of the network. `fetch`, `node:http` and
 * `node:https` follow the host map to this machine, also for https; every other connection reaches only this machine.
 */
export function followHostMap(): void {
  followHostMapInFetch();
  const original = { http: http.request, https: https.request };
  http.request = mappedRequest("http:", original) as typeof http.request;
  https.request = mappedRequest("https:", original) as typeof https.request;
  http.get = endedRequest(http.request) as typeof http.get;
  https.get = endedRequest(https.request) as typeof https.get;
  refuseOutside();
  // Without this, `import { request } from "node:https"` gives the original function.
  syncBuiltinESMExports();
}

type Request = (...args: unknown[]) => http.ClientRequest;
type Originals = { readonly http: typeof http.request; readonly https: typeof https.request };

function mappedRequest(protocol: "http:" | "https:", original: Originals): Request {
  const unmapped = (protocol === "http:" ? original.http : original.https) as Request;
  return (...args) => {
    const callback = typeof args.at(-1) === "function" ? args.at(-1) : undefined;
    const { url, options } = parseArguments(protocol, args);
    const target = url === null ? undefined : mappedTarget(url);
    // A host without an entry is refused by the socket, so that the request fails as one to an unknown host does.
    if (url === null || target === undefined) return unmapped(...args);
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

function endedRequest(request: unknown): Request {
  return (...args) => {
    const sent = (request as Request)(...args);
    sent.end();
    return sent;
  };
}

/** Reads the address of a request from any of the forms that Node.js accepts. */
function parseArguments(
  protocol: string,
  args: readonly unknown[],
): { readonly url: URL | null; readonly options: http.RequestOptions } {
  const [first, second] = args;
  const address = typeof first === "string" || first instanceof URL ? URL.parse(String(first)) : undefined;
  const source = address === undefined ? first : second;
  const options: http.RequestOptions = typeof source === "object" && source !== null ? { ...source } : {};
  if (options.socketPath !== undefined && options.socketPath !== null) return { url: null, options };
  const host = options.hostname ?? options.host ?? address?.hostname ?? "localhost";
  const port = options.port ?? address?.port ?? "";
  const authority = `${isIPv6(host) ? `[${host}]` : host}${port === "" || port === null ? "" : `:${port}`}`;
  const url = URL.parse(`${options.protocol ?? address?.protocol ?? protocol}//${authority}`);
  if (address !== undefined && address !== null) {
    options.path ??= `${address.pathname}${address.search}`;
    if (address.username !== "") {
      options.auth ??= `${decodeURIComponent(address.username)}:${decodeURIComponent(address.password)}`;
    }
  }
  return { url, options };
}
