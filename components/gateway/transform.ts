import { type CustomResourceOptions, output } from "@pulumi/pulumi";

/**
 * Changes, in place, the arguments and options of one child resource before it is registered. What carries the
 * description (the document, the policy) is not its to change: security would depend on it.
 */
export type Transform<Args> = (args: Args, options: CustomResourceOptions) => void;

/** Where a resource is and how it is replaced: another answer would take it from its gateway, or the gateway from the air. */
const kept = ["parent", "provider", "deleteBeforeReplace", "id", "urn"] as const;

/**
 * Applies a transform. The fields in `fixed` are what they were, whatever it did, and no change of theirs is ignored; what a
 * resource waits for, it still waits for; and it stays with its parent and provider.
 */
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
  for (const option of kept) restore(changedOptions, options, option);
  const { ignoreChanges, dependsOn } = changedOptions;
  if (ignoreChanges !== undefined) {
    changedOptions.ignoreChanges = ignoreChanges.filter((path) => !covers(path, fixed as readonly string[]));
  }
  const both = together(options.dependsOn, dependsOn);
  if (both !== undefined) changedOptions.dependsOn = both;
  return [changed, changedOptions];
}

function restore<Option extends keyof CustomResourceOptions>(
  changed: CustomResourceOptions,
  options: CustomResourceOptions,
  option: Option,
): void {
  if (option in options) changed[option] = options[option];
  else delete changed[option];
}

/** Whether a property path, such as `body`, `tags.team`, `["body"]` or `*`, is of one of these fields. */
function covers(path: string, fixed: readonly string[]): boolean {
  const [, field = ""] = /^(?:\["?)?([^.["\]]+)/.exec(path) ?? [];
  return fixed.length > 0 && (field === "*" || field === "" || fixed.includes(field));
}

type Dependencies = CustomResourceOptions["dependsOn"];

function together(own: Dependencies, changed: Dependencies): Dependencies {
  if (own === undefined || (Array.isArray(own) && own.length === 0)) return changed;
  if (changed === undefined) return own;
  return output([own, changed]).apply((lists) => [...new Set(lists.flat())]) as Dependencies;
}

/** Lists and plain records, all the way down, so that nothing within them is changed either; all else is as it was. */
function copied<T>(value: T): T {
  if (Array.isArray(value)) return value.map(copied) as T;
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, copied(inner)])) as T;
}
