import { digest } from "../../identifier.ts";
import { flag, type Properties, text } from "../../property-value.ts";
import { type Call, type ResourceModel, VendorError } from "../../resource-model.ts";
import { verifying } from "../argument-check.ts";
import { completeName } from "../automatic-name.ts";
import { optional } from "../optional.ts";
import { type AwsSettings, accountId, partitionOf } from "../region.ts";
import { tagOutputs, tagsOf } from "../tags.ts";
import { checkName, checkPath } from "./name.ts";
import { policyDocument, unknownManagedPolicy } from "./policy.ts";
import { accessKeys, type UserRecord, userPolicies, userPolicyAttachments, users } from "./record.ts";

const verifyArguments = verifying((inputs, fail) => {
  checkName(inputs, 64, 64, fail);
  checkPath(inputs, fail);
  const boundary = unknownManagedPolicy(text(inputs, "permissionsBoundary") ?? "");
  if (boundary !== undefined) fail("permissionsBoundary", boundary);
});

/** `aws:iam/user:User` (terraform-provider-aws, internal/service/iam/user.go). */
export const user: ResourceModel<AwsSettings> = {
  replaces: [],
  cleared: ["permissionsBoundary", "tags"],
  recomputed: { tags: ["tagsAll"] },

  complete: completeName,

  verify(inputs, { olds }) {
    const failures = verifyArguments(inputs);
    const [name, before] = [text(inputs, "name"), olds && text(olds, "name")];
    if (name === undefined || before === undefined || name === before) return failures;
    return [...failures, { property: "name", reason: "the sandbox does not rename users; declare another user" }];
  },

  create(call, inputs) {
    const name = text(inputs, "name") ?? "";
    const operation = `creating IAM User (${name})`;
    if (users.get(call.records, name) !== undefined) {
      throw new VendorError(`${operation}: EntityAlreadyExists: User with name ${name} already exists.`);
    }
    const user = {
      name,
      uniqueId: `AIDA${digest(`${call.urn} ${name}`, 17).toUpperCase()}`,
      ...changeable(call, inputs, operation),
    };
    users.put(call.records, user, name);
    return { id: name, outputs: read(call.settings, user, inputs) };
  },

  read(call, id, state) {
    const found = users.get(call.records, id);
    return found && { id, outputs: read(call.settings, found, state) };
  },

  update(call, id, { inputs }) {
    const before = users.get(call.records, id);
    const operation = `updating IAM User (${id})`;
    if (before === undefined) throw new VendorError(noSuchUser(operation, id));
    const after = { name: id, uniqueId: before.uniqueId, ...changeable(call, inputs, operation) };
    users.put(call.records, after, id);
    return read(call.settings, after, inputs);
  },

  delete(call, id, state) {
    const keys = accessKeys.list(call.records).filter(([, key]) => key.user === id);
    const policies = [...userPolicies.list(call.records, id), ...userPolicyAttachments.list(call.records, id)];
    if (keys.length + policies.length > 0 && flag(state, "forceDestroy") !== true) {
      const what = policies.length > 0 ? "detach all policies" : "delete access keys";
      throw new VendorError(`deleting IAM User (${id}): DeleteConflict: Cannot delete entity, must ${what} first.`);
    }
    for (const [, key] of keys) accessKeys.delete(call.records, key.id);
    for (const kind of [userPolicies, userPolicyAttachments]) call.records.deleteAll(`${kind.key(id)}/`);
    users.delete(call.records, id);
  },
};

export function noSuchUser(operation: string, name: string): string {
  return `${operation}: NoSuchEntity: The user with name ${name} cannot be found.`;
}

/** The ARN of a user, which contains no Region. The partition is that of the provider's Region. */
export function userArn({ region }: AwsSettings, { path, name }: Pick<UserRecord, "path" | "name">): string {
  return `arn:${partitionOf(region).partition}:iam::${accountId}:user${path}${name}`;
}

/** The settings of a user that an update can change. */
function changeable(
  call: Call<AwsSettings>,
  inputs: Properties,
  operation: string,
): Omit<UserRecord, "name" | "uniqueId"> {
  const boundary = text(inputs, "permissionsBoundary");
  // An unknown boundary would have no effect.
  if (boundary !== undefined && boundary !== "") policyDocument(call.records, boundary, operation);
  return {
    path: text(inputs, "path") ?? "/",
    tags: tagsOf(inputs),
    ...optional("permissionsBoundary", boundary),
  };
}

function read(settings: AwsSettings, user: UserRecord, remembered: Properties): Properties {
  return {
    arn: userArn(settings, user),
    forceDestroy: flag(remembered, "forceDestroy") ?? false,
    name: user.name,
    path: user.path,
    permissionsBoundary: user.permissionsBoundary ?? "",
    ...tagOutputs(user.tags),
    uniqueId: user.uniqueId,
  };
}
