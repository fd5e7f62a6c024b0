/** The measured API as an HTTP API, declared by hand: an integration and a route for each route, and one authorizer. */
import { apigatewayv2 } from "@pulumi/aws";
import { interpolate } from "@pulumi/pulumi";
import { AUDIENCE, BACKEND, BACKEND_PATH, ISSUER, METHOD, routeCount, routePath } from "../../scenario.ts";

const api = new apigatewayv2.Api("bench", { name: "bench", protocolType: "HTTP" });
const authorizer = new apigatewayv2.Authorizer("bench", {
  apiId: api.id,
  name: "users",
  authorizerType: "JWT",
  identitySources: ["$request.header.Authorization"],
  jwtConfiguration: { audiences: [AUDIENCE], issuer: ISSUER },
});
for (let index = 0; index < routeCount(); index++) {
  const integration = new apigatewayv2.Integration(`r${index}`, {
    apiId: api.id,
    integrationType: "HTTP_PROXY",
    integrationMethod: METHOD,
    integrationUri: `${BACKEND}${BACKEND_PATH}${routePath(index)}`,
    payloadFormatVersion: "1.0",
  });
  new apigatewayv2.Route(`r${index}`, {
    apiId: api.id,
    routeKey: `${METHOD} ${routePath(index)}`,
    target: interpolate`integrations/${integration.id}`,
    authorizationType: "JWT",
    authorizerId: authorizer.id,
  });
}
const stage = new apigatewayv2.Stage("bench", { apiId: api.id, name: "$default", autoDeploy: true });
export const url = stage.invokeUrl;
