/** The measured API on three clouds, in front of a server on premises, with the networks of stacks/hybrid. */
import { ResourceGroup } from "@pulumi/azure-native/resources/index.js";
import { secret } from "@pulumi/pulumi";
import { defineApi, onPrem } from "polygate";
import { AwsHttpApi } from "polygate/aws";
import { AzureApiManagementApi, AzureApiManagementService } from "polygate/azure";
import { GcpApiGateway } from "polygate/gcp";
import { declareNetworks } from "../../../stacks/network/networks.ts";
import { companionBindings, measuredApi } from "../../measured-api.ts";
import { routeCount } from "../../scenario.ts";

const networks = declareNetworks({
  site: {
    device: "203.0.113.9",
    asn: 65010,
    range: "10.20.0.0/16",
    dns: "10.20.0.2",
    erp: { url: "https://erp.corp.example.com:8443", address: "10.20.0.5" },
  },
  networks: {
    aws: { "eu-central-1": { range: "10.0.0.0/16", subnets: ["10.0.0.0/24", "10.0.1.0/24"] } },
    azure: { range: "10.1.0.0/16", gatewaySubnet: "10.1.0.0/27" },
    gcp: { region: "europe-west1", range: "10.2.0.0/26" },
  },
  azureVpnKey: secret("aKeyOfTheBenchmark0"),
  gcpVpnKey0: secret("aKeyOfTheBenchmark0aKeyOf"),
  gcpVpnKey1: secret("aKeyOfTheBenchmark1aKeyOf"),
});
const { auth } = companionBindings;
const api = defineApi({ ...measuredApi(routeCount()), backends: { backend: onPrem() } });

for (const { region, link } of Object.values(networks.aws)) {
  new AwsHttpApi(region.name("bench-aws"), { api, auth, backends: { backend: { url: networks.erp, link } } });
}
const group = new ResourceGroup("bench");
const service = new AzureApiManagementService("bench", {
  resourceGroupName: group.name,
  location: networks.azure.location,
  publisher: { name: "Bench", email: "bench@example.com" },
  sku: "Developer",
  network: { newSubnet: { virtualNetworkId: networks.azure.virtualNetworkId, addressPrefix: "10.1.1.0/24" } },
});
new AzureApiManagementApi("bench-azure", {
  api,
  auth,
  service: service.service,
  backends: { backend: { url: networks.erp, link: networks.azure } },
});
const gateway = new GcpApiGateway("bench-gcp", {
  api,
  auth,
  region: networks.gcp.region,
  backends: { backend: { url: networks.erp, link: networks.gcp.link } },
  companion: {},
});
export const url = gateway.url;
