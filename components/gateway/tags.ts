import type { ProblemList, Vendor } from "../api/problem.ts";
import { isLater, isObjectNow } from "./later.ts";

/** A vendor's rules for tags. */
export interface TagRules {
  readonly vendor: Vendor;
  /** How many tags a resource may have. */
  readonly most: number;
  /** The rule that a name breaks, as a sentence; undefined for a name that is accepted. */
  readonly name: (name: string) => string | undefined;
  /** The rule that a value breaks, as a sentence. An Output is checked by the vendor. */
  readonly value: (value: unknown) => string | undefined;
}

/** Checks tags as far as they are known before the deployment. */
export function checkTags(tags: unknown, rules: TagRules, problems: ProblemList): void {
  if (tags === undefined) return;
  if (!isObjectNow(tags)) {
    const rule = "Tags must be an object whose names are known before the deployment.";
    problems.refuse("bad-tag", rule, 'Write { team: "orders" }. A value may be an Output.', { place: "tags" });
    return;
  }
  for (const [name, value] of Object.entries(tags)) {
    const rule = rules.name(name) ?? (isLater(value) ? undefined : rules.value(value));
    if (rule === undefined) continue;
    const place = `tags[${JSON.stringify(name)}]`;
    problems.refuse("bad-tag", rule, "Rename the tag or change its value.", { place });
  }
  const count = Object.keys(tags).length;
  if (count <= rules.most) return;
  const rule = `A resource can have at most ${rules.most} tags. There are ${count}.`;
  problems.refuse("too-many-tags", rule, "Remove some tags.", { place: "tags", vendor: rules.vendor });
}
