import { Kind } from "../records.ts";

/** IAM is one for all regions. */
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
