import { CustomerGateway } from "@pulumi/aws/ec2/customerGateway.js";
import type { VpnConnectionArgs } from "@pulumi/aws/ec2/index.js";
import { Route } from "@pulumi/aws/ec2/route.js";
import { VpnConnection } from "@pulumi/aws/ec2/vpnConnection.js";
import { VpnConnectionRoute } from "@pulumi/aws/ec2/vpnConnectionRoute.js";
import { VpnGateway } from "@pulumi/aws/ec2/vpnGateway.js";
import { VpnGatewayRoutePropagation } from "@pulumi/aws/ec2/vpnGatewayRoutePropagation.js";
import { Route as TransitGatewayRoute } from "@pulumi/aws/ec2transitgateway/route.js";
import { TransitGateway } from "@pulumi/aws/ec2transitgateway/transitGateway.js";
import { VpcAttachment } from "@pulumi/aws/ec2transitgateway/vpcAttachment.js";
import * as pulumi from "@pulumi/pulumi";
import type { AwsOnPremLinkArgs, AwsTransitGateway, AwsVpn, AwsVpnGateway } from "./args.ts";
import type { OnPremParts } from "./security-group.ts";

/** A VPN whose resources are declared. */
export interface Vpn {
  /** The routes to the networks on premises. */
  readonly routes: readonly pulumi.Resource[];
  readonly tunnelAddresses: pulumi.Output<readonly string[]>;
  /** Contains the pre-shared keys. */
  readonly configuration: pulumi.Output<string>;
}

/** The autonomous system of a device without BGP. AWS requires a number, and this one is reserved for private use. */
const PRIVATE_ASN = 65_000;
/** The largest two-byte number: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateCustomerGateway.html */
const LARGEST_SHORT_ASN = 65_535;

/**
 * Declares a Site-to-Site VPN from the VPC to a device on premises, and the routes to it.
 *
 * @see https://docs.aws.amazon.com/vpn/latest/s2svpn/VPC_VPN.html
 */
export function vpnTo(parts: OnPremParts, args: AwsOnPremLinkArgs, vpn: AwsVpn): Vpn {
  const { end = { kind: "vpn-gateway" } } = vpn;
  const device = customerGateway(parts, vpn);
  return end.kind === "vpn-gateway"
    ? overVpnGateway(parts, args, vpn, end, device)
    : overTransitGateway(parts, args, vpn, end, device);
}

function customerGateway({ name, parent, transform }: OnPremParts, { publicIp, asn = PRIVATE_ASN }: AwsVpn) {
  return transform.customerGateway.declare(
    CustomerGateway,
    `${name}-customer-gateway`,
    {
      type: "ipsec.1",
      ipAddress: publicIp,
      ...(asn > LARGEST_SHORT_ASN ? { bgpAsnExtended: `${asn}` } : { bgpAsn: `${asn}` }),
    },
    { parent },
  );
}

type End = Pick<VpnConnectionArgs, "vpnGatewayId" | "transitGatewayId">;

function connection(
  { name, parent, transform }: OnPremParts,
  { asn }: AwsVpn,
  { id }: CustomerGateway,
  end: End,
): VpnConnection {
  return transform.vpnConnection.declare(
    VpnConnection,
    `${name}-vpn`,
    { type: "ipsec.1", customerGatewayId: id, staticRoutesOnly: asn === undefined, ...end },
    { parent },
  );
}

function vpnOf(
  { tunnel1Address, tunnel2Address, customerGatewayConfiguration }: VpnConnection,
  routes: readonly pulumi.Resource[],
): Vpn {
  const tunnelAddresses = pulumi.all([tunnel1Address, tunnel2Address]);
  return { routes, tunnelAddresses, configuration: customerGatewayConfiguration };
}

