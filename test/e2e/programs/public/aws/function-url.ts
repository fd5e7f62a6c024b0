/** Addresses of a function and of its alias, without a gateway. */
import { iam, lambda } from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

const role = new iam.Role("function-url", {
  name: "function-url",
  assumeRolePolicy: JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "lambda.amazonaws.com" } }],
  }),
});
const code = "exports.handler = async () => ({ statusCode: 200 });";
const shop = new lambda.Function("function-url", {
  name: "function-url",
  code: new pulumi.asset.AssetArchive({ "index.js": new pulumi.asset.StringAsset(code) }),
  handler: "index.handler",
  runtime: lambda.Runtime.NodeJS24dX,
  role: role.arn,
});
const alias = new lambda.Alias("function-url", {
  name: "live",
  functionName: shop.name,
  functionVersion: "$LATEST",
});
const open = new lambda.FunctionUrl("function-url-open", { functionName: shop.name, authorizationType: "NONE" });
const signed = new lambda.FunctionUrl("function-url-signed", {
  functionName: shop.name,
  qualifier: alias.name,
  authorizationType: "AWS_IAM",
  cors: {
    allowCredentials: true,
    allowOrigins: ["https://shop.example.com"],
    allowMethods: ["GET", "POST"],
    allowHeaders: ["date", "keep-alive"],
    exposeHeaders: ["keep-alive", "date"],
    maxAge: 86_400,
  },
  invokeMode: "RESPONSE_STREAM",
});
export const urls = [open.functionUrl, signed.functionUrl];
