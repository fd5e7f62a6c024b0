import type { CustomResourceOptions } from "@pulumi/pulumi";

/**
 * Changes, in place, the arguments and options of one child resource before it is registered. What carries the
 * description (the document, the policy) is not its to change: security would depend on it.
 */
export type Transform<Args> = (args: Args, options: CustomResourceOptions) => void;

/** Applies a transform; the fields in `fixed` are what they were, whatever it did. */
export function transformed<Args extends object>(
  transform: Transform<Args> | undefined,
  args: Args,
  options: CustomResourceOptions,
  fixed: readonly (keyof Args)[] = [],
): [Args, CustomResourceOptions] {
  const changed = copied(args);
  const changedOptions = copied(options);
  transform?.(changed, changedOptions);
  for (const field of fixed) changed[field] = args[field];
  return [changed, changedOptions];
}

/** Lists and plain records, all the way down, so that nothing within them is changed either; all else is as it was. */
function copied<T>(value: T): T {
  if (Array.isArray(value)) return value.map(copied) as T;
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, copied(inner)])) as T;
}
