import type { Surroundings } from "../../../interpreter.ts";
import { readingOf } from "../../../readings.ts";

/**
 * Whether a text matches a pattern in which `*` matches any number of characters and `?` exactly one. The time is at most
 * proportional to the product of both lengths, whatever the pattern.
 */
export function matchesWildcard(pattern: string, text: string): boolean {
  let at = 0;
  let index = 0;
  let star = -1;
  let resume = 0;
  while (index < text.length) {
    const expected = pattern[at];
    if (expected === "*") {
      star = at++;
      resume = index;
    } else if (expected === "?" || (expected !== undefined && expected === text[index])) {
      at++;
      index++;
    } else if (star === -1) return false;
    else {
      // The last asterisk matches one more character.
      at = star + 1;
      index = ++resume;
    }
  }
  while (pattern[at] === "*") at++;
  return at === pattern.length;
}

/**
 * Whether an ARN matches a pattern. Each of its six parts is compared by itself, so that no `*` matches a colon between parts.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html (ArnLike)
 */
export function matchesArn(pattern: string, arn: string): boolean {
  const patterns = arnParts(pattern);
  const parts = arnParts(arn);
  return (
    patterns.length === 6 && parts.length === 6 && patterns.every((each, at) => matchesWildcard(each, parts[at] ?? ""))
  );
}

/** Whether the resource of a policy matches an ARN. */
export type ArnMatch = (resource: string, arn: string) => boolean;

/** How the resources of policies match, by the reading of `aws-policy-colon`. */
export function arnMatch(surroundings: Pick<Surroundings, "readings">): ArnMatch {
  return readingOf(surroundings, "aws-policy-colon") === "matched"
    ? matchesWildcard
    : (resource, arn) => resource === "*" || matchesArn(resource, arn);
}

function arnParts(arn: string): readonly string[] {
  const parts = arn.split(":");
  return parts.length <= 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(":")];
}
