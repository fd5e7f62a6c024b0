/**
 * Whether a value is an Output or a Promise, whose value is known only during the deployment.
 *
 * Reads the mark that every version of Pulumi's SDK sets on its Outputs, so that `polygate check` needs no SDK.
 */
export function isLater(value: unknown): boolean {
  if (typeof value !== "object" && typeof value !== "function") return false;
  return value instanceof Promise || (value as { readonly __pulumiOutput?: unknown } | null)?.__pulumiOutput === true;
}

/** Whether a text contains an Output that was put into a template literal or into `JSON.stringify`: Pulumi's advice instead of a value. */
export function containsOutput(text: string): boolean {
  return /Calling \[to(?:String|JSON)\] on an \[Output<T>\]/.test(text);
}
