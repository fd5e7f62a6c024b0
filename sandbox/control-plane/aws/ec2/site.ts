import type { AwsSiteConnection } from "../../../data-plane/aws/artefacts/network.ts";
import { announcedRanges } from "../../../data-plane/private-network/announced-ranges.ts";
import { text } from "../../property-value.ts";
import type { Records } from "../../records.ts";
import { allOf, type StoredRecord } from "../stored-resource.ts";
import {
  routePropagations,
  routeTables,
  transitGatewayAttachments,
  transitGatewayRoutes,
  vpcOfSubnet,
  vpnConnectionRoutes,
  vpnConnections,
  vpnGateways,
} from "./record.ts";
import { attachmentOf } from "./vpn.ts";

/** A Site-to-Site VPN has two tunnels: https://docs.aws.amazon.com/vpn/latest/s2svpn/VPNTunnels.html */
export const TUNNELS = 2;

/** The VPN connections of the VPC that subnets are in; undefined if there is none, so that an unknown way may lead on. */
export function siteConnections(
  records: Records,
  region: string,
  subnetIds: readonly string[],
): readonly AwsSiteConnection[] | undefined {
  const [vpc] = subnetIds.flatMap((id) => vpcOfSubnet(records, region, id) ?? []);
  if (vpc === undefined) return undefined;
  const connections = allOf(vpnConnections, records, region)
    .filter((connection) => vpcsOf(records, connection).has(vpc))
    .map((connection) => siteConnection(records, connection));
  return connections.length === 0 ? undefined : connections;
}

function siteConnection(records: Records, connection: StoredRecord): AwsSiteConnection {
  const { id, cut = [] } = connection;
  const announced = isAnnounced(connection) ? announcedRanges : [];
  return {
    id,
    prefixes: [...staticPrefixes(records, connection), ...announced],
    ...(cut.length < TUNNELS ? {} : { problem: "both tunnels are cut" }),
  };
}

/** The VPCs that a connection serves: of its VPN gateway, or those that are attached to its transit gateway. */
export function vpcsOf(records: Records, { region, arguments: inputs }: StoredRecord): ReadonlySet<string> {
  const gateway = text(inputs, "vpnGatewayId");
  const transit = text(inputs, "transitGatewayId");
  const isOfTransit = (each: StoredRecord): boolean => text(each.arguments, "transitGatewayId") === transit;
  const found =
    transit !== undefined
      ? allOf(transitGatewayAttachments, records, region)
          .filter(isOfTransit)
          .map((each) => text(each.arguments, "vpcId"))
      : [vpcOfGateway(records, region, gateway), ...propagatedTo(records, region, gateway)];
  return new Set(found.filter((vpc) => vpc !== undefined));
}

function vpcOfGateway(records: Records, region: string, id: string | undefined): string | undefined {
  const gateway = id === undefined ? undefined : vpnGateways.get(records, region, id);
  return gateway && text(gateway.arguments, "vpcId");
}

/** The VPCs of the route tables that learn a VPN gateway's routes. The stack of the gateway itself may be elsewhere. */
function propagatedTo(records: Records, region: string, id: string | undefined): readonly (string | undefined)[] {
  return allOf(routePropagations, records, region)
    .filter((each) => text(each.arguments, "vpnGatewayId") === id)
    .map((each) => routeTables.get(records, region, text(each.arguments, "routeTableId") ?? ""))
    .map((table) => table && text(table.arguments, "vpcId"));
}

/** Whether the device announces its networks over BGP. */
export function isAnnounced({ arguments: inputs }: StoredRecord): boolean {
  return inputs.staticRoutesOnly !== true;
}

/** The ranges of the static routes into a connection. */
export function staticPrefixes(records: Records, { id, region }: StoredRecord): readonly string[] {
  const own = allOf(vpnConnectionRoutes, records, region).filter(
    (each) => text(each.arguments, "vpnConnectionId") === id,
  );
  const ofTransit = allOf(transitGatewayRoutes, records, region).filter(
    (each) => text(each.arguments, "transitGatewayAttachmentId") === attachmentOf(id),
  );
  return [...own, ...ofTransit].flatMap((each) => text(each.arguments, "destinationCidrBlock") ?? []);
}
