import type { AzureNetwork, AzureZone } from "./artefacts.ts";

/** What a name leads to: addresses, a name of the public DNS or of custom servers, or nothing. */
export type Resolution =
  | { readonly address: string }
  | { readonly by: "public DNS" | "custom servers" }
  | { readonly problem: string };

/**
 * Resolves a host as the virtual network of a service does. A linked private zone answers for all names below its own; without one, a name
 * is public. Custom DNS servers answer instead of Azure's. The sandbox does not know their answers.
 *
 * @see https://learn.microsoft.com/azure/dns/private-dns-overview
 */
export function resolve({ dnsServers, zones }: Pick<AzureNetwork, "dnsServers" | "zones">, host: string): Resolution {
  // Unverified: custom servers may forward to Azure's resolver, which knows the zones. The sandbox assumes that they do not.
  if (dnsServers.length > 0) return { by: "custom servers" };
  const name = host.toLowerCase().replace(/\.$/, "");
  const zone = zones
    .filter((each) => name === each.name || name.endsWith(`.${each.name}`))
    .toSorted((one, other) => other.name.length - one.name.length)[0];
  if (zone === undefined) return { by: "public DNS" };
  const [address] = recordsOf(zone, name);
  return address === undefined ? { problem: `the private zone ${zone.name} has no address for ${name}` } : { address };
}

function recordsOf({ name: zone, records }: AzureZone, name: string): readonly string[] {
  const label = name === zone ? "@" : name.slice(0, -zone.length - 1);
  const own = Object.hasOwn(records, label) ? records[label] : undefined;
  return own ?? (label !== "@" && Object.hasOwn(records, "*") ? records["*"] : undefined) ?? [];
}
