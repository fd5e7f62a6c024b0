import { Kind } from "../../records.ts";

/** A role. IAM is global: its records belong to no Region. */
export interface RoleRecord {
  readonly name: string;
  readonly path: string;
  /** JSON. */
  readonly assumeRolePolicy: string;
  readonly description?: string;
  readonly maxSessionDuration: number;
  readonly permissionsBoundary?: string;
  readonly uniqueId: string;
  /** RFC 3339. */
  readonly createDate: string;
  readonly tags: Readonly<Record<string, string>>;
}

export interface RolePolicyRecord {
  readonly name: string;
  readonly role: string;
  /** JSON. */
  readonly policy: string;
}

export interface RolePolicyAttachmentRecord {
  readonly role: string;
  readonly policyArn: string;
}

export const roles = new Kind<RoleRecord>("aws/iam/role");
export const rolePolicies = new Kind<RolePolicyRecord>("aws/iam/role-policy");
export const rolePolicyAttachments = new Kind<RolePolicyAttachmentRecord>("aws/iam/role-policy-attachment");

export interface UserRecord {
  readonly name: string;
  readonly path: string;
  readonly permissionsBoundary?: string;
  readonly uniqueId: string;
  readonly tags: Readonly<Record<string, string>>;
}

export interface AccessKeyRecord {
  readonly id: string;
  readonly user: string;
  /** Only the owner of the sandbox's store can read it, like every record. */
  readonly secret: string;
  readonly active: boolean;
  /** RFC 3339. */
  readonly createDate: string;
}

export interface UserPolicyRecord {
  readonly name: string;
  readonly user: string;
  /** JSON. */
  readonly policy: string;
}

export interface UserPolicyAttachmentRecord {
  readonly user: string;
  readonly policyArn: string;
}

export interface PolicyRecord {
  readonly arn: string;
  readonly name: string;
  readonly path: string;
  readonly description?: string;
  /** JSON. The sandbox stores only the default version. */
  readonly policy: string;
  readonly policyId: string;
  readonly tags: Readonly<Record<string, string>>;
}

export const users = new Kind<UserRecord>("aws/iam/user");
export const accessKeys = new Kind<AccessKeyRecord>("aws/iam/access-key");
export const userPolicies = new Kind<UserPolicyRecord>("aws/iam/user-policy");
export const userPolicyAttachments = new Kind<UserPolicyAttachmentRecord>("aws/iam/user-policy-attachment");
export const policies = new Kind<PolicyRecord>("aws/iam/policy");
