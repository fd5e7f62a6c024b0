/** A REST API whose Swagger 2.0 document contains the address of its function. */
import { apigateway, getRegionOutput, iam, lambda } from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

const { region } = getRegionOutput();
const role = new iam.Role("swagger-rest-api", {
  assumeRolePolicy: {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "lambda.amazonaws.com" } }],
  },
});
const code = 'exports.handler = async (event) => ({ statusCode: 200, body: "function saw " + event.path });';
const date = new lambda.Function("swagger-rest-api", {
  code: new pulumi.asset.AssetArchive({ "index.js": new pulumi.asset.StringAsset(code) }),
  handler: "index.handler",
  runtime: lambda.Runtime.NodeJS24dX,
  role: role.arn,
});
const notFound = { statusCode: 404, responseTemplates: { "application/json": '{"message": "not found"}' } };
const document = pulumi.jsonStringify({
  swagger: "2.0",
  info: { title: "swagger-rest-api", version: "1.0" },
  paths: {
    "/date": {
      get: {
        "x-amazon-apigateway-integration": {
          uri: pulumi.interpolate`arn:aws:apigateway:${region}:lambda:path/2015-03-31/functions/${date.arn}/invocations`,
          passthroughBehavior: "when_no_match",
          httpMethod: "POST",
          type: "aws_proxy",
        },
      },
    },
  },
  "x-amazon-apigateway-binary-media-types": ["*/*"],
  "x-amazon-apigateway-gateway-responses": { MISSING_AUTHENTICATION_TOKEN: notFound, ACCESS_DENIED: notFound },
  "x-amazon-apigateway-api-key-source": "HEADER",
});
const api = new apigateway.RestApi("swagger-rest-api", { binaryMediaTypes: ["*/*"], body: document });
const deployment = new apigateway.Deployment("swagger-rest-api", { restApi: api, triggers: { document } });
const permission = new lambda.Permission("swagger-rest-api", {
  action: "lambda:InvokeFunction",
  function: date,
  principal: "apigateway.amazonaws.com",
  sourceArn: pulumi.interpolate`${api.executionArn}/*/GET/date`,
});
const stage = new apigateway.Stage(
  "swagger-rest-api",
  { restApi: api, deployment: deployment.id, stageName: "stage" },
  { dependsOn: [permission] },
);
export const url = pulumi.interpolate`${stage.invokeUrl}/`;
