/** The names to which nothing is bound. */
export function missingIn(names: readonly string[], bindings: Readonly<Record<string, unknown>>): readonly string[] {
  return names.filter((name) => !Object.hasOwn(bindings, name) || bindings[name] === undefined);
}

// A URL in a vendor's document must not contain a space, quote, brace, backslash or control character: the document would
// read them as syntax.
const safeUrl =
  /^https?:\/\/(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?(?:\/(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/]|%[0-9A-Fa-f]{2})*)?$/;

/** Whether a value is the URL of a server, which every vendor's document can contain. */
export function isSafeUrl(url: unknown): url is string {
  return typeof url === "string" && safeUrl.test(url) && URL.canParse(url);
}

/** A value as a problem shows it. */
export function shown(value: unknown): string {
  if (value === undefined) return "missing";
  return typeof value === "string" ? JSON.stringify(value).slice(0, 100) : `of type ${typeof value}`;
}
