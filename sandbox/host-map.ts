/** Leads the origins that programs use for issuers and backends to this machine. */
export interface HostMap {
  /**
   * The URL to fetch instead of `url`: the mapped loopback origin with the same path and query. A loopback URL without an entry is
   * not changed. Undefined for every other URL, because the sandbox never calls other machines.
   */
  resolve(url: URL): URL | undefined;
  /** The same for an origin as `URL` writes it: the origin to connect to, or undefined. */
  resolveOrigin(origin: string): string | undefined;
  /** The loopback origins by mapped origin. */
  entries(): ReadonlyMap<string, string>;
}

export class HostMapError extends Error {
  override readonly name = "HostMapError";
}

/** A host map that can be extended. `keep` receives each change before it takes effect. */
export class LoopbackHostMap implements HostMap {
  readonly #targets = new Map<string, string>();
  readonly #keep: (origin: string, target: string) => void;

  constructor(entries: ReadonlyMap<string, string>, keep: (origin: string, target: string) => void = () => {}) {
    this.#keep = keep;
    for (const [origin, target] of entries) this.#targets.set(originOf(origin), loopbackOrigin(target));
  }

  /**
   * Adds or changes an entry.
   *
   * @param origin e.g. `https://login.example.com`; a path is rejected, because whole hosts are mapped
   * @param target a loopback origin, e.g. `http://127.0.0.1:4000`
   * @throws HostMapError when one is not an origin, or the target is not on this machine
   */
  map(origin: string, target: string): void {
    const from = originOf(origin);
    const to = loopbackOrigin(target);
    if (this.#targets.get(from) === to) return;
    this.#keep(from, to);
    this.#targets.set(from, to);
  }

  resolve(url: URL): URL | undefined {
    const origin = this.resolveOrigin(url.origin);
    return origin === undefined ? undefined : new URL(`${origin}${url.pathname}${url.search}`);
  }

  resolveOrigin(origin: string): string | undefined {
    const target = this.#targets.get(origin);
    if (target !== undefined) return target;
    // The origin of a URL that has none, such as `urn:k`, is "null".
    const [, hostname = ""] = /^https?:\/\/(.*?)(?::\d+)?$/.exec(origin) ?? [];
    return isLoopback(hostname) ? origin : undefined;
  }

  entries(): ReadonlyMap<string, string> {
    return new Map(this.#targets);
  }
}

/** Whether a host name is 127.0.0.0/8, `localhost` or `[::1]`. `URL` has already normalised other spellings of an IPv4 address. */
export function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}

/** The message for an origin that the host map does not contain. */
export function noHostMapEntry(origin: string): string {
  return `no host map entry for ${origin}; add one with --host ${origin}=http://127.0.0.1:PORT`;
}

function originOf(text: string): string {
  const url = parse(text);
  if (url.pathname !== "/" || url.search !== "" || url.hash !== "" || url.username !== "" || url.password !== "") {
    throw new HostMapError(`${text}: the host map maps whole hosts; remove everything after the host and port`);
  }
  return url.origin;
}

function loopbackOrigin(text: string): string {
  const origin = originOf(text);
  if (!isLoopback(new URL(origin).hostname)) {
    throw new HostMapError(`${text}: the sandbox calls only this machine; map to 127.0.0.1, localhost or [::1]`);
  }
  return origin;
}

function parse(text: string): URL {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== "http:" && url.protocol !== "https:")) {
    throw new HostMapError(`${text}: not an http or https origin, e.g. https://login.example.com`);
  }
  return url;
}
