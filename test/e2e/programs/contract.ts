/** A gateway of each class, with the arguments in the file that ARGS names. */
import { readFileSync } from "node:fs";
import { ApiManagementService } from "@pulumi/azure-native/apimanagement/apiManagementService.js";
import { ResourceGroup } from "@pulumi/azure-native/resources/resourceGroup.js";
import type { GatewayArgs } from "polygate";
import { AwsHttpApi, type AwsHttpApiArgs, AwsRestApi, type AwsRestApiArgs } from "polygate/aws";
import { AzureApiManagementApi } from "polygate/azure";
import { GcpApiGateway } from "polygate/gcp";

interface Args {
  readonly AwsHttpApi: AwsHttpApiArgs;
  readonly AwsRestApi: AwsRestApiArgs;
  readonly AzureApiManagementApi: GatewayArgs;
  readonly GcpApiGateway: GatewayArgs;
}

const args: Args = JSON.parse(readFileSync(process.env.ARGS ?? "", "utf8"));

const group = new ResourceGroup("contract", { location: "westeurope" });
const service = new ApiManagementService("contract", {
  resourceGroupName: group.name,
  publisherEmail: "contract@example.com",
  publisherName: "Contract",
  sku: { name: "Developer", capacity: 1 },
});
const azure = new AzureApiManagementApi("contract-azure", {
  ...args.AzureApiManagementApi,
  transform: {
    // Disables the keys that the suite expects to be disabled.
    subscription: (subscription) => {
      if (String(subscription.displayName).endsWith("-off")) subscription.state = "suspended";
    },
  },
  service: {
    resourceGroupName: group.name,
    serviceName: service.name,
    gatewayUrl: service.gatewayUrl,
    location: service.location,
    sku: "Developer",
  },
});
const http = new AwsHttpApi("contract-aws", args.AwsHttpApi);
const rest = new AwsRestApi("contract-rest", {
  ...args.AwsRestApi,
  transform: {
    // Disables the keys that the suite expects to be disabled.
    apiKey: (key) => {
      key.enabled = !String(key.name).endsWith("-off");
    },
  },
});
const gcp = new GcpApiGateway("contract-gcp", { ...args.GcpApiGateway, region: "europe-west1" });

export const urls = {
  AwsHttpApi: http.url,
  AwsRestApi: rest.url,
  AzureApiManagementApi: azure.url,
  GcpApiGateway: gcp.url,
};
