import { digest, uniqueName } from "../../identifier.ts";
import { flag, type Properties, text, withoutUndefined } from "../../property-value.ts";
import { type ResourceModel, VendorError } from "../../resource-model.ts";
import { checkLength, checkRange, verifying } from "../argument-check.ts";
import { completeName } from "../automatic-name.ts";
import { optional } from "../optional.ts";
import { checkPolicy, policyText, samePolicy, statementsOf, withPolicyText } from "../policy-document.ts";
import { type AwsSettings, accountId, partitionOf } from "../region.ts";
import { tagOutputs, tagsOf } from "../tags.ts";
import { timestamp } from "../timestamp.ts";
import { checkName, checkPath } from "./name.ts";
import { type RoleRecord, rolePolicies, rolePolicyAttachments, roles } from "./record.ts";

/** `aws:iam/role:Role` (terraform-provider-aws, internal/service/iam/role.go). */
export const role: ResourceModel<AwsSettings> = {
  replaces: ["name", "namePrefix", "path"],
  same: { assumeRolePolicy: samePolicy },
  cleared: ["description", "permissionsBoundary", "tags"],
  recomputed: { tags: ["tagsAll"] },

  complete: (inputs, call) => completeName(withPolicyText(inputs, "assumeRolePolicy"), call),

  verify: verifying((inputs, fail) => {
    checkPolicy(inputs, "assumeRolePolicy", fail);
    checkName(inputs, 64, 38, fail);
    checkPath(inputs, fail);
    checkLength(inputs, "description", 0, 1000, fail);
    checkRange(inputs, "maxSessionDuration", 3600, 43_200, fail);
    if (inputs.name !== undefined && inputs.namePrefix !== undefined) {
      fail("name", '"name": conflicts with name_prefix');
    }
  }),

  create(call, inputs) {
    const taken = (name: string) => roles.get(call.records, name) !== undefined;
    const name = text(inputs, "name") ?? uniqueName(text(inputs, "namePrefix") ?? "", call.urn, taken);
    const operation = `creating IAM Role (${name})`;
    if (taken(name)) {
      throw new VendorError(`${operation}: EntityAlreadyExists: Role with name ${name} already exists.`);
    }
    statementsOf(policyText(inputs, "assumeRolePolicy"), "trust", operation);
    const role: RoleRecord = {
      name,
      path: text(inputs, "path") ?? "/",
      ...changeable(inputs),
      uniqueId: `AROA${digest(`${call.urn} ${name}`, 17).toUpperCase()}`,
      createDate: timestamp(),
    };
    roles.put(call.records, role, name);
    return { id: name, outputs: read(call.settings, role, inputs) };
  },

  read(call, id, state) {
    const found = roles.get(call.records, id);
    return found && { id, outputs: read(call.settings, found, state) };
  },

  update(call, id, { inputs }) {
    const before = roles.get(call.records, id);
    const operation = `updating IAM Role (${id})`;
    if (before === undefined) throw new VendorError(noSuchRole(operation, id));
    statementsOf(policyText(inputs, "assumeRolePolicy"), "trust", operation);
    const { name, path, uniqueId, createDate } = before;
    const after: RoleRecord = { name, path, uniqueId, createDate, ...changeable(inputs) };
    roles.put(call.records, after, id);
    return read(call.settings, after, inputs);
  },

  delete(call, id, state) {
    const attached = rolePolicyAttachments.list(call.records, id);
    const inline = rolePolicies.list(call.records, id);
    if (attached.length + inline.length > 0 && flag(state, "forceDetachPolicies") !== true) {
      const what = attached.length > 0 ? "detach all policies" : "delete policies";
      throw new VendorError(`deleting IAM Role (${id}): DeleteConflict: Cannot delete entity, must ${what} first.`);
    }
    for (const kind of [rolePolicies, rolePolicyAttachments]) call.records.deleteAll(`${kind.key(id)}/`);
    // IAM does not check whether functions use the role.
    roles.delete(call.records, id);
  },
};

export function noSuchRole(operation: string, name: string): string {
  return `${operation}: NoSuchEntity: The role with name ${name} cannot be found.`;
}

/** The ARN of a role, which contains no Region. */
export function roleArn({ region }: AwsSettings, { path, name }: Pick<RoleRecord, "path" | "name">): string {
  return `arn:${partitionOf(region).partition}:iam::${accountId}:role${path}${name}`;
}

/** The settings of a role that an update can change. */
function changeable(inputs: Properties): Omit<RoleRecord, "name" | "path" | "uniqueId" | "createDate"> {
  return {
    assumeRolePolicy: policyText(inputs, "assumeRolePolicy"),
    maxSessionDuration: typeof inputs.maxSessionDuration === "number" ? inputs.maxSessionDuration : 3600,
    tags: tagsOf(inputs),
    ...optional("description", text(inputs, "description")),
    ...optional("permissionsBoundary", text(inputs, "permissionsBoundary")),
  };
}

function read(settings: AwsSettings, role: RoleRecord, remembered: Properties): Properties {
  return withoutUndefined({
    arn: roleArn(settings, role),
    assumeRolePolicy: role.assumeRolePolicy,
    createDate: role.createDate,
    description: role.description ?? "",
    forceDetachPolicies: flag(remembered, "forceDetachPolicies") ?? false,
    // Stored without effect: the sandbox does not evaluate what a role may do.
    inlinePolicies: remembered.inlinePolicies,
    managedPolicyArns: remembered.managedPolicyArns,
    maxSessionDuration: role.maxSessionDuration,
    name: role.name,
    namePrefix: text(remembered, "namePrefix") ?? "",
    path: role.path,
    permissionsBoundary: role.permissionsBoundary ?? "",
    ...tagOutputs(role.tags),
    uniqueId: role.uniqueId,
  });
}
