import type { AwsNetwork, AwsSiteConnection } from "../../../data-plane/aws/artefacts/network.ts";
import { contains } from "../../../data-plane/private-network/prefix.ts";
import type { LinkUser, StoredLink } from "../../link.ts";
import { text } from "../../property-value.ts";
import type { Records } from "../../records.ts";
import { userName } from "../../urn.ts";
import { awsGateways } from "../gateways.ts";
import type { StoredRecord } from "../stored-resource.ts";
import { customerGateways, vpnConnections } from "./record.ts";
import { isAnnounced, staticPrefixes, TUNNELS, vpcsOf } from "./site.ts";
import { tunnelAddress } from "./vpn.ts";

/** An address on premises to which an API sends requests. */
interface Target {
  readonly gateway: string;
  readonly address: string;
  readonly port: string;
  readonly connections: readonly AwsSiteConnection[];
}

/** The Site-to-Site VPN connections. */
export function awsLinks(records: Records): readonly StoredLink[] {
  const targets = awsGateways(records).flatMap(({ name, artefacts }) =>
    "network" in artefacts && artefacts.kind !== "azure-api-management" ? targetsOf(name, artefacts.network) : [],
  );
  return vpnConnections.list(records).map(([, connection]) => linkOf(records, connection, targets));
}

function linkOf(records: Records, connection: StoredRecord, targets: readonly Target[]): StoredLink {
  const { id, region, arguments: inputs, urn, cut = [] } = connection;
  const customer = customerGateways.get(records, region, text(inputs, "customerGatewayId") ?? "");
  const device = (customer && text(customer.arguments, "ipAddress")) ?? "";
  return {
    link: {
      name: urn === undefined ? id : userName(urn, "vpn"),
      vendor: "aws",
      region,
      resource: id,
      network: [...vpcsOf(records, connection)].join(", ") || (text(inputs, "transitGatewayId") ?? ""),
      prefixes: staticPrefixes(records, connection),
      isAnnounced: isAnnounced(connection),
      tunnels: Array.from({ length: TUNNELS }, (_, index) => ({
        address: tunnelAddress(id, index + 1),
        device,
        isCut: cut.includes(index),
      })),
      users: targets.filter((target) => isServed(target, id)).map(userOf),
    },
    store(changes, isCut) {
      const numbers = isCut.flatMap((each, index) => (each ? [index] : []));
      vpnConnections.put(changes, { ...connection, cut: numbers }, region, id);
    },
  };
}

function isServed({ address, connections }: Target, id: string): boolean {
  return connections.some((each) => each.id === id && each.prefixes.some((prefix) => contains(prefix, address)));
}

function userOf({ gateway, address, port }: Target): LinkUser {
  return { gateway, address: `${address}:${port}` };
}

function targetsOf(gateway: string, network: AwsNetwork | undefined): readonly Target[] {
  if (network === undefined) return [];
  const { loadBalancers, targetGroups, vpcLinks, services } = network;
  const balanced = Object.values(loadBalancers).flatMap(({ listeners, connections = [] }) =>
    listeners.flatMap(({ targetGroup = "" }) =>
      (targetGroups[targetGroup]?.targets ?? []).map(({ address, port }) => ({
        gateway,
        address,
        port: String(port),
        connections,
      })),
    ),
  );
  const connections = Object.values(vpcLinks).flatMap((link) => link.connections ?? []);
  const instances = Object.values(services).flatMap((service) =>
    service.instances.map(({ attributes: { AWS_INSTANCE_IPV4: address = "", AWS_INSTANCE_PORT: port = "" } }) => ({
      gateway,
      address,
      port,
      connections,
    })),
  );
  return [...balanced, ...instances];
}
