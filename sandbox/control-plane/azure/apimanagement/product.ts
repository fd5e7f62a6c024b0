import { flag, isUnknown, type Properties, text } from "../../property-value.ts";
import type { Records } from "../../records.ts";
import { type Call, type CheckFailure, type ResourceModel, VendorError } from "../../resource-model.ts";
import { type AzureSettings, armKey, serviceId } from "../arm.ts";
import { apis, productApis, products } from "./record.ts";
import { servicePart } from "./service-part.ts";

/** `azure-native:apimanagement:Product`: an open product, whose APIs answer without a subscription key. */
export const product: ResourceModel<AzureSettings> = servicePart({
  kind: products,
  path: "products/{productId}",
  verify: verifyProduct,
  check: () => {},
});

/** `azure-native:apimanagement:ProductApi`: an API that a product contains. */
export const productApi: ResourceModel<AzureSettings> = servicePart({
  kind: productApis,
  path: "products/{productId}/apis/{apiId}",
  verify: () => [],
  check: checkLink,
});

function verifyProduct(inputs: Properties): readonly CheckFailure[] {
  const { subscriptionRequired } = inputs;
  if (!isUnknown(subscriptionRequired) && subscriptionRequired !== false) {
    const reason =
      "the sandbox has no subscription keys, which a product requires by default; set it to false, or set " +
      "subscriptionRequired of azure.apimanagement.Api to false, and leave the product out here";
    return [{ property: "subscriptionRequired", reason }];
  }
  const { state } = inputs;
  if (isUnknown(state) || state === "published") return [];
  const reason = 'the sandbox does not know what an open product does that is not published; set it to "published"';
  return [{ property: "state", reason }];
}

function checkLink(call: Call<AzureSettings>, inputs: Properties): void {
  const service = serviceId(call.settings, inputs);
  for (const [kind, name] of [
    [products, `products/${text(inputs, "productId")}`],
    [apis, `apis/${text(inputs, "apiId")}`],
  ] as const) {
    if (kind.get(call.records, armKey(`${service}/${name}`)) !== undefined) continue;
    throw new VendorError(`Code="ResourceNotFound" Message="'${service}/${name}' was not found." (404)`);
  }
}

/**
 * Whether an API is in an open product.
 * @param service the key of the service
 * @see https://learn.microsoft.com/azure/api-management/api-management-subscriptions#how-api-management-handles-requests-with-or-without-subscription-keys
 */
export function isInOpenProduct(records: Records, service: string, apiId: string): boolean {
  return productApis.list(records, service).some(([, { inputs }]) => {
    if (text(inputs, "apiId")?.toLowerCase() !== apiId.toLowerCase()) return false;
    const found = products.get(records, armKey(`${service}/products/${text(inputs, "productId")}`));
    return found !== undefined && flag(found.inputs, "subscriptionRequired") === false;
  });
}
