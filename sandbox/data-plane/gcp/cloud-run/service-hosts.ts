import { isDeepStrictEqual } from "node:util";
import type { HostMap } from "../../../host-map.ts";

/** A host map that also leads the addresses of deployed services to their servers. The entries of the user precede. */
export class ServiceHosts implements HostMap {
  readonly #hosts: HostMap;
  #services: ReadonlyMap<string, string> = new Map();

  constructor(hosts: HostMap) {
    this.#hosts = hosts;
  }

  /**
   * @param services the loopback origins of all services, by their public origins
   * @returns whether an address changed
   */
  lead(services: ReadonlyMap<string, string>): boolean {
    const changed = !isDeepStrictEqual(this.#services, services);
    this.#services = services;
    return changed;
  }

  resolve(url: URL): URL | undefined {
    const origin = this.resolveOrigin(url.origin);
    return origin === undefined ? undefined : new URL(`${origin}${url.pathname}${url.search}`);
  }

  resolveOrigin(origin: string): string | undefined {
    return this.#hosts.resolveOrigin(origin) ?? this.#services.get(origin);
  }

  /** The loopback origin of a service's address, unless the user leads the address elsewhere. */
  serviceAt(origin: string): string | undefined {
    const address = this.#services.get(origin);
    return address === undefined || this.#hosts.resolveOrigin(origin) !== undefined ? undefined : address;
  }

  entries(): ReadonlyMap<string, string> {
    return new Map([...this.#services, ...this.#hosts.entries()]);
  }
}
