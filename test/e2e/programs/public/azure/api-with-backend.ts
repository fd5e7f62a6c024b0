/** A versioned API whose policy names a backend entity, in a product without keys. */
import * as apimanagement from "@pulumi/azure-native/apimanagement/index.js";
import { ResourceGroup } from "@pulumi/azure-native/resources/index.js";
import * as web from "@pulumi/azure-native/web/index.js";
import * as pulumi from "@pulumi/pulumi";

const group = new ResourceGroup("api-with-backend");
const functions = new web.WebApp("api-with-backend", {
  resourceGroupName: group.name,
  name: "devices",
  kind: "functionapp",
});
const service = new apimanagement.ApiManagementService("api-with-backend", {
  resourceGroupName: group.name,
  serviceName: "devices-apim",
  sku: { name: "Consumption", capacity: 0 },
  publisherEmail: "shop@example.com",
  publisherName: "Shop",
});
const args = { resourceGroupName: group.name, serviceName: service.name };
const versions = new apimanagement.ApiVersionSet("api-with-backend", {
  ...args,
  versionSetId: "devices",
  displayName: "Devices",
  versioningScheme: "Segment",
});
const api = new apimanagement.Api("api-with-backend", {
  ...args,
  apiId: "devices-v1",
  displayName: "Devices",
  description: "The state of devices",
  path: "devices",
  apiVersion: "v1",
  apiRevision: "1",
  apiVersionSetId: versions.id,
  protocols: ["https"],
});
const operation = new apimanagement.ApiOperation("api-with-backend", {
  ...args,
  apiId: api.name,
  operationId: "getState",
  displayName: "State",
  description: "The state of a device",
  method: "GET",
  urlTemplate: "/state/{device}",
  templateParameters: [{ name: "device", description: "the device", type: "string", required: true }],
});
const backend = new apimanagement.Backend("api-with-backend", {
  ...args,
  backendId: "devices",
  resourceId: pulumi.interpolate`https://management.azure.com/${functions.id}`,
  url: pulumi.interpolate`https://${functions.defaultHostName}/api`,
  protocol: "http",
});
new apimanagement.ApiPolicy(
  "api-with-backend",
  {
    ...args,
    apiId: api.name,
    policyId: "policy",
    value: pulumi.interpolate`<policies>
      <inbound>
        <base />
        <cors allow-credentials="true">
          <allowed-origins><origin>https://shop.example.com</origin></allowed-origins>
          <allowed-methods><method>GET</method></allowed-methods>
          <allowed-headers><header>*</header></allowed-headers>
        </cors>
        <rewrite-uri template="GetState?deviceId={device}" />
        <set-backend-service id="apim-generated-policy" backend-id="${backend.name}" />
      </inbound>
      <backend><forward-request /></backend>
      <outbound><base /></outbound>
      <on-error><base /></on-error>
    </policies>`,
  },
  { dependsOn: operation },
);
const product = new apimanagement.Product("api-with-backend", {
  ...args,
  productId: "devices",
  displayName: "Devices",
  terms: "none",
  subscriptionRequired: false,
  state: "published",
});
new apimanagement.ProductApi("api-with-backend", { ...args, apiId: api.name, productId: product.name });
export const url = pulumi.interpolate`${service.gatewayUrl}/${api.path}/v1/state/`;
