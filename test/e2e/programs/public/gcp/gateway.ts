/** A gateway with the config of a document, whose region is the provider's. */
import { apigateway } from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";

const api = new apigateway.Api("gateway", { apiId: "shop" });
const document = `swagger: "2.0"
info: { title: shop, version: "1" }
schemes: [https]
produces: [application/json]
paths:
  /orders:
    get:
      operationId: listOrders
      x-google-backend: { address: "https://functions.example.com/orders" }
      responses: { "200": { description: Orders, schema: { type: string } } }
`;
const config = new apigateway.ApiConfig("gateway", {
  api: api.apiId,
  apiConfigId: "config",
  openapiDocuments: [{ document: { path: "spec.yaml", contents: Buffer.from(document).toString("base64") } }],
});
const gateway = new apigateway.Gateway("gateway", { apiConfig: config.id, gatewayId: "shop" });
export const url = pulumi.interpolate`https://${gateway.defaultHostname}`;
