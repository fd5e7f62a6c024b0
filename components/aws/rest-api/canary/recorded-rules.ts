type Members = Readonly<Record<string, unknown>>;

/** Whether the recorded outputs of a resource contain these arguments. Other members are the provider's defaults. */
export function containsRules(recorded: unknown, wanted: unknown): boolean {
  if (Array.isArray(wanted)) {
    if (!Array.isArray(recorded) || recorded.length !== wanted.length) return false;
    const others = byName(recorded);
    return byName(wanted).every((each, index) => containsRules(others[index], each));
  }
  if (typeof wanted !== "object" || wanted === null) return recorded === wanted;
  const members = (recorded ?? {}) as Members;
  return Object.entries(wanted).every(([name, each]) => containsRules(members[name], each));
}

/** The provider returns a list of named members as a set, in an order of its own. */
function byName(list: readonly unknown[]): readonly unknown[] {
  const nameOf = (each: unknown) => String(((each ?? {}) as Members).name);
  return list.toSorted((one, other) => (nameOf(one) < nameOf(other) ? -1 : nameOf(one) > nameOf(other) ? 1 : 0));
}
