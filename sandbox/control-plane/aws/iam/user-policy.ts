import { VendorError } from "../../resource-model.ts";
import { inlinePolicy, type PolicyOwner, policyAttachment } from "./inline-policy.ts";
import { checkIdentityPolicy, policyDocument, unknownManagedPolicy } from "./policy.ts";
import { userPolicies, userPolicyAttachments, users } from "./record.ts";
import { noSuchUser } from "./user.ts";

const owner: PolicyOwner<"user"> = {
  property: "user",
  title: "User",
  check(records, name, operation) {
    if (users.get(records, name) === undefined) throw new VendorError(noSuchUser(operation, name));
  },
};

/** `aws:iam/userPolicy:UserPolicy`. */
export const userPolicy = inlinePolicy(owner, userPolicies, checkIdentityPolicy);

/** `aws:iam/userPolicyAttachment:UserPolicyAttachment`. */
export const userPolicyAttachment = policyAttachment(
  owner,
  userPolicyAttachments,
  (records, policyArn, operation) => {
    policyDocument(records, policyArn, operation);
  },
  unknownManagedPolicy,
);
