import type { Input } from "@pulumi/pulumi";
import type { ProblemList } from "../../api/problem.ts";
import { isLater, isObjectNow } from "../../gateway/later.ts";

/** Tags by name. */
export type Tags = Readonly<Record<string, Input<string>>>;

/** https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html */
const most = { tags: 50, nameCharacters: 128, valueCharacters: 256 };
const allowedText = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** Checks tags as far as they are known before the deployment. */
export function checkTags(tags: unknown, problems: ProblemList): void {
  if (tags === undefined) return;
  if (!isObjectNow(tags)) {
    const rule = "Tags must be an object whose names are known before the deployment.";
    problems.refuse("bad-tag", rule, 'Write { team: "orders" }. A value may be an Output.', { place: "tags" });
    return;
  }
  for (const [name, value] of Object.entries(tags)) {
    const rule = nameRule(name) ?? valueRule(value);
    if (rule === undefined) continue;
    const place = `tags[${JSON.stringify(name)}]`;
    problems.refuse("bad-tag", rule, "Rename the tag or change its value.", { place });
  }
  const count = Object.keys(tags).length;
  if (count <= most.tags) return;
  const rule = `A resource can have at most ${most.tags} tags. There are ${count}.`;
  problems.refuse("too-many-tags", rule, "Remove some tags.", { place: "tags", vendor: "aws" });
}

/** The rule that a tag's name breaks. */
function nameRule(name: string): string | undefined {
  if (name === "" || name.length > most.nameCharacters) {
    return `A tag's name must have 1 to ${most.nameCharacters} characters.`;
  }
  if (/^aws:/i.test(name)) return 'Tag names that begin with "aws:" are reserved by AWS.';
  return allowedText.test(name) ? undefined : "A tag's name may contain letters, digits, spaces and _.:/=+-@ only.";
}

/** The rule that a tag's value breaks. */
function valueRule(value: unknown): string | undefined {
  if (isLater(value)) return undefined;
  if (typeof value !== "string") return "A tag's value must be a string.";
  if (value.length > most.valueCharacters) {
    return `A tag's value must have at most ${most.valueCharacters} characters.`;
  }
  return allowedText.test(value) ? undefined : "A tag's value may contain letters, digits, spaces and _.:/=+-@ only.";
}
