/** The current state of the virtual network of an API Management service. A resource that does not exist is missing here. */
export interface AzureNetwork {
  /** The id of the service's subnet, if no stack of the sandbox declares it. Nothing else is known then. */
  readonly missing?: string;
  /** The prefixes of the virtual network and of those that are peered with it. */
  readonly prefixes: readonly string[];
  /** The prefixes of the service's subnet. */
  readonly subnetPrefixes: readonly string[];
  /** The custom DNS servers of the virtual network. Empty: Azure's own, which knows linked private zones. */
  readonly dnsServers: readonly string[];
  /** The private zones that are linked to the virtual network. */
  readonly zones: readonly AzureZone[];
  /** The routes of the subnet's route table. */
  readonly routes: readonly AzureRoute[];
  /** The ways to networks on premises that the subnet learns from gateways. */
  readonly sites: readonly AzureSite[];
  /** The outbound rules of the subnet's network security group. Absent: there is no group, and everything is allowed. */
  readonly outbound?: readonly AzureSecurityRule[];
}

/** A private DNS zone. */
export interface AzureZone {
  /** In lower case. */
  readonly name: string;
  /** The addresses by the name of the record in lower case; `@` is the zone's own name, and `*` any other. */
  readonly records: Readonly<Record<string, readonly string[]>>;
}

/** A route of a route table. */
export interface AzureRoute {
  readonly prefix: string;
  /** e.g. `VirtualNetworkGateway`, `VnetLocal`, `Internet`, `VirtualAppliance`, `None`. */
  readonly nextHop: string;
}

/** A connection of a gateway of the virtual network, or of a peered one. */
export interface AzureSite {
  /** The name of the connection. */
  readonly connection: string;
  readonly gateway: string;
  /** The prefixes of the local network gateway. */
  readonly prefixes: readonly string[];
  /** Whether the device on premises announces its networks. The sandbox has no device: it announces every private address. */
  readonly bgp: boolean;
  /** Why the subnet does not use the connection, or the connection does not work. */
  readonly problem?: string;
}

/** An outbound rule of a network security group. */
export interface AzureSecurityRule {
  readonly name: string;
  readonly priority: number;
  readonly allows: boolean;
  /** e.g. `Tcp`, `*`. */
  readonly protocol: string;
  readonly sources: readonly string[];
  readonly destinations: readonly string[];
  /** e.g. `443`, `8000-8999`, `*`. */
  readonly ports: readonly string[];
}
