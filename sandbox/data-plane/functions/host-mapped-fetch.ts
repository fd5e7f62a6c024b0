import type { RequestOptions } from "node:http";
import { mappedTarget } from "./network-view.ts";

interface Dispatcher {
  dispatch(options: DispatchOptions, handler: unknown): boolean;
}

interface DispatchOptions {
  readonly origin?: string | URL;
  readonly headers?: unknown;
}

/** `fetch` sends every request, those of a redirect included, through the dispatcher that undici keeps under these names. */
const DISPATCHERS = ["undici.globalDispatcher.1", "undici.globalDispatcher.2"].map((name) => Symbol.for(name));

/** Replaces the dispatchers at the first use of `fetch`, because loading it takes as long as all else at the start of a thread. */
export function followHostMapInFetch(): void {
  const original = globalThis.fetch;
  let replaced = false;
  globalThis.fetch = (...args) => {
    if (!replaced) {
      replaced = true;
      void original("data:,");
      const global = globalThis as unknown as Record<symbol, Dispatcher | undefined>;
      for (const name of DISPATCHERS) {
        const inner = global[name];
        if (inner !== undefined)
          Object.defineProperty(global, name, { value: mappedDispatcher(inner), writable: true });
      }
    }
    return original(...args);
  };
}

function mappedDispatcher(inner: Dispatcher): Dispatcher {
  const dispatch = (options: DispatchOptions, handler: unknown) => {
    const url = options.origin === undefined ? null : URL.parse(String(options.origin));
    const target = url === null ? undefined : mappedTarget(url);
    if (url === null || target === undefined) return inner.dispatch(options, handler);
    return inner.dispatch({ ...options, origin: target.origin, headers: withHost(options.headers, url.host) }, handler);
  };
  return new Proxy(inner, {
    get: (dispatcher, member) => {
      if (member === "dispatch") return dispatch;
      const value: unknown = Reflect.get(dispatcher, member, dispatcher);
      return typeof value === "function" ? value.bind(dispatcher) : value;
    },
  });
}

function withHost(headers: unknown, host: string): unknown {
  if (Array.isArray(headers)) return hasHost(headers) ? headers : [...headers, "host", host];
  const fields = (headers ?? {}) as Readonly<Record<string, string>>;
  return hasHost(fields) ? fields : { ...fields, host };
}

/** Whether a request's headers, as a list or an object, contain `Host`. */
export function hasHost(headers: RequestOptions["headers"]): boolean {
  if (headers === undefined) return false;
  const names = Array.isArray(headers) ? headers.filter((_name, index) => index % 2 === 0) : Object.keys(headers);
  return names.some((name) => String(name).toLowerCase() === "host");
}
