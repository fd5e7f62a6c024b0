/** A REST API whose resource, method and integration are resources of their own, with a function, its logs and a table. */
import { apigateway, cloudwatch, dynamodb, getRegionOutput, iam, lambda } from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

const { region } = getRegionOutput();
const role = new iam.Role("rest-parts", {
  assumeRolePolicy: JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "lambda.amazonaws.com" } }],
  }),
});
const code = (text: string) =>
  new pulumi.asset.AssetArchive({
    "index.js": new pulumi.asset.StringAsset(`exports.handler = async () => (${text});`),
  });
const args = { role: role.arn, handler: "index.handler", runtime: lambda.Runtime.NodeJS24dX };
const shop = new lambda.Function("rest-parts", {
  ...args,
  code: code('{ statusCode: 200, body: "from the function" }'),
});
new lambda.Permission("rest-parts", {
  action: "lambda:InvokeFunction",
  function: shop,
  principal: "apigateway.amazonaws.com",
});
const group = new cloudwatch.LogGroup("rest-parts", { name: "/aws/lambda/rest-parts", retentionInDays: 7 });
const collector = new lambda.Function("rest-parts-collector", { ...args, code: code("null") });
new lambda.Permission("rest-parts-collector", {
  action: "lambda:InvokeFunction",
  principal: pulumi.interpolate`logs.${region}.amazonaws.com`,
  sourceArn: group.arn,
  function: collector,
});
new cloudwatch.LogSubscriptionFilter("rest-parts", {
  destinationArn: collector.arn,
  logGroup: group,
  filterPattern: "",
});
new dynamodb.Table("rest-parts", {
  attributes: [
    { name: "Order", type: "S" },
    { name: "Item", type: "S" },
  ],
  hashKey: "Order",
  rangeKey: "Item",
  readCapacity: 1,
  writeCapacity: 1,
});
const api = new apigateway.RestApi("rest-parts", {});
const resource = new apigateway.Resource("rest-parts", {
  restApi: api,
  pathPart: "orders",
  parentId: api.rootResourceId,
});
const method = new apigateway.Method("rest-parts", {
  restApi: api,
  resourceId: resource.id,
  httpMethod: "ANY",
  authorization: "NONE",
});
const integration = new apigateway.Integration(
  "rest-parts",
  {
    restApi: api,
    resourceId: resource.id,
    httpMethod: "ANY",
    type: "AWS_PROXY",
    integrationHttpMethod: "POST",
    passthroughBehavior: "WHEN_NO_MATCH",
    uri: shop.invokeArn,
  },
  { dependsOn: [method] },
);
const deployment = new apigateway.Deployment(
  "rest-parts",
  { restApi: api, description: "orders" },
  { dependsOn: [integration] },
);
const stage = new apigateway.Stage("rest-parts", { restApi: api, deployment: deployment.id, stageName: "prod" });
export const url = stage.invokeUrl;
