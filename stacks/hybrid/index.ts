/**
 * The hybrid stack: the API of `orders.yaml` on AWS, Azure and Google Cloud, in front of an ERP that stays on premises and a catalogue in
 * the cloud. Each cloud reaches the ERP through a VPN of its own to the same site.
 */

import { ec2 } from "@pulumi/aws";
import { ResourceGroup } from "@pulumi/azure-native/resources/index.js";
import { Network } from "@pulumi/gcp/compute/index.js";
import { Config } from "@pulumi/pulumi";
import { fromOpenApi } from "polygate";
import { AwsHttpApi, AwsOnPremLink } from "polygate/aws";
import { AzureApiManagementApi, AzureApiManagementService, AzureOnPremLink } from "polygate/azure";
import { GcpApiGateway, GcpOnPremLink } from "polygate/gcp";

const config = new Config();
const region = config.require("gcpRegion");
const erpUrl = new URL(config.require("erpUrl"));
/** The network on premises. The networks of the clouds must not overlap with it, nor with each other. */
const site = {
  device: config.require("siteDevice"),
  range: config.require("siteRange"),
  erp: config.require("erpAddress"),
  dns: config.require("siteDns"),
};
const erpPort = Number(erpUrl.port === "" ? 443 : erpUrl.port);
const place = {
  api: fromOpenApi(new URL("./orders.yaml", import.meta.url)),
  auth: { staff: { issuer: config.require("issuer"), jwksUri: config.require("issuerKeys") } },
};
const catalog = { url: config.require("catalogUrl") };

const vpc = new ec2.Vpc("network", { cidrBlock: "10.0.0.0/16" });
const subnets = [0, 1].map((part) => new ec2.Subnet(`part-${part}`, { vpcId: vpc.id, cidrBlock: `10.0.${part}.0/24` }));
const routes = new ec2.RouteTable("routes", { vpcId: vpc.id });
const awsLink = new AwsOnPremLink("erp-aws", {
  vpcId: vpc.id,
  subnetIds: subnets.map(({ id }) => id),
  targets: [{ address: site.erp, port: erpPort }],
  port: erpPort,
  vpn: { publicIp: site.device, cidrs: [site.range], routeTableIds: { main: routes.id } },
});
const aws = new AwsHttpApi("orders-aws", {
  ...place,
  backends: { catalog, erp: { url: erpUrl.href, link: awsLink.link } },
});

const group = new ResourceGroup("orders");
const azurePlace = { resourceGroupName: group.name, location: group.location };
const azureLink = new AzureOnPremLink("erp-azure", {
  ...azurePlace,
  virtualNetwork: { addressPrefix: "10.1.0.0/16" },
  vpn: {
    gatewaySubnet: "10.1.0.0/27",
    device: { publicIp: site.device, prefixes: [site.range] },
    sharedKey: config.requireSecret("azureVpnKey"),
  },
  names: { [erpUrl.hostname]: site.erp },
});
const service = new AzureApiManagementService("orders", {
  ...azurePlace,
  publisher: { name: config.require("publisherName"), email: config.require("publisherEmail") },
  sku: "Developer",
  network: { newSubnet: { virtualNetworkId: azureLink.virtualNetworkId, addressPrefix: "10.1.1.0/24" } },
});
const azure = new AzureApiManagementApi("orders-azure", {
  ...place,
  service: service.service,
  backends: { catalog, erp: { url: erpUrl.href, link: azureLink.link } },
});

const network = new Network("network", { autoCreateSubnetworks: false });
const gcpLink = new GcpOnPremLink("erp-gcp", {
  region,
  network: network.id,
  subnetRange: "10.2.0.0/26",
  ranges: [site.range],
  vpn: {
    deviceAddresses: [site.device],
    deviceAsn: config.requireNumber("siteAsn"),
    sharedSecrets: [config.requireSecret("gcpVpnKey0"), config.requireSecret("gcpVpnKey1")],
  },
  dns: { domain: erpUrl.hostname.slice(erpUrl.hostname.indexOf(".") + 1), servers: [site.dns] },
});
const gcp = new GcpApiGateway("orders-gcp", {
  ...place,
  region,
  backends: { catalog, erp: { url: erpUrl.href, link: gcpLink.link } },
  companion: { instances: { minimum: 1, maximum: 1 } },
});

/** Where each gateway answers, by vendor. */
export const urls = { aws: aws.url, azure: azure.url, gcp: gcp.url };
/** What the device on premises must be configured with, beside the keys. */
export const device = {
  aws: awsLink.vpnConfiguration,
  azure: azureLink.deviceConfiguration,
  gcp: gcpLink.device,
};
