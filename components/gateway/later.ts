import { isLater } from "../api/later.ts";

export { isLater } from "../api/later.ts";

/** Whether a value is a plain object. The names of its members are then known before the deployment; their values may not be. */
export function isObjectNow(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !isLater(value);
}
