import { VendorError } from "../../resource-model.ts";
import { statementsOf } from "../policy-document.ts";
import { inlinePolicy, type PolicyOwner, policyAttachment } from "./inline-policy.ts";
import { rolePolicies, rolePolicyAttachments, roles } from "./record.ts";
import { noSuchRole } from "./role.ts";

const owner: PolicyOwner<"role"> = {
  property: "role",
  title: "Role",
  check(records, name, operation) {
    if (roles.get(records, name) === undefined) throw new VendorError(noSuchRole(operation, name));
  },
};

/** `aws:iam/rolePolicy:RolePolicy`. */
export const rolePolicy = inlinePolicy(owner, rolePolicies, (policy, operation) => {
  statementsOf(policy, "identity", operation);
});

/** `aws:iam/rolePolicyAttachment:RolePolicyAttachment`. */
export const rolePolicyAttachment = policyAttachment(owner, rolePolicyAttachments);
