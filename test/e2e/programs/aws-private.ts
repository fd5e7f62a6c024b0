/**
 * A link to a server on premises, and a gateway of each class that uses it. SUBNETS is the number of the link's subnets, TARGETS lists
 * further targets, and PORT is the port of the listener and of the URL. With DIRECT, the gateways call the server without the link.
 */
import { ec2 } from "@pulumi/aws";
import { defineApi, http, jwt, onPrem, open } from "polygate";
import { AwsHttpApi, AwsOnPremLink, AwsRestApi } from "polygate/aws";

const port = Number(process.env.PORT ?? "443");
const vpc = new ec2.Vpc("network", { cidrBlock: "10.0.0.0/16" });
const subnets = [0, 1, 2].map(
  (index) => new ec2.Subnet(`subnet-${index}`, { vpcId: vpc.id, cidrBlock: `10.0.${index}.0/24` }),
);
const table = new ec2.RouteTable("private", { vpcId: vpc.id });
export const { link, tunnelAddresses, vpnConfiguration } = new AwsOnPremLink("erp-link", {
  vpcId: vpc.id,
  subnetIds: subnets.slice(0, Number(process.env.SUBNETS ?? "3")).map(({ id }) => id),
  targets: [{ address: "10.20.0.5", port: 8443 }, ...JSON.parse(process.env.TARGETS ?? "[]")],
  port,
  healthCheck: { path: "/health" },
  vpn: { publicIp: "203.0.113.9", cidrs: ["10.20.0.0/16"], routeTableIds: { private: table.id } },
  tags: { team: "erp" },
});

const direct = process.env.DIRECT === "yes";
const api = defineApi({
  version: 1,
  backends: { erp: direct ? http() : onPrem() },
  auth: { staff: jwt({ audiences: ["orders"] }), anyone: open("a test") },
  default: { auth: "staff" },
  routes: {
    "GET /orders/{id}": { to: "erp", auth: "anyone", path: "/v1/{id}" },
    "POST /orders": { to: "erp" },
  },
});
const erp = direct ? { url: "https://10.20.0.5:8443/base" } : { url: `https://erp.example.com:${port}/base`, link };
const args = { api, backends: { erp }, auth: { staff: { issuer: "https://login.example.com" } } };
export const httpApi = new AwsHttpApi("orders", args).url;
export const restApi = new AwsRestApi("orders-rest", args).url;
