import type { GatewayArtefacts } from "../data-plane/artefacts.ts";
import type { Properties, PropertyValue } from "./property-value.ts";
import type { RecordChanges, Records } from "./records.ts";

/** What the control plane needs of the data plane. */
export interface GatewayPorts {
  /** Refuses, with `UnsupportedArtefact`, what the vendor or the sandbox would not serve. */
  validate(artefacts: GatewayArtefacts): void;
  /** Opens the port of a gateway before it is served, so that its URL can be an output. @param scheme @default "http" */
  reserve(key: string, scheme?: "https"): Promise<number>;
  /** The origin of a gateway whose port is reserved, e.g. `http://127.0.0.1:41234`. */
  url(key: string): string;
}

/** One call of the engine, on the behalf of one configured provider instance. */
export interface Call<Settings> {
  readonly settings: Settings;
  readonly records: RecordChanges;
  readonly ports: GatewayPorts;
  readonly urn: string;
  /** The resource's own name: the last part of the URN. */
  readonly name: string;
  readonly type: string;
}

/** What the engine says about names that it wants made up (`pulumi:autonaming`), and the seed for them. */
export interface CheckCall<Settings> {
  readonly settings: Settings;
  readonly records: Records;
  readonly urn: string;
  readonly name: string;
  readonly type: string;
  /** The inputs of the last update; absent for a new resource. */
  readonly olds: Properties | undefined;
  /** A name: the engine's proposal, or the resource's name and a suffix by the provider's own rule; undefined when switched off. */
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
  /** The inputs of an import by id, when they are not simply the outputs that are inputs too. */
  readonly inputs?: Properties;
}

/** How one resource type behaves at its vendor, behind its provider. */
export interface ResourceModel<Settings> {
  /** Fills what the provider fills during Check, such as automatic names. */
  complete?(inputs: Properties, call: CheckCall<Settings>): Properties;
  /** What the provider refuses during Check, beyond types. Inputs may hold unknowns. */
  verify?(inputs: Properties, call: CheckCall<Settings>): readonly CheckFailure[];
  /** Input properties whose change makes a new resource; `"*"` for all. */
  readonly replaces: readonly string[];
  /** Whether another value of an input makes a new resource, where that depends on both. Asked of known values only. */
  replacing?(
    name: string,
    was: PropertyValue | undefined,
    wanted: PropertyValue | undefined,
    news: Properties,
  ): boolean;
  /** Properties that are compared by meaning and not letter by letter. */
  readonly same?: Readonly<Record<string, (left: PropertyValue, right: PropertyValue) => boolean>>;
  /**
   * Properties that the provider empties at the vendor when the program leaves them out: if the vendor holds a value
   * for one, that is a difference.
   */
  readonly cleared?: readonly string[];
  /** Outputs that the provider cannot foresee when one of these inputs changes: input -> outputs. */
  readonly recomputed?: Readonly<Record<string, readonly string[]>>;
  create(call: Call<Settings>, inputs: Properties): Promise<Created> | Created;
  /**
   * What the vendor holds, or undefined when it holds nothing under the id. `state` is what the engine remembers: the
   * source of what the provider never reads back; empty on an import by id.
   */
  read(call: Call<Settings>, id: string, state: Properties): ReadBack | undefined;
  update(call: Call<Settings>, id: string, change: Change): Promise<Properties> | Properties;
  delete(call: Call<Settings>, id: string, state: Properties): void;
}

export interface Change {
  readonly inputs: Properties;
  readonly oldInputs: Properties;
  /** The outputs that the engine remembers. */
  readonly state: Properties;
}

/** The vendor's refusal. The engine shows the message; nothing was changed. */
export class VendorError extends Error {
  override readonly name = "VendorError";
}

/**
 * The resource was made or changed, but a later step failed: the provider hands over the state together with the
 * error, and the engine keeps both ("init error").
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
