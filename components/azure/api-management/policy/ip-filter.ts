import { addressIn, type Ipv4Range } from "../../../gateway/ipv4-range.ts";
import { element, type PolicyElement } from "./element.ts";

/**
 * Rejects requests from other addresses. Nothing if every address is allowed.
 *
 * @see https://learn.microsoft.com/azure/api-management/ip-filter-policy
 */
export function ipFilter(ranges: readonly Ipv4Range[]): readonly PolicyElement[] {
  if (ranges.length === 0) return [];
  const [single, several] = [ranges.filter(({ bits }) => bits === 32), ranges.filter(({ bits }) => bits < 32)];
  // The page prescribes this order.
  const content = [
    ...single.map((range) => element("address", {}, addressIn(range, 0))),
    ...several.map((range) => {
      const to = addressIn(range, range.last - range.first);
      return element("address-range", { from: addressIn(range, 0), to });
    }),
  ];
  return [element("ip-filter", { action: "allow" }, content)];
}
