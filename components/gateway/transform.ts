import { type CustomResourceOptions, output } from "@pulumi/pulumi";

/**
 * Changes the arguments and options of a child resource in place, before the resource is registered.
 *
 * A transform cannot change the arguments that contain the description, such as the document or the policy: the security of the
 * routes depends on them.
 */
export type Transform<Args> = (args: Args, options: CustomResourceOptions) => void;

/** The options that a transform may not change: they decide who owns the resource and how it is replaced. */
const fixedOptions = ["parent", "provider", "deleteBeforeReplace", "id", "urn"] as const;

/**
 * Applies a transform to copies of the arguments and options.
 *
 * @param fixed the arguments that the transform may not change, and whose changes it may not ignore
 * @returns the changed arguments and options. Fixed arguments and options have their original values, and no dependency is removed.
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
  for (const option of fixedOptions) restore(changedOptions, options, option);
  const { ignoreChanges, dependsOn } = changedOptions;
  if (ignoreChanges !== undefined) {
    changedOptions.ignoreChanges = ignoreChanges.filter((path) => !covers(path, fixed as readonly string[]));
  }
  const dependencies = merged(options.dependsOn, dependsOn);
  if (dependencies !== undefined) changedOptions.dependsOn = dependencies;
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

/** Whether a property path, such as `body`, `tags.team`, `["body"]` or `*`, reaches one of these fields. */
function covers(path: string, fixed: readonly string[]): boolean {
  const [, field = ""] = /^(?:\["?)?([^.["\]]+)/.exec(path) ?? [];
  return fixed.length > 0 && (field === "*" || field === "" || fixed.includes(field));
}

type Dependencies = CustomResourceOptions["dependsOn"];

function merged(original: Dependencies, changed: Dependencies): Dependencies {
  if (original === undefined || (Array.isArray(original) && original.length === 0)) return changed;
  if (changed === undefined) return original;
  return output([original, changed]).apply((lists) => [...new Set(lists.flat())]) as Dependencies;
}

/** A deep copy of arrays and plain objects. All other values, such as Outputs and resources, are shared. */
function copied<T>(value: T): T {
  if (Array.isArray(value)) return value.map(copied) as T;
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, copied(inner)])) as T;
}
