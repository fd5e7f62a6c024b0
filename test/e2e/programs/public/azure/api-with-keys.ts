/** An API whose operation and policy are resources of their own, in a product that requires keys. */
import * as apimanagement from "@pulumi/azure-native/apimanagement/index.js";
import { ResourceGroup } from "@pulumi/azure-native/resources/index.js";
import * as pulumi from "@pulumi/pulumi";

const group = new ResourceGroup("api-with-keys");
const service = new apimanagement.ApiManagementService("api-with-keys", {
  resourceGroupName: group.name,
  sku: { name: "Developer", capacity: 1 },
  publisherEmail: "shop@example.com",
  publisherName: "Shop",
});
const args = { resourceGroupName: group.name, serviceName: service.name };
const api = new apimanagement.Api("api-with-keys", {
  ...args,
  displayName: "Greetings",
  path: "hello",
  protocols: ["https"],
  apiRevision: "1",
  serviceUrl: "https://functions.example.com/api/greeting",
});
const operation = new apimanagement.ApiOperation("api-with-keys", {
  ...args,
  apiId: api.name,
  operationId: "greet",
  displayName: "Greet",
  method: "GET",
  urlTemplate: "/{name}",
  templateParameters: [{ name: "name", required: true, type: "string" }],
});
new apimanagement.ApiOperationPolicy("api-with-keys", {
  ...args,
  apiId: api.name,
  operationId: operation.name,
  policyId: "policy",
  format: "xml",
  value: `<policies>
    <inbound><base /><rewrite-uri template="?name={name}" />
      <cache-lookup vary-by-developer="false" vary-by-developer-groups="false" /></inbound>
    <backend><base /></backend>
    <outbound><base /><cache-store duration="30" /></outbound>
    <on-error><base /></on-error>
  </policies>`,
});
const product = new apimanagement.Product("api-with-keys", {
  ...args,
  productId: "greetings",
  displayName: "Greetings",
  state: "published",
  subscriptionRequired: true,
});
new apimanagement.ProductApi("api-with-keys", { ...args, apiId: api.name, productId: product.name });
const user = new apimanagement.User("api-with-keys", {
  ...args,
  userId: "robot",
  firstName: "Robo",
  lastName: "T",
  email: "robot@example.com",
});
const subscription = new apimanagement.Subscription("api-with-keys", {
  ...args,
  displayName: "Robot",
  scope: product.id,
  ownerId: user.id,
  state: "active",
});
export const url = pulumi.interpolate`${service.gatewayUrl}/${api.path}/shop`;
export const key = subscription.primaryKey;