/** The gateway propagates the connection's routes, static or learnt, to each route table. */
function overVpnGateway(
  parts: OnPremParts,
  { vpcId }: AwsOnPremLinkArgs,
  vpn: AwsVpn,
  end: AwsVpnGateway,
  device: CustomerGateway,
): Vpn {
  const { name, parent, transform } = parts;
  const vpnGatewayId = end.vpnGatewayId ?? vpnGateway(parts, vpcId);
  const tunnel = connection(parts, vpn, device, { vpnGatewayId });
  const statics = vpn.asn === undefined ? (vpn.cidrs ?? []) : [];
  const routes = statics.map((cidr) => {
    return transform.vpnRoute.declare(
      VpnConnectionRoute,
      `${name}-vpn-route-${cidr}`,
      { vpnConnectionId: tunnel.id, destinationCidrBlock: cidr },
      { parent },
    );
  });
  const propagations = Object.entries(vpn.routeTableIds).map(([table, routeTableId]) => {
    return transform.routePropagation.declare(
      VpnGatewayRoutePropagation,
      `${name}-propagation-${table}`,
      { vpnGatewayId, routeTableId },
      { parent },
    );
  });
  return vpnOf(tunnel, [...routes, ...propagations]);
}

function vpnGateway({ name, parent, transform }: OnPremParts, vpcId: pulumi.Input<string>): pulumi.Output<string> {
  return transform.vpnGateway.declare(
    VpnGateway,
    `${name}-vpn-gateway`,
    { vpcId },
    // A VPC can have only one, so the old one must be deleted first.
    { parent, deleteBeforeReplace: true },
  ).id;
}

/** A transit gateway learns routes from its attachments. The VPC's own routes are always static. */
function overTransitGateway(
  parts: OnPremParts,
  { vpcId, subnetIds }: AwsOnPremLinkArgs,
  vpn: AwsVpn,
  end: AwsTransitGateway,
  device: CustomerGateway,
): Vpn {
  const { name, parent, transform } = parts;
  const created = end.transitGatewayId === undefined ? transitGateway(parts) : undefined;
  const transitGatewayId = created?.id ?? (end.transitGatewayId as pulumi.Input<string>);
  const attachment = end.attached === true ? [] : [vpcAttachment(parts, vpcId, subnetIds, transitGatewayId)];
  const tunnel = connection(parts, vpn, device, { transitGatewayId });
  const cidrs = vpn.cidrs ?? [];
  const table = created?.associationDefaultRouteTableId ?? end.routeTableId;
  const statics = vpn.asn === undefined && table !== undefined ? cidrs : [];
  const routesOnPremises = statics.map((cidr) => {
    return transform.transitGatewayRoute.declare(
      TransitGatewayRoute,
      `${name}-transit-gateway-route-${cidr}`,
      {
        destinationCidrBlock: cidr,
        transitGatewayAttachmentId: tunnel.transitGatewayAttachmentId,
        transitGatewayRouteTableId: table as pulumi.Input<string>,
      },
      { parent },
    );
  });
  const routesOfVpc = Object.entries(vpn.routeTableIds).flatMap(([key, routeTableId]) =>
    cidrs.map((cidr) => {
      return transform.route.declare(
        Route,
        `${name}-route-${key}-${cidr}`,
        { routeTableId, destinationCidrBlock: cidr, transitGatewayId },
        // A VPC can have routes only to a transit gateway that it is attached to.
        { parent, dependsOn: attachment },
      );
    }),
  );
  return vpnOf(tunnel, [...routesOnPremises, ...routesOfVpc]);
}

function transitGateway({ name, parent, transform }: OnPremParts): TransitGateway {
  return transform.transitGateway.declare(TransitGateway, `${name}-transit-gateway`, {}, { parent });
}

function vpcAttachment(
  { name, parent, transform }: OnPremParts,
  vpcId: pulumi.Input<string>,
  subnetIds: AwsOnPremLinkArgs["subnetIds"],
  transitGatewayId: pulumi.Input<string>,
): VpcAttachment {
  return transform.transitGatewayAttachment.declare(
    VpcAttachment,
    `${name}-transit-gateway-attachment`,
    { vpcId, transitGatewayId, subnetIds: pulumi.output(subnetIds).apply((ids) => [...ids]) },
    { parent },
  );
}
