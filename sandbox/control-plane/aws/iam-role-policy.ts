import { VendorError } from "../resource-model.ts";
import { inlinePolicy, type PolicyOwner, policyAttachment } from "./iam-inline-policy.ts";
import { rolePolicies, rolePolicyAttachments, roles } from "./iam-record.ts";
import { noSuchRole } from "./iam-role.ts";
import { statementsOf } from "./policy-document.ts";

const owner: PolicyOwner<"role"> = {
  property: "role",
  title: "Role",
  find(records, name, doing) {
    if (roles.get(records, name) === undefined) throw new VendorError(noSuchRole(doing, name));
  },
};

/** `aws:iam/rolePolicy:RolePolicy`. */
export const rolePolicy = inlinePolicy(owner, rolePolicies, (policy, doing) => {
  statementsOf(policy, "identity", doing);
});

/** `aws:iam/rolePolicyAttachment:RolePolicyAttachment`. */
export const rolePolicyAttachment = policyAttachment(owner, rolePolicyAttachments);
