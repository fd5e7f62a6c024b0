/** Gateways of all three vendors, of the SDKs' own resources, for the sandbox's tests with the real engine. */
import * as aws from "@pulumi/aws";
import * as apimanagement from "@pulumi/azure-native/apimanagement/index.js";
import { ResourceGroup } from "@pulumi/azure-native/resources/index.js";
import * as apigateway from "@pulumi/gcp/apigateway/index.js";
import * as pulumi from "@pulumi/pulumi";

/** What a test changes between two updates. */
const path = process.env.TEST_PATH ?? "/hello";
const backend = "https://backend.example.com";
const info = { title: "hello", version: "1" };
const responses = { "200": { description: "ok" } };

function httpApi(name: string, provider: pulumi.ProviderResource) {
  const integration = { type: "HTTP_PROXY", httpMethod: "GET", uri: `${backend}${path}`, payloadFormatVersion: "1.0" };
  const get = { responses, "x-amazon-apigateway-integration": integration };
  const api = new aws.apigatewayv2.Api(
    name,
    {
      name: "hello",
      version: "1",
      protocolType: "HTTP",
      body: pulumi.jsonStringify({ openapi: "3.0.1", info, paths: { [path]: { get } } }),
    },
    { provider },
  );
  return new aws.apigatewayv2.Stage(
    `${name}-stage`,
    { apiId: api.id, name: "$default", autoDeploy: true },
    { provider, parent: api },
  );
}

export const frankfurt = httpApi("frankfurt", new aws.Provider("frankfurt", { region: "eu-central-1" })).invokeUrl;
export const oregon = httpApi("oregon", new aws.Provider("oregon", { region: "us-west-2" })).invokeUrl;

const group = new ResourceGroup("group", { location: "westeurope" });
const service = new apimanagement.ApiManagementService("service", {
  resourceGroupName: group.name,
  publisherEmail: "team@example.com",
  publisherName: "Team",
  sku: { name: "Developer", capacity: 1 },
});
const place = { resourceGroupName: group.name, serviceName: service.name };
const key = new apimanagement.NamedValue("key", {
  ...place,
  displayName: "key",
  secret: true,
  value: pulumi.secret("the-secret-value"),
});
const api = new apimanagement.Api("api", {
  ...place,
  path: "",
  protocols: ["https"],
  subscriptionRequired: false,
  serviceUrl: backend,
  format: "openapi+json",
  value: pulumi.jsonStringify({
    openapi: "3.0.1",
    info,
    paths: { [path]: { get: { operationId: "hello", responses } } },
  }),
});
new apimanagement.ApiPolicy(
  "policy",
  {
    ...place,
    apiId: api.name,
    policyId: "policy",
    format: "rawxml",
    value:
      '<policies><inbound><base /><set-header name="x-key" exists-action="override"><value>{{key}}</value></set-header>' +
      "</inbound><backend><base /></backend><outbound><base /></outbound><on-error><base /></on-error></policies>",
  },
  { dependsOn: [key, api] },
);
export const apim = service.gatewayUrl;

const gcpApi = new apigateway.Api("api", { apiId: "hello" });
const gcpBackend = { address: `${backend}${path}`, disable_auth: true };
const document = pulumi.jsonStringify({
  swagger: "2.0",
  info,
  paths: { [path]: { get: { operationId: "hello", responses, "x-google-backend": gcpBackend } } },
});
const config = new apigateway.ApiConfig("config", {
  api: gcpApi.apiId,
  apiConfigIdPrefix: "hello-",
  openapiDocuments: [
    { document: { path: "openapi.json", contents: document.apply((text) => Buffer.from(text).toString("base64")) } },
  ],
});
const gateway = new apigateway.Gateway("gateway", {
  apiConfig: config.id,
  gatewayId: "hello",
  region: "europe-west1",
});
export const cloud = pulumi.interpolate`https://${gateway.defaultHostname}`;

// Nothing that the sandbox models: it is stored and echoed.
export const bucket = new aws.s3.Bucket("bucket", { forceDestroy: true }).id;
export const account = aws.getCallerIdentityOutput().accountId;
