import type { DeployedGateway } from "../data-plane/artefacts.ts";
import type { StoredLink } from "./link.ts";
import type { Properties } from "./property-value.ts";
import type { Records } from "./records.ts";
import type { ResourceModel } from "./resource-model.ts";
import type { UnmodelledTypes } from "./unmodelled-types.ts";

/** A Pulumi package in the sandbox: its configuration, functions and resource types. */
export interface ProviderPackage<Settings> {
  /** The name in resource types, e.g. `azure-native`. */
  readonly name: string;
  /** Whether the package wraps a provider for Terraform, which compares inputs with the values it last read. */
  readonly bridged: boolean;
  /** The configuration whose change replaces the provider, and with it the resources. */
  readonly replacingConfig: readonly string[];
  /**
   * Reads the configuration of a provider instance.
   *
   * @throws VendorError when a required value is missing
   */
  configure(config: Properties): Settings;
  /** The values of inputs that a program leaves out, such as the provider's own Region. */
  assumed?(settings: Settings): Properties;
  /** The functions of the package, by token. */
  readonly functions: Readonly<Record<string, (settings: Settings, args: Properties) => Properties>>;
  /** The functions that read what resources contain and no read returns, such as keys, by token. @default none */
  readonly lookups?: Readonly<Record<string, (records: Records, settings: Settings, args: Properties) => Properties>>;
  /**
   * The type whose resources another function reads by their names, for a vendor whose functions return a resource as it is. The sandbox
   * answers for the resources that stacks declare.
   */
  typeRead?(token: string): string | undefined;
  /** Removes the version from a type such as `azure-native:apimanagement/v20240501:Api`. */
  plainType(type: string): string;
  readonly models: Readonly<Record<string, ResourceModel<Settings>>>;
  /** Which types without a model are stored, and which are refused. */
  readonly unmodelled: UnmodelledTypes;
  /** The model of types without a model of their own. */
  readonly echo: ResourceModel<Settings>;
  /** Computes the gateways that the vendor would serve from its records. Pure. */
  gateways(records: Records): readonly DeployedGateway[];
  /** The links to networks on premises. */
  links(records: Records): readonly StoredLink[];
  /**
   * Called before each request to the vendor. A preview sends only reads.
   *
   * @throws VendorError when the vendor accepts no more requests now
   */
  admit?(operation: "create" | "read" | "update" | "delete", type: string): void;
  /** The object that a write locks, for a vendor that rejects concurrent writes to it. */
  exclusive?(type: string, inputs: Properties, id: string | undefined): Lock | undefined;
}

/** What a write locks while it is in progress. */
export interface Lock {
  readonly object: string;
  /** The vendor's error for another write meanwhile. */
  readonly conflict: string;
}
