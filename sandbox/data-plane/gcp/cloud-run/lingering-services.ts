import { setTimeout as sleep } from "node:timers/promises";

/** How long a deleted service still answers, in milliseconds. */
const LINGER_MS = 1_000;

interface Lingering {
  /** The loopback origin of each of the service's addresses. */
  readonly addresses: readonly (readonly [string, string])[];
  readonly end: AbortController;
}

/**
 * Services that are deleted and answer for a moment longer. A gateway that has just been switched to another service may have decided a
 * request that has not reached the old one yet.
 */
export class LingeringServices {
  readonly #services = new Map<string, Lingering>();

  /** The loopback origin of each address that still answers. */
  get addresses(): readonly (readonly [string, string])[] {
    return [...this.#services.values()].flatMap(({ addresses }) => addresses);
  }

  /** Waits until a service ends: soon, or when {@link end} is called. */
  async keep(key: string, addresses: Lingering["addresses"]): Promise<void> {
    this.end(key);
    const lingering = { addresses, end: new AbortController() };
    this.#services.set(key, lingering);
    await sleep(LINGER_MS, undefined, { signal: lingering.end.signal }).catch(() => {});
    if (this.#services.get(key) === lingering) this.#services.delete(key);
  }

  /** Ends a service at once, such as one whose port another one needs. */
  end(key: string): void {
    this.#services.get(key)?.end.abort();
    this.#services.delete(key);
  }

  endAll(): void {
    for (const key of [...this.#services.keys()]) this.end(key);
  }
}
