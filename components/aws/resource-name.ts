import { vendorName } from "../gateway/names.ts";

/** The maximum length of a function's or a role's name: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
export const longestName = 64;

/** What Pulumi appends to make a physical name unique: a hyphen and seven hexadecimal digits. */
const suffixLength = 8;

/**
 * The name of a resource whose physical name Pulumi generates and which may contain letters, digits, hyphens and underscores only.
 * A name that does not fit is changed as {@link vendorName} does.
 *
 * @param longest the maximum length of the physical name
 */
export function resourceName(name: string, longest: number): string {
  return vendorName(name, { longest: longest - suffixLength, allowed: /^[A-Za-z0-9_-]+$/ });
}
