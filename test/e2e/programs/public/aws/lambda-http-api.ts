/** A function behind all routes of an HTTP API, wired part by part. */
import { apigatewayv2, iam, lambda } from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

const role = new iam.Role("lambda-http-api", {
  assumeRolePolicy: {
    Version: "2012-10-17",
    Statement: [{ Sid: "", Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "lambda.amazonaws.com" } }],
  },
});
new iam.RolePolicyAttachment("lambda-http-api", {
  role,
  policyArn: "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
});
const code = 'exports.handler = async (event) => ({ statusCode: 200, body: "function saw " + event.rawPath });';
const shop = new lambda.Function("lambda-http-api", {
  code: new pulumi.asset.AssetArchive({ "index.js": new pulumi.asset.StringAsset(code) }),
  handler: "index.handler",
  runtime: lambda.Runtime.NodeJS24dX,
  role: role.arn,
});
const api = new apigatewayv2.Api("lambda-http-api", { protocolType: "HTTP" });
new lambda.Permission(
  "lambda-http-api",
  {
    action: "lambda:InvokeFunction",
    function: shop,
    principal: "apigateway.amazonaws.com",
    sourceArn: pulumi.interpolate`${api.executionArn}/*/*`,
  },
  { dependsOn: [api, shop] },
);
const integration = new apigatewayv2.Integration("lambda-http-api", {
  apiId: api.id,
  integrationType: "AWS_PROXY",
  integrationMethod: "POST",
  integrationUri: shop.arn,
  passthroughBehavior: "WHEN_NO_MATCH",
  payloadFormatVersion: "2.0",
});
const route = new apigatewayv2.Route("lambda-http-api", {
  apiId: api.id,
  routeKey: "$default",
  target: pulumi.interpolate`integrations/${integration.id}`,
});
const stage = new apigatewayv2.Stage(
  "lambda-http-api",
  {
    apiId: api.id,
    name: pulumi.getStack(),
    autoDeploy: true,
    routeSettings: [{ routeKey: route.routeKey, throttlingBurstLimit: 5000, throttlingRateLimit: 10_000 }],
  },
  { dependsOn: [route] },
);
export const url = pulumi.interpolate`${api.apiEndpoint}/${stage.name}`;
