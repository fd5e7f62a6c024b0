import { vendorName } from "../gateway/names.ts";

/** Of functions and roles: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
export const longestName = 64;

/** What a physical name takes up that Pulumi makes unique: a hyphen and seven hexadecimal digits. */
const unique = 8;

/**
 * The name of a resource from which Pulumi can make a physical name of letters, digits, hyphens and underscores: as it is, or,
 * where it cannot be, made so and still its own.
 *
 * @param longest the most characters of the physical name
 */
export function resourceName(name: string, longest: number): string {
  const target = longest - unique;
  return /^[A-Za-z0-9_-]+$/.test(name) && name.length <= target ? name : vendorName(name, { longest: target });
}
