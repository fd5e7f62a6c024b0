import { hex, withAutomaticName } from "../automatic-name.ts";
import { digest } from "../identifier.ts";
import { type Properties, text } from "../property-value.ts";
import { type Call, type CheckFailure, type ResourceModel, VendorError } from "../resource-model.ts";
import { checkArn, checkLength, checkMatch } from "./argument-check.ts";
import { identityPolicyText, policyDocument } from "./iam-policy.ts";
import { type UserPolicyRecord, userPolicies, userPolicyAttachments, users } from "./iam-record.ts";
import { noSuchUser } from "./iam-user.ts";
import { checkPolicy, samePolicy, withPolicyText } from "./policy-document.ts";
import type { AwsSettings } from "./region.ts";

/** `aws:iam/userPolicy:UserPolicy` (terraform-provider-aws, internal/service/iam/user_policy.go). */
export const userPolicy: ResourceModel<AwsSettings> = {
  replaces: ["name", "namePrefix", "user"],
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
    const name = text(inputs, "name") ?? `${text(inputs, "namePrefix")}${digest(call.urn, 26)}`;
    const made = put(call, text(inputs, "user") ?? "", name, inputs);
    return { id: `${made.user}:${made.name}`, outputs: read(made, inputs) };
  },

  read(call, id, state) {
    const [user = "", name = ""] = id.split(":", 2);
    const found = userPolicies.get(call.records, user, name);
    return found && { id, outputs: read(found, state) };
  },

  update(call, id, { inputs }) {
    const [user = "", name = ""] = id.split(":", 2);
    return read(put(call, user, name, inputs), inputs);
  },

  delete(call, id) {
    const [user = "", name = ""] = id.split(":", 2);
    userPolicies.delete(call.records, user, name);
  },
};

/** PutUserPolicy makes and overwrites alike. */
function put(call: Call<AwsSettings>, user: string, name: string, inputs: Properties): UserPolicyRecord {
  const doing = `putting IAM User (${user}) Policy (${name})`;
  if (users.get(call.records, user) === undefined) throw new VendorError(noSuchUser(doing, user));
  const made = { name, user, policy: identityPolicyText(inputs, doing) };
  userPolicies.put(call.records, made, user, name);
  return made;
}

function read(found: UserPolicyRecord, remembered: Properties): Properties {
  return { ...found, namePrefix: text(remembered, "namePrefix") ?? "" };
}

/** `aws:iam/userPolicyAttachment:UserPolicyAttachment`. */
export const userPolicyAttachment: ResourceModel<AwsSettings> = {
  replaces: ["policyArn", "user"],

  verify(inputs) {
    const failures: CheckFailure[] = [];
    checkArn(inputs, "policyArn", (property, reason) => failures.push({ property, reason }));
    return failures;
  },

  create(call, inputs) {
    const [user, policyArn] = [text(inputs, "user") ?? "", text(inputs, "policyArn") ?? ""];
    const doing = `attaching IAM Policy (${policyArn}) to IAM User (${user})`;
    if (users.get(call.records, user) === undefined) throw new VendorError(noSuchUser(doing, user));
    policyDocument(call.records, policyArn, doing);
    userPolicyAttachments.put(call.records, { user, policyArn }, user, policyArn);
    return { id: `${user}/${policyArn}`, outputs: { user, policyArn } };
  },

  read(call, id) {
    const [user, policyArn] = splitOnce(id);
    const found = userPolicyAttachments.get(call.records, user, policyArn);
    return found && { id, outputs: { ...found } };
  },

  // Every argument replaces.
  update: (_call, _id, { state }) => state,

  delete(call, id) {
    const [user, policyArn] = splitOnce(id);
    userPolicyAttachments.delete(call.records, user, policyArn);
  },
};

/** A user's name holds no slash, a policy's ARN does. */
function splitOnce(id: string): readonly [string, string] {
  const slash = id.indexOf("/");
  return [id.slice(0, slash), id.slice(slash + 1)];
}
