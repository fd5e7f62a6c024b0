import { readIdentityPolicy } from "../../../data-plane/aws/shared/iam/policy.ts";
import { UnsupportedArtefact } from "../../../data-plane/interpreter.ts";
import { digest, uniqueName } from "../../identifier.ts";
import { type Properties, text } from "../../property-value.ts";
import type { Records } from "../../records.ts";
import { type ResourceModel, VendorError } from "../../resource-model.ts";
import { checkLength, verifying } from "../argument-check.ts";
import { optional } from "../optional.ts";
import { policyText, samePolicy, statementsOf } from "../policy-document.ts";
import { type AwsSettings, accountId, partitionOf } from "../region.ts";
import { tagOutputs, tagsOf } from "../tags.ts";
import { checkNamedPolicy, completeNamedPolicy } from "./named-policy.ts";
import { type PolicyRecord, policies, userPolicyAttachments, users } from "./record.ts";

/** `aws:iam/policy:Policy` (terraform-provider-aws, internal/service/iam/policy.go). */
export const policy: ResourceModel<AwsSettings> = {
  replaces: ["description", "name", "namePrefix", "path"],
  same: { policy: samePolicy },
  cleared: ["tags"],
  recomputed: { tags: ["tagsAll"] },

  complete: completeNamedPolicy,

  verify: verifying((inputs, fail) => {
    checkNamedPolicy(inputs, fail);
    checkLength(inputs, "description", 0, 1000, fail);
  }),

  create(call, inputs) {
    const path = text(inputs, "path") ?? "/";
    const arnOf = (name: string) =>
      `arn:${partitionOf(call.settings.region).partition}:iam::${accountId}:policy${path}${name}`;
    const taken = (name: string) => policies.get(call.records, arnOf(name)) !== undefined;
    const name = text(inputs, "name") ?? uniqueName(text(inputs, "namePrefix") ?? "", call.urn, taken);
    const arn = arnOf(name);
    const operation = `creating IAM Policy (${name})`;
    if (taken(name)) {
      throw new VendorError(`${operation}: EntityAlreadyExists: A policy called ${name} already exists.`);
    }
    const record: PolicyRecord = {
      arn,
      name,
      path,
      policy: checked(inputs, operation),
      policyId: `ANPA${digest(`${call.urn} ${arn}`, 17).toUpperCase()}`,
      tags: tagsOf(inputs),
      ...optional("description", text(inputs, "description")),
    };
    policies.put(call.records, record, arn);
    return { id: arn, outputs: read(call.records, record, inputs) };
  },

  read(call, id, state) {
    const found = policies.get(call.records, id);
    return found && { id, outputs: read(call.records, found, state) };
  },

  update(call, id, { inputs }) {
    const before = policies.get(call.records, id);
    const operation = `updating IAM Policy (${id})`;
    if (before === undefined) throw new VendorError(noSuchPolicy(operation, id));
    const after = { ...before, policy: checked(inputs, operation), tags: tagsOf(inputs) };
    policies.put(call.records, after, id);
    return read(call.records, after, inputs);
  },

  delete(call, id) {
    const bounds = users.list(call.records).some(([, { permissionsBoundary }]) => permissionsBoundary === id);
    if (bounds || attachments(call.records, id) > 0) {
      throw new VendorError(
        `deleting IAM Policy (${id}): DeleteConflict: Cannot delete a policy attached to entities.`,
      );
    }
    policies.delete(call.records, id);
  },
};

/** The checked text of a policy. */
function checked(inputs: Properties, operation: string): string {
  const policy = policyText(inputs, "policy");
  checkIdentityPolicy(policy, operation);
  return policy;
}

/**
 * Checks that the data plane can evaluate an identity's policy.
 * @throws VendorError for a policy that IAM refuses, and for conditions and variables that the sandbox does not support
 */
export function checkIdentityPolicy(policy: string, operation: string): void {
  statementsOf(policy, "identity", operation);
  try {
    readIdentityPolicy(policy, "policy");
  } catch (error) {
    if (error instanceof UnsupportedArtefact) throw new VendorError(`${operation}: ${error.message}`);
    throw error;
  }
}

/** The managed policies of AWS about invoking APIs (docs.aws.amazon.com, aws-managed-policy reference). */
const MANAGED: Readonly<Record<string, object>> = {
  AdministratorAccess: { Effect: "Allow", Action: "*", Resource: "*" },
  AmazonAPIGatewayInvokeFullAccess: {
    Effect: "Allow",
    Action: ["execute-api:Invoke", "execute-api:ManageConnections"],
    Resource: "arn:aws:execute-api:*:*:*",
  },
};

/**
 * The document of a policy that is attached to a user, or is a user's permissions boundary.
 * @throws VendorError for a policy that does not exist, and for a managed policy of AWS whose document the sandbox does not know
 */
export function policyDocument(records: Records, arn: string, operation: string): string {
  const declared = policies.get(records, arn);
  if (declared !== undefined) return declared.policy;
  const name = managedPolicyName(arn);
  if (name === undefined) throw new VendorError(noSuchPolicy(operation, arn));
  const unknown = unknownManagedPolicy(arn);
  if (unknown !== undefined) throw new VendorError(`${operation}: ${unknown}`);
  const statement = MANAGED[name];
  return JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
}

/** The name of a managed policy of AWS. */
function managedPolicyName(arn: string): string | undefined {
  return /^arn:aws[a-z-]*:iam::aws:policy\/(.+)$/.exec(arn)?.[1];
}

/** Why a managed policy of AWS cannot be evaluated; undefined for one that the sandbox knows, and for other policies. */
export function unknownManagedPolicy(arn: string): string | undefined {
  const name = managedPolicyName(arn);
  if (name === undefined || Object.hasOwn(MANAGED, name)) return undefined;
  return `the sandbox does not know the AWS managed policy ${name}; it knows ${Object.keys(MANAGED).join(" and ")}`;
}

function noSuchPolicy(operation: string, arn: string): string {
  return `${operation}: NoSuchEntity: Policy ${arn} does not exist or is not attachable.`;
}

function attachments(records: Records, arn: string): number {
  return userPolicyAttachments.list(records).filter(([, { policyArn }]) => policyArn === arn).length;
}

function read(records: Records, policy: PolicyRecord, remembered: Properties): Properties {
  return {
    arn: policy.arn,
    attachmentCount: attachments(records, policy.arn),
    description: policy.description ?? "",
    name: policy.name,
    namePrefix: text(remembered, "namePrefix") ?? "",
    path: policy.path,
    policy: policy.policy,
    policyId: policy.policyId,
    ...tagOutputs(policy.tags),
    ...(remembered.delayAfterPolicyCreationInMs === undefined
      ? {}
      : { delayAfterPolicyCreationInMs: remembered.delayAfterPolicyCreationInMs }),
  };
}
