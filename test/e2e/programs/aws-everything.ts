/** Declares every type of resource that Polygate creates on AWS, in one stack. */
import { ec2, route53 } from "@pulumi/aws";
import { apiKey, defineApi, http, jwt, onPrem, open } from "polygate";
import { AwsApiDomain, AwsApiGatewayLogging, AwsHttpApi, AwsOnPremLink, AwsRestApi } from "polygate/aws";

const zone = new route53.Zone("zone", { name: "example.com" });
const vpc = new ec2.Vpc("network", { cidrBlock: "10.0.0.0/16" });
const subnets = [0, 1].map(
  (index) => new ec2.Subnet(`subnet-${index}`, { vpcId: vpc.id, cidrBlock: `10.0.${index}.0/24` }),
);
const table = new ec2.RouteTable("private", { vpcId: vpc.id });
const network = { vpcId: vpc.id, subnetIds: subnets.map(({ id }) => id), port: 443, healthCheck: { path: "/health" } };
const routeTableIds = { private: table.id };
const { link } = new AwsOnPremLink("near", {
  ...network,
  targets: [{ address: "10.20.0.5", port: 8443 }],
  vpn: { publicIp: "203.0.113.9", cidrs: ["10.20.0.0/16"], routeTableIds },
});
new AwsOnPremLink("far", {
  ...network,
  targets: [{ address: "10.30.0.5", port: 8443 }],
  vpn: { publicIp: "203.0.113.10", cidrs: ["10.30.0.0/16"], routeTableIds, end: { kind: "transit-gateway" } },
});
const logging = new AwsApiGatewayLogging("logging");
const shared = new AwsApiDomain("partners", { name: "partners.example.com", zoneId: zone.zoneId }).shared;

const bindings = {
  backends: { erp: { url: "https://erp.example.com", link } },
  auth: { staff: { issuer: "https://login.example.com" } },
  accessLog: { retentionDays: 90 },
} as const;
const auth = { staff: jwt({ audiences: ["orders"] }), anyone: open("a test") };
const web = new AwsHttpApi("web", {
  ...bindings,
  api: defineApi({
    version: 1,
    backends: { erp: onPrem() },
    auth,
    routes: {
      "GET /orders": { to: "erp", auth: "staff" },
      "GET /health": { reply: { status: 200, body: { up: true } }, auth: "anyone" },
    },
  }),
  domain: { shared, basePath: "web" },
});
const rest = new AwsRestApi(
  "rest",
  {
    ...bindings,
    api: defineApi({
      version: 1,
      backends: { erp: onPrem() },
      auth: { ...auth, partners: apiKey() },
      plans: { free: { quota: { requests: 1_000, per: "day" } } },
      routes: {
        "GET /orders": { to: "erp", auth: "staff" },
        "GET /prices": { to: "erp", auth: "partners" },
        "GET /public": { to: "erp", auth: "anyone", limits: [{ requests: 100, per: "minute", by: "ip" }] },
      },
    }),
    consumers: { acme: { plan: "free", value: "acme-acme-acme-acme-acme" } },
    domain: { name: "rest.example.com", zoneId: zone.zoneId },
  },
  { dependsOn: logging },
);
const endpoint = new ec2.VpcEndpoint("apis", {
  vpcId: vpc.id,
  serviceName: "com.amazonaws.us-east-1.execute-api",
  vpcEndpointType: "Interface",
});
const inside = new AwsRestApi("inside", {
  api: defineApi({
    version: 1,
    backends: { erp: http() },
    auth: { anyone: auth.anyone },
    routes: { "GET /orders": { to: "erp", auth: "anyone" } },
  }),
  backends: { erp: { url: "https://erp.example.com" } },
  privateTo: { vpcEndpoints: [endpoint.id] },
});
export const urls = [web.url, rest.url, inside.url];
