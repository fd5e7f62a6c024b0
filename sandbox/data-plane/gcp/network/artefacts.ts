/** What a Cloud Run service can reach beside the internet: the current state of the networks. */
export interface GcpReach {
  /** The zones that forward names to DNS servers, of all networks. */
  readonly zones: readonly GcpForwardingZone[];
  /** The network in which the service has an interface. Absent: it has none (`vpcAccess`). */
  readonly network?: GcpNetwork;
}

/** What a service without an interface reaches, where there are no zones. */
export const internetOnly: GcpReach = { zones: [] };

/** A network, as seen from the interface of one service. A resource that does not exist is missing here. */
export interface GcpNetwork {
  readonly name: string;
  /** Why the interface cannot be used, e.g. its subnet does not exist. */
  readonly problem?: string;
  /** The ranges of the network's subnets. */
  readonly subnetRanges: readonly string[];
  /** The firewall rules for connections that leave the interface. */
  readonly egressRules: readonly GcpEgressRule[];
  /** The BGP sessions of the network's tunnels. */
  readonly sessions: readonly GcpSession[];
}

/** A zone of Cloud DNS that forwards queries. */
export interface GcpForwardingZone {
  readonly name: string;
  /** The domain in lower case, without a dot at the end. */
  readonly domain: string;
  /** The names of the networks that use it. */
  readonly networks: readonly string[];
  /** The addresses of the DNS servers. */
  readonly servers: readonly string[];
}

export interface GcpEgressRule {
  readonly name: string;
  /** From 0 to 65535; a lower number precedes. */
  readonly priority: number;
  readonly allows: boolean;
  readonly destinations: readonly string[];
  readonly traffic: readonly GcpTraffic[];
}

export interface GcpTraffic {
  /** e.g. `tcp`, `6`, `all`. */
  readonly protocol: string;
  /** e.g. `443`, `8000-8999`. Empty: all ports. */
  readonly ports: readonly string[];
}

/** A BGP session in a tunnel to a device on premises. */
export interface GcpSession {
  /** The name of the BGP peer. */
  readonly peer: string;
  readonly tunnel: string;
  /**
   * The custom learned ranges. Empty: the device announces its networks. The sandbox has no device: it announces every private address.
   */
  readonly ranges: readonly string[];
  /** Whether the device learns the range of the interface's subnet, so that it can answer. */
  readonly advertisesSubnet: boolean;
  /** Whether the device learns the range that DNS queries come from. */
  readonly advertisesDns: boolean;
  /** Why the session is down, or the interface does not use its routes. */
  readonly problem?: string;
}
