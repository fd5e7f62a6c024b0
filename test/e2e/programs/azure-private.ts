/**
 * A service that is injected into a network, with a VPN to a site, and an API with one backend on premises and one in public. WITHOUT is
 * the part that is left out: `vpn` or `name`. PREFIX is the network on premises, KEY the shared key, and with
 * HTTP2 the protocols of the service change.
 */
import { resources } from "@pulumi/azure-native";
import { secret } from "@pulumi/pulumi";
import { defineApi, http, jwt, onPrem, open } from "polygate";
import { AzureApiManagementApi, AzureApiManagementService, AzureOnPremLink } from "polygate/azure";

const { WITHOUT: without, PREFIX: prefix = "10.20.0.0/16", KEY: key = "first", HTTP2: http2 } = process.env;
const group = new resources.ResourceGroup("shops", { resourceGroupName: "shops", location: "westeurope" });
const place = { resourceGroupName: group.name, location: group.location };
const tags = { team: "erp" };
const site = new AzureOnPremLink("erp-link", {
  ...place,
  virtualNetwork: { addressPrefix: "10.10.0.0/16" },
  ...(without === "vpn"
    ? {}
    : {
        vpn: {
          gatewaySubnet: "10.10.0.0/27",
          device: { publicIp: "203.0.113.9", prefixes: [prefix] },
          sharedKey: secret(key),
        },
      }),
  ...(without === "name" ? {} : { names: { "erp.example.com": "10.20.0.5" } }),
  tags,
});
const owner = new AzureApiManagementService("shop", {
  ...place,
  publisher: { name: "Shop", email: "api@example.com" },
  sku: "Developer",
  network: { newSubnet: { virtualNetworkId: site.virtualNetworkId, addressPrefix: "10.10.1.0/24" } },
  http2Enabled: http2 === "yes",
  tags,
});
const gateway = new AzureApiManagementApi("orders", {
  api: defineApi({
    version: 1,
    backends: { erp: onPrem(), catalog: http() },
    auth: { staff: jwt({ audiences: ["orders"] }), anyone: open("a test") },
    default: { auth: "anyone" },
    routes: {
      "GET /orders/{id}": { to: "erp", path: "/v1/{id}" },
      "POST /orders": { to: "erp", auth: "staff" },
      "GET /items": { to: "catalog" },
    },
  }),
  service: owner.service,
  backends: {
    erp: { url: "https://erp.example.com:8443/base", link: site.link },
    catalog: { url: "https://catalog.example.com" },
  },
  auth: { staff: { issuer: "https://login.example.com" } },
});

export const { service } = owner;
export const { link, deviceConfiguration, gatewayAddresses } = site;
export const { url } = gateway;
