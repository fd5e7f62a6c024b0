import { uniqueName } from "../../identifier.ts";
import { text } from "../../property-value.ts";
import type { Kind, Records } from "../../records.ts";
import type { ResourceModel } from "../../resource-model.ts";
import { checkArn, verifying } from "../argument-check.ts";
import { policyText, samePolicy } from "../policy-document.ts";
import type { AwsSettings } from "../region.ts";
import { checkNamedPolicy, completeNamedPolicy } from "./named-policy.ts";

/** The kind of identity that has a policy: a role or a user. */
export interface PolicyOwner<Property extends "role" | "user"> {
  /** The argument that contains its name. */
  readonly property: Property;
  readonly title: "Role" | "User";
  /** @throws VendorError when no such identity exists */
  readonly check: (records: Records, name: string, operation: string) => void;
}

/** An inline policy as IAM stores it, with the name of its owner. */
type InlinePolicy<Property extends string> = { readonly name: string; readonly policy: string } & {
  readonly [P in Property]: string;
};

/** The attachment of a managed policy to its owner. */
type Attachment<Property extends string> = { readonly policyArn: string } & { readonly [P in Property]: string };

/**
 * The model of an inline policy of a role or a user (terraform-provider-aws, internal/service/iam/role_policy.go and user_policy.go).
 * Creating and updating use the same call of IAM.
 *
 * @param policies the records of such policies
 * @param checkPolicy throws VendorError for a policy that it refuses
 */
export function inlinePolicy<Property extends "role" | "user">(
  { property, title, check }: PolicyOwner<Property>,
  policies: Kind<InlinePolicy<Property>>,
  checkPolicy: (policy: string, operation: string) => void,
): ResourceModel<AwsSettings> {
  const put: ResourceModel<AwsSettings>["create"] = (call, inputs) => {
    const owner = text(inputs, property) ?? "";
    const taken = (name: string) => policies.get(call.records, owner, name) !== undefined;
    const name = text(inputs, "name") ?? uniqueName(text(inputs, "namePrefix") ?? "", call.urn, taken);
    const operation = `putting IAM ${title} (${owner}) Policy (${name})`;
    check(call.records, owner, operation);
    const policy = policyText(inputs, "policy");
    checkPolicy(policy, operation);
    policies.put(call.records, { name, policy, [property]: owner } as InlinePolicy<Property>, owner, name);
    const outputs = { name, policy, [property]: owner, namePrefix: text(inputs, "namePrefix") ?? "" };
    return { id: `${owner}:${name}`, outputs };
  };
  return {
    replaces: ["name", "namePrefix", property],
    same: { policy: samePolicy },

    complete: completeNamedPolicy,

    verify: verifying((inputs, fail) => {
      checkNamedPolicy(inputs, fail);
    }),

    create: put,

    read(call, id, state) {
      const [owner = "", name = ""] = id.split(":", 2);
      const found = policies.get(call.records, owner, name);
      return found && { id, outputs: { ...found, namePrefix: text(state, "namePrefix") ?? "" } };
    },

    async update(call, id, { inputs }) {
      const [, name = ""] = id.split(":", 2);
      return (await put(call, { ...inputs, name })).outputs;
    },

    delete(call, id) {
      const [owner = "", name = ""] = id.split(":", 2);
      policies.delete(call.records, owner, name);
    },
  };
}

/**
 * The model of the attachment of a managed policy to a role or a user.
 *
 * @param attachments the records of such attachments
 * @param checkPolicy throws VendorError for a policy that it refuses; @default accepts every ARN
 * @param refusal why the sandbox cannot evaluate a policy; @default accepts every ARN
 */
export function policyAttachment<Property extends "role" | "user">(
  { property, title, check }: PolicyOwner<Property>,
  attachments: Kind<Attachment<Property>>,
  checkPolicy: (records: Records, policyArn: string, operation: string) => void = () => {},
  refusal: (policyArn: string) => string | undefined = () => undefined,
): ResourceModel<AwsSettings> {
  return {
    replaces: ["policyArn", property],

    verify: verifying((inputs, fail) => {
      checkArn(inputs, "policyArn", fail);
      const refused = refusal(text(inputs, "policyArn") ?? "");
      if (refused !== undefined) fail("policyArn", refused);
    }),

    create(call, inputs) {
      const [owner, policyArn] = [text(inputs, property) ?? "", text(inputs, "policyArn") ?? ""];
      const operation = `attaching IAM Policy (${policyArn}) to IAM ${title} (${owner})`;
      check(call.records, owner, operation);
      checkPolicy(call.records, policyArn, operation);
      attachments.put(call.records, { policyArn, [property]: owner } as Attachment<Property>, owner, policyArn);
      return { id: `${owner}/${policyArn}`, outputs: { policyArn, [property]: owner } };
    },

    read(call, id) {
      const found = attachments.get(call.records, ...splitOnce(id));
      return found && { id, outputs: { ...found } };
    },

    // Every argument replaces.
    update: (_call, _id, { state }) => state,

    delete(call, id) {
      attachments.delete(call.records, ...splitOnce(id));
    },
  };
}

/** Splits an id at its first slash: the name of an owner contains none, the ARN of a policy does. */
function splitOnce(id: string): readonly [string, string] {
  const slash = id.indexOf("/");
  return [id.slice(0, slash), id.slice(slash + 1)];
}
