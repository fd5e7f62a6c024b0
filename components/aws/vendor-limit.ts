import type { VendorLimit } from "../api/capability/capabilities.ts";

/**
 * The rule of a limit that is exceeded.
 *
 * @param count what there is, e.g. `There are 301`
 */
export function overLimit(count: string, { value, unit }: Pick<VendorLimit, "value" | "unit">): string {
  return `${count}, but API Gateway allows ${value} ${unit}.`;
}
