import { digest } from "../../identifier.ts";
import { flag, isEmpty, isObject, type Properties, text, texts } from "../../property-value.ts";
import type { Records } from "../../records.ts";
import { VendorError } from "../../resource-model.ts";
import { checkLength, checkMatch, checkOneOf, type Fail, verifying } from "../argument-check.ts";
import { completeName } from "../automatic-name.ts";
import { areInOneVpc, vpcOfSubnet } from "../ec2/record.ts";
import { ec2Id } from "../ec2/resource.ts";
import { arn, partitionOf } from "../region.ts";
import { sameSet } from "../same-set.ts";
import { allOf, type StoredRecord, storedResource } from "../stored-resource.ts";
import { uniqueId } from "../unique-id.ts";
import { deleteRules } from "./listener.ts";
import { listeners, listenersOf, loadBalancers } from "./record.ts";

/** `aws:lb/loadBalancer:LoadBalancer` (terraform-provider-aws, internal/service/elbv2/load_balancer.go). Its id is its ARN. */
export const loadBalancer = storedResource(loadBalancers, {
  title: "ELBv2 Load Balancer",
  replaces: ["customerOwnedIpv4Pool", "internal", "loadBalancerType", "name", "namePrefix"],
  same: { securityGroups: sameSet, subnets: sameSet },

  // A Network Load Balancer can gain subnets in place, but not lose them, and it cannot get its first or lose its last security group.
  replacing(name, was, wanted, news) {
    if (kindOf(news) !== "network") return false;
    const [before, after] = [was, wanted].map((value) => (Array.isArray(value) ? value.length : 0)) as [number, number];
    if (name === "subnets" || name === "subnetMappings") return after <= before;
    return name === "securityGroups" && (before === 0) !== (after === 0);
  },

  complete: completeName,

  verify: verifying((inputs, fail) => {
    checkName(inputs, 32, fail);
    checkLength(inputs, "namePrefix", 1, 6, fail);
    checkOneOf(inputs, "loadBalancerType", ["application", "gateway", "network"], fail);
    checkOneOf(inputs, "ipAddressType", ["ipv4", "dualstack", "dualstack-without-public-ipv4"], fail);
    if (isEmpty(inputs.subnets) === isEmpty(inputs.subnetMappings)) {
      fail("subnets", '"subnets": one of `subnet_mapping,subnets` must be specified');
    }
  }),

  id(call, region, inputs, taken) {
    const kind = kindOf(inputs) === "application" ? "app" : kindOf(inputs) === "network" ? "net" : "gwy";
    const path = `loadbalancer/${kind}/${newName(call.urn, inputs)}`;
    return balancingArn(path, call.urn, region, taken);
  },

  check(call, region, inputs, operation, before) {
    const name = text(inputs, "name");
    const twin = allOf(loadBalancers, call.records, region).find(({ id }) => name !== undefined && nameOf(id) === name);
    if (twin !== undefined && twin.id !== before?.id) {
      throw new VendorError(`ELBv2 Load Balancer (${name}) already exists`);
    }
    const subnets = subnetsOf(inputs);
    if (kindOf(inputs) === "application" && subnets.length < 2) {
      throw new VendorError(
        `${operation}: ValidationError: At least two subnets in two different Availability Zones must be specified`,
      );
    }
    if (!areInOneVpc(call.records, region, subnets)) {
      throw new VendorError(`${operation}: InvalidSubnet: All subnets must belong to the same VPC`);
    }
  },

  outputs: (records, balancer) => {
    const { id, region, arguments: inputs } = balancer;
    return {
      accessLogs: { bucket: "", enabled: false, prefix: "" },
      arn: id,
      arnSuffix: id.slice(id.indexOf(":loadbalancer/") + ":loadbalancer/".length),
      dnsName: dnsNameOf(balancer),
      enableCrossZoneLoadBalancing: kindOf(inputs) === "application",
      enableDeletionProtection: false,
      internal: isInternal(balancer),
      ipAddressType: "ipv4",
      loadBalancerType: kindOf(inputs),
      name: nameOf(id),
      namePrefix: "",
      securityGroups: [],
      subnets: [...subnetsOf(inputs)],
      vpcId: vpcOf(records, balancer),
      zoneId: `Z${digest(`${kindOf(inputs)} in ${region}`, 13).toUpperCase()}`,
    };
  },

  beforeDelete(call, { id, region, arguments: inputs }, operation) {
    if (flag(inputs, "enableDeletionProtection") === true) {
      throw new VendorError(
        `${operation}: OperationNotPermitted: Load balancer '${id}' cannot be deleted because deletion protection is enabled`,
      );
    }
    for (const listener of listenersOf(call.records, region, id)) {
      listeners.delete(call.records, region, listener.id);
      deleteRules(call.records, region, listener.id);
    }
  },
});

/** The type of a load balancer: `application`, `network` or `gateway`. */
export function kindOf(inputs: Properties): string {
  return text(inputs, "loadBalancerType") ?? "application";
}

export function isInternal({ arguments: inputs }: StoredRecord): boolean {
  return flag(inputs, "internal") ?? false;
}

export function dnsNameOf({ id, region, arguments: inputs }: StoredRecord): string {
  const [name, digits] = [nameOf(id), id.slice(id.lastIndexOf("/") + 1)];
  const { dnsSuffix } = partitionOf(region);
  if (kindOf(inputs) !== "application") return `${name}-${digits}.elb.${region}.${dnsSuffix}`;
  const number = BigInt(`0x${digits}`).toString().slice(0, 10);
  return `${flag(inputs, "internal") === true ? "internal-" : ""}${name}-${number}.${region}.elb.${dnsSuffix}`;
}

/** `validName` of the provider, for load balancers and target groups. */
export function checkName(inputs: Properties, max: number, fail: Fail): void {
  checkLength(inputs, "name", 1, max, fail);
  checkMatch(inputs, "name", /^[A-Za-z0-9-]*$/, "only alphanumeric characters and hyphens", fail);
  checkMatch(inputs, "name", /^(?!-)(?!.*-$)/, "cannot begin or end with a hyphen", fail);
  checkMatch(inputs, "name", /^(?!internal-)/, 'cannot begin with "internal-"', fail);
}

/** The name of a new load balancer or target group: the argument, or one with the prefix. */
export function newName(urn: string, inputs: Properties): string {
  return text(inputs, "name") ?? `${text(inputs, "namePrefix") ?? "tf-"}${digest(urn, 20)}`;
}

/** A new ARN of Elastic Load Balancing, which ends in 16 hexadecimal digits. */
export function balancingArn(path: string, urn: string, region: string, taken: (id: string) => boolean): string {
  const form = (digits: string) => arn("elasticloadbalancing", region, `${path}/${digits}`, true);
  return uniqueId(form, 16, [urn, region], taken);
}

/** The name in the ARN of a load balancer or target group. */
export function nameOf(id: string): string {
  return id.split("/").at(-2) ?? "";
}

export function subnetsOf(inputs: Properties): readonly string[] {
  const mapped = Array.isArray(inputs.subnetMappings) ? inputs.subnetMappings : [];
  return texts(inputs.subnets) ?? mapped.flatMap((each) => (isObject(each) ? [text(each, "subnetId") ?? ""] : []));
}

function vpcOf(records: Records, { region, arguments: inputs }: StoredRecord): string {
  const [first = ""] = subnetsOf(inputs);
  return vpcOfSubnet(records, region, first) ?? ec2Id("vpc", region);
}
