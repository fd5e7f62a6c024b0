import assert from "node:assert/strict";
import type { Properties } from "../../../../sandbox/control-plane/property-value.ts";
import { restCloud, restDocument, served, types } from "../../../support/sandbox/control-plane/aws/rest-cloud.ts";
import {
  type Deployed,
  type EngineStandIn,
  InitError,
  type TestCloud,
  urnOf,
} from "../../../support/sandbox/control-plane/engine-stand-in.ts";

describe("documents of REST APIs in the sandbox's aws provider", () => {
  let cloud: TestCloud;
  let aws: EngineStandIn;

  beforeEach(async () => {
    cloud = await restCloud();
    aws = await cloud.provider("aws", { region: "eu-central-1" });
  });
  afterEach(() => cloud.close());

  const api = (inputs: Properties = {}, name = "orders") =>
    aws.create(types.api, name, { name: "orders", body: restDocument(["GET /a"]), ...inputs });
  const deployment = (owner: Deployed, inputs: Properties = {}, name = "deployed") =>
    aws.create(types.deployment, name, { restApi: owner.id, ...inputs });
  const stage = (owner: Deployed, from: Deployed, inputs: Properties = {}) =>
    aws.create(types.stage, "live", { restApi: owner.id, deployment: from.id, stageName: "live", ...inputs });
  const paths = () => served(cloud).map(({ document }) => Object.keys(JSON.parse(document).paths));

  describe("importing a document", () => {
    it("compares documents as plain texts", async () => {
      const created = await api();
      const pretty = JSON.stringify(JSON.parse(restDocument(["GET /a"])), null, 2);
      assert.deepEqual(await aws.diff(created, { ...created.inputs, body: pretty }), { body: "update" });
    });

    it("refuses what the interpreter of REST APIs refuses and names the place", async () => {
      const body = restDocument(["GET /a"], {}, { "x-amazon-apigateway-whatever": true });
      const failed = await api({ body }).catch((error: unknown) => error);
      assert.ok(failed instanceof InitError);
      assert.match(
        failed.message,
        /^creating API Gateway REST API \([a-z0-9]{10}\) specification: BadRequestException: Errors found during import: paths\.\/a\.get\.x-amazon-apigateway-whatever: /,
      );
    });

    it("stores a refused document in the state and does not import it again at the next update", async () => {
      const body = restDocument(["GET /a"], { security: [] });
      const inputs = { name: "orders", body };
      const failed = await api({ body }).catch((error: unknown) => error);
      assert.ok(failed instanceof InitError);
      assert.equal(failed.left.outputs.body, body, "the engine stores the refused document as deployed");
      const left: Deployed = { urn: urnOf(types.api, "orders"), inputs, ...failed.left };
      // The engine then updates without a change, because of the init error.
      const again = await aws.update(left, inputs);
      assert.equal(again.outputs.body, body);
      await assert.rejects(deployment(again), /The REST API doesn't contain any methods/);
      assert.equal((await aws.read(again))?.outputs.body, body, "a refresh does not show it");
      const healed = await aws.update(again, { ...inputs, body: restDocument(["GET /a"]) });
      await stage(healed, await deployment(healed));
      assert.deepEqual(paths(), [["/a"]]);
    });

    it("keeps the old definition when the import of a new one fails", async () => {
      const created = await api();
      const update = aws.update(created, { ...created.inputs, description: "patched first", body: "{" });
      const failed = await update.catch((error: unknown) => error);
      assert.ok(failed instanceof InitError);
      assert.match(failed.message, /^updating API Gateway REST API .*: Errors found during import: /);
      assert.equal(failed.left.outputs.description, "patched first");
      await stage(created, await deployment(created));
      assert.deepEqual(paths(), [["/a"]]);
    });

    it("explains a document that contains the text of an Output", async () => {
      await assert.rejects(
        api({ body: '{"openapi":"Calling [toJSON] on an [Output<T>] is not supported."}' }),
        /pulumi\.jsonStringify/,
      );
    });

    it("fails on warnings only with failOnWarnings", async () => {
      const body = restDocument(["GET /a"], {}, { parameters: [{ name: "id", in: "cookie" }], callbacks: {} });
      assert.equal((await api({ body })).outputs.name, "orders");
      await assert.rejects(
        api({ body, failOnWarnings: true }, "strict"),
        /Warnings found during import: Ignoring parameter id of 'GET \/a': unsupported location cookie; Ignoring callbacks/,
      );
    });

    it("accepts a document with stage variables, whose values only the stage has", async () => {
      const uri = `https://${"$"}{stageVariables.host}/`;
      const body = restDocument(
        ["GET /a"],
        {},
        {
          "x-amazon-apigateway-integration": { type: "http_proxy", httpMethod: "GET", uri },
        },
      );
      const created = await api({ body });
      const from = await deployment(created);
      await assert.rejects(stage(created, from), /the stage has no variable host/);
      await stage(created, from, { variables: { host: "a.example.com" } });
      assert.equal(served(cloud).length, 1);
    });

    it("takes omitted arguments from the document at creation", async () => {
      const created = await api({
        body: restDocument(["GET /a"], {
          info: { title: "document", version: "2", description: "by document" },
          "x-amazon-apigateway-api-key-source": "AUTHORIZER",
          "x-amazon-apigateway-binary-media-types": ["image/png"],
        }),
      });
      assert.equal(created.outputs.name, "orders", "the name is always an argument and wins");
      assert.equal(created.outputs.description, "by document");
      assert.equal(created.outputs.apiKeySource, "AUTHORIZER");
      assert.deepEqual(created.outputs.binaryMediaTypes, ["image/png"]);
    });

    it("restores at an update what changed in the document alone, because the state contains it", async () => {
      const document = (description: string, source: string) =>
        restDocument(["GET /a"], {
          info: { title: "orders", version: "1", description },
          "x-amazon-apigateway-api-key-source": source,
        });
      const created = await api({ body: document("first", "HEADER") });
      const changed = await aws.update(created, { ...created.inputs, body: document("second", "AUTHORIZER") });
      assert.equal(changed.outputs.description, "first");
      assert.equal(changed.outputs.apiKeySource, "HEADER");
      const inputs = { ...created.inputs, body: document("third", "AUTHORIZER"), apiKeySource: "AUTHORIZER" };
      const stated = await aws.update(changed, { ...inputs, description: "third" });
      assert.equal(stated.outputs.description, "third");
      assert.equal(stated.outputs.apiKeySource, "AUTHORIZER");
    });

    it("keeps the imported definition when the program removes the body", async () => {
      const created = await api();
      const { body: _body, ...rest } = created.inputs;
      const without = await aws.update(created, rest);
      assert.equal(without.outputs.body, undefined);
      await stage(without, await deployment(without));
      assert.deepEqual(paths(), [["/a"]]);
    });

    it("disables and enables the default endpoint at the next change of a stage", async () => {
      const created = await api({ disableExecuteApiEndpoint: true });
      const live = await stage(created, await deployment(created));
      assert.equal(served(cloud)[0]?.defaultEndpointDisabled, true);
      const on = await aws.update(created, { ...created.inputs, disableExecuteApiEndpoint: false });
      assert.equal(on.outputs.disableExecuteApiEndpoint, false);
      assert.equal(served(cloud)[0]?.defaultEndpointDisabled, true);
      await aws.update(live, { ...live.inputs, description: "changed" });
      assert.equal(served(cloud)[0]?.defaultEndpointDisabled, undefined);
    });
  });
});
