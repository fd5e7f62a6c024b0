import type { GcpForwardingZone, GcpReach } from "./artefacts.ts";

/** Who knows a name: the DNS servers of a zone, the public DNS, or nobody. */
export type Resolver =
  | { readonly by: "public DNS" }
  | { readonly by: "zone"; readonly zone: GcpForwardingZone }
  | { readonly problem: string };

/**
 * Top-level domains that the public DNS does not have: RFC 6762 (appendix G), RFC 8375, and `internal`, which ICANN reserves for private
 * use.
 */
const privateDomains = ["corp", "home", "home.arpa", "internal", "intranet", "lan", "local", "private"];

/**
 * Finds who answers for a name. The zone of the network with the longest domain does. A name that only the zone of another network knows is
 * a name on premises, as is one below a private top-level domain. Any other name is public.
 *
 * @see https://cloud.google.com/dns/docs/vpc-name-res-order
 */
export function resolverOf({ zones, network }: GcpReach, host: string): Resolver {
  const name = host.toLowerCase().replace(/\.$/, "");
  const knowing = zones
    .filter(({ domain }) => isWithin(name, domain))
    .toSorted((one, other) => other.domain.length - one.domain.length);
  const zone = knowing.find(({ networks }) => network !== undefined && networks.includes(network.name));
  if (zone !== undefined) return { by: "zone", zone };
  const whose = network === undefined ? "the service has no network interface" : `not for the network ${network.name}`;
  const [other] = knowing;
  if (other !== undefined) return { problem: `the zone ${other.name} forwards ${name}, but ${whose}` };
  if (!privateDomains.some((domain) => isWithin(name, domain))) return { by: "public DNS" };
  return { problem: `the public DNS does not have ${name}, and no zone forwards it` };
}

function isWithin(name: string, domain: string): boolean {
  return name === domain || name.endsWith(`.${domain}`);
}
