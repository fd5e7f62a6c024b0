/**
 * The same API, declared by hand: an operation and its policy for each route. They are chained, because API Management
 * refuses two writes to one API at a time, and so does the sandbox.
 */
import { apimanagement, resources } from "@pulumi/azure-native";
import { interpolate, type Resource } from "@pulumi/pulumi";
import { AUDIENCE, BACKEND, BACKEND_PATH, ISSUER, METHOD, routePath, routesAsked } from "../../place.ts";

const group = new resources.ResourceGroup("bench", { location: "westeurope" });
const service = new apimanagement.ApiManagementService("bench", {
  resourceGroupName: group.name,
  publisherEmail: "team@example.com",
  publisherName: "Team",
  sku: { name: "Developer", capacity: 1 },
});
const place = { resourceGroupName: group.name, serviceName: service.name };
const api = new apimanagement.Api("bench", {
  ...place,
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
for (let index = 0; index < routesAsked(); index++) {
  const operation = new apimanagement.ApiOperation(
    `r${index}`,
    {
      ...place,
      apiId: api.name,
      operationId: `r${index}`,
      displayName: `${METHOD} ${routePath(index)}`,
      method: METHOD,
      urlTemplate: routePath(index),
      templateParameters: [{ name: "id", type: "string", required: true }],
    },
    { dependsOn: before },
  );
  before = new apimanagement.ApiOperationPolicy(`r${index}`, {
    ...place,
    apiId: api.name,
    operationId: operation.name,
    policyId: "policy",
    format: "rawxml",
    value: policy,
  });
}
export const url = interpolate`${service.gatewayUrl}/${api.path}`;
