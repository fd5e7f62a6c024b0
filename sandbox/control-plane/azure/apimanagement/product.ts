import { flag, type Properties, text } from "../../property-value.ts";
import type { Records } from "../../records.ts";
import { type Call, type ResourceModel, VendorError } from "../../resource-model.ts";
import { type AzureSettings, armKey, lastSegment, serviceId } from "../arm.ts";
import { apis, type PartRecord, productApis, products, subscriptions } from "./record.ts";
import { ownerOf } from "./service-child.ts";
import { servicePart } from "./service-part.ts";
import { newKeys } from "./subscription-keys.ts";

const stored = servicePart({
  kind: products,
  path: "products/{productId}",
  verify: () => [],
  check: () => {},
});

/** `azure-native:apimanagement:Product`: APIs that one subscription opens, or an open product, whose APIs answer without a key. */
export const product: ResourceModel<AzureSettings> = {
  ...stored,
  async create(call, inputs) {
    const created = await stored.create(call, inputs);
    if (requiresSubscription(inputs)) subscribeAdministrator(call, created.id, inputs);
    return created;
  },
  delete(call, id, state) {
    refuseSubscribed(call.records, id);
    stored.delete(call, id, state);
    call.records.deleteAll(`${productApis.key(armKey(id))}/`);
  },
};

/** `azure-native:apimanagement:ProductApi`: an API that a product contains. */
export const productApi: ResourceModel<AzureSettings> = servicePart({
  kind: productApis,
  path: "products/{productId}/apis/{apiId}",
  verify: () => [],
  check: checkLink,
});

/** A product requires a subscription unless it is declared open. */
export function requiresSubscription(inputs: Properties): boolean {
  return flag(inputs, "subscriptionRequired") ?? true;
}

/** A new product that requires subscriptions gets one by itself, of the administrator (Azure/azure-service-operator#3408). */
function subscribeAdministrator(call: Call<AzureSettings>, productId: string, inputs: Properties): void {
  const service = serviceId(call.settings, inputs);
  const name = `${lastSegment(productId)}-administrator`;
  const id = `${service}/subscriptions/${name}`;
  const record = {
    id,
    serviceId: ownerOf(call, inputs),
    displayName: "",
    scope: { kind: "product", name: lastSegment(productId) } as const,
    keys: newKeys(),
    isActive: true,
    outputs: {},
  };
  subscriptions.put(call.records, record, armKey(id));
}

/**
 * A product with subscriptions is not deleted: azure-native does not send `deleteSubscriptions`.
 *
 * @see https://github.com/pulumi/pulumi-azure-native/issues/846
 */
function refuseSubscribed(records: Records, id: string): void {
  const service = armKey(id).replace(/\/products\/[^/]*$/, "");
  const [found] = subscriptions
    .list(records, service)
    .filter(([, { scope }]) => scope.kind === "product" && armKey(scope.name) === armKey(lastSegment(id)));
  if (found === undefined) return;
  throw new VendorError(
    `Code="ValidationError" Message="Cannot delete product '${lastSegment(id)}' since there are existing subscriptions: ` +
      `'${lastSegment(found[1].id)}'. Delete the subscriptions, or use deleteSubscriptions=true." (400)`,
  );
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
  const open = productsOf(call.records, armKey(service)).filter(
    ({ inputs: each, apis }) => !requiresSubscription(each) && apis.includes(armKey(text(inputs, "apiId") ?? "")),
  );
  if (open.length <= 1) return;
  throw new VendorError(
    `Code="ValidationError" Message="The API '${text(inputs, "apiId")}' is in the open product ` +
      `'${lastSegment(open[0]?.id ?? "")}'. An API can be in at most one open product." (400)`,
  );
}

/** The products of a service, each with the names of its APIs in lower case. */
export function productsOf(
  records: Records,
  service: string,
): readonly (PartRecord & { readonly apis: readonly string[] })[] {
  const links = productApis.list(records, service).map(([, { inputs }]) => inputs);
  return products.list(records, service).map(([, product]) => ({
    ...product,
    apis: links
      .filter((link) => armKey(text(link, "productId") ?? "") === armKey(lastSegment(product.id)))
      .map((link) => armKey(text(link, "apiId") ?? "")),
  }));
}
