/** The main stack: the API of `orders.yaml` in front of one backend, on three clouds. */

import { ApiManagementService } from "@pulumi/azure-native/apimanagement/index.js";
import { ResourceGroup } from "@pulumi/azure-native/resources/index.js";
import { Config } from "@pulumi/pulumi";
import { fromOpenApi } from "polygate";
import { AwsHttpApi } from "polygate/aws";
import { AzureApiManagementApi } from "polygate/azure";
import { GcpApiGateway } from "polygate/gcp";

const config = new Config();
const api = fromOpenApi(new URL("./orders.yaml", import.meta.url));
const place = {
  api,
  backends: { backend: { url: config.require("backendUrl") } },
  auth: { staff: { issuer: config.require("issuer") } },
};

const aws = new AwsHttpApi("orders-aws", place);

const group = new ResourceGroup("orders");
const service = new ApiManagementService("orders", {
  resourceGroupName: group.name,
  location: group.location,
  publisherName: config.require("publisherName"),
  publisherEmail: config.require("publisherEmail"),
  sku: { name: "Developer", capacity: 1 },
});
const azure = new AzureApiManagementApi("orders-azure", {
  ...place,
  service: {
    resourceGroupName: group.name,
    serviceName: service.name,
    gatewayUrl: service.gatewayUrl,
    location: service.location,
    sku: "Developer",
  },
});

const gcp = new GcpApiGateway("orders-gcp", {
  ...place,
  region: config.require("gcpRegion"),
  waive: { limits: "reads only, and the backend sheds load by itself" },
  omit: { "POST /orders": "Google's gateway checks no scopes; orders are placed on the other two" },
});

/** Where each gateway answers, by vendor. */
export const urls = { aws: aws.url, azure: azure.url, gcp: gcp.url };
