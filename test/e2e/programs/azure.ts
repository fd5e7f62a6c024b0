/** A gateway on Azure API Management. EXTRA adds routes; CONSUMERS adds a route that requires a key, with its consumers. */
import { ApiManagementService } from "@pulumi/azure-native/apimanagement/apiManagementService.js";
import { ResourceGroup } from "@pulumi/azure-native/resources/resourceGroup.js";
import { apiKey, defineApi, http, jwt, open } from "polygate";
import { AzureApiManagementApi } from "polygate/azure";

const consumers = JSON.parse(process.env.CONSUMERS ?? "null") ?? undefined;
const keyed = consumers === undefined ? {} : { "GET /prices": { to: "catalog", auth: "partners" } };

const api = defineApi({
  version: 1,
  title: "Orders",
  backends: { catalog: http(), erp: http() },
  auth: { staff: jwt({ audiences: ["orders"] }), anyone: open("public catalogue"), partners: apiKey() },
  ...(consumers === undefined ? {} : { plans: { small: { quota: { requests: 3, per: "month" } }, large: {} } }),
  default: { auth: "staff" },
  routes: {
    "GET /orders/{id}": { to: "erp", scopes: ["orders:read"], path: "/v1/{id}" },
    "POST /orders": { to: "erp", limits: [{ requests: 3, per: "minute", by: "consumer" }] },
    "GET /catalog/{rest+}": { to: "catalog", auth: "anyone", path: "/v2/{rest}" },
    "GET /health": { reply: { status: 200, body: { ok: true } }, auth: "anyone" },
    ...keyed,
    ...JSON.parse(process.env.EXTRA ?? "{}"),
  },
});

const group = new ResourceGroup("shops", { location: "westeurope" });
const service = new ApiManagementService("shops", {
  resourceGroupName: group.name,
  publisherEmail: "shop@example.com",
  publisherName: "Shop",
  sku: { name: "Developer", capacity: 1 },
});
const gateway = new AzureApiManagementApi("orders-eu", {
  api,
  service: {
    resourceGroupName: group.name,
    serviceName: service.name,
    gatewayUrl: service.gatewayUrl,
    location: service.location,
    sku: "Developer",
  },
  backends: { catalog: { url: "https://catalog.example.com" }, erp: { url: "https://erp.example.com/base" } },
  auth: { staff: { issuer: "https://login.example.com" } },
  ...(consumers === undefined ? {} : { consumers }),
});
export const url = gateway.url;
export const region = gateway.region;
export const keys = { primary: gateway.apiKeys, secondary: gateway.secondaryApiKeys };
