/** The measured API on API Management, declared with Polygate. */
import { ApiManagementService } from "@pulumi/azure-native/apimanagement/index.js";
import { ResourceGroup } from "@pulumi/azure-native/resources/index.js";
import { AzureApiManagementApi } from "polygate/azure";
import { measuredApi, measuredBindings } from "../../measured-api.ts";
import { routeCount } from "../../scenario.ts";

const group = new ResourceGroup("bench", { location: "westeurope" });
const service = new ApiManagementService("bench", {
  resourceGroupName: group.name,
  publisherEmail: "team@example.com",
  publisherName: "Team",
  sku: { name: "Developer", capacity: 1 },
});
const gateway = new AzureApiManagementApi("bench", {
  api: measuredApi(routeCount()),
  ...measuredBindings,
  service: {
    resourceGroupName: group.name,
    serviceName: service.name,
    gatewayUrl: service.gatewayUrl,
    location: service.location,
    sku: "Developer",
  },
});
export const url = gateway.url;
