import assert from "node:assert/strict";
import type { Properties } from "../../../../sandbox/control-plane/property-value.ts";
import { UNKNOWN } from "../../../../sandbox/control-plane/property-value.ts";
import {
  type Deployed,
  type EngineStandIn,
  openApi,
  type TestCloud,
  testCloud,
} from "../../../support/sandbox/control-plane/engine-stand-in.ts";

const apiType = "gcp:apigateway/api:Api";
const configType = "gcp:apigateway/apiConfig:ApiConfig";
const gatewayType = "gcp:apigateway/gateway:Gateway";
const apiPath = "projects/sandbox-project/locations/global/apis/orders";

describe("the gcp provider of the sandbox", () => {
  let cloud: TestCloud;
  let gcp: EngineStandIn;

  beforeEach(async () => {
    cloud = await testCloud();
    gcp = await cloud.provider("gcp", { region: "europe-west1" });
  });
  afterEach(() => cloud.close());

  const documents = (text: string) => [
    { document: { path: "openapi.json", contents: Buffer.from(text).toString("base64") } },
  ];
  const api = () => gcp.create(apiType, "api", { apiId: "orders" });
  const config = (inputs: Properties = {}, text = openApi(["GET /a"])) =>
    gcp.create(configType, "config", {
      api: "orders",
      apiConfigIdPrefix: "orders-",
      openapiDocuments: documents(text),
      ...inputs,
    });
  const gateway = (apiConfig: string, inputs: Properties = {}) =>
    gcp.create(gatewayType, "gateway", { apiConfig, gatewayId: "orders", ...inputs });

  it("serves a gateway from its creation, at the host in its outputs", async () => {
    const created = await api();
    const first = await config();
    const live = await gateway(first.id);
    assert.equal(created.id, apiPath);
    assert.match(
      first.id,
      /^projects\/sandbox-project\/locations\/global\/apis\/orders\/configs\/orders-[0-9a-f]{26}$/,
    );
    assert.equal(live.id, "projects/sandbox-project/locations/europe-west1/gateways/orders");
    assert.equal(live.outputs.defaultHostname, "127.0.0.1:40000");
    assert.deepEqual(cloud.gateways.served, [
      {
        key: `gcp/${live.id}`,
        name: "orders",
        vendor: "gcp",
        region: "europe-west1",
        scheme: "https",
        artefacts: {
          kind: "gcp-api-gateway",
          document: openApi(["GET /a"]),
          managedService: created.outputs.managedService,
          serviceAccount: "000000000000-compute@developer.gserviceaccount.com",
        },
      },
    ]);
    assert.match(
      String(created.outputs.managedService),
      /^orders-[0-9a-f]{13}\.apigateway\.sandbox-project\.cloud\.goog$/,
    );
    await gcp.delete(live);
    assert.deepEqual(cloud.gateways.served, []);
  });

  it("finds no difference after a create or a refresh", async () => {
    const created = await api();
    const first = await config({
      gatewayConfig: { backendConfig: { googleServiceAccount: "gateway@example.iam.gserviceaccount.com" } },
      labels: { team: "orders" },
    });
    const live = await gateway(first.id);
    for (const deployed of [created, first, live]) {
      assert.deepEqual(await gcp.diff(deployed, deployed.inputs), {});
      assert.deepEqual(await gcp.read(deployed), deployed);
    }
  });

  it("replaces a config for every change except its display name and labels, and does not replace a gateway for another config", async () => {
    await api();
    const first = await config();
    const live = await gateway(first.id);
    const change = (inputs: Properties) => gcp.diff(first, { ...first.inputs, ...inputs });
    assert.deepEqual(await change({ openapiDocuments: documents(openApi(["GET /b"])) }), {
      "openapiDocuments[0].document.contents": "update-replace",
    });
    assert.deepEqual(await change({ openapiDocuments: UNKNOWN }), { openapiDocuments: "update-replace" });
    assert.deepEqual(await change({ gatewayConfig: { backendConfig: { googleServiceAccount: "x" } } }), {
      gatewayConfig: "add-replace",
    });
    assert.deepEqual(await change({ displayName: "Orders", labels: { a: "b" } }), {
      displayName: "add",
      labels: "add",
    });
    const second = await gcp.create(configType, "config", {
      ...first.inputs,
      openapiDocuments: documents(openApi(["GET /b"])),
    });
    assert.notEqual(second.id, first.id);
    assert.deepEqual(await gcp.diff(live, { ...live.inputs, apiConfig: second.id }), { apiConfig: "update" });
    await assert.rejects(gcp.delete(first), /in use by the gateway projects\/.*\/gateways\/orders/);
    const moved = await gcp.update(live, { ...live.inputs, apiConfig: second.id });
    assert.equal(moved.outputs.defaultHostname, live.outputs.defaultHostname);
    await gcp.delete(first);
    assert.deepEqual(cloud.gateways.served[0]?.artefacts, {
      kind: "gcp-api-gateway",
      document: openApi(["GET /b"]),
      serviceAccount: "000000000000-compute@developer.gserviceaccount.com",
      managedService: `${cloud.gateways.served[0]?.artefacts.kind === "gcp-api-gateway" && cloud.gateways.served[0].artefacts.managedService}`,
    });
  });

  it("rejects contents that are not base64", async () => {
    const failures = (contents: string) =>
      gcp
        .check(configType, "config", { api: "orders", openapiDocuments: [{ document: { path: "a", contents } }] })
        .then((checked) => checked.failures);
    const refusal = ["openapiDocuments[0].document.contents: expected the content to be a base64-encoded string"];
    assert.deepEqual(await failures('{"openapi":"3.0.0"}'), refusal);
    assert.deepEqual(await failures("abc"), refusal);
    assert.deepEqual(await failures("YWJj"), []);
    assert.deepEqual(await failures(UNKNOWN), []);
  });

  it("requires the id of an API, not its full id, and the full id of a config", async () => {
    const created = await api();
    await assert.rejects(config({ api: created.id }), /Error 404: .*api must be the apiId, not the full id/);
    const first = await config();
    await assert.rejects(gateway(String(first.outputs.apiConfigId)), /404: .*apiConfig must be the full id/);
  });

  it("reports the place and the rule for a rejected document, and does not store the config", async () => {
    await api();
    const refused = config({}, openApi([], { "x-refused": 1 }));
    await assert.rejects(refused, /Cannot convert to service config\. paths\.\/x\.get\.x-refused: no such extension/);
    assert.deepEqual(cloud.store.list("gcp/api-config/"), []);
    await assert.rejects(config({}, "Calling [toJSON] on an [Output<T>] is not supported."), /pulumi\.jsonStringify/);
    await assert.rejects(
      config({ openapiDocuments: [...documents("{}"), ...documents("{}")] }),
      /serves one document per config/,
    );
  });

  it("rejects both an id and a prefix for a config, and a config without a document", async () => {
    const check = (inputs: Properties) => gcp.check(configType, "config", { api: "orders", ...inputs });
    assert.deepEqual(
      (await check({ apiConfigId: "a", apiConfigIdPrefix: "b", openapiDocuments: documents("{}") })).failures,
      ["apiConfigIdPrefix: conflicts with apiConfigId; set only one of them"],
    );
    assert.deepEqual((await check({})).failures, [
      "openapiDocuments: exactly one of openapiDocuments and grpcServices is required",
    ]);
  });

  it("reads the document, so that drift in it is shown as a replacement", async () => {
    await api();
    const first = await config();
    // Somebody else's change of the config, seen by the provider as other outputs than it remembers.
    const remembered: Deployed = {
      ...first,
      inputs: { ...first.inputs, openapiDocuments: documents("{}") },
      outputs: { ...first.outputs, openapiDocuments: documents("{}") },
    };
    const read = await gcp.read(remembered);
    assert.deepEqual(read?.inputs.openapiDocuments, documents(openApi(["GET /a"])));
    assert.ok(read);
    assert.deepEqual(await gcp.diff(read, remembered.inputs), {
      "openapiDocuments[0].document.contents": "update-replace",
    });
  });

  it("does not delete an API that has configs", async () => {
    const created = await api();
    const first = await config();
    await assert.rejects(gcp.delete(created), /it still has the API Config/);
    await gcp.delete(first);
    await gcp.delete(created);
    assert.deepEqual(cloud.store.list("gcp/"), []);
  });

  it("rejects a name that is in use", async () => {
    await api();
    await assert.rejects(api(), /Error 409: .*already exists/);
  });

  it("separates projects", async () => {
    const other = await cloud.provider("gcp", { project: "other-project" });
    await api();
    const created = await other.create(apiType, "api", { apiId: "orders" });
    assert.equal(created.id, "projects/other-project/locations/global/apis/orders");
    assert.equal((await other.invoke("gcp:organizations/getClientConfig:getClientConfig")).project, "other-project");
    assert.equal((await gcp.invoke("gcp:organizations/getProject:getProject")).projectId, "sandbox-project");
  });

  it("does not delete a protected resource, and leaves an abandoned one at the vendor", async () => {
    const created = await gcp.create(apiType, "api", { apiId: "orders", deletionPolicy: "PREVENT" });
    await assert.rejects(gcp.delete(created), /deletionPolicy/);
    await gcp.delete(await gcp.update(created, { ...created.inputs, deletionPolicy: "ABANDON" }));
    assert.equal(cloud.store.list("gcp/").length, 1);
  });

  it("imports a resource by each form of its id", async () => {
    await api();
    const first = await config();
    const short = `orders/${first.outputs.apiConfigId}`;
    assert.equal((await gcp.import(configType, "config", short))?.id, first.id);
    assert.deepEqual(
      (await gcp.import(configType, "config", first.id))?.inputs.openapiDocuments,
      first.inputs.openapiDocuments,
    );
  });

  it("requires a region of the gateway or of the provider, also at preview", async () => {
    const nowhere = await cloud.provider("gcp");
    await api();
    const first = await config();
    const { failures } = await nowhere.check(gatewayType, "gateway", { apiConfig: first.id, gatewayId: "orders" });
    assert.deepEqual(failures, [
      "region: Cannot determine region: set in this resource, or set provider-level region (gcp:region)",
    ]);
    const live = await nowhere.create(gatewayType, "gateway", {
      apiConfig: first.id,
      gatewayId: "orders",
      region: "us-central1",
    });
    assert.equal(live.outputs.region, "us-central1");
  });

  it("returns unknown values at preview for outputs that the vendor determines", async () => {
    const outputs = await gcp.previewCreate(gatewayType, "gateway", { apiConfig: UNKNOWN, gatewayId: "orders" });
    assert.equal(outputs.defaultHostname, UNKNOWN);
    assert.equal(outputs.gatewayId, "orders");
  });
});
