import { Output } from "@pulumi/pulumi";

/** Whether a value is known only later: an Output, or a Promise. */
export function isLater(value: unknown): boolean {
  return Output.isInstance(value) || value instanceof Promise;
}

/** An object whose members are known before the deployment, whatever their values are. */
export function isObjectNow(given: unknown): given is Readonly<Record<string, unknown>> {
  return typeof given === "object" && given !== null && !Array.isArray(given) && !isLater(given);
}
