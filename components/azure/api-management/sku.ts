/**
 * The tiers of an API Management service, the recommended one first. The classic tiers are `Developer`, `Basic`, `Standard` and `Premium`.
 *
 * @see https://learn.microsoft.com/azure/api-management/api-management-features
 */
export const skus = [
  "Developer",
  "Basic",
  "Standard",
  "Premium",
  "BasicV2",
  "StandardV2",
  "PremiumV2",
  "Consumption",
] as const;

/** The tier of an API Management service. */
export type ApiManagementSku = (typeof skus)[number];

/** Whether a tier is a v2 tier. These have no `quota-by-key`. */
export function isV2(sku: ApiManagementSku): boolean {
  return sku.endsWith("V2");
}
