/** LIMITS is the list of limits of a route, ARGS adds arguments. GUARDED adds two routes that require a signature. SHARED binds an existing web ACL that blocks every request. */
import { wafv2 } from "@pulumi/aws";
import { defineApi, http, iam, open } from "polygate";
import { AwsRestApi } from "polygate/aws";

const shared = new wafv2.WebAcl("shared", {
  scope: "REGIONAL",
  defaultAction: { block: {} },
  visibilityConfig: { cloudwatchMetricsEnabled: false, metricName: "shared", sampledRequestsEnabled: false },
});
const isGuarded = process.env.GUARDED !== undefined;
const guarded = { to: "erp", auth: "services" } as const;
const gateway = new AwsRestApi("orders", {
  api: defineApi({
    version: 1,
    title: "Orders",
    backends: { erp: http() },
    auth: { anyone: open("a test"), ...(isGuarded ? { services: iam() } : {}) },
    default: { auth: "anyone" },
    routes: {
      "GET /orders/{id}": { to: "erp", limits: JSON.parse(process.env.LIMITS ?? "[]") },
      "GET /orders/all": { to: "erp" },
      "POST /orders/{id}": { to: "erp" },
      ...(isGuarded ? { "GET /orders/mine": guarded, "POST /orders/mine": guarded } : {}),
    },
  }),
  backends: { erp: { url: "https://erp.example.com" } },
  ...JSON.parse(process.env.ARGS ?? "{}"),
  ...(process.env.SHARED === undefined ? {} : { firewall: { webAclArn: shared.arn } }),
});
export const { url, id } = gateway;
