import { text } from "../../property-value.ts";
import { Kind, type Records } from "../../records.ts";
import type { StoredRecord } from "../stored-resource.ts";

/** By Region and id. */
export const vpcs = new Kind<StoredRecord>("aws/ec2/vpc");
export const subnets = new Kind<StoredRecord>("aws/ec2/subnet");
export const vpcEndpoints = new Kind<StoredRecord>("aws/ec2/vpc-endpoint");
export const securityGroups = new Kind<StoredRecord>("aws/ec2/security-group");
export const customerGateways = new Kind<StoredRecord>("aws/ec2/customer-gateway");
export const vpnConnections = new Kind<StoredRecord>("aws/ec2/vpn-connection");
export const vpnGateways = new Kind<StoredRecord>("aws/ec2/vpn-gateway");
export const vpnConnectionRoutes = new Kind<StoredRecord>("aws/ec2/vpn-connection-route");
export const routePropagations = new Kind<StoredRecord>("aws/ec2/vgw-route-propagation");
export const routeTables = new Kind<StoredRecord>("aws/ec2/route-table");
export const transitGatewayRoutes = new Kind<StoredRecord>("aws/ec2/transit-gateway-route");
export const transitGateways = new Kind<StoredRecord>("aws/ec2/transit-gateway");
export const transitGatewayAttachments = new Kind<StoredRecord>("aws/ec2/transit-gateway-attachment");

/** Rules of one direction, each with one peer. */
export const ingressRules = new Kind<StoredRecord>("aws/ec2/security-group-ingress-rule");
export const egressRules = new Kind<StoredRecord>("aws/ec2/security-group-egress-rule");
/** Rules of either direction, each with several peers. */
export const securityGroupRules = new Kind<StoredRecord>("aws/ec2/security-group-rule");

/** The VPC of a subnet; undefined for a subnet that no stack of the sandbox declares. */
export function vpcOfSubnet(records: Records, region: string, id: string): string | undefined {
  const subnet = subnets.get(records, region, id);
  return subnet && text(subnet.arguments, "vpcId");
}

/** Whether subnets are in one VPC. Subnets that no stack of the sandbox declares are accepted. */
export function areInOneVpc(records: Records, region: string, ids: readonly string[]): boolean {
  const vpcIds = ids.map((id) => vpcOfSubnet(records, region, id)).filter((id) => id !== undefined);
  return new Set(vpcIds).size <= 1;
}
