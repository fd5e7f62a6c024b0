import type { DeployedGateway } from "../data-plane/artefacts.ts";
import type { Properties } from "./property-value.ts";
import type { Records } from "./records.ts";
import type { ResourceModel } from "./resource-model.ts";

/** One Pulumi package as the sandbox serves it: its configuration, its functions and its resource types. */
export interface ProviderPackage<Settings> {
  /** As in a resource type, e.g. `azure-native`. */
  readonly name: string;
  /** Whether it wraps a provider for Terraform, which compares with what it last read. */
  readonly bridged: boolean;
  /** Configuration whose change makes a new provider, and with it new resources. */
  readonly replacingConfig: readonly string[];
  /**
   * @param config the `config` values of one provider instance
   * @throws VendorError when something needed is missing
   */
  configure(config: Properties): Settings;
  /** What a resource's inputs mean where they say nothing, e.g. the provider's own Region. */
  assumed?(settings: Settings): Properties;
  /** The functions it answers, by token. */
  readonly functions: Readonly<Record<string, (settings: Settings, args: Properties) => Properties>>;
  /** The type that a versioned spelling means (`azure-native:apimanagement/v20240501:Api`). */
  plainType(type: string): string;
  readonly models: Readonly<Record<string, ResourceModel<Settings>>>;
  /** How a type without a model behaves: stored and echoed. */
  readonly echo: ResourceModel<Settings>;
  /** The gateways that the vendor would serve now, from what it holds. Pure. */
  gateways(records: Records): readonly DeployedGateway[];
  /**
   * Asked before a request is worked on; a preview makes none but reads.
   * @throws VendorError when the vendor takes no more requests now
   */
  admit?(operation: "create" | "read" | "update" | "delete", type: string): void;
  /** The vendor's object that this write locks, when the vendor refuses a second write to it meanwhile. */
  exclusive?(type: string, inputs: Properties, id: string | undefined): string | undefined;
}
