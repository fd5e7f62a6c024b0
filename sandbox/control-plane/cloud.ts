import type { DeployedGateway } from "../data-plane/artefacts.ts";
import type { PropertyValue } from "./property-value.ts";
import { RecordChanges, type Records } from "./records.ts";
import { type GatewayPorts, VendorError } from "./resource-model.ts";

/** Where records are kept. `commit` makes all changes durable before it returns, or none and throws. */
export interface RecordStore extends Records {
  commit(changes: ReadonlyMap<string, PropertyValue | undefined>): void;
}

/** What serves the gateways. */
export interface Gateways extends GatewayPorts {
  /** Makes exactly these gateways served. */
  apply(gateways: readonly DeployedGateway[]): Promise<void>;
}

/**
 * The clouds' common ground: changes one at a time, each durable and each served before it is answered, or not made
 * at all.
 */
export class Cloud {
  readonly ports: GatewayPorts;
  readonly #store: RecordStore;
  readonly #gateways: Gateways;
  readonly #deployed: (records: Records) => readonly DeployedGateway[];
  /** What each gateway that is served was made from. */
  #served = new Map<string, string>();
  /** The same of those that are deployed but cannot be served. */
  readonly #refused = new Map<string, string>();
  #last: Promise<unknown> = Promise.resolve();

  /** @param deployed the gateways of all vendors, from the records alone */
  constructor(store: RecordStore, gateways: Gateways, deployed: (records: Records) => readonly DeployedGateway[]) {
    this.#store = store;
    this.#gateways = gateways;
    this.ports = gateways;
    this.#deployed = deployed;
  }

  get records(): Records {
    return this.#store;
  }

  /**
   * Serves what the store holds: after a start.
   * @param warn told of a gateway that was served once and is refused now (by a newer version, say); the others are
   *   served all the same, and that one again when it has changed
   */
  async resume(warn: (message: string) => void): Promise<void> {
    await this.#inTurn(async () => {
      const gateways = this.#deployed(this.#store);
      for (const gateway of gateways) {
        try {
          this.#gateways.validate(gateway.artefacts);
        } catch (error) {
          this.#refused.set(gateway.key, fingerprint(gateway));
          warn(
            `the gateway ${gateway.name} (${gateway.vendor}, ${gateway.region}) is not served: ${(error as Error).message}`,
          );
        }
      }
      await this.#serve(gateways);
    });
  }

  /** Waits for the changes under way. */
  async settled(): Promise<void> {
    await this.#inTurn(async () => {});
  }

  /**
   * Runs one change of what the vendors hold. Should `work` throw, nothing is changed, but for a partial failure, whose
   * changes are kept: `keeps` says so.
   */
  async change<T>(work: (records: RecordChanges) => Promise<T> | T, keeps: (error: unknown) => boolean): Promise<T> {
    return this.#inTurn(async () => {
      const changes = new RecordChanges(this.#store);
      let failure: { readonly error: unknown } | undefined;
      let result: T | undefined;
      try {
        result = await work(changes);
      } catch (error) {
        if (!keeps(error)) throw error;
        failure = { error };
      }
      await this.#settle(changes);
      if (failure !== undefined) throw failure.error;
      return result as T;
    });
  }

  async #settle(changes: RecordChanges): Promise<void> {
    if (changes.changes.size === 0) return;
    const gateways = this.#deployed(changes);
    // Refused before anything is written, so that a refusal changes nothing.
    for (const gateway of this.#servable(gateways)) {
      if (this.#served.get(gateway.key) !== fingerprint(gateway)) this.#gateways.validate(gateway.artefacts);
    }
    const inverse = changes.inverse();
    this.#store.commit(changes.changes);
    try {
      await this.#serve(gateways);
    } catch (error) {
      this.#store.commit(inverse);
      await this.#serve(this.#deployed(this.#store));
      throw new VendorError(`the sandbox could not serve the change, and took it back: ${(error as Error).message}`);
    }
  }

  #servable(gateways: readonly DeployedGateway[]): readonly DeployedGateway[] {
    return gateways.filter((gateway) => this.#refused.get(gateway.key) !== fingerprint(gateway));
  }

  async #serve(deployed: readonly DeployedGateway[]): Promise<void> {
    const gateways = this.#servable(deployed);
    const wanted = new Map(gateways.map((gateway) => [gateway.key, fingerprint(gateway)]));
    const unchanged =
      wanted.size === this.#served.size && [...wanted].every(([key, is]) => this.#served.get(key) === is);
    if (unchanged) return;
    // Forgotten first: if serving fails half-way, the next call must not take it for done.
    this.#served = new Map();
    await this.#gateways.apply(gateways);
    this.#served = wanted;
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work, work);
    this.#last = turn.catch(() => {});
    return turn;
  }
}

function fingerprint(gateway: DeployedGateway): string {
  return JSON.stringify(gateway);
}
