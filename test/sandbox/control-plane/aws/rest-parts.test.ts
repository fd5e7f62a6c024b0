import assert from "node:assert/strict";
import type { Properties } from "../../../../sandbox/control-plane/property-value.ts";
import { restCloud, restDocument, served, types } from "../../../support/sandbox/control-plane/aws/rest-cloud.ts";
import type { Deployed, EngineStandIn, TestCloud } from "../../../support/sandbox/control-plane/engine-stand-in.ts";

const resourceType = "aws:apigateway/resource:Resource";
const methodType = "aws:apigateway/method:Method";
const integrationType = "aws:apigateway/integration:Integration";
const INTEGRATION = "x-amazon-apigateway-integration";

describe("parts of a REST API that are resources of their own", () => {
  let cloud: TestCloud;
  let aws: EngineStandIn;
  let api: Deployed;
  let orders: Deployed;
  let order: Deployed;

  beforeEach(async () => {
    cloud = await restCloud();
    aws = await cloud.provider("aws", { region: "eu-central-1" });
    api = await aws.create(types.api, "orders", { name: "orders" });
    orders = await resource("orders", api.outputs.rootResourceId);
    order = await resource("{id}", orders.id);
  });
  afterEach(() => cloud.close());

  const resource = (pathPart: string, parentId: Properties[string] | undefined) =>
    aws.create(resourceType, pathPart, { restApi: api.id, pathPart, parentId: String(parentId) });
  const method = (httpMethod: string, more: Properties = {}) =>
    aws.create(methodType, httpMethod, {
      restApi: api.id,
      resourceId: order.id,
      httpMethod,
      authorization: "NONE",
      ...more,
    });
  const proxy = (httpMethod: string, more: Properties = {}): Properties => ({
    restApi: api.id,
    resourceId: order.id,
    httpMethod,
    type: "HTTP_PROXY",
    integrationHttpMethod: "GET",
    uri: "https://erp.example.com/orders/{id}",
    requestParameters: { "integration.request.path.id": "method.request.path.id" },
    ...more,
  });
  const integration = (httpMethod: string, more: Properties = {}) =>
    aws.create(integrationType, httpMethod, proxy(httpMethod, more));
  async function deploy(): Promise<Deployed> {
    const deployment = await aws.create(types.deployment, "orders", { restApi: api.id });
    return aws.create(types.stage, "live", { restApi: api.id, deployment: deployment.id, stageName: "live" });
  }
  const document = () => JSON.parse(served(cloud)[0]?.document ?? "{}");

  it("are served as the document that they amount to", async () => {
    assert.equal(order.outputs.path, "/orders/{id}");
    await method("GET", {
      authorization: "AWS_IAM",
      apiKeyRequired: true,
      requestParameters: { "method.request.path.id": true, "method.request.querystring.q": false },
    });
    await integration("GET");
    await method("ANY");
    await integration("ANY", {
      integrationHttpMethod: "ANY",
      requestParameters: {},
      uri: "https://erp.example.com",
    });
    await deploy();
    assert.deepEqual(document().paths, {
      "/orders/{id}": {
        get: {
          parameters: [
            { name: "id", in: "path", required: true },
            { name: "q", in: "query", required: false },
          ],
          security: [{ signature: [], key: [] }],
          [INTEGRATION]: {
            type: "http_proxy",
            httpMethod: "GET",
            uri: "https://erp.example.com/orders/{id}",
            connectionType: "INTERNET",
            timeoutInMillis: 29_000,
            passthroughBehavior: "when_no_match",
            requestParameters: { "integration.request.path.id": "method.request.path.id" },
          },
        },
        "x-amazon-apigateway-any-method": {
          [INTEGRATION]: {
            type: "http_proxy",
            httpMethod: "ANY",
            uri: "https://erp.example.com",
            connectionType: "INTERNET",
            timeoutInMillis: 29_000,
            passthroughBehavior: "when_no_match",
            requestParameters: {},
          },
        },
      },
    });
  });

  it("change what a stage serves with its next deployment only", async () => {
    await method("GET", { requestParameters: { "method.request.path.id": true } });
    const before = await integration("GET");
    const live = await deploy();
    await aws.update(before, proxy("GET", { uri: "https://crm.example.com/{id}" }));
    const uri = () => document().paths["/orders/{id}"].get[INTEGRATION].uri;
    assert.equal(uri(), "https://erp.example.com/orders/{id}");
    const next = await aws.create(types.deployment, "next", { restApi: api.id });
    await aws.update(live, { ...live.inputs, deployment: next.id });
    assert.equal(uri(), "https://crm.example.com/{id}");
  });

  it("need their parents, and a deployment an integration for each method", async () => {
    await assert.rejects(resource("a", "none"), /creating API Gateway Resource: NotFoundException: Invalid Resource/);
    await assert.rejects(resource("{id}", orders.id), /already has this name: \{id\}/);
    await assert.rejects(method("GET", { resourceId: "none" }), /NotFoundException: Invalid Resource identifier/);
    await assert.rejects(integration("GET"), /NotFoundException: Invalid Method identifier specified/);
    await assert.rejects(deploy(), /doesn't contain any methods/);
    await method("GET");
    await assert.rejects(deploy(), /No integration defined for method/);
    await integration("GET", { uri: "https://x-refused.example.com" });
    await assert.rejects(deploy(), /the sandbox cannot serve the API: paths\./);
  });

  it("cannot be combined with a document", async () => {
    const imported = await aws.create(types.api, "imported", { name: "imported", body: restDocument(["GET /a"]) });
    const parentId = String(imported.outputs.rootResourceId);
    const part = { restApi: imported.id, pathPart: "b", parentId };
    await assert.rejects(
      aws.create(resourceType, "b", part),
      /the parts or the document \(body\) of a REST API, not both/,
    );
  });

  it("are not overwritten by a document", async () => {
    const body = restDocument(["GET /a"]);
    await assert.rejects(
      aws.update(api, { ...api.inputs, body }),
      /the parts or the document \(body\) of a REST API, not both/,
    );
  });

  it("are refused at preview where a document is needed", async () => {
    const failures = async (type: string, inputs: Properties) => (await aws.check(type, "a", inputs)).failures;
    const base = { restApi: api.id, resourceId: order.id, httpMethod: "GET" };
    const instead = "put it into the document of the API, in body of aws.apigateway.RestApi";
    assert.deepEqual(await failures(methodType, { ...base, authorization: "CUSTOM", authorizerId: "a" }), [
      `authorization: the sandbox does not serve methods with CUSTOM as resources; ${instead}`,
      `authorizerId: the sandbox does not model authorizerId; ${instead}`,
    ]);
    assert.deepEqual(await failures(integrationType, { ...base, type: "MOCK", requestTemplates: { a: "{}" } }), [
      `type: the sandbox does not serve integrations of the type MOCK as resources; ${instead}`,
      `requestTemplates: the sandbox does not model requestTemplates; ${instead}`,
    ]);
    const queue = "arn:aws:apigateway:eu-central-1:sqs:path/000000000000/orders";
    assert.deepEqual(await failures(integrationType, { ...base, type: "AWS_PROXY", uri: queue }), [
      `uri: "${queue}" invokes no function; pass the invokeArn of aws.lambda.Function`,
    ]);
    assert.deepEqual(await failures(resourceType, { restApi: api.id, parentId: "a", pathPart: "a/b" }), [
      'pathPart: invalid value for pathPart (letters, digits and . _ : - only, or a parameter in braces), got "a/b"',
    ]);
  });

  it("are gone with the API", async () => {
    await method("GET");
    await aws.delete(api);
    assert.deepEqual(cloud.store.list("aws/apigateway/part/"), []);
  });
});
