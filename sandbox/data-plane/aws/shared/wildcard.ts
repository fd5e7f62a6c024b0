/**
 * Whether a text matches a pattern in which `*` stands for any characters, also none, and `?` for exactly one. Takes time
 * in proportion to the product of the lengths at most, whatever the pattern.
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
      // The last star takes one character more.
      at = star + 1;
      index = ++resume;
    }
  }
  while (pattern[at] === "*") at++;
  return at === pattern.length;
}

/**
 * Whether an ARN matches a pattern: each of the six parts between colons by itself, so that no `*` reaches over a colon
 * (docs.aws.amazon.com, reference_policies_elements_condition_operators, ArnLike).
 */
export function matchesArn(pattern: string, arn: string): boolean {
  const patterns = arnParts(pattern);
  const parts = arnParts(arn);
  return (
    patterns.length === 6 && parts.length === 6 && patterns.every((each, at) => matchesWildcard(each, parts[at] ?? ""))
  );
}

function arnParts(arn: string): readonly string[] {
  const parts = arn.split(":");
  return parts.length <= 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(":")];
}
