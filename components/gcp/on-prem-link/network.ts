import { Firewall } from "@pulumi/gcp/compute/firewall.js";
import { Subnetwork } from "@pulumi/gcp/compute/subnetwork.js";
import { ManagedZone } from "@pulumi/gcp/dns/managedZone.js";
import type { GcpSiteDns, GcpSiteEgress } from "./args.ts";
import type { OnPremParts } from "./parts.ts";

/** Declares the subnet from which the companion sends. */
export function subnetworkOf(parts: OnPremParts, ipCidrRange: string): Subnetwork {
  const { network } = parts.args;
  return parts.declare(parts.transform.subnetwork, Subnetwork, "subnetwork", { ...parts.place, network, ipCidrRange });
}

/** Declares the rule that allows connections to the site. */
export function egressTo(parts: OnPremParts, { ports, priority }: GcpSiteEgress): Firewall {
  const { network, ranges = [] } = parts.args;
  return parts.declare(parts.transform.egress, Firewall, "egress", {
    ...parts.project,
    network,
    direction: "EGRESS",
    destinationRanges: [...ranges],
    allows: [{ protocol: "tcp", ports: ports.map((port) => `${port}`) }],
    ...(priority === undefined ? {} : { priority }),
  });
}

/**
 * Declares the zone that forwards names to DNS servers on premises. Queries always go through the network (`private`).
 *
 * Unverified: that Cloud Run with Direct VPC egress resolves names through the zones of its network.
 *
 * @see https://cloud.google.com/dns/docs/zones/forwarding-zones
 */
export function zoneOf(parts: OnPremParts, { domain, servers }: GcpSiteDns): ManagedZone {
  return parts.declare(parts.transform.zone, ManagedZone, "zone", {
    ...parts.project,
    dnsName: `${domain}.`,
    visibility: "private",
    privateVisibilityConfig: { networks: [{ networkUrl: parts.args.network }] },
    forwardingConfig: {
      targetNameServers: servers.map((ipv4Address) => ({ ipv4Address, forwardingPath: "private" })),
    },
  });
}
