import { type ResourceModel, VendorError } from "../../resource-model.ts";
import type { AwsSettings } from "../region.ts";

/**
 * What gives users policies by way of groups, or from elsewhere. To store one of these and serve an API without it could let in whom a
 * policy of a group denies.
 */
const WAYS = [
  "groupMembership:GroupMembership",
  "policyAttachment:PolicyAttachment",
  "userGroupMembership:UserGroupMembership",
];

const refusal: ResourceModel<AwsSettings> = {
  replaces: ["*"],
  create({ type }) {
    throw new VendorError(
      `the sandbox does not serve ${type}: it knows policies of users alone; give the user its policies with ` +
        "aws.iam.UserPolicy or aws.iam.UserPolicyAttachment",
    );
  },
  read: () => undefined,
  update: (_call, _id, { state }) => state,
  delete: () => {},
};

export const unservedGroups: Readonly<Record<string, ResourceModel<AwsSettings>>> = Object.fromEntries(
  WAYS.map((way) => [`aws:iam/${way}`, refusal]),
);
