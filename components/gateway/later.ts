/**
 * Whether a value is an Output or a Promise, whose value is known only during the deployment.
 *
 * Reads the mark that every version of Pulumi's SDK sets on its Outputs, so that `polygate check` needs no SDK.
 */
export function isLater(value: unknown): boolean {
  if (typeof value !== "object" && typeof value !== "function") return false;
  return value instanceof Promise || (value as { readonly __pulumiOutput?: unknown } | null)?.__pulumiOutput === true;
}

/** Whether a value is a plain object. The names of its members are then known before the deployment; their values may not be. */
export function isObjectNow(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !isLater(value);
}
