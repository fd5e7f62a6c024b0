/** Leads the names that programs use (of issuers and backends) to this machine. */
export interface HostMap {
  /**
   * Where a URL is to be fetched: the mapped loopback origin with the path and query of `url`. A loopback URL is
   * itself; anything else is undefined, and thereby unreachable: the sandbox never calls the outside.
   */
  resolve(url: URL): URL | undefined;
  /** The mapped origins, and where each leads. */
  entries(): ReadonlyMap<string, string>;
}

export class HostMapError extends Error {
  override readonly name = "HostMapError";
}

/** A host map whose entries may be added to; `keep` is told each change before it takes effect. */
export class LoopbackHostMap implements HostMap {
  readonly #targets = new Map<string, URL>();
  readonly #keep: (origin: string, target: string) => void;

  constructor(entries: ReadonlyMap<string, string>, keep: (origin: string, target: string) => void = () => {}) {
    this.#keep = keep;
    for (const [origin, target] of entries) this.#targets.set(originOf(origin), loopbackOrigin(target));
  }

  /**
   * @param origin e.g. `https://login.example.com`; a path is refused, because a host is mapped whole
   * @param target a loopback origin, e.g. `http://127.0.0.1:4000`
   * @throws HostMapError when one is not an origin, or the target is not on this machine
   */
  map(origin: string, target: string): void {
    const from = originOf(origin);
    const to = loopbackOrigin(target);
    if (this.#targets.get(from)?.origin === to.origin) return;
    this.#keep(from, to.origin);
    this.#targets.set(from, to);
  }

  resolve(url: URL): URL | undefined {
    const target = this.#targets.get(url.origin);
    if (target === undefined) return isLoopback(url.hostname) ? url : undefined;
    const resolved = new URL(url);
    // One by one, because the setters of URL refuse nothing and an origin cannot be set.
    resolved.protocol = target.protocol;
    resolved.hostname = target.hostname;
    resolved.port = target.port;
    return resolved;
  }

  entries(): ReadonlyMap<string, string> {
    return new Map([...this.#targets].map(([origin, target]) => [origin, target.origin]));
  }
}

/** 127.0.0.0/8, `localhost` and `[::1]`. `URL` has already brought other spellings of an IPv4 address to this one. */
export function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}

/** What to say when a name leads nowhere on this machine. */
export function noHostMapEntry(url: URL): string {
  return `no host map entry for ${url.origin}; add one with --map ${url.origin}=http://127.0.0.1:PORT`;
}

function originOf(text: string): string {
  const url = parse(text);
  if (url.pathname !== "/" || url.search !== "" || url.hash !== "" || url.username !== "" || url.password !== "") {
    throw new HostMapError(`${text}: the host map maps whole hosts; leave out everything after the host and port`);
  }
  return url.origin;
}

function loopbackOrigin(text: string): URL {
  const url = new URL(originOf(text));
  if (!isLoopback(url.hostname)) {
    throw new HostMapError(`${text}: the sandbox calls only this machine; map to 127.0.0.1, localhost or [::1]`);
  }
  return url;
}

function parse(text: string): URL {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== "http:" && url.protocol !== "https:")) {
    throw new HostMapError(`${text}: not an http or https origin, e.g. https://login.example.com`);
  }
  return url;
}
