import type { Input } from "@pulumi/pulumi";
import type { TagRules } from "../../gateway/tags.ts";

/** Tags by name. */
export type Tags = Readonly<Record<string, Input<string>>>;

const longest = { name: 128, value: 256 };
const allowedText = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html */
export const tagRules: TagRules = { vendor: "aws", most: 50, name: nameRule, value: valueRule };

function nameRule(name: string): string | undefined {
  if (name === "" || name.length > longest.name) {
    return `A tag's name must have 1 to ${longest.name} characters.`;
  }
  if (/^aws:/i.test(name)) return 'Tag names that begin with "aws:" are reserved by AWS.';
  return allowedText.test(name) ? undefined : "A tag's name may contain letters, digits, spaces and _.:/=+-@ only.";
}

function valueRule(value: unknown): string | undefined {
  if (typeof value !== "string") return "A tag's value must be a string.";
  if (value.length > longest.value) {
    return `A tag's value must have at most ${longest.value} characters.`;
  }
  return allowedText.test(value) ? undefined : "A tag's value may contain letters, digits, spaces and _.:/=+-@ only.";
}
