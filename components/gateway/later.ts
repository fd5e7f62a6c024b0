/**
 * Whether a value is known only later: an Output, or a Promise.
 *
 * Reads the mark that every version of Pulumi's SDK puts on its Outputs, so that `polygate check` needs no SDK.
 */
export function isLater(value: unknown): boolean {
  if (typeof value !== "object" && typeof value !== "function") return false;
  return value instanceof Promise || (value as { readonly __pulumiOutput?: unknown } | null)?.__pulumiOutput === true;
}

/** An object whose members are known before the deployment, whatever their values are. */
export function isObjectNow(given: unknown): given is Readonly<Record<string, unknown>> {
  return typeof given === "object" && given !== null && !Array.isArray(given) && !isLater(given);
}
