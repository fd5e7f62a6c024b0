import assert from "node:assert/strict";
import { type Properties, UNKNOWN } from "../../../sandbox/control-plane/property-value.ts";
import { openApi, type TestCloud, testCloud } from "../../support/sandbox/control-plane/engine-stand-in.ts";

const swagger = JSON.stringify({ swagger: "2.0", info: { title: "orders", version: "1" }, paths: {} });
const service = { resourceGroupName: "group", serviceName: "gateway" };
const azureApi = { ...service, path: "orders", format: "openapi+json", value: openApi(["GET /a"]) };
const integration = { apiId: "a", integrationType: "AWS_PROXY" };

type Case = readonly [type: string, inputs: Properties, failure: string];

const CASES: Readonly<Record<"aws" | "azure-native" | "gcp", readonly Case[]>> = {
  aws: [
    [
      "aws:apigatewayv2/api:Api",
      { protocolType: "WEBSOCKET" },
      "protocolType: the sandbox does not serve WebSocket APIs; leave the API out here, or run against the cloud",
    ],
    [
      "aws:apigatewayv2/api:Api",
      { protocolType: "HTTP", target: UNKNOWN },
      "target: the sandbox does not model target; declare the route in body, or with aws.apigatewayv2.Integration and aws.apigatewayv2.Route",
    ],
    [
      "aws:apigatewayv2/api:Api",
      { protocolType: "HTTP", body: swagger },
      "body: HTTP APIs do not import OpenAPI 2.0 (swagger); convert the document to OpenAPI 3.0",
    ],
    [
      "aws:apigatewayv2/integration:Integration",
      { ...integration, integrationUri: "arn:aws:sqs:eu-central-1:000000000000:orders" },
      'integrationUri: "arn:aws:sqs:eu-central-1:000000000000:orders" names no function; pass the arn or the invokeArn of aws.lambda.Function',
    ],
    [
      "aws:apigatewayv2/integration:Integration",
      { ...integration, integrationSubtype: "SQS-SendMessage" },
      "integrationSubtype: the sandbox does not model integrationSubtype; leave it out here, or run against the cloud",
    ],
    [
      "aws:apigatewayv2/integration:Integration",
      { ...integration, integrationUri: UNKNOWN, passthroughBehavior: "NEVER" },
      "passthroughBehavior: the sandbox does not model passthroughBehavior; leave it out here, or run against the cloud",
    ],
    [
      "aws:apigatewayv2/authorizer:Authorizer",
      { apiId: "a", authorizerType: "REQUEST" },
      "authorizerType: the sandbox does not serve authorizers of the type REQUEST for HTTP APIs; use JWT",
    ],
    [
      "aws:apigatewayv2/route:Route",
      { apiId: "a", routeKey: "GET /a", apiKeyRequired: true },
      "apiKeyRequired: the sandbox does not check API keys for HTTP APIs; leave it out here, or run against the cloud",
    ],
    [
      "aws:iam/userPolicyAttachment:UserPolicyAttachment",
      { user: "ann", policyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess" },
      "policyArn: the sandbox does not know the AWS managed policy ReadOnlyAccess; it knows AdministratorAccess and AmazonAPIGatewayInvokeFullAccess",
    ],
  ],
  "azure-native": [
    [
      "azure-native:apimanagement:Api",
      { ...azureApi, apiVersion: "v2" },
      "apiVersionSetId: the sandbox serves a version with its name (apiVersion) and its set (apiVersionSetId) only",
    ],
    [
      "azure-native:apimanagement:ApiVersionSet",
      { ...service, versionSetId: "orders", displayName: "Orders", versioningScheme: "Query", versionQueryName: "v" },
      'versioningScheme: the sandbox serves versions in the path only, not by Query; use "Segment"',
    ],
    [
      "azure-native:apimanagement:ApiOperation",
      { ...service, apiId: "orders", displayName: "Orders", method: "TRACE", urlTemplate: "/a" },
      "method: the sandbox serves GET, PUT, POST, DELETE, OPTIONS, HEAD, PATCH only",
    ],
    [
      "azure-native:apimanagement:ApiOperation",
      { ...service, apiId: "orders", displayName: "Orders", method: "GET", urlTemplate: "/a?q={q}" },
      "urlTemplate: the sandbox does not model a query in the template of an operation",
    ],
    [
      "azure-native:apimanagement:Api",
      { ...azureApi, apiType: "graphql" },
      'apiType: the sandbox does not model apiType "graphql"; use "http"',
    ],
    [
      "azure-native:apimanagement:Api",
      { ...azureApi, apiId: "orders;rev=2" },
      "apiId: the sandbox does not serve revisions; declare the current revision only",
    ],
    [
      "azure-native:apimanagement:Api",
      {
        ...azureApi,
        translateRequiredQueryParametersConduct: "query",
        value: JSON.stringify({
          paths: { "/a": { get: { parameters: [{ in: "query", name: "q", required: true }] } } },
        }),
      },
      'translateRequiredQueryParametersConduct: the sandbox reads required query parameters as parts of the template only; use "template"',
    ],
    [
      "azure-native:apimanagement:Api",
      { ...azureApi, format: "swagger-json" },
      'format: "swagger-json": the sandbox imports "openapi" and "openapi+json"; pass an OpenAPI 3 document',
    ],
    [
      "azure-native:apimanagement:ApiManagementService",
      {
        ...service,
        publisherEmail: "a@b.c",
        publisherName: "a",
        sku: { name: "Consumption", capacity: 0 },
        enableClientCertificate: true,
      },
      "enableClientCertificate: the sandbox does not model enableClientCertificate true; leave it out here, or run against the cloud",
    ],
    [
      "azure-native:apimanagement:ApiPolicy",
      { ...service, apiId: "orders", format: "xml-link", value: "https://x.example/policy.xml" },
      "format: xml-link: the sandbox calls only this machine and does not fetch a policy; pass it as xml or rawxml",
    ],
  ],
  gcp: [
    [
      "gcp:apigateway/apiConfig:ApiConfig",
      { api: "orders", grpcServices: [{ fileDescriptorSet: { path: "a", contents: "YQ==" } }] },
      "grpcServices: the sandbox does not serve gRPC services and service configurations; leave it out here",
    ],
    [
      "gcp:apigateway/apiConfig:ApiConfig",
      { api: "orders", openapiDocuments: ["a", "b"].map((path) => ({ document: { path, contents: "YQ==" } })) },
      "openapiDocuments: the sandbox serves one document per config; merge the documents",
    ],
  ],
};

describe("an argument that the sandbox does not serve", () => {
  let cloud: TestCloud;
  before(async () => {
    cloud = await testCloud();
  });
  after(() => cloud.close());

  for (const [sdk, cases] of Object.entries(CASES)) {
    for (const [type, inputs, failure] of cases) {
      it(`of ${type} is refused at preview: ${failure.split(":", 1)[0]}`, async () => {
        const provider = await cloud.provider(sdk as keyof typeof CASES);
        const { failures } = await provider.check(type, "part", inputs);
        assert.deepEqual(failures, [failure]);
      });
    }
  }

  it("is not reported for an integration with the ARN of a function, which is served as its invocation URI", async () => {
    const aws = await cloud.provider("aws", { region: "eu-central-1" });
    const api = await aws.create("aws:apigatewayv2/api:Api", "orders", { name: "orders", protocolType: "HTTP" });
    const integrationUri = "arn:aws:lambda:eu-central-1:000000000000:function:hello";
    const part = { apiId: api.id, integrationType: "AWS_PROXY", integrationUri, payloadFormatVersion: "2.0" };
    const created = await aws.create("aws:apigatewayv2/integration:Integration", "hello", part);
    assert.equal(created.outputs.integrationUri, integrationUri);
    const route = { apiId: api.id, routeKey: "GET /a", target: `integrations/${created.id}` };
    await aws.create("aws:apigatewayv2/route:Route", "hello", route);
    await aws.create("aws:apigatewayv2/stage:Stage", "live", { apiId: api.id, name: "$default", autoDeploy: true });
    const [gateway] = cloud.gateways.served;
    assert.equal(gateway?.artefacts.kind, "aws-http-api");
    const document = JSON.parse("document" in gateway.artefacts ? gateway.artefacts.document : "");
    assert.equal(
      document.paths["/a"].get["x-amazon-apigateway-integration"].uri,
      `arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/${integrationUri}/invocations`,
    );
  });
});
