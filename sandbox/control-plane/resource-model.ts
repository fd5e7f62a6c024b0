import type { GatewayArtefacts } from "../data-plane/artefacts.ts";
import type { Properties, PropertyValue } from "./property-value.ts";
import type { RecordChanges, Records } from "./records.ts";

/** The part of the data plane that the control plane uses. */
export interface GatewayPorts {
  /** @throws UnsupportedArtefact for artefacts that the vendor or the sandbox cannot serve */
  validate(artefacts: GatewayArtefacts): void;
  /**
   * Opens the port of a gateway before it is served, so that its URL can be an output.
   *
   * @param scheme the scheme of the URL; `http` when absent
   */
  reserve(key: string, scheme?: "https"): Promise<number>;
  /** The origin of a gateway whose port is reserved, e.g. `http://127.0.0.1:41234`. */
  url(key: string): string;
}

/** One call of the engine to a configured provider instance. */
export interface Call<Settings> {
  readonly settings: Settings;
  readonly records: RecordChanges;
  readonly ports: GatewayPorts;
  readonly urn: string;
  /** The resource's name: the last part of the URN. */
  readonly name: string;
  readonly type: string;
}

/** A check of a resource's inputs, with the engine's rule and seed for automatic names (`pulumi:autonaming`). */
export interface CheckCall<Settings> {
  readonly settings: Settings;
  readonly records: Records;
  readonly urn: string;
  readonly name: string;
  readonly type: string;
  /** The inputs of the last update; absent for a new resource. */
  readonly olds: Properties | undefined;
  /**
   * An automatic name: the engine's proposal, or the resource's name with a suffix by the provider's own rule. Undefined when automatic
   * naming is switched off.
   */
  autoName(suffix: (seed: Uint8Array) => string): string | undefined;
}

export interface CheckFailure {
  readonly property: string;
  readonly reason: string;
}

export interface Created {
  readonly id: string;
  readonly outputs: Properties;
}

export interface ReadBack {
  readonly id: string;
  readonly outputs: Properties;
  /** The inputs of an import by id. @default the outputs that are also inputs */
  readonly inputs?: Properties;
}

/** The behaviour of one resource type at its provider and vendor. */
export interface ResourceModel<Settings> {
  /** Sets the inputs that the provider sets during Check, such as automatic names. */
  complete?(inputs: Properties, call: CheckCall<Settings>): Properties;
  /** Reports what the provider rejects during Check, beyond types. The inputs may contain unknown values. */
  verify?(inputs: Properties, call: CheckCall<Settings>): readonly CheckFailure[];
  /** The input properties whose change replaces the resource, such as `name` or `dnsConfig.namespaceId`; `"*"` for all. */
  readonly replaces: readonly string[];
  /** Whether a change of an input replaces the resource, when that depends on both values. Called only for known values. */
  replacing?(
    name: string,
    was: PropertyValue | undefined,
    wanted: PropertyValue | undefined,
    news: Properties,
  ): boolean;
  /** Comparisons of properties whose equal values may be written differently. */
  readonly same?: Readonly<Record<string, (left: PropertyValue, right: PropertyValue) => boolean>>;
  /**
   * The properties that the provider clears when the program leaves them out. A value at the vendor is then a difference.
   */
  readonly cleared?: readonly string[];
  /** The outputs that are unknown at preview when an input changes, by input. */
  readonly recomputed?: Readonly<Record<string, readonly string[]>>;
  create(call: Call<Settings>, inputs: Properties): Promise<Created> | Created;
  /**
   * The vendor's resource; undefined when it does not exist. `state` is the engine's: it supplies what the provider never reads back, and is
   * empty for an import by id.
   */
  read(call: Call<Settings>, id: string, state: Properties): ReadBack | undefined;
  update(call: Call<Settings>, id: string, change: Change): Promise<Properties> | Properties;
  delete(call: Call<Settings>, id: string, state: Properties): void;
}

export interface Change {
  readonly inputs: Properties;
  readonly oldInputs: Properties;
  /** The outputs in the engine's state. */
  readonly state: Properties;
}

/** The vendor rejects a request. The engine shows the message; nothing has changed. */
export class VendorError extends Error {
  override readonly name = "VendorError";
}

/**
 * The resource was created or updated, but a later step failed. The provider returns the state with the error, and the engine keeps both ("init
 * error").
 */
export class PartialFailure extends Error {
  override readonly name = "PartialFailure";
  readonly id: string;
  readonly outputs: Properties;

  constructor(message: string, id: string, outputs: Properties) {
    super(message);
    this.id = id;
    this.outputs = outputs;
  }
}
