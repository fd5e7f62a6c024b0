import assert from "node:assert/strict";
import type { Properties } from "../../../../sandbox/control-plane/property-value.ts";
import type { AwsHttpApiArtefacts } from "../../../../sandbox/data-plane/aws/artefacts/http-api.ts";
import {
  type Deployed,
  type EngineStandIn,
  openApi,
  type TestCloud,
  testCloud,
} from "../../../support/sandbox/control-plane/engine-stand-in.ts";

const apiType = "aws:apigatewayv2/api:Api";
const stageType = "aws:apigatewayv2/stage:Stage";

describe("routes of HTTP APIs in the sandbox's aws provider", () => {
  let cloud: TestCloud;
  let aws: EngineStandIn;

  beforeEach(async () => {
    cloud = await testCloud();
    aws = await cloud.provider("aws", { region: "eu-central-1" });
  });
  afterEach(() => cloud.close());
  const stage = (owner: Deployed, inputs: Properties = {}) =>
    aws.create(stageType, "live", { apiId: owner.id, name: "$default", autoDeploy: true, ...inputs });
  const artefacts = () => cloud.gateways.served.map((gateway) => gateway.artefacts as AwsHttpApiArtefacts);

  describe("routes that are declared as resources", () => {
    const part = (kind: string) => `aws:apigatewayv2/${kind.toLowerCase()}:${kind}`;

    it("are served as the document that API Gateway would export", async () => {
      const created = await aws.create(apiType, "hand", { name: "hand", protocolType: "HTTP" });
      const apiId = created.id;
      const integration = await aws.create(part("Integration"), "backend", {
        apiId,
        integrationType: "HTTP_PROXY",
        integrationMethod: "GET",
        integrationUri: "https://backend.example.com/a",
        timeoutMilliseconds: 5000,
      });
      const authorizer = await aws.create(part("Authorizer"), "jwt", {
        apiId,
        name: "jwt",
        authorizerType: "JWT",
        identitySources: ["$request.header.Authorization"],
        jwtConfiguration: { issuer: "https://login.example.com", audiences: ["orders"] },
      });
      const route = await aws.create(part("Route"), "route", {
        apiId,
        routeKey: "GET /a/{id}",
        target: `integrations/${integration.id}`,
        authorizationType: "JWT",
        authorizerId: authorizer.id,
        authorizationScopes: ["read"],
      });
      await stage(created, {
        routeSettings: [{ routeKey: "GET /a/{id}", throttlingBurstLimit: 1, throttlingRateLimit: 1 }],
      });
      const document = JSON.parse(artefacts()[0]?.document ?? "");
      assert.deepEqual(document.paths, {
        "/a/{id}": {
          get: {
            security: [{ [authorizer.id]: ["read"] }],
            "x-amazon-apigateway-integration": {
              type: "HTTP_PROXY",
              httpMethod: "GET",
              uri: "https://backend.example.com/a",
              payloadFormatVersion: "1.0",
              connectionType: "INTERNET",
              timeoutInMillis: 5000,
            },
          },
        },
      });
      assert.deepEqual(document.components.securitySchemes, {
        [authorizer.id]: {
          type: "oauth2",
          "x-amazon-apigateway-authorizer": {
            type: "jwt",
            jwtConfiguration: { issuer: "https://login.example.com", audience: ["orders"] },
            identitySource: "$request.header.Authorization",
          },
        },
      });
      for (const deployed of [integration, authorizer, route]) {
        assert.deepEqual(await aws.diff(deployed, deployed.inputs), {});
        assert.deepEqual(await aws.read(deployed), deployed);
      }
      await assert.rejects(
        aws.delete(integration),
        /Cannot delete Integration .* referenced by a Route \(GET \/a\/\{id\}\)/,
      );
      await aws.delete(route);
      await aws.delete(integration);
      assert.deepEqual(JSON.parse(artefacts()[0]?.document ?? "").paths, {});
    });

    it("require an integration and an authorizer that exist", async () => {
      const { id: apiId } = await aws.create(apiType, "hand", { name: "hand", protocolType: "HTTP" });
      const route = (inputs: Properties) =>
        aws.create(part("Route"), "route", { apiId, routeKey: "GET /a", ...inputs });
      await assert.rejects(route({ target: "integrations/none" }), /Unable to find Integration integrations\/none/);
      await assert.rejects(route({ authorizationType: "JWT", authorizerId: "none" }), /needs the id of an authorizer/);
      await assert.rejects(route({ routeKey: "GET a" }), /route key is not formatted properly: GET a/);
    });

    it("are deleted by the import of a document", async () => {
      const created = await aws.create(apiType, "hand", { name: "hand", protocolType: "HTTP" });
      const route = await aws.create(part("Route"), "route", { apiId: created.id, routeKey: "GET /a" });
      await aws.update(created, { ...created.inputs, body: openApi(["GET /b"]) });
      assert.equal(await aws.read(route), undefined);
    });
  });
});
