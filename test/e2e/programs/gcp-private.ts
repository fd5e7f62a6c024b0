/**
 * A link to a site on premises, and a gateway with a companion that uses it. With DIRECT, the companion has no link. ADDRESS replaces the
 * host of the server on premises.
 */
import { compute } from "@pulumi/gcp";
import { secret } from "@pulumi/pulumi";
import { defineApi, http, jwt, onPrem, open } from "polygate";
import { GcpApiGateway, GcpOnPremLink } from "polygate/gcp";

const region = "europe-west1";
const network = new compute.Network("shops", { autoCreateSubnetworks: false });
export const { link, device } = new GcpOnPremLink("erp-link", {
  region,
  network: network.id,
  subnetRange: "10.8.0.0/26",
  ranges: ["10.20.0.0/16"],
  vpn: {
    deviceAddresses: ["203.0.113.9"],
    deviceAsn: 65_010,
    sharedSecrets: ["0", "1"].map((end) => secret(`${process.env.SECRET ?? "first"}-${end.padStart(24, "k")}`)),
    routes: "fixed",
  },
  dns: { domain: "corp.example.com", servers: ["10.20.0.2"] },
});

const direct = process.env.DIRECT === "yes";
const erp = { url: `https://${process.env.ADDRESS ?? "erp.corp.example.com:8443"}/base` };
const gateway = new GcpApiGateway("orders", {
  api: defineApi({
    version: 1,
    backends: { catalog: http(), erp: direct ? http({ paths: "exact" }) : onPrem({ paths: "exact" }) },
    auth: { staff: jwt({ audiences: ["orders"] }), anyone: open("a test") },
    default: { auth: "staff" },
    routes: {
      "GET /orders/{id}": { to: "erp", auth: "anyone", path: "/v1/{id}" },
      "POST /orders": { to: "erp" },
      "GET /catalog": { to: "catalog", auth: "anyone" },
    },
  }),
  region,
  backends: { catalog: { url: "https://catalog.example.com" }, erp: direct ? erp : { ...erp, link } },
  auth: { staff: { issuer: "https://login.example.com", jwksUri: "https://login.example.com/jwks" } },
  companion: { instances: { minimum: 1, maximum: 1 } },
});
export const url = gateway.url;
