import { AsyncLocalStorage } from "node:async_hooks";
import { log, type Resource, ResourceHook, type ResourceHookArgs, runtime } from "@pulumi/pulumi";

/**
 * A hook that warns at each preview and update in which the engine plans an operation. No hook in a unit test with mocks, where nothing
 * calls it and a resource with a hook is never registered.
 *
 * @param name unique in the program
 * @param owner the component, to which the warning belongs
 * @param tell the warning; undefined for none. An error fails the preview.
 */
export function warningHook(
  name: string,
  owner: Resource,
  tell: (args: ResourceHookArgs) => string | undefined,
): ResourceHook[] {
  const monitor: object | undefined = runtime.getMonitor();
  if (monitor === undefined || !("registerResourceHook" in monitor)) return [];
  // The engine calls hooks from outside. An inline program of the Automation API keeps its engine in the context.
  const inProgram = AsyncLocalStorage.snapshot();
  const warn = async (args: ResourceHookArgs): Promise<void> => {
    const text = tell(args);
    if (text !== undefined) await inProgram(() => log.warn(text, owner));
  };
  return [new ResourceHook(`polygate:${name}`, warn, { onDryRun: true })];
}
