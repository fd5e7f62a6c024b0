import type { types } from "@pulumi/azure-native";

type Rule = types.input.network.SecurityRuleArgs;

interface Flow {
  readonly name: string;
  readonly direction: "Inbound" | "Outbound";
  readonly peer: string;
  readonly ports: readonly string[];
}

/** What Azure requires of the subnet of an injected service. */
const flows: readonly Flow[] = [
  { name: "management", direction: "Inbound", peer: "ApiManagement", ports: ["3443"] },
  { name: "load-balancer", direction: "Inbound", peer: "AzureLoadBalancer", ports: ["6390"] },
  { name: "storage", direction: "Outbound", peer: "Storage", ports: ["443"] },
  { name: "sql", direction: "Outbound", peer: "Sql", ports: ["1433"] },
  { name: "key-vault", direction: "Outbound", peer: "AzureKeyVault", ports: ["443"] },
  { name: "monitor", direction: "Outbound", peer: "AzureMonitor", ports: ["443", "1886"] },
  { name: "certificates", direction: "Outbound", peer: "Internet", ports: ["80"] },
];
const clients: Flow = { name: "clients", direction: "Inbound", peer: "Internet", ports: ["443"] };

/**
 * The rules of the network security group of an injected service. The default rules of a group allow everything else within the
 * virtual network, which rate limits need to count over all machines of a service.
 *
 * @param isExternal whether clients reach the service from the internet
 * @see https://learn.microsoft.com/azure/api-management/virtual-network-reference
 */
export function injectionRules(isExternal: boolean): Rule[] {
  return [...(isExternal ? [clients] : []), ...flows].map(({ name, direction, peer, ports }, index) => ({
    name,
    direction,
    access: "Allow",
    priority: 100 + 10 * index,
    protocol: "Tcp",
    sourceAddressPrefix: direction === "Inbound" ? peer : "VirtualNetwork",
    sourcePortRange: "*",
    destinationAddressPrefix: direction === "Inbound" ? "VirtualNetwork" : peer,
    destinationPortRanges: [...ports],
  }));
}
