/** A version of an API, in a product without keys. */
import * as apimanagement from "@pulumi/azure-native/apimanagement/index.js";
import { ResourceGroup } from "@pulumi/azure-native/resources/index.js";

const group = new ResourceGroup("api-in-product");
const service = new apimanagement.ApiManagementService("api-in-product", {
  resourceGroupName: group.name,
  sku: { name: "Consumption", capacity: 0 },
  publisherEmail: "shop@example.com",
  publisherName: "Shop",
});
const args = { resourceGroupName: group.name, serviceName: service.name };
const versions = new apimanagement.ApiVersionSet("api-in-product", {
  ...args,
  versionSetId: "orders",
  displayName: "Orders",
  versioningScheme: "Segment",
});
const api = new apimanagement.Api("api-in-product", {
  ...args,
  apiId: "orders-v1",
  displayName: "Orders",
  path: "api",
  apiVersion: "v1",
  apiRevision: "1",
  apiVersionSetId: versions.id,
  protocols: ["https"],
});
const product = new apimanagement.Product("api-in-product", {
  ...args,
  productId: "orders",
  displayName: "Orders",
  terms: "none",
  subscriptionRequired: false,
  state: "published",
});
new apimanagement.ProductApi("api-in-product", { ...args, apiId: api.name, productId: product.name });
export const url = service.gatewayUrl;
