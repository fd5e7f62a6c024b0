/** An HTTP API that creates its route, its integration and its stage itself. */
import { apigatewayv2, iam, lambda } from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

const role = new iam.Role("quick-create", {
  assumeRolePolicy: {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "lambda.amazonaws.com" } }],
  },
});
const code = "exports.handler = async () => ({ statusCode: 200 });";
const shop = new lambda.Function("quick-create", {
  code: new pulumi.asset.AssetArchive({ "index.js": new pulumi.asset.StringAsset(code) }),
  handler: "index.handler",
  runtime: lambda.Runtime.NodeJS24dX,
  role: role.arn,
});
new lambda.Permission("quick-create", {
  action: "lambda:InvokeFunction",
  function: shop,
  principal: "apigateway.amazonaws.com",
});
const api = new apigatewayv2.Api("quick-create", { protocolType: "HTTP", routeKey: "GET /", target: shop.invokeArn });
export const url = api.apiEndpoint;
