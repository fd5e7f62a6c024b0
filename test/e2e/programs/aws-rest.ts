/** A REST API. EXTRA adds routes, CONSUMERS adds consumers. */
import { iam, lambda } from "@pulumi/aws";
import { asset } from "@pulumi/pulumi";
import { allOf, apiKey, defineApi, fn, http, jwt, open } from "polygate";
import { AwsRestApi } from "polygate/aws";

const role = new iam.Role("shipping", {
  assumeRolePolicy: JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "lambda.amazonaws.com" } }],
  }),
});
const shipping = new lambda.Function("shipping", {
  runtime: "nodejs24.x",
  handler: "index.handler",
  role: role.arn,
  code: new asset.AssetArchive({
    "index.mjs": new asset.StringAsset(
      "export const handler = async ({ path }) => ({ statusCode: 200, body: 'shipped ' + path });",
    ),
  }),
});
const gateway = new AwsRestApi("orders", {
  api: defineApi({
    version: 1,
    title: "Orders",
    backends: { erp: http(), shipping: fn() },
    auth: {
      staff: jwt({ audiences: ["orders"] }),
      partners: apiKey(),
      both: allOf(jwt({ audiences: ["orders"] }), apiKey()),
      anyone: open("a test"),
    },
    plans: {
      free: { limits: [{ requests: 3, per: "minute" }] },
      paid: { quota: { requests: 2, per: "day" } },
    },
    routes: {
      "GET /orders/{id}": { to: "erp", auth: "staff", scopes: ["orders:read"], path: "/v1/{id}/all" },
      "POST /orders": { to: "erp", auth: "staff", limits: [{ requests: 2, per: "minute", by: "route" }] },
      "GET /prices": { to: "erp", auth: "partners" },
      "GET /secrets": { to: "erp", auth: "both" },
      "POST /shipments/{id}": { to: "shipping", auth: "staff" },
      "GET /health": { reply: { status: 200, body: { ok: true } }, auth: "anyone" },
      ...JSON.parse(process.env.EXTRA ?? "{}"),
    },
  }),
  backends: { erp: { url: "https://erp.example.com/base" }, shipping: { functionArn: shipping.arn } },
  auth: { staff: { issuer: "https://login.example.com" }, both: { issuer: "https://login.example.com" } },
  consumers: {
    acme: { plan: "free" },
    bolt: { plan: "paid", value: "bolt-bolt-bolt-bolt-bolt" },
    ...JSON.parse(process.env.CONSUMERS ?? "{}"),
  },
});
export const { url, region, apiKeys } = gateway;
