/** Declares the gateways that are listed in the file that DESCRIPTIONS names. */
import { readFileSync } from "node:fs";
import { ApiManagementService } from "@pulumi/azure-native/apimanagement/apiManagementService.js";
import { ResourceGroup } from "@pulumi/azure-native/resources/resourceGroup.js";
import type { Gateway, GatewayArgs, Vendor } from "polygate";
import { AwsHttpApi, type AwsHttpApiArgs } from "polygate/aws";
import { AzureApiManagementApi } from "polygate/azure";
import { GcpApiGateway } from "polygate/gcp";

const group = new ResourceGroup("examples", { location: "westeurope" });
const {
  name: serviceName,
  gatewayUrl,
  location,
} = new ApiManagementService("examples", {
  resourceGroupName: group.name,
  publisherEmail: "examples@example.com",
  publisherName: "Examples",
  sku: { name: "Standard", capacity: 1 },
});
const service = { resourceGroupName: group.name, serviceName, gatewayUrl, location, sku: "Standard" } as const;
const declare: Readonly<Record<Vendor, (name: string, args: GatewayArgs) => Gateway>> = {
  aws: (name, args) => new AwsHttpApi(name, args as AwsHttpApiArgs),
  azure: (name, args) => new AzureApiManagementApi(name, { ...args, service }),
  gcp: (name, args) => new GcpApiGateway(name, { ...args, region: "europe-west1" }),
};

interface Declaration {
  readonly name: string;
  readonly vendor: Vendor;
  readonly args: GatewayArgs;
}

const gateways: readonly Declaration[] = JSON.parse(readFileSync(process.env.DESCRIPTIONS ?? "", "utf8"));
export const urls = Object.fromEntries(
  gateways.map(({ name, vendor, args }) => [name, declare[vendor](name, args).url]),
);
