import type { RequestListener, ServerResponse } from "node:http";
import { isLoopback } from "./host-map.ts";

/** A web page may send a request to any port of this machine, directly or by a name that resolves to it. */
const REFUSED = "only programs and pages on this machine may send requests to the sandbox's issuer";

/**
 * Passes on requests of programs, and of pages that this machine or the server itself serves. A page of another origin, and a request under
 * another name, get 403: otherwise any web page could obtain tokens.
 *
 * @param origin the server's public origin, e.g. `https://login.example.com`
 */
export function withoutForeignPages(origin: string, next: RequestListener): RequestListener {
  const own = new URL(origin);
  const isOwn = (host: string) => isLoopback(host) || host === own.hostname;
  return (request, response) => {
    const host = URL.parse(`http://${request.headers.host ?? ""}`)?.hostname ?? "";
    const page = request.headers.origin;
    const pageHost = page === undefined ? undefined : (URL.parse(page)?.hostname ?? "");
    if (!isOwn(host) || (pageHost !== undefined && !isOwn(pageHost))) {
      response.writeHead(403, { "content-type": "text/plain" });
      response.end(`${REFUSED}\n`);
      return;
    }
    allowOnly(page, response);
    next(request, response);
  };
}

/** Replaces the library's `Access-Control-Allow-Origin: *` by the page's own origin, or by nothing. */
function allowOnly(page: string | undefined, response: ServerResponse): void {
  const set = response.setHeader.bind(response);
  response.setHeader = (name, value) => {
    if (name.toLowerCase() !== "access-control-allow-origin") return set(name, value);
    set("Vary", "Origin");
    return page === undefined ? response : set(name, page);
  };
}
