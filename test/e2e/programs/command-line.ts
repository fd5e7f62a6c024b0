/** One API on three clouds. The gateway on Google Cloud omits the route with scopes. */
import { ApiManagementService } from "@pulumi/azure-native/apimanagement/apiManagementService.js";
import { ResourceGroup } from "@pulumi/azure-native/resources/resourceGroup.js";
import { defineApi, http, jwt } from "polygate";
import { AwsHttpApi } from "polygate/aws";
import { AzureApiManagementApi } from "polygate/azure";
import { GcpApiGateway } from "polygate/gcp";

const api = defineApi({
  version: 1,
  backends: { erp: http() },
  auth: { staff: jwt({ audiences: ["orders"] }) },
  default: { auth: "staff" },
  routes: { "GET /orders/{id}": { to: "erp" }, "POST /orders": { to: "erp", scopes: ["orders:write"] } },
});
const group = new ResourceGroup("shops", { location: "westeurope" });
const service = new ApiManagementService("shops", {
  resourceGroupName: group.name,
  publisherEmail: "shop@example.com",
  publisherName: "Shop",
  sku: { name: "Developer", capacity: 1 },
});
const args = {
  api,
  backends: { erp: { url: "https://erp.example.com" } },
  auth: { staff: { issuer: "https://login.example.com" } },
};
const aws = new AwsHttpApi("orders-aws", args);
const azure = new AzureApiManagementApi("orders", {
  ...args,
  service: {
    resourceGroupName: group.name,
    serviceName: service.name,
    gatewayUrl: service.gatewayUrl,
    location: service.location,
    sku: "Developer",
  },
});
const gcp = new GcpApiGateway("orders-gcp", {
  ...args,
  region: "europe-west1",
  omit: { "POST /orders": "only the other gateways check scopes" },
});
export const urls = { aws: aws.url, azure: azure.url, gcp: gcp.url };
