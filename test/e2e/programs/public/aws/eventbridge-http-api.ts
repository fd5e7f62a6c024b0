/** An HTTP API that puts its requests on an event bus. */
import { apigatewayv2, cloudwatch, iam } from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

const api = new apigatewayv2.Api("eventbridge-http-api", { protocolType: "HTTP" });
const stage = new apigatewayv2.Stage("eventbridge-http-api", {
  apiId: api.id,
  name: pulumi.getStack(),
  autoDeploy: true,
});
const bus = new cloudwatch.EventBus("eventbridge-http-api");
new cloudwatch.EventRule("eventbridge-http-api", {
  eventBusName: bus.name,
  eventPattern: JSON.stringify({ source: ["shop"] }),
});
const role = new iam.Role("eventbridge-http-api", {
  assumeRolePolicy: {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "apigateway.amazonaws.com" } }],
  },
  managedPolicyArns: ["arn:aws:iam::aws:policy/AmazonEventBridgeFullAccess"],
});
const integration = new apigatewayv2.Integration("eventbridge-http-api", {
  apiId: api.id,
  integrationType: "AWS_PROXY",
  integrationSubtype: "EventBridge-PutEvents",
  credentialsArn: role.arn,
  requestParameters: { EventBusName: bus.name, Source: "shop", DetailType: "order", Detail: "$request.body" },
});
new apigatewayv2.Route("eventbridge-http-api", {
  apiId: api.id,
  routeKey: "POST /orders",
  target: pulumi.interpolate`integrations/${integration.id}`,
});
export const url = pulumi.interpolate`${api.apiEndpoint}/${stage.name}`;
