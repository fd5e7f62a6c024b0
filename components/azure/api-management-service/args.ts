import type { ApiManagementServiceArgs } from "@pulumi/azure-native/apimanagement/index.js";
import type { NetworkSecurityGroupArgs, SubnetArgs } from "@pulumi/azure-native/network/index.js";
import type { Input } from "@pulumi/pulumi";
import type { Transform } from "../../gateway/transform.ts";
import type { ApiManagementSku } from "../sku.ts";

/** Who publishes the APIs of a service. Azure shows both in the developer portal and in mails. */
export interface AzurePublisher {
  readonly name: Input<string>;
  /** Azure sends notifications about the service to this address. */
  readonly email: Input<string>;
}

/** A new subnet for a service, with a network security group whose rules the service requires. */
export interface AzureServiceSubnet {
  /** The id of the virtual network, e.g. the `virtualNetworkId` of an `AzureOnPremLink`. */
  readonly virtualNetworkId: Input<string>;
  /**
   * The addresses of the subnet, e.g. `10.10.1.0/24`: at least a /29 for Developer and Premium, and a /27 for StandardV2 and PremiumV2,
   * where Azure recommends a /24. No other resource may use a subnet of a v2 tier.
   */
  readonly addressPrefix: string;
}

/**
 * The virtual network of a service: by injection on the tiers Developer and Premium, and by outbound integration on StandardV2 and
 * PremiumV2. Exactly one of `newSubnet` and `subnetId` is required.
 */
export interface AzureServiceNetwork {
  /** A new subnet. */
  readonly newSubnet?: AzureServiceSubnet;
  /**
   * The id of an existing subnet, which must have a network security group with the rules that the tier requires, and on a v2 tier the
   * delegation `Microsoft.Web/serverFarms`.
   */
  readonly subnetId?: Input<string>;
  /**
   * Whether clients reach the service from the internet, or only from the virtual network. A service of a v2 tier is always external.
   *
   * @default "external"
   */
  readonly mode?: "external" | "internal";
  /**
   * The id of the service's public address: a static IPv4 address of the SKU `Standard` with a DNS label. For Developer and Premium only.
   *
   * @default Azure chooses one
   */
  readonly publicIpAddressId?: Input<string>;
}

/** Managed identities of a service, beside its own. */
export interface AzureUserIdentities {
  /** The ids of user-assigned identities, at least one. */
  readonly userAssigned: readonly Input<string>[];
  /**
   * Whether the service has an identity of its own as well.
   *
   * @default false
   */
  readonly system?: boolean;
}

/** Changes to the arguments and options of `AzureApiManagementService`'s resources, as far as docs/transforms.md lists them. */
export interface AzureApiManagementServiceTransforms {
  readonly service?: Transform<ApiManagementServiceArgs>;
  readonly subnet?: Transform<SubnetArgs>;
  readonly securityGroup?: Transform<NetworkSecurityGroupArgs>;
}

/** The arguments of `AzureApiManagementService`. */
export interface AzureApiManagementServiceArgs {
  readonly resourceGroupName: Input<string>;
  /** The region, e.g. `westeurope`. It must be that of the virtual network. A change replaces the service. */
  readonly location: Input<string>;
  readonly publisher: AzurePublisher;
  /** The tier. It decides which features exist, so it may not be an Output. The service cannot change between classic and v2 tiers. */
  readonly sku: ApiManagementSku;
  /**
   * The number of units. A service of the tier Developer has one, and one of the tier Consumption has none.
   *
   * @default 1, or 0 for Consumption
   */
  readonly units?: number;
  /**
   * The name, which is a part of the URL and unique in all of Azure. Azure keeps the name of a deleted service for 48 hours, so a fixed name
   * cannot be used again in that time. A change replaces the service.
   *
   * @default derived from the component's name, with a random suffix
   */
  readonly serviceName?: Input<string>;
  /**
   * The virtual network.
   *
   * @default none; the service reaches public addresses only
   */
  readonly network?: AzureServiceNetwork;
  /**
   * Managed identities. Behind the firewall of a Key Vault, only the service's own (`"system"`) works.
   *
   * @default none
   */
  readonly identity?: "system" | AzureUserIdentities;
  /**
   * Certificates of private authorities that the service trusts at backends: PEM, without private keys, at most 10. For the tiers Developer,
   * Basic, Standard and Premium.
   *
   * @default none; the service trusts public authorities
   */
  readonly certificateAuthorities?: readonly Input<string>[];
  /**
   * Whether clients may use HTTP/2.
   *
   * @default false
   */
  readonly http2Enabled?: boolean;
  /**
   * The availability zones, for the tier Premium.
   *
   * @default none
   */
  readonly zones?: readonly string[];
  /**
   * Restores a deleted service of this name within 48 hours. Azure ignores all other arguments in that update: remove this one afterwards, and
   * update again. Requires `serviceName`.
   *
   * @default false
   */
  readonly restore?: boolean;
  /**
   * Tags of each resource that accepts tags.
   *
   * @default none
   */
  readonly tags?: Readonly<Record<string, Input<string>>>;
  readonly transform?: AzureApiManagementServiceTransforms;
}
