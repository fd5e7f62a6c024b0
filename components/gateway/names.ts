import { createHash } from "node:crypto";

/** What a vendor requires of a name. */
export interface NameRule {
  /** The maximum number of characters. */
  readonly longest: number;
  /**
   * The separator of words.
   *
   * @default "-"
   */
  readonly separator?: string;
}

/**
 * Derives a vendor's name from a component's name: lower case, a letter first, and a separator for each run of characters that are
 * not letters or digits. A name that is changed or cut ends in a hash of the original, so that two components never share a name.
 *
 * @example `orders-eu` is unchanged; `Orders EU` becomes `orders-eu-` and eight hexadecimal digits.
 */
export function vendorName(name: string, rule: NameRule): string {
  const separator = rule.separator ?? "-";
  const words = name
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "");
  const plain = words.join(separator);
  const normal = /^[a-z]/.test(plain) ? plain : `g${plain === "" ? "" : separator}${plain}`;
  if (normal === name && normal.length <= rule.longest) return normal;
  const hash = createHash("sha256").update(name).digest("hex").slice(0, 8);
  const available = rule.longest - hash.length - separator.length;
  const cut = normal.slice(0, available);
  const trimmed = cut.endsWith(separator) ? cut.slice(0, -separator.length) : cut;
  return `${trimmed}${separator}${hash}`;
}
