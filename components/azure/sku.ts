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

/**
 * How a service of a tier reaches private networks, if it can.
 *
 * @see https://learn.microsoft.com/azure/api-management/api-management-gateways-overview
 */
export function networkAccessOf(sku: ApiManagementSku): "injection" | "integration" | undefined {
  if (sku === "Developer" || sku === "Premium") return "injection";
  return sku === "StandardV2" || sku === "PremiumV2" ? "integration" : undefined;
}

/** The tiers whose services reach private networks, for messages. */
export const networkedTiers = "Developer, Premium, StandardV2 or PremiumV2";
