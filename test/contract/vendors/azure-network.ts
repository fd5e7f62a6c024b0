import type { ServiceNetwork } from "../../../components/azure/link/link.ts";
import type { AzureNetwork } from "../../../sandbox/data-plane/azure/network/artefacts.ts";
import type { Places } from "../oracle/description.ts";
import { type PrivateBackend, privateBackends } from "../world/private-network.ts";

const virtualNetworkId =
  "/subscriptions/s/resourceGroups/contract/providers/Microsoft.Network/virtualNetworks/contract";
const location = "germanywestcentral";

/** Where the service under test is. */
export const serviceNetwork: ServiceNetwork = { location, subnetId: `${virtualNetworkId}/subnets/gateway` };

/** Returns the bindings with links of Azure. The world has those of AWS. */
export function azurePlaces(places: Places): Places {
  const link = { kind: "azure-virtual-network", virtualNetworkId, location };
  const backends = Object.entries(places.backends).map(([name, binding]) => [
    name,
    "link" in binding ? { ...binding, link } : binding,
  ]);
  return { ...places, backends: Object.fromEntries(backends) };
}

/** Returns the virtual network of the service, as the control plane passes it to the data plane. */
export function azureNetwork(): AzureNetwork {
  const backends: readonly PrivateBackend[] = Object.values(privateBackends);
  return {
    prefixes: ["10.10.0.0/16"],
    subnetPrefixes: ["10.10.1.0/24"],
    dnsServers: [],
    zones: backends.map(({ url, target }) => ({
      name: new URL(url).hostname,
      records: { "@": [target.address] },
    })),
    routes: [],
    sites: [
      {
        connection: "contract",
        gateway: "contract",
        prefixes: backends.map(({ target }) => `${target.address}/32`),
        bgp: false,
      },
    ],
    outbound: [],
  };
}
