/** A gateway of each class in one stack. NEW selects the second of two descriptions. SUFFIX gives the resources of each attempt unique names. */
import { ApiManagementService } from "@pulumi/azure-native/apimanagement/apiManagementService.js";
import { ResourceGroup } from "@pulumi/azure-native/resources/resourceGroup.js";
import { defineApi, http, jwt, open, type Route, type RouteKey } from "polygate";
import { AwsHttpApi, AwsRestApi } from "polygate/aws";
import { AzureApiManagementApi } from "polygate/azure";
import { GcpApiGateway } from "polygate/gcp";

const { SUFFIX = "" } = process.env;
const routes: Readonly<Record<RouteKey, Route<"shop", "staff" | "anyone">>> =
  process.env.NEW === undefined
    ? {
        "GET /guarded": { to: "shop" },
        "GET /items/{id}": { to: "shop" },
        "GET /goes/{id}": { to: "shop" },
        "GET /public": { to: "shop", auth: "anyone" },
      }
    : {
        "GET /guarded": { to: "shop", path: "/elsewhere" },
        "GET /items/{id}": { to: "shop" },
        "GET /items/new": { to: "shop" },
        "GET /public/{id}": { to: "shop" },
        "GET /public": { to: "shop", auth: "anyone" },
      };
const api = defineApi({
  version: 1,
  backends: { shop: http() },
  auth: { staff: jwt({ audiences: ["shop"] }), anyone: open("public") },
  default: { auth: "staff" },
  routes,
});
const args = {
  api,
  backends: { shop: { url: "https://shop.example.com" } },
  auth: { staff: { issuer: "https://login.example.com" } },
};
export const aws = new AwsHttpApi(`aws${SUFFIX}`, args).url;
export const rest = new AwsRestApi(`rest${SUFFIX}`, args).url;
const group = new ResourceGroup(`group${SUFFIX}`, { location: "westeurope" });
const service = new ApiManagementService(`service${SUFFIX}`, {
  resourceGroupName: group.name,
  publisherEmail: "shop@example.com",
  publisherName: "Shop",
  sku: { name: "Developer", capacity: 1 },
});
export const azure = new AzureApiManagementApi(`azure${SUFFIX}`, {
  ...args,
  path: "",
  service: {
    resourceGroupName: group.name,
    serviceName: service.name,
    gatewayUrl: service.gatewayUrl,
    location: service.location,
    sku: "Developer",
  },
}).url;
export const gcp = new GcpApiGateway(`gcp${SUFFIX}`, { ...args, region: "europe-west1" }).url;
