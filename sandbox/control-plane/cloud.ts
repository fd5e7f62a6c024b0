import type { DeployedGateway } from "../data-plane/artefacts.ts";
import { UnservedGateway } from "../data-plane/serving/unserved-gateway.ts";
import type { PropertyValue } from "./property-value.ts";
import { RecordChanges, type Records } from "./records.ts";
import { type GatewayPorts, VendorError } from "./resource-model.ts";

/** A store of records. `commit` stores all changes before it returns, or throws and stores none. */
export interface RecordStore extends Records {
  commit(changes: ReadonlyMap<string, PropertyValue | undefined>): void;
}

/** The data plane, which serves the gateways. */
export interface Gateways extends GatewayPorts {
  /** Serves exactly these gateways. */
  apply(gateways: readonly DeployedGateway[]): Promise<void>;
}

/**
 * What all vendors share: changes run one at a time, and each is stored and served before it is confirmed, or undone.
 */
export class Cloud {
  readonly ports: GatewayPorts;
  readonly #store: RecordStore;
  readonly #gateways: Gateways;
  readonly #deployed: (records: Records) => readonly DeployedGateway[];
  /** The fingerprints of the served gateways, by key. */
  #served = new Map<string, string>();
  /** The fingerprints of the gateways that are deployed but cannot be served, by key. */
  readonly #refused = new Map<string, string>();
  #last: Promise<unknown> = Promise.resolve();

  /** @param deployed computes the gateways of all vendors from the records */
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
   * Serves the stored gateways after a start.
   *
   * @param warn receives each gateway that was served before and is rejected now, for example by a newer version. The others are served,
   *   and that one again after it has changed
   */
  async resume(warn: (message: string) => void): Promise<void> {
    await this.#inTurn(async () => {
      const gateways = this.#deployed(this.#store);
      const refuse = (gateway: DeployedGateway, { message }: Error) => {
        this.#refused.set(gateway.key, fingerprint(gateway));
        warn(`the gateway ${gateway.name} (${gateway.vendor}, ${gateway.region}) is not served: ${message}`);
      };
      for (const gateway of gateways) {
        try {
          this.#gateways.validate(gateway.artefacts);
        } catch (error) {
          refuse(gateway, error as Error);
        }
      }
      try {
        await this.#serve(gateways);
      } catch (error) {
        // A gateway can also fail to start, for example because of its Envoy.
        const failed = unservedGateways(error);
        if (failed === undefined) throw error;
        for (const gateway of gateways) {
          const failure = failed.get(gateway.key);
          if (failure !== undefined) refuse(gateway, failure);
        }
        await this.#serve(gateways);
      }
    });
  }

  /** Waits until the changes under way are complete. */
  async settled(): Promise<void> {
    await this.#inTurn(async () => {});
  }

  /**
   * Runs one change of the records. When `work` throws, nothing changes, unless `keeps` accepts the error: a partial failure keeps its
   * changes.
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
    // Checked before anything is stored, so that a rejected change leaves nothing behind.
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
      throw new VendorError(`The sandbox could not serve the change and has undone it: ${(error as Error).message}`);
    }
  }

  #servable(gateways: readonly DeployedGateway[]): readonly DeployedGateway[] {
    return gateways.filter((gateway) => {
      const refused = this.#refused.get(gateway.key);
      return refused === undefined || refused !== fingerprint(gateway);
    });
  }

  async #serve(deployed: readonly DeployedGateway[]): Promise<void> {
    const gateways = this.#servable(deployed);
    const wanted = new Map(gateways.map((gateway) => [gateway.key, fingerprint(gateway)]));
    const unchanged =
      wanted.size === this.#served.size && [...wanted].every(([key, is]) => this.#served.get(key) === is);
    if (unchanged) return;
    // Cleared first: after a partial failure the next call must not skip the rest.
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

/** What each gateway failed by; undefined when something else failed. */
function unservedGateways(error: unknown): ReadonlyMap<string, Error> | undefined {
  if (!(error instanceof AggregateError)) return undefined;
  const failed = new Map<string, Error>();
  for (const each of error.errors as readonly unknown[]) {
    if (!(each instanceof UnservedGateway)) return undefined;
    failed.set(each.key, each.cause as Error);
  }
  return failed;
}

function fingerprint(gateway: DeployedGateway): string {
  return JSON.stringify(gateway);
}
