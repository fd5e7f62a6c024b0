import {
  CustomerGateway,
  type CustomerGatewayArgs,
  Route,
  type RouteArgs,
  VpnConnection,
  type VpnConnectionArgs,
  VpnConnectionRoute,
  type VpnConnectionRouteArgs,
  VpnGateway,
  type VpnGatewayArgs,
  VpnGatewayRoutePropagation,
  type VpnGatewayRoutePropagationArgs,
} from "@pulumi/aws/ec2/index.js";
import {
  TransitGateway,
  type TransitGatewayArgs,
  Route as TransitGatewayRoute,
  type RouteArgs as TransitGatewayRouteArgs,
  VpcAttachment,
  type VpcAttachmentArgs,
} from "@pulumi/aws/ec2transitgateway/index.js";
import * as pulumi from "@pulumi/pulumi";
import { transformed } from "../../gateway/transform.ts";
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
  const [args, options] = transformed<CustomerGatewayArgs>(
    transform.customerGateway,
    {
      type: "ipsec.1",
      ipAddress: publicIp,
      ...(asn > LARGEST_SHORT_ASN ? { bgpAsnExtended: `${asn}` } : { bgpAsn: `${asn}` }),
    },
    { parent },
    ["type", "ipAddress", "bgpAsn", "bgpAsnExtended", "region"],
  );
  return new CustomerGateway(`${name}-customer-gateway`, args, options);
}

type End = Pick<VpnConnectionArgs, "vpnGatewayId" | "transitGatewayId">;

function connection(
  { name, parent, transform }: OnPremParts,
  { asn }: AwsVpn,
  { id }: CustomerGateway,
  end: End,
): VpnConnection {
  const [args, options] = transformed<VpnConnectionArgs>(
    transform.vpnConnection,
    { type: "ipsec.1", customerGatewayId: id, staticRoutesOnly: asn === undefined, ...end },
    { parent },
    ["type", "customerGatewayId", "staticRoutesOnly", "vpnGatewayId", "transitGatewayId", "region"],
  );
  return new VpnConnection(`${name}-vpn`, args, options);
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
    const [args, options] = transformed<VpnConnectionRouteArgs>(
      transform.vpnRoute,
      { vpnConnectionId: tunnel.id, destinationCidrBlock: cidr },
      { parent },
      ["vpnConnectionId", "destinationCidrBlock", "region"],
    );
    return new VpnConnectionRoute(`${name}-vpn-route-${cidr}`, args, options);
  });
  const propagations = Object.entries(vpn.routeTableIds).map(([table, routeTableId]) => {
    const [args, options] = transformed<VpnGatewayRoutePropagationArgs>(
      transform.routePropagation,
      { vpnGatewayId, routeTableId },
      { parent },
      ["vpnGatewayId", "routeTableId", "region"],
    );
    return new VpnGatewayRoutePropagation(`${name}-propagation-${table}`, args, options);
  });
  return vpnOf(tunnel, [...routes, ...propagations]);
}

function vpnGateway({ name, parent, transform }: OnPremParts, vpcId: pulumi.Input<string>): pulumi.Output<string> {
  const [args, options] = transformed<VpnGatewayArgs>(
    transform.vpnGateway,
    { vpcId },
    // A VPC can have only one, so the old one must be deleted first.
    { parent, deleteBeforeReplace: true },
    ["vpcId", "region"],
  );
  return new VpnGateway(`${name}-vpn-gateway`, args, options).id;
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
    const [args, options] = transformed<TransitGatewayRouteArgs>(
      transform.transitGatewayRoute,
      {
        destinationCidrBlock: cidr,
        transitGatewayAttachmentId: tunnel.transitGatewayAttachmentId,
        transitGatewayRouteTableId: table as pulumi.Input<string>,
      },
      { parent },
      ["destinationCidrBlock", "transitGatewayAttachmentId", "transitGatewayRouteTableId", "region"],
    );
    return new TransitGatewayRoute(`${name}-transit-gateway-route-${cidr}`, args, options);
  });
  const routesOfVpc = Object.entries(vpn.routeTableIds).flatMap(([key, routeTableId]) =>
    cidrs.map((cidr) => {
      const [args, options] = transformed<RouteArgs>(
        transform.route,
        { routeTableId, destinationCidrBlock: cidr, transitGatewayId },
        // A VPC can have routes only to a transit gateway that it is attached to.
        { parent, dependsOn: attachment },
        ["routeTableId", "destinationCidrBlock", "transitGatewayId", "region"],
      );
      return new Route(`${name}-route-${key}-${cidr}`, args, options);
    }),
  );
  return vpnOf(tunnel, [...routesOnPremises, ...routesOfVpc]);
}

function transitGateway({ name, parent, transform }: OnPremParts): TransitGateway {
  const [args, options] = transformed<TransitGatewayArgs>(transform.transitGateway, {}, { parent }, [
    "defaultRouteTableAssociation",
    "defaultRouteTablePropagation",
    "region",
  ]);
  return new TransitGateway(`${name}-transit-gateway`, args, options);
}

function vpcAttachment(
  { name, parent, transform }: OnPremParts,
  vpcId: pulumi.Input<string>,
  subnetIds: AwsOnPremLinkArgs["subnetIds"],
  transitGatewayId: pulumi.Input<string>,
): VpcAttachment {
  const [args, options] = transformed<VpcAttachmentArgs>(
    transform.transitGatewayAttachment,
    { vpcId, transitGatewayId, subnetIds: pulumi.output(subnetIds).apply((ids) => [...ids]) },
    { parent },
    ["vpcId", "transitGatewayId", "subnetIds", "region"],
  );
  return new VpcAttachment(`${name}-transit-gateway-attachment`, args, options);
}
