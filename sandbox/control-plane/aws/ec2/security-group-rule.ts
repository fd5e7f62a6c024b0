import type { AwsSecurityGroup, AwsSecurityGroupRule } from "../../../data-plane/aws/artefacts/network.ts";
import { digest } from "../../identifier.ts";
import { flag, isEmpty, isObject, type Properties, text, texts } from "../../property-value.ts";
import type { Kind, Records } from "../../records.ts";
import { type ResourceModel, VendorError } from "../../resource-model.ts";
import { checkOneOf, verifying } from "../argument-check.ts";
import type { AwsSettings } from "../region.ts";
import { allOf, type StoredRecord, storedResource } from "../stored-resource.ts";
import { uniqueId } from "../unique-id.ts";
import { egressRules, ingressRules, securityGroupRules, securityGroups } from "./record.ts";
import { ec2Resource } from "./resource.ts";

type Direction = keyof AwsSecurityGroup;

/** The model of a rule of one direction with one peer. */
function ruleModel(stored: Kind<StoredRecord>, title: string): ResourceModel<AwsSettings> {
  return ec2Resource(
    stored,
    "sgr",
    title,
    {
      replaces: ["securityGroupId"],
      verify(inputs) {
        const peers = ["cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId"];
        if (peers.filter((name) => inputs[name] !== undefined).length === 1) return [];
        const reason = `exactly one (and only one) of [${peers.join(",")}] must be specified`;
        return [{ property: "cidrIpv4", reason }];
      },
      outputs: (_records, { id }) => ({ securityGroupRuleId: id }),
    },
    "security-group-rule",
  );
}

/** `aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule`. */
export const ingressRule = ruleModel(ingressRules, "VPC Security Group Ingress Rule");

/** `aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule`. */
export const egressRule = ruleModel(egressRules, "VPC Security Group Egress Rule");

/** `aws:ec2/securityGroupRule:SecurityGroupRule`: a rule of either direction with several peers. */
export const securityGroupRule = storedResource(securityGroupRules, {
  title: "Security Group Rule",
  replaces: [
    "cidrBlocks",
    "fromPort",
    "ipv6CidrBlocks",
    "prefixListIds",
    "protocol",
    "securityGroupId",
    "self",
    "sourceSecurityGroupId",
    "toPort",
    "type",
  ],
  verify: verifying((inputs, fail) => {
    checkOneOf(inputs, "type", ["egress", "ingress"], fail);
  }),
  id: (call, _region, _inputs, taken) => uniqueId((digits) => `sgrule-${digits}`, 10, [call.urn], taken),
  check(_call, _region, inputs, operation) {
    const peers = ["cidrBlocks", "ipv6CidrBlocks", "prefixListIds", "self", "sourceSecurityGroupId"];
    if (peers.some((name) => !isEmpty(inputs[name]))) return;
    throw new VendorError(
      `${operation}: One of ['cidr_blocks', 'ipv6_cidr_blocks', 'self', 'source_security_group_id', 'prefix_list_ids'] must be ` +
        "set to create an AWS Security Group Rule",
    );
  },
  outputs: (_records, { id }) => ({ securityGroupRuleId: `sgr-${digest(id, 17)}`, self: false }),
});

/** The rules of a security group; undefined for a group that no stack of the sandbox declares. */
export function rulesOf(records: Records, region: string, id: string): AwsSecurityGroup | undefined {
  const group = securityGroups.get(records, region, id);
  if (group === undefined) return undefined;
  return { ingress: rules(records, group, "ingress"), egress: rules(records, group, "egress") };
}

function rules(records: Records, { id, region, arguments: inputs }: StoredRecord, direction: Direction) {
  const inline = inputs[direction];
  const rulesOfGroup = (kind: Kind<StoredRecord>) =>
    allOf(kind, records, region)
      .map((rule) => rule.arguments)
      .filter((rule) => text(rule, "securityGroupId") === id);
  return [
    ...(Array.isArray(inline) ? inline.filter(isObject) : []).flatMap((rule) => splitByPeer(rule, id)),
    ...rulesOfGroup(securityGroupRules)
      .filter(({ type }) => type === direction)
      .flatMap((rule) => splitByPeer(rule, id)),
    ...rulesOfGroup(direction === "ingress" ? ingressRules : egressRules).map((rule): AwsSecurityGroupRule => {
      const group = text(rule, "referencedSecurityGroupId");
      return { ...portsOf(rule, "ipProtocol"), ...(group === undefined ? {} : { group }) };
    }),
  ];
}

/** Splits a rule with several peers: one rule for addresses of any kind, and one for each group. */
function splitByPeer(rule: Properties, groupId: string): readonly AwsSecurityGroupRule[] {
  const ports = portsOf(rule, "protocol");
  const addresses = ["cidrBlocks", "ipv6CidrBlocks", "prefixListIds"].some((name) => !isEmpty(rule[name]));
  const source = text(rule, "sourceSecurityGroupId");
  const groups = [
    ...(texts(rule.securityGroups) ?? []),
    ...(source === undefined ? [] : [source]),
    ...(flag(rule, "self") === true ? [groupId] : []),
  ];
  return [...(addresses ? [ports] : []), ...groups.map((group) => ({ ...ports, group }))];
}

function portsOf(rule: Properties, member: string): AwsSecurityGroupRule {
  const named = (text(rule, member) ?? "-1").toLowerCase();
  const protocol = named === "all" ? "-1" : named === "6" ? "tcp" : named;
  const port = (name: string) => (typeof rule[name] === "number" ? rule[name] : 0);
  return { protocol, fromPort: port("fromPort"), toPort: port("toPort") };
}
