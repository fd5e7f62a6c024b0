import { hex, withAutomaticName } from "../automatic-name.ts";
import { texts } from "../property-value.ts";
import { Kind } from "../records.ts";
import { VendorError } from "../resource-model.ts";
import { ec2Id, ec2Resource } from "./ec2-resource.ts";
import { loadBalancers, vpcLinks } from "./network-record.ts";
import { accountId } from "./region.ts";
import { allOf, type StoredRecord, sameSet } from "./stored-resource.ts";

/** `aws:ec2/securityGroup:SecurityGroup`. Its rules are kept and let everything through: the sandbox filters no packets. */
export const securityGroup = ec2Resource(
  new Kind<StoredRecord>("aws/ec2/security-group"),
  "sg",
  "Security Group",
  {
    replaces: ["description", "name", "namePrefix", "vpcId"],
    same: { ingress: sameSet, egress: sameSet },
    complete(inputs, call) {
      if (inputs.namePrefix !== undefined) return inputs;
      return withAutomaticName(inputs, "name", call, (seed) => `-${hex(seed, 7)}`);
    },
    outputs: (_records, { region }) => ({
      description: "Managed by Pulumi",
      egress: [],
      ingress: [],
      namePrefix: "",
      ownerId: accountId,
      vpcId: ec2Id("vpc", region),
    }),
    release(call, { id, region }, doing) {
      const users = [
        ...allOf(vpcLinks, call.records, region).map((link) => texts(link.arguments.securityGroupIds)),
        ...allOf(loadBalancers, call.records, region).map((balancer) => texts(balancer.arguments.securityGroups)),
      ];
      if (users.some((groups) => groups?.includes(id) === true)) {
        throw new VendorError(`${doing}: DependencyViolation: resource ${id} has a dependent object`);
      }
    },
  },
  "security-group",
);
