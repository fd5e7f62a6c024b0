/**
 * Two VPC endpoints, with a private gateway behind each. TO lists the endpoints of the first gateway, PUBLIC removes its `privateTo`, NEW
 * adds a route to it, and FROM is its `allowFrom`, a network in the VPC. LATER declares a third gateway, `public` or `private`.
 */
import * as aws from "@pulumi/aws";
import { defineApi, http, jwt, open } from "polygate";
import { AwsRestApi } from "polygate/aws";

const { FROM, LATER, NEW, PUBLIC, TO = "here" } = process.env;
const vpc = new aws.ec2.Vpc("vpc", { cidrBlock: "10.0.0.0/16" });
const subnet = new aws.ec2.Subnet("subnet", { vpcId: vpc.id, cidrBlock: "10.0.1.0/24" });
const clients = new aws.ec2.SecurityGroup("clients", {
  vpcId: vpc.id,
  ingress: [{ protocol: "tcp", fromPort: 443, toPort: 443, cidrBlocks: ["10.0.0.0/16"] }],
});
const endpoint = (name: string) =>
  new aws.ec2.VpcEndpoint(name, {
    vpcId: vpc.id,
    serviceName: "com.amazonaws.eu-central-1.execute-api",
    vpcEndpointType: "Interface",
    subnetIds: [subnet.id],
    securityGroupIds: [clients.id],
  });
const endpoints = { here: endpoint("here"), there: endpoint("there") };
const idOf = (name: string) => (name === "here" || name === "there" ? endpoints[name].id : name);
const anyone = open("a test");
const bindings = { backends: { erp: { url: "https://erp.example.com" } } };

const orders = new AwsRestApi("orders", {
  api: defineApi({
    version: 1,
    title: "Orders",
    backends: { erp: http({ paths: "exact" }) },
    auth: { anyone, staff: jwt({ audiences: ["orders"] }) },
    routes: {
      "GET /orders/{id}": { to: "erp", auth: "anyone" },
      "GET /staff": { to: "erp", auth: "staff" },
      ...(NEW === undefined ? {} : { "GET /new": { to: "erp", auth: "anyone" } }),
    },
  }),
  ...bindings,
  auth: { staff: { issuer: "https://login.example.com" } },
  ...(FROM === undefined ? {} : { allowFrom: { cidrs: [FROM] } }),
  ...(PUBLIC === undefined ? { privateTo: { vpcEndpoints: TO.split(" ").map(idOf) } } : {}),
});
const api = defineApi({
  version: 1,
  backends: { erp: http() },
  auth: { anyone },
  routes: { "GET /reports": { to: "erp", auth: "anyone" } },
});
const reports = new AwsRestApi("reports", { api, ...bindings, privateTo: { vpcEndpoints: [endpoints.there.id] } });
if (LATER !== undefined) {
  const options = LATER === "private" ? { privateTo: { vpcEndpoints: [endpoints.here.id] } } : {};
  new AwsRestApi("later", { api, ...bindings, ...options });
}

export const { url, id, endpointUrls } = orders;
export const reportsUrl = reports.url;
export const ids = { here: endpoints.here.id, there: endpoints.there.id };
