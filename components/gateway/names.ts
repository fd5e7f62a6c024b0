import { createHash } from "node:crypto";

/** A vendor's rule for names. */
export interface NameRule {
  /** The maximum number of characters. */
  readonly longest: number;
  /**
   * What separates words.
   *
   * @default "-"
   */
  readonly separator?: string;
  /**
   * A name of this form is kept as it is, unless it is too long.
   *
   * @default lower-case words with separators between them, the first of which starts with a letter
   */
  readonly allowed?: RegExp;
}

/**
 * The vendor's name for a component: lower-case words, starting with a letter. A name that had to be changed or cut ends in a hash of
 * the original, so that two components never get the same name: `orders-eu` is kept, `Orders EU` becomes `orders-eu-d190aaa5`.
 */
export function vendorName(name: string, rule: NameRule): string {
  const { longest, separator = "-", allowed } = rule;
  const plain = lowerCaseWords(name, separator);
  const isAllowed = allowed === undefined ? plain === name : allowed.test(name);
  return isAllowed && name.length <= longest ? name : withHash(plain, name, rule);
}

/** A text, cut where it has to be, and a hash of what it was made from. */
export function withHash(text: string, original: string, { longest, separator = "-" }: NameRule): string {
  const hash = shortHash(original);
  const cut = text.slice(0, longest - hash.length - separator.length);
  const trimmed = cut.endsWith(separator) ? cut.slice(0, -separator.length) : cut;
  return `${trimmed}${separator}${hash}`;
}

function lowerCaseWords(name: string, separator: string): string {
  const words = name
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "");
  const plain = words.join(separator);
  return /^[a-z]/.test(plain) ? plain : ["g", ...words].join(separator);
}

/** The first eight hexadecimal digits of a text's SHA-256. */
function shortHash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 8);
}
