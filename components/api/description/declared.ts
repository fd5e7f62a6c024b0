/**
 * What a helper such as `jwt` or `http` returns: the kind, and everything that it was passed. Nothing is dropped, so that the check of the
 * description reports what the kind does not have.
 */
export function declared(kind: string, [options = {}, ...others]: readonly unknown[]): object {
  // A kind in the options would otherwise be overwritten in silence.
  const isMembers = typeof options === "object" && options !== null && !("kind" in options);
  const members = isMembers ? options : { argument: options };
  return { ...members, ...(others.length === 0 ? {} : { arguments: others }), kind };
}
