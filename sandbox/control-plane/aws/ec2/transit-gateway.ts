import { text, texts } from "../../property-value.ts";
import { Kind } from "../../records.ts";
import { type ResourceModel, VendorError } from "../../resource-model.ts";
import { verifying } from "../argument-check.ts";
import { type AwsSettings, accountId } from "../region.ts";
import { sameSet } from "../same-set.ts";
import { allOf, type StoredRecord, storedResource } from "../stored-resource.ts";
import { transitGatewayAttachments, transitGatewayRoutes, transitGateways, vpnConnections } from "./record.ts";
import { ec2Id, ec2Resource } from "./resource.ts";
import { attachmentOf } from "./vpn.ts";

/** `aws:ec2transitgateway/transitGateway:TransitGateway`. */
export const transitGateway = ec2Resource(
  transitGateways,
  "tgw",
  "EC2 Transit Gateway",
  {
    replaces: ["multicastSupport"],
    outputs: (_records, { id }) => ({
      amazonSideAsn: 64_512,
      associationDefaultRouteTableId: ec2Id("tgw-rtb", id),
      autoAcceptSharedAttachments: "disable",
      defaultRouteTableAssociation: "enable",
      defaultRouteTablePropagation: "enable",
      description: "",
      dnsSupport: "enable",
      multicastSupport: "disable",
      ownerId: accountId,
      propagationDefaultRouteTableId: ec2Id("tgw-rtb", id),
      securityGroupReferencingSupport: "disable",
      transitGatewayCidrBlocks: [],
      vpnEcmpSupport: "enable",
    }),
    beforeDelete(call, { id, region }, operation) {
      const isAttached = (each: StoredRecord) => text(each.arguments, "transitGatewayId") === id;
      const vpcs = allOf(transitGatewayAttachments, call.records, region)
        .filter(isAttached)
        .map((each) => each.id);
      const vpns = allOf(vpnConnections, call.records, region)
        .filter(isAttached)
        .map((each) => attachmentOf(each.id));
      for (const [kind, attachments] of [
        ["VPC", vpcs],
        ["VPN", vpns],
      ] as const) {
        if (attachments.length === 0) continue;
        throw new VendorError(
          `${operation}: IncorrectState: ${id} has non-deleted ${kind} Attachments: ${attachments.join(", ")}.`,
        );
      }
    },
  },
  "transit-gateway",
);

/** `aws:ec2transitgateway/vpcAttachment:VpcAttachment`. */
export const transitGatewayVpcAttachment = ec2Resource(
  transitGatewayAttachments,
  "tgw-attach",
  "EC2 Transit Gateway VPC Attachment",
  {
    replaces: ["transitGatewayId", "vpcId"],
    same: { subnetIds: sameSet },
    check(_call, _region, inputs, operation) {
      if ((texts(inputs.subnetIds) ?? []).length > 0) return;
      throw new VendorError(`${operation}: InvalidParameterValue: at least one subnet must be specified`);
    },
    outputs: () => ({
      applianceModeSupport: "disable",
      dnsSupport: "enable",
      ipv6Support: "disable",
      securityGroupReferencingSupport: "enable",
      transitGatewayDefaultRouteTableAssociation: true,
      transitGatewayDefaultRouteTablePropagation: true,
      vpcOwnerId: accountId,
    }),
  },
  "transit-gateway-attachment",
);

/** `aws:ec2transitgateway/routeTable:RouteTable`. */
export const transitGatewayRouteTable = ec2Resource(
  new Kind<StoredRecord>("aws/ec2/transit-gateway-route-table"),
  "tgw-rtb",
  "EC2 Transit Gateway Route Table",
  {
    replaces: ["transitGatewayId"],
    outputs: () => ({ defaultAssociationRouteTable: false, defaultPropagationRouteTable: false }),
  },
  "transit-gateway-route-table",
);

/** `aws:ec2transitgateway/route:Route`. */
export const transitGatewayRoute = storedResource(transitGatewayRoutes, {
  title: "EC2 Transit Gateway Route",
  replaces: ["blackhole", "destinationCidrBlock", "transitGatewayAttachmentId", "transitGatewayRouteTableId"],
  verify: verifying((inputs, fail) => {
    if (inputs.blackhole !== true && inputs.transitGatewayAttachmentId === undefined) {
      fail("transitGatewayAttachmentId", '"transit_gateway_attachment_id": is needed unless "blackhole" is true');
    }
  }),
  id: (_call, _region, inputs) =>
    `${text(inputs, "transitGatewayRouteTableId")}_${text(inputs, "destinationCidrBlock")}`,
  check(call, region, inputs, operation, before) {
    const id = `${text(inputs, "transitGatewayRouteTableId")}_${text(inputs, "destinationCidrBlock")}`;
    if (before === undefined && transitGatewayRoutes.get(call.records, region, id) !== undefined) {
      throw new VendorError(
        `${operation}: RouteAlreadyExists: Route ${text(inputs, "destinationCidrBlock")} already exists in Transit Gateway ` +
          `Route Table ${text(inputs, "transitGatewayRouteTableId")}.`,
      );
    }
  },
  outputs: () => ({ blackhole: false }),
});

/** The model of an association or propagation of an attachment with a route table. */
function attachmentInTable(name: string, title: string): ResourceModel<AwsSettings> {
  return storedResource(new Kind<StoredRecord>(`aws/ec2/${name}`), {
    title,
    replaces: ["replaceExistingAssociation", "transitGatewayAttachmentId", "transitGatewayRouteTableId"],
    id: (_call, _region, inputs) =>
      `${text(inputs, "transitGatewayRouteTableId")}_${text(inputs, "transitGatewayAttachmentId")}`,
    outputs: () => ({ resourceId: "", resourceType: "" }),
  });
}

/** `aws:ec2transitgateway/routeTableAssociation:RouteTableAssociation`. */
export const transitGatewayAssociation = attachmentInTable(
  "transit-gateway-association",
  "EC2 Transit Gateway Route Table Association",
);

/** `aws:ec2transitgateway/routeTablePropagation:RouteTablePropagation`. */
export const transitGatewayPropagation = attachmentInTable(
  "transit-gateway-propagation",
  "EC2 Transit Gateway Route Table Propagation",
);
