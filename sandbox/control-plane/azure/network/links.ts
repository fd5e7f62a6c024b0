import type { ApimArtefacts } from "../../../data-plane/azure/api-management/artefacts.ts";
import type { AzureNetwork } from "../../../data-plane/azure/network/artefacts.ts";
import { isServedBy, privateAddressOf } from "../../../data-plane/azure/network/service-network.ts";
import type { LinkTunnel, LinkUser, StoredLink } from "../../link.ts";
import { text } from "../../property-value.ts";
import type { Records } from "../../records.ts";
import { userName } from "../../urn.ts";
import { armKey, lastSegment } from "../arm.ts";
import { azureGateways } from "../gateways.ts";
import { allOf, type NetworkRecord, networkResources, objects, parentOf, referenced, resourceAt } from "./record.ts";
import { siteOf, tunnelCount } from "./service-network.ts";
import { publicAddress } from "./types.ts";

/** A service in a virtual network. */
interface ServiceInNetwork {
  readonly gateway: string;
  readonly network: AzureNetwork;
  /** The origins that its policies and backends contain. */
  readonly origins: readonly string[];
}

/** The site-to-site connections of VPN gateways. */
export function azureLinks(records: Records): readonly StoredLink[] {
  const services = azureGateways(records).flatMap(({ name, artefacts }) =>
    artefacts.kind === "azure-api-management" && artefacts.network !== undefined
      ? [{ gateway: name, network: artefacts.network, origins: originsOf(artefacts) }]
      : [],
  );
  return allOf(records, "VirtualNetworkGatewayConnection").flatMap((connection) => {
    const gateway = resourceAt(records, referenced(connection.inputs.virtualNetworkGateway1));
    const isSite = text(connection.inputs, "connectionType") === "IPsec";
    return gateway === undefined || !isSite ? [] : [linkOf(records, connection, gateway, services)];
  });
}

function linkOf(
  records: Records,
  connection: NetworkRecord,
  gateway: NetworkRecord,
  services: readonly ServiceInNetwork[],
): StoredLink {
  const { id, urn } = connection;
  const { prefixes, bgp } = siteOf(records, gateway, connection);
  const [configuration] = objects(gateway.inputs.ipConfigurations);
  return {
    link: {
      name: urn === undefined ? lastSegment(id) : userName(urn, "connection"),
      vendor: "azure",
      region: text(connection.inputs, "location") ?? text(gateway.inputs, "location") ?? "",
      resource: lastSegment(id),
      network: lastSegment(parentOf(referenced(configuration?.subnet) ?? "")),
      prefixes,
      isAnnounced: bgp,
      tunnels: tunnelsOf(records, connection, gateway),
      users: services.flatMap((service) => usersOf(service, lastSegment(id))),
    },
    store(changes, isCut) {
      const numbers = isCut.flatMap((each, index) => (each ? [index] : []));
      networkResources.put(changes, { ...connection, cut: numbers }, armKey(id));
    },
  };
}

function tunnelsOf(
  records: Records,
  { inputs, cut = [] }: NetworkRecord,
  gateway: NetworkRecord,
): readonly LinkTunnel[] {
  const site = resourceAt(records, referenced(inputs.localNetworkGateway2));
  const device = (site && (text(site.inputs, "gatewayIpAddress") ?? text(site.inputs, "fqdn"))) ?? "";
  const addresses = objects(gateway.inputs.ipConfigurations).map(({ publicIPAddress }) =>
    publicAddress(referenced(publicIPAddress) ?? gateway.id),
  );
  return Array.from({ length: tunnelCount(gateway) }, (_, index) => ({
    address: addresses[index] ?? "",
    device,
    isCut: cut.includes(index),
  }));
}

/** An expression or a named value may contain a part of an address, which is then not found. */
function originsOf({ apis, namedValues, backends = {} }: ApimArtefacts): readonly string[] {
  const texts = JSON.stringify([apis.map(({ policy, serviceUrl }) => [policy, serviceUrl]), namedValues, backends]);
  const found = texts.match(/https?:\/\/[\w.-]+(?::\d+)?/g) ?? [];
  return [...new Set(found)];
}

function usersOf({ gateway, network, origins }: ServiceInNetwork, connection: string): readonly LinkUser[] {
  const addresses = origins.flatMap((origin) => {
    const reached = privateAddressOf(network, origin);
    return reached !== undefined && isServedBy(network, connection, reached.network) ? [reached.shown] : [];
  });
  return [...new Set(addresses)].map((address) => ({ gateway, address }));
}
