/**
 * The hybrid stack: the API of `orders.yaml` on AWS, Azure and Google Cloud, in front of an ERP that stays on premises and a catalogue in
 * the cloud. Each cloud reaches the ERP through a VPN of its own to the same site. The networks are declared here, or by stacks/network in
 * a stack that the setting `networkStack` names.
 */

import { ResourceGroup } from "@pulumi/azure-native/resources/index.js";
import { fromOpenApi } from "polygate";
import { AwsHttpApi } from "polygate/aws";
import { AzureApiManagementApi, AzureApiManagementService } from "polygate/azure";
import { GcpApiGateway } from "polygate/gcp";
import { declareNetworks } from "./network/networks.ts";
import { readHybridConfiguration } from "./configuration.ts";
import { otherNetworks } from "./other-networks.ts";

const configuration = readHybridConfiguration();
const networks =
  "networkStack" in configuration ? await otherNetworks(configuration.networkStack) : declareNetworks(configuration);
const { catalog, issuer, issuerKeys, accessLog, apiManagement, companion } = configuration;
const served = {
  api: fromOpenApi(new URL("./orders.yaml", import.meta.url)),
  auth: { staff: { issuer, jwksUri: issuerKeys } },
};

const aws = Object.entries(networks.aws).map(([regionName, { region, link }]) => {
  const { zone } = networks;
  const gateway = new AwsHttpApi(
    region.name("orders-aws"),
    {
      ...served,
      backends: { catalog: { url: catalog }, erp: { url: networks.erp, link } },
      ...(zone === undefined ? {} : { domain: { name: `${regionName}.${zone.name}`, zoneId: zone.id } }),
      ...(accessLog === undefined ? {} : { accessLog: { retentionDays: accessLog.days } }),
    },
    region.options,
  );
  return [region.name("aws"), gateway.url] as const;
});

const group = new ResourceGroup("orders");
const service = new AzureApiManagementService("orders", {
  resourceGroupName: group.name,
  location: networks.azure.location,
  publisher: apiManagement.publisher,
  sku: apiManagement.tier,
  ...(apiManagement.units === undefined ? {} : { units: apiManagement.units }),
  network: {
    newSubnet: { virtualNetworkId: networks.azure.virtualNetworkId, addressPrefix: apiManagement.subnet },
  },
});
const azure = new AzureApiManagementApi("orders-azure", {
  ...served,
  service: service.service,
  backends: { catalog: { url: catalog }, erp: { url: networks.erp, link: networks.azure } },
});

const gcp = new GcpApiGateway("orders-gcp", {
  ...served,
  region: networks.gcp.region,
  backends: { catalog: { url: catalog }, erp: { url: networks.erp, link: networks.gcp.link } },
  companion: { instances: companion, ...(companion.maximum > 1 ? { limits: "per-instance" } : {}) },
});

/** Where each gateway answers, by vendor, and by Region for further Regions of AWS. */
export const urls = { ...Object.fromEntries(aws), azure: azure.url, gcp: gcp.url };
/** What the VPN device on premises must be configured with, beside the keys, or where that is written. */
export const device = "device" in networks ? networks.device : "the output `device` of the stack of the networks";
