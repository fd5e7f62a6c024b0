import { hex, withAutomaticName } from "../automatic-name.ts";
import { uniqueName } from "../identifier.ts";
import { type Properties, text } from "../property-value.ts";
import { type Call, type CheckFailure, type ResourceModel, VendorError } from "../resource-model.ts";
import { checkArn, checkLength, checkMatch } from "./argument-check.ts";
import { type RolePolicyRecord, rolePolicies, rolePolicyAttachments, roles } from "./iam-record.ts";
import { noSuchRole } from "./iam-role.ts";
import { checkPolicy, policyText, samePolicy, statementsOf, withPolicyText } from "./policy-document.ts";
import type { AwsSettings } from "./region.ts";

/** `aws:iam/rolePolicy:RolePolicy` (terraform-provider-aws, internal/service/iam/role_policy.go). */
export const rolePolicy: ResourceModel<AwsSettings> = {
  replaces: ["name", "namePrefix", "role"],
  same: { policy: samePolicy },

  complete(inputs, call) {
    const written = withPolicyText(inputs, "policy");
    if (written.namePrefix !== undefined) return written;
    return withAutomaticName(written, "name", call, (seed) => `-${hex(seed, 7)}`);
  },

  verify(inputs) {
    const failures: CheckFailure[] = [];
    const fail = (property: string, reason: string) => failures.push({ property, reason });
    checkPolicy(inputs, "policy", fail);
    checkLength(inputs, "name", 1, 128, fail);
    checkLength(inputs, "namePrefix", 1, 102, fail);
    for (const name of ["name", "namePrefix"]) {
      checkMatch(inputs, name, /^[\w+=,.@-]*$/, "must match [\\w+=,.@-]", fail);
    }
    return failures;
  },

  create(call, inputs) {
    const role = text(inputs, "role") ?? "";
    const taken = (name: string) => rolePolicies.get(call.records, role, name) !== undefined;
    const name = text(inputs, "name") ?? uniqueName(text(inputs, "namePrefix") ?? "", call.urn, taken);
    const made = put(call, role, name, inputs);
    return { id: `${made.role}:${made.name}`, outputs: read(made, inputs) };
  },

  read(call, id, state) {
    const [role = "", name = ""] = id.split(":", 2);
    const found = rolePolicies.get(call.records, role, name);
    return found && { id, outputs: read(found, state) };
  },

  update(call, id, { inputs }) {
    const [role = "", name = ""] = id.split(":", 2);
    return read(put(call, role, name, inputs), inputs);
  },

  delete(call, id) {
    const [role = "", name = ""] = id.split(":", 2);
    rolePolicies.delete(call.records, role, name);
  },
};

/** PutRolePolicy makes and overwrites alike. */
function put(call: Call<AwsSettings>, role: string, name: string, inputs: Properties): RolePolicyRecord {
  const doing = `putting IAM Role (${role}) Policy (${name})`;
  if (roles.get(call.records, role) === undefined) throw new VendorError(noSuchRole(doing, role));
  const policy = policyText(inputs, "policy");
  statementsOf(policy, "identity", doing);
  const made = { name, role, policy };
  rolePolicies.put(call.records, made, role, name);
  return made;
}

function read(found: RolePolicyRecord, remembered: Properties): Properties {
  return { ...found, namePrefix: text(remembered, "namePrefix") ?? "" };
}

/** `aws:iam/rolePolicyAttachment:RolePolicyAttachment`. */
export const rolePolicyAttachment: ResourceModel<AwsSettings> = {
  replaces: ["policyArn", "role"],

  verify(inputs) {
    const failures: CheckFailure[] = [];
    checkArn(inputs, "policyArn", (property, reason) => failures.push({ property, reason }));
    return failures;
  },

  create(call, inputs) {
    const [role, policyArn] = [text(inputs, "role") ?? "", text(inputs, "policyArn") ?? ""];
    const doing = `attaching IAM Policy (${policyArn}) to IAM Role (${role})`;
    if (roles.get(call.records, role) === undefined) throw new VendorError(noSuchRole(doing, role));
    rolePolicyAttachments.put(call.records, { role, policyArn }, role, policyArn);
    return { id: `${role}/${policyArn}`, outputs: { role, policyArn } };
  },

  read(call, id) {
    const [role = "", policyArn = ""] = splitOnce(id);
    const found = rolePolicyAttachments.get(call.records, role, policyArn);
    return found && { id, outputs: { ...found } };
  },

  // Every argument replaces.
  update: (_call, _id, { state }) => state,

  delete(call, id) {
    const [role = "", policyArn = ""] = splitOnce(id);
    rolePolicyAttachments.delete(call.records, role, policyArn);
  },
};

/** A role's name holds no slash, a policy's ARN does. */
function splitOnce(id: string): readonly [string, string] {
  const slash = id.indexOf("/");
  return [id.slice(0, slash), id.slice(slash + 1)];
}
