import { createHash } from "node:crypto";

/** What a vendor asks of a name. */
export interface NameRule {
  /** The most characters. */
  readonly longest: number;
  /** What stands between words. Default: `-`. */
  readonly separator?: string;
}

/**
 * The vendor's name for a component: lower case, runs of other characters one separator, starting with a letter. A name
 * that had to be changed or cut ends in a hash of the whole, so two components never meet in one name: `orders-eu` stays,
 * `Orders EU` becomes `orders-eu-` and eight hexadecimal digits.
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
  const room = rule.longest - hash.length - separator.length;
  const cut = normal.slice(0, room);
  const trimmed = cut.endsWith(separator) ? cut.slice(0, -separator.length) : cut;
  return `${trimmed}${separator}${hash}`;
}
