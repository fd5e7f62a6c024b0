/** Who may manage an API, its config and its gateway. */
import { apigateway, organizations } from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";

const api = new apigateway.Api("gateway-roles", { apiId: "roles" });
const document = JSON.stringify({
  swagger: "2.0",
  info: { title: "roles", version: "1" },
  paths: {
    "/": {
      get: {
        operationId: "root",
        "x-google-backend": { address: "https://functions.example.com", disable_auth: true },
        responses: { 200: { description: "OK" } },
      },
    },
  },
});
const config = new apigateway.ApiConfig("gateway-roles", {
  api: api.apiId,
  openapiDocuments: [{ document: { path: "spec.json", contents: Buffer.from(document).toString("base64") } }],
});
const gateway = new apigateway.Gateway("gateway-roles", {
  apiConfig: config.id,
  gatewayId: "roles",
  region: "us-central1",
});
const viewers = organizations.getIAMPolicyOutput({
  bindings: [{ role: "roles/apigateway.viewer", members: ["user:jane@example.com"] }],
});
const { project, region, gatewayId } = gateway;
new apigateway.GatewayIamPolicy("gateway-roles", {
  project,
  region,
  gateway: gatewayId,
  policyData: viewers.policyData,
});
new apigateway.ApiIamMember("gateway-roles", {
  project: api.project,
  api: api.apiId,
  role: "roles/apigateway.viewer",
  member: "user:jane@example.com",
});
export const url = pulumi.interpolate`https://${gateway.defaultHostname}`;
