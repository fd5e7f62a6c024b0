import { BlockList, isIPv4 } from "node:net";
import { digest } from "../../identifier.ts";
import { type Properties, text, withoutUndefined } from "../../property-value.ts";
import { type Call, type ResourceModel, VendorError } from "../../resource-model.ts";
import { vpcs } from "../ec2/record.ts";
import { optional } from "../optional.ts";
import { type AwsSettings, regionOf } from "../region.ts";
import { allOf, type StoredRecord } from "../stored-resource.ts";
import { kindOf } from "./load-balancer.ts";
import { listeners, loadBalancers, targetGroups, targets } from "./record.ts";

/**
 * The ranges of targets outside the VPC: RFC 1918 and RFC 6598 (docs.aws.amazon.com, target-group-register-targets).
 *
 * Unverified: whether a VPC may have other ranges. In the sandbox none has.
 */
const RANGES = new BlockList();
RANGES.addSubnet("10.0.0.0", 8);
RANGES.addSubnet("172.16.0.0", 12);
RANGES.addSubnet("192.168.0.0", 16);
RANGES.addSubnet("100.64.0.0", 10);

/**
 * `aws:lb/targetGroupAttachment:TargetGroupAttachment`: the registration of a target with a target group (terraform-provider-aws,
 * internal/service/elbv2/target_group_attachment.go).
 */
export const targetGroupAttachment: ResourceModel<AwsSettings> = {
  replaces: ["*"],

  create(call, inputs) {
    const region = regionOf(call.settings, inputs);
    const { arn, address } = namesOf(inputs);
    const operation = `registering ELBv2 Target Group (${arn}) target`;
    const group = targetGroups.get(call.records, region, arn);
    if (group === undefined) {
      throw new VendorError(`${operation}: TargetGroupNotFound: Target groups '${arn}' not found`);
    }
    const port = portOf(inputs, group);
    checkTarget(call, group, address, port, text(inputs, "availabilityZone"), operation);
    const target = { group: arn, address, port, ...optional("availabilityZone", text(inputs, "availabilityZone")) };
    targets.put(call.records, target, region, arn, `${address}:${port}`);
    return { id: `${arn}-${digest(call.urn, 26)}`, outputs: read(region, inputs) };
  },

  read(call, id, state) {
    const region = regionOf(call.settings, state);
    const { arn, address } = namesOf(state);
    const group = targetGroups.get(call.records, region, arn);
    const found = group && targets.get(call.records, region, arn, `${address}:${portOf(state, group)}`);
    return found && { id, outputs: read(region, state) };
  },

  // Every argument replaces.
  update: (_call, _id, { state }) => state,

  delete(call, _id, state) {
    const region = regionOf(call.settings, state);
    const { arn, address } = namesOf(state);
    const group = targetGroups.get(call.records, region, arn);
    if (group !== undefined) targets.delete(call.records, region, arn, `${address}:${portOf(state, group)}`);
  },
};

function namesOf(properties: Properties): { readonly arn: string; readonly address: string } {
  return { arn: text(properties, "targetGroupArn") ?? "", address: text(properties, "targetId") ?? "" };
}

/** The port of a target. @default the port of the group */
function portOf(properties: Properties, group: StoredRecord): number {
  if (typeof properties.port === "number") return properties.port;
  return typeof group.arguments.port === "number" ? group.arguments.port : 0;
}

function checkTarget(
  call: Call<AwsSettings>,
  group: StoredRecord,
  address: string,
  port: number,
  zone: string | undefined,
  operation: string,
): void {
  const refuse = (reason: string): never => {
    throw new VendorError(`${operation}: ${reason}`);
  };
  switch (text(group.arguments, "targetType")) {
    case "ip": {
      if (!isIPv4(address)) refuse(`ValidationError: The IP address '${address}' is not a valid IPv4 address`);
      if (!RANGES.check(address)) {
        refuse(`ValidationError: The IP address '${address}' is not from a range that targets may be of`);
      }
      const inside = isInVpc(call, group, address);
      // The texts are from kubernetes-sigs/aws-load-balancer-controller#3084 and #561.
      if (inside === false && zone === undefined) {
        refuse(
          "ValidationError: You must specify a valid Availability Zone or select 'all' for all enabled Availability " +
            `zones, since the IP address '${address}' is outside the VPC`,
        );
      }
      if (inside === true && zone === "all") {
        refuse(
          `ValidationError: The IP address '${address}' is within the VPC, and cannot have its Availability Zone ` +
            "overridden to 'all'",
        );
      }
      return;
    }
    case "alb": {
      const balancer = loadBalancers.get(call.records, group.region, address);
      if (balancer === undefined || kindOf(balancer.arguments) !== "application") {
        refuse(`InvalidTarget: The target '${address}' is not an Application Load Balancer`);
      }
      const listens = allOf(listeners, call.records, group.region).some(
        (each) => text(each.arguments, "loadBalancerArn") === address && each.arguments.port === port,
      );
      if (!listens) {
        refuse(`InvalidTarget: The Application Load Balancer '${address}' has no listener on port ${port}`);
      }
    }
  }
}

/** Whether an address is in the VPC of a group; undefined for a VPC that no stack of the sandbox declares. */
function isInVpc(call: Call<AwsSettings>, group: StoredRecord, address: string): boolean | undefined {
  const vpc = vpcs.get(call.records, group.region, text(group.arguments, "vpcId") ?? "");
  const [network = "", bits = ""] = (vpc === undefined ? "" : (text(vpc.arguments, "cidrBlock") ?? "")).split("/");
  if (!isIPv4(network) || !/^\d+$/.test(bits)) return undefined;
  const block = new BlockList();
  block.addSubnet(network, Number(bits));
  return block.check(address);
}

function read(region: string, remembered: Properties): Properties {
  const { availabilityZone, port, targetGroupArn, targetId, quicServerId } = remembered;
  return withoutUndefined({ availabilityZone, port, targetGroupArn, targetId, quicServerId, region });
}
