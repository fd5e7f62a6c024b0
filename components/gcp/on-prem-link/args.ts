import type {
  ExternalVpnGatewayArgs,
  FirewallArgs,
  HaVpnGatewayArgs,
  RouterArgs,
  RouterInterfaceArgs,
  RouterPeerArgs,
  SubnetworkArgs,
  VPNTunnelArgs,
} from "@pulumi/gcp/compute/index.js";
import type { ManagedZoneArgs } from "@pulumi/gcp/dns/index.js";
import type { Input } from "@pulumi/pulumi";
import type { Transform } from "../../gateway/transform.ts";

/** An HA VPN to the device at the edge of the network on premises, with BGP. */
export interface GcpVpn {
  /**
   * The device's public IPv4 addresses: one, two (two devices, or one with two addresses) or four (a gateway of another cloud). An
   * address may be an Output. There are two tunnels, or four to four addresses.
   */
  readonly deviceAddresses: readonly Input<string>[];
  /** The number of the device's autonomous system. */
  readonly deviceAsn: number;
  /**
   * The shared secret of each tunnel, in the order of the tunnels: at least 24 printable ASCII characters without blanks, or an Output.
   * Google recommends 32. They are secrets in the stack's state.
   */
  readonly sharedSecrets: readonly Input<string>[];
  /**
   * The number of the autonomous system of the Cloud Router, from 64512 to 65534 or from 4200000000 to 4294967294.
   *
   * @default 64512
   */
  readonly asn?: number;
  /**
   * The network of each tunnel's BGP session: four addresses of 169.254.0.0/16. Google has the second address, the device the third.
   *
   * @default 169.254.10.0/30, 169.254.10.4/30 and so on
   */
  readonly sessions?: readonly string[];
  /**
   * Ranges that the Cloud Router advertises to the device, beside the subnets of the network and the source of DNS queries.
   *
   * @default none
   */
  readonly advertise?: readonly string[];
  /**
   * How Google learns the routes to the site: the device announces them over BGP, or each session has them while it is up, whatever the
   * device announces (`fixed`). With fixed routes, Google does not notice that the device loses a network behind it.
   *
   * @see https://cloud.google.com/network-connectivity/docs/router/concepts/custom-learned-routes
   *
   * @default "announced"
   */
  readonly routes?: "announced" | "fixed";
}

/** A rule that allows connections to the site, for a network whose other rules deny them. */
export interface GcpSiteEgress {
  /** The ports of the servers on premises. */
  readonly ports: readonly number[];
  /**
   * The priority, from 0 to 65535. A lower number precedes.
   *
   * @default 1000
   */
  readonly priority?: number;
}

/** Names that DNS servers on premises know. */
export interface GcpSiteDns {
  /** The domain of the names, such as `corp.example.com`. */
  readonly domain: string;
  /** The private addresses of the DNS servers. They receive queries from 35.199.192.0/19. */
  readonly servers: readonly string[];
}

/** Changes to the arguments and options of `GcpOnPremLink`'s resources. */
export interface GcpOnPremLinkTransforms {
  readonly subnetwork?: Transform<SubnetworkArgs>;
  readonly vpnGateway?: Transform<HaVpnGatewayArgs>;
  readonly device?: Transform<ExternalVpnGatewayArgs>;
  readonly router?: Transform<RouterArgs>;
  /** Changes each tunnel. */
  readonly tunnel?: Transform<VPNTunnelArgs>;
  /** Changes the Cloud Router's interface of each tunnel. */
  readonly routerInterface?: Transform<RouterInterfaceArgs>;
  /** Changes the BGP session of each tunnel. */
  readonly peer?: Transform<RouterPeerArgs>;
  readonly egress?: Transform<FirewallArgs>;
  readonly zone?: Transform<ManagedZoneArgs>;
}

/** The arguments of `GcpOnPremLink`. */
export interface GcpOnPremLinkArgs {
  /** The id of the VPC network, such as `projects/shop/global/networks/main`. */
  readonly network: Input<string>;
  /**
   * The range of a new subnet, from which the companion sends: at least a /26. Either this or `subnetwork`.
   *
   * @default none; `subnetwork` is an existing one
   */
  readonly subnetRange?: string;
  /**
   * The id of an existing subnet of the network, in the region of the gateway.
   *
   * @default none; `subnetRange` is the range of a new one
   */
  readonly subnetwork?: Input<string>;
  /**
   * The networks on premises, such as `10.20.0.0/16`. Required for `vpn` and `egress`.
   *
   * @default none
   */
  readonly ranges?: readonly string[];
  /**
   * The VPN.
   *
   * @default none; the network reaches the site already
   */
  readonly vpn?: GcpVpn;
  /**
   * A firewall rule that allows connections from the network to the site.
   *
   * @default none; a network allows outgoing connections unless a rule denies them
   */
  readonly egress?: GcpSiteEgress;
  /**
   * A zone that forwards the names of a domain to DNS servers on premises.
   *
   * @default none; backends have addresses, or names that the network resolves already
   */
  readonly dns?: GcpSiteDns;
  /**
   * The certificate authorities of the servers on premises, as PEM.
   *
   * @default the public ones
   */
  readonly certificateAuthority?: Input<string>;
  /**
   * The DNS name in the certificate of the servers on premises.
   *
   * @default the host of each backend's URL
   */
  readonly serverName?: Input<string>;
  /**
   * The region of the subnet and the VPN, e.g. `europe-west1`. It must be the region of the gateway.
   *
   * @default the region of the provider
   */
  readonly region?: Input<string>;
  /**
   * The project's id.
   *
   * @default the project of the provider
   */
  readonly project?: Input<string>;
  readonly transform?: GcpOnPremLinkTransforms;
}

/** What the device on premises must be configured with, beside the shared secrets. */
export interface GcpDeviceConfiguration {
  /** The version of IKE. */
  readonly ikeVersion: number;
  /** The number of Google's autonomous system. */
  readonly googleAsn: number;
  /** The number of the device's autonomous system. */
  readonly deviceAsn: number;
  readonly tunnels: readonly GcpDeviceTunnel[];
  /** The ranges that the device learns over BGP. It learns the network's other subnets too. */
  readonly advertised: readonly string[];
  /** The ranges that the device must announce over BGP. */
  readonly expected: readonly string[];
  /** The range that DNS queries come from. The device and the DNS servers must accept it. Absent without `dns`. */
  readonly dnsSource?: string;
}

/** One tunnel, as the device sees it. */
export interface GcpDeviceTunnel {
  /** Google's public address. */
  readonly googleAddress: string;
  /** The device's public address. */
  readonly deviceAddress: string;
  /** The network of the BGP session, such as `169.254.10.0/30`. */
  readonly session: string;
  /** Google's address in the session. */
  readonly googleSessionAddress: string;
  /** The device's address in the session. */
  readonly deviceSessionAddress: string;
}
