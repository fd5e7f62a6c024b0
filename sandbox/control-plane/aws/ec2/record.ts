import { text } from "../../property-value.ts";
import { Kind, type Records } from "../../records.ts";
import type { StoredRecord } from "../stored-resource.ts";

/** By Region and id. */
export const vpcs = new Kind<StoredRecord>("aws/ec2/vpc");
export const subnets = new Kind<StoredRecord>("aws/ec2/subnet");
export const vpcEndpoints = new Kind<StoredRecord>("aws/ec2/vpc-endpoint");
export const securityGroups = new Kind<StoredRecord>("aws/ec2/security-group");
/** Of a group in one direction, and in either. */
export const ingressRules = new Kind<StoredRecord>("aws/ec2/security-group-ingress-rule");
export const egressRules = new Kind<StoredRecord>("aws/ec2/security-group-egress-rule");
export const securityGroupRules = new Kind<StoredRecord>("aws/ec2/security-group-rule");
export const vpcLinks = new Kind<StoredRecord>("aws/apigatewayv2/vpc-link");
export const customerGateways = new Kind<StoredRecord>("aws/ec2/customer-gateway");
export const vpnConnections = new Kind<StoredRecord>("aws/ec2/vpn-connection");
export const transitGateways = new Kind<StoredRecord>("aws/ec2/transit-gateway");
export const transitGatewayAttachments = new Kind<StoredRecord>("aws/ec2/transit-gateway-attachment");

/** By Region and ARN. */
export const loadBalancers = new Kind<StoredRecord>("aws/elbv2/load-balancer");
export const listeners = new Kind<StoredRecord>("aws/elbv2/listener");
export const listenerRules = new Kind<StoredRecord>("aws/elbv2/listener-rule");
export const targetGroups = new Kind<StoredRecord>("aws/elbv2/target-group");

/** What is registered with a target group, however often it was asked for. */
export interface TargetRecord {
  readonly group: string;
  readonly address: string;
  readonly port: number;
  readonly availabilityZone?: string;
}

/** By Region, the target group's ARN, and `ADDRESS:PORT`. */
export const targets = new Kind<TargetRecord>("aws/elbv2/target");

/** By Region and id; instances by service and id. */
export const namespaces = new Kind<StoredRecord>("aws/servicediscovery/namespace");
export const cloudMapServices = new Kind<StoredRecord>("aws/servicediscovery/service");
export const cloudMapInstances = new Kind<CloudMapInstanceRecord>("aws/servicediscovery/instance");

export interface CloudMapInstanceRecord {
  readonly id: string;
  readonly serviceId: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** The VPC of a subnet, where the sandbox knows it: subnets from outside it are taken as they are. */
export function vpcOfSubnet(records: Records, region: string, id: string): string | undefined {
  const found = subnets.get(records, region, id);
  return found && text(found.arguments, "vpcId");
}
