import { uniqueName } from "../../identifier.ts";
import { text } from "../../property-value.ts";
import type { Kind, Records } from "../../records.ts";
import type { ResourceModel } from "../../resource-model.ts";
import { checkArn, verifying } from "../argument-check.ts";
import { policyText, samePolicy } from "../policy-document.ts";
import type { AwsSettings } from "../region.ts";
import { checkNamedPolicy, completeNamedPolicy } from "./named-policy.ts";

/** Who has a policy: a role, or a user. */
export interface PolicyOwner<Property extends "role" | "user"> {
  /** The argument that names it. */
  readonly property: Property;
  readonly title: "Role" | "User";
  /** Refuses an owner that is not there. */
  readonly find: (records: Records, name: string, operation: string) => void;
}

/** A policy of an owner's own, as IAM holds it: the owner's name stands under its argument's. */
type InlinePolicy<Property extends string> = { readonly name: string; readonly policy: string } & {
  readonly [P in Property]: string;
};

/** A policy that an owner has beside others. */
type Attachment<Property extends string> = { readonly policyArn: string } & { readonly [P in Property]: string };

/**
 * A policy of a role's or a user's own (terraform-provider-aws, internal/service/iam/role_policy.go and user_policy.go), which
 * IAM makes and overwrites alike.
 *
 * @param kept where such policies are
 * @param check refuses a policy
 */
export function inlinePolicy<Property extends "role" | "user">(
  { property, title, find }: PolicyOwner<Property>,
  kept: Kind<InlinePolicy<Property>>,
  check: (policy: string, operation: string) => void,
): ResourceModel<AwsSettings> {
  const put: ResourceModel<AwsSettings>["create"] = (call, inputs) => {
    const owner = text(inputs, property) ?? "";
    const taken = (name: string) => kept.get(call.records, owner, name) !== undefined;
    const name = text(inputs, "name") ?? uniqueName(text(inputs, "namePrefix") ?? "", call.urn, taken);
    const operation = `putting IAM ${title} (${owner}) Policy (${name})`;
    find(call.records, owner, operation);
    const policy = policyText(inputs, "policy");
    check(policy, operation);
    kept.put(call.records, { name, policy, [property]: owner } as InlinePolicy<Property>, owner, name);
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
      const found = kept.get(call.records, owner, name);
      return found && { id, outputs: { ...found, namePrefix: text(state, "namePrefix") ?? "" } };
    },

    async update(call, id, { inputs }) {
      const [, name = ""] = id.split(":", 2);
      return (await put(call, { ...inputs, name })).outputs;
    },

    delete(call, id) {
      const [owner = "", name = ""] = id.split(":", 2);
      kept.delete(call.records, owner, name);
    },
  };
}

/**
 * A policy that a role or a user has beside others.
 *
 * @param kept where that is
 * @param check refuses a policy that is not there
 */
export function policyAttachment<Property extends "role" | "user">(
  { property, title, find }: PolicyOwner<Property>,
  kept: Kind<Attachment<Property>>,
  check: (records: Records, policyArn: string, operation: string) => void = () => {},
): ResourceModel<AwsSettings> {
  return {
    replaces: ["policyArn", property],

    verify: verifying((inputs, fail) => {
      checkArn(inputs, "policyArn", fail);
    }),

    create(call, inputs) {
      const [owner, policyArn] = [text(inputs, property) ?? "", text(inputs, "policyArn") ?? ""];
      const operation = `attaching IAM Policy (${policyArn}) to IAM ${title} (${owner})`;
      find(call.records, owner, operation);
      check(call.records, policyArn, operation);
      kept.put(call.records, { policyArn, [property]: owner } as Attachment<Property>, owner, policyArn);
      return { id: `${owner}/${policyArn}`, outputs: { policyArn, [property]: owner } };
    },

    read(call, id) {
      const found = kept.get(call.records, ...splitOnce(id));
      return found && { id, outputs: { ...found } };
    },

    // Every argument replaces.
    update: (_call, _id, { state }) => state,

    delete(call, id) {
      kept.delete(call.records, ...splitOnce(id));
    },
  };
}

/** An owner's name holds no slash, a policy's ARN does. */
function splitOnce(id: string): readonly [string, string] {
  const slash = id.indexOf("/");
  return [id.slice(0, slash), id.slice(slash + 1)];
}
