import assert from "node:assert/strict";
import { checkInputs } from "../../../sandbox/control-plane/check.ts";
import { type Properties, UNKNOWN } from "../../../sandbox/control-plane/property-value.ts";
import { resourceSchemas } from "../../../sandbox/control-plane/schema/resource-schema.ts";

const check = (type: string, inputs: Properties) =>
  checkInputs(resourceSchemas, type, inputs).map(({ property, reason }) => `${property}: ${reason}`);
const api = (inputs: Properties) => check("aws:apigatewayv2/api:Api", { protocolType: "HTTP", ...inputs });

describe("checking inputs against the SDK's own types", () => {
  it("reports everything that is wrong at once, each with its place", () => {
    assert.deepEqual(
      check("aws:apigatewayv2/api:Api", {
        Name: "orders",
        disableExecuteApiEndpoint: "yes",
        corsConfiguration: { allowOrigins: "https://a.example", maxAge: "60", allowedMethods: [] },
        tags: ["a"],
      }),
      [
        'Name: unknown property "Name"; did you mean "name"?',
        'disableExecuteApiEndpoint: expected a boolean, got the string "yes"',
        'corsConfiguration.allowOrigins: expected a list, got the string "https://a.example"',
        'corsConfiguration.maxAge: expected a number, got the string "60"',
        'corsConfiguration.allowedMethods: unknown property "allowedMethods"',
        "tags: expected an object, got a list",
        'protocolType: missing required property "protocolType"',
      ],
    );
  });

  it("checks lists and maps", () => {
    assert.deepEqual(
      check("aws:apigatewayv2/stage:Stage", {
        apiId: "a",
        routeSettings: [{ routeKey: "GET /a" }, { throttlingRateLimit: 1 }, "GET /b"],
        stageVariables: { a: "b", c: 1 },
      }),
      [
        'routeSettings[1].routeKey: missing required property "routeKey"',
        'routeSettings[2]: expected an object, got the string "GET /b"',
        "stageVariables.c: expected a string, got the number 1",
      ],
    );
  });

  it("accepts an unknown value for any type, at any depth", () => {
    assert.deepEqual(api({ name: UNKNOWN, corsConfiguration: { maxAge: UNKNOWN, allowOrigins: [UNKNOWN] } }), []);
    assert.deepEqual(api({ corsConfiguration: UNKNOWN }), []);
  });

  it("accepts any string where the SDK declares a string or an enumeration", () => {
    const service = (name: Properties[string]) =>
      check("azure-native:apimanagement:ApiManagementService", {
        resourceGroupName: "group",
        publisherEmail: "a@b.c",
        publisherName: "a",
        sku: { name, capacity: 1 },
      });
    assert.deepEqual(service("Developer"), []);
    assert.deepEqual(service(7), ["sku.name: expected a string, got the number 7"]);
  });

  it("does not check a type that the schema does not contain", () => {
    assert.deepEqual(check("aws:s3/bucket:Bucket", { anything: { at: "all" } }), []);
  });

  it("contains the inputs and outputs of every modelled type", () => {
    const { resources } = resourceSchemas;
    for (const type of [
      "aws:apigatewayv2/api:Api",
      "aws:apigatewayv2/authorizer:Authorizer",
      "aws:apigatewayv2/deployment:Deployment",
      "aws:apigatewayv2/integration:Integration",
      "aws:apigatewayv2/route:Route",
      "aws:apigatewayv2/stage:Stage",
      "azure-native:apimanagement:Api",
      "azure-native:apimanagement:ApiManagementService",
      "azure-native:apimanagement:ApiPolicy",
      "azure-native:apimanagement:NamedValue",
      "azure-native:resources:ResourceGroup",
      "gcp:apigateway/api:Api",
      "gcp:apigateway/apiConfig:ApiConfig",
      "gcp:apigateway/gateway:Gateway",
    ]) {
      const resource = resources[type];
      assert.ok(resource, type);
      assert.ok(Object.keys(resource.inputs).length > 0 && resource.outputs.length > 0, type);
    }
  });
});
