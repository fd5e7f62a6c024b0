/**
 * The measured API on API Management, declared by hand: an operation and its policy for each route. They depend on each
 * other, because API Management and the sandbox reject concurrent writes to one API.
 */
import {
  Api,
  ApiManagementService,
  ApiOperation,
  ApiOperationPolicy,
} from "@pulumi/azure-native/apimanagement/index.js";
import { ResourceGroup } from "@pulumi/azure-native/resources/index.js";
import { interpolate, type Resource } from "@pulumi/pulumi";
import { AUDIENCE, BACKEND, BACKEND_PATH, ISSUER, METHOD, routeCount, routePath } from "../../scenario.ts";

const group = new ResourceGroup("bench", { location: "westeurope" });
const service = new ApiManagementService("bench", {
  resourceGroupName: group.name,
  publisherEmail: "team@example.com",
  publisherName: "Team",
  sku: { name: "Developer", capacity: 1 },
});
const parent = { resourceGroupName: group.name, serviceName: service.name };
const api = new Api("bench", {
  ...parent,
  apiId: "bench",
  displayName: "Bench",
  path: "bench",
  protocols: ["https"],
  subscriptionRequired: false,
});
const policy = `<policies>
  <inbound>
    <base />
    <validate-jwt header-name="Authorization" failed-validation-httpcode="401" require-scheme="Bearer">
      <openid-config url="${ISSUER}/.well-known/openid-configuration" />
      <audiences><audience>${AUDIENCE}</audience></audiences>
      <issuers><issuer>${ISSUER}</issuer></issuers>
    </validate-jwt>
    <set-backend-service base-url="${BACKEND}${BACKEND_PATH}" />
  </inbound>
  <backend><base /></backend>
  <outbound><base /></outbound>
  <on-error><base /></on-error>
</policies>`;
let before: Resource = api;
for (let index = 0; index < routeCount(); index++) {
  const operation = new ApiOperation(
    `r${index}`,
    {
      ...parent,
      apiId: api.name,
      operationId: `r${index}`,
      displayName: `${METHOD} ${routePath(index)}`,
      method: METHOD,
      urlTemplate: routePath(index),
      templateParameters: [{ name: "id", type: "string", required: true }],
    },
    { dependsOn: before },
  );
  before = new ApiOperationPolicy(`r${index}`, {
    ...parent,
    apiId: api.name,
    operationId: operation.name,
    policyId: "policy",
    format: "rawxml",
    value: policy,
  });
}
export const url = interpolate`${service.gatewayUrl}/${api.path}`;
