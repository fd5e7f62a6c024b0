/** A WebSocket API. */
import { apigatewayv2 } from "@pulumi/aws";

const api = new apigatewayv2.Api("web-socket", {
  name: "web-socket",
  protocolType: "WEBSOCKET",
  routeSelectionExpression: "$request.body.action",
});
export const url = api.apiEndpoint;
