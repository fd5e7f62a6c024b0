import assert from "node:assert/strict";
import type { Properties } from "../../../../sandbox/control-plane/property-value.ts";
import { UNKNOWN } from "../../../../sandbox/control-plane/property-value.ts";
import type { ApimApi, ApimArtefacts } from "../../../../sandbox/data-plane/azure/api-management/artefacts.ts";
import {
  type EngineStandIn,
  openApi,
  type TestCloud,
  testCloud,
} from "../../../support/sandbox/control-plane/engine-stand-in.ts";

const groupType = "azure-native:resources:ResourceGroup";
const serviceType = "azure-native:apimanagement:ApiManagementService";
const apiType = "azure-native:apimanagement:Api";
const policyType = "azure-native:apimanagement:ApiPolicy";
const namedValueType = "azure-native:apimanagement:NamedValue";
const place = { resourceGroupName: "group", serviceName: "gateway-1" };
const groupId = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/group";
const serviceId = `${groupId}/providers/Microsoft.ApiManagement/service/gateway-1`;

describe("the azure-native provider of the sandbox", () => {
  let cloud: TestCloud;
  let azure: EngineStandIn;

  beforeEach(async () => {
    cloud = await testCloud();
    azure = await cloud.provider("azure-native");
  });
  afterEach(() => cloud.close());

  const group = () => azure.create(groupType, "group", { resourceGroupName: "group", location: "westeurope" });
  const service = async () => {
    const owner = await group();
    const created = await azure.create(serviceType, "gateway", {
      ...place,
      publisherEmail: "team@example.com",
      publisherName: "Team",
      sku: { name: "Developer", capacity: 1 },
    });
    return { owner, created };
  };
  const apiInputs: Properties = {
    ...place,
    apiId: "orders",
    path: "orders",
    protocols: ["https"],
    subscriptionRequired: false,
    format: "openapi+json",
    value: openApi(["GET /a"]),
  };
  const api = (inputs: Properties = {}, name = "orders") => azure.create(apiType, name, { ...apiInputs, ...inputs });
  const policy = (value: string, inputs: Properties = {}) =>
    azure.create(policyType, "policy", { ...place, apiId: "orders", format: "rawxml", value, ...inputs });
  const namedValue = (displayName: string, inputs: Properties = {}) =>
    azure.create(namedValueType, displayName, {
      ...place,
      namedValueId: displayName,
      displayName,
      secret: true,
      value: "hush",
      ...inputs,
    });
  const artefacts = () => cloud.gateways.served[0]?.artefacts as ApimArtefacts;
  const served = (): ApimApi => {
    const [only] = artefacts().apis;
    assert.ok(only);
    return only;
  };

  it("serves a service from its creation, at the URL in its outputs, with ids in the format of the vendor", async () => {
    const { owner, created } = await service();
    const orders = await api();
    const rules = await policy("<policies/>");
    assert.equal(owner.id, groupId);
    assert.equal(created.id, serviceId);
    assert.equal(orders.id, `${serviceId}/apis/orders`);
    assert.equal(rules.id, `${serviceId}/apis/orders/policies/policy`);
    assert.equal(created.outputs.gatewayUrl, "http://127.0.0.1:40000");
    assert.equal(created.outputs.location, "westeurope", "the group's, since none was named");
    const [gateway] = cloud.gateways.served;
    assert.deepEqual(
      { ...gateway, artefacts: undefined },
      {
        key: `azure/${serviceId.toLowerCase().slice(1)}`,
        name: "gateway-1",
        vendor: "azure",
        region: "westeurope",
        artefacts: undefined,
      },
    );
    assert.equal(artefacts().sku, "Developer");
    const { document: _document, ...rest } = served();
    assert.deepEqual(rest, {
      name: "orders",
      path: "orders",
      protocols: ["https"],
      subscriptionRequired: false,
      subscriptionKeyNames: { header: "Ocp-Apim-Subscription-Key", query: "subscription-key" },
      policy: "<policies/>",
    });
  });

  it("finds no difference after a create or a refresh", async () => {
    const { owner, created } = await service();
    const all = [owner, created, await namedValue("key"), await api(), await policy("<policies/>")];
    for (const deployed of all) {
      assert.deepEqual(await azure.diff(deployed, deployed.inputs), {});
      assert.deepEqual(await azure.read(deployed), deployed);
    }
  });

  it("replaces a resource for the same changes as the vendor", async () => {
    const { owner, created } = await service();
    const orders = await api();
    assert.deepEqual(await azure.diff(owner, { ...owner.inputs, location: "northeurope" }), {
      location: "update-replace",
    });
    assert.deepEqual(await azure.diff(created, { ...created.inputs, sku: { name: "Premium", capacity: 1 } }), {
      "sku.name": "update",
    });
    assert.deepEqual(await azure.diff(orders, { ...orders.inputs, apiId: "other", path: "other" }), {
      apiId: "update-replace",
      path: "update",
    });
  });

  it("creates automatic names like the provider: with a suffix for a top-level resource, without one for a nested resource", async () => {
    const owner = await azure.check(groupType, "group", { location: "westeurope" });
    assert.equal(owner.inputs.resourceGroupName, "group00010203");
    const again = await azure.check(groupType, "group", { location: "westeurope" }, { resourceGroupName: "group7" });
    assert.equal(again.inputs.resourceGroupName, "group7", "the one that it has");
    const { apiId: _apiId, ...unnamed } = apiInputs;
    assert.equal((await azure.check(apiType, "orders", unnamed)).inputs.apiId, "orders");
  });

  it("supports a resource with a versioned type", async () => {
    const created = await azure.create("azure-native:resources/v20240301:ResourceGroup", "group", {
      resourceGroupName: "group",
      location: "westeurope",
    });
    assert.equal(created.id, groupId);
  });

  it("reports at preview a policy that the sandbox cannot serve, and in words that do not blame the service", async () => {
    const check = async (value: string) => {
      const inputs = { ...place, apiId: "orders", format: "rawxml", value };
      return (await azure.check(policyType, "policy", inputs)).failures;
    };
    const inbound = (inner: string) => `<policies><inbound>${inner}</inbound></policies>`;
    assert.deepEqual(await check(inbound(`<mock-response />`)), [
      "value: the sandbox cannot serve this policy: policy:1:20 inbound mock-response[1]: " +
        "the sandbox does not model the policy <mock-response>",
    ]);
    const depends = [`<rewrite-uri template="/{id}" />`, `<set-header name="{{a}}" />`];
    for (const inner of ["<base />", ...depends]) assert.deepEqual(await check(inbound(inner)), []);
    await service();
    await api();
    await assert.rejects(
      policy(inbound("<!-- x-refused -->")),
      /^Error: the sandbox cannot serve this policy: paths\.\/x\.get\.x-refused: no such extension$/,
    );
  });

  it("requires a group before a service, a service before an API, and an API before its policy", async () => {
    await assert.rejects(
      azure.create(serviceType, "gateway", {
        ...place,
        publisherEmail: "a@b.c",
        publisherName: "a",
        sku: { name: "Developer", capacity: 1 },
      }),
      /ResourceGroupNotFound/,
    );
    await assert.rejects(api(), /ResourceNotFound.*service\/gateway-1.*404/);
    await assert.rejects(namedValue("key"), /service .* was not found/);
    await service();
    await assert.rejects(policy("<policies/>"), /Api not found.*404/);
  });

  it("rejects the creation of a resource that exists", async () => {
    await service();
    await api();
    await assert.rejects(api(), /cannot create already existing resource '.*\/apis\/orders'/);
    await assert.rejects(group(), /cannot create already existing resource/);
  });

  it("rejects two APIs with one path", async () => {
    await service();
    await api();
    await assert.rejects(api({ apiId: "more", path: "/Orders/" }, "more"), /same Path/);
  });

  describe("the import of a document", () => {
    beforeEach(async () => {
      await service();
    });

    it("resets the settings that are not sent with it", async () => {
      const servers = [{ url: "http://plain.example.com" }, { url: "https://first.example.com/v1" }];
      const created = await api({
        serviceUrl: "https://backend.example.com",
        displayName: "Orders",
        description: "old",
      });
      assert.equal(served().serviceUrl, "https://backend.example.com");
      const { serviceUrl: _url, displayName: _name, description: _description, ...less } = created.inputs;
      const cleared = await azure.update(created, less);
      assert.equal(served().serviceUrl, undefined);
      assert.equal(cleared.outputs.serviceUrl, undefined);
      assert.equal(cleared.outputs.displayName, "orders", "the document's title");
      assert.equal(cleared.outputs.description, undefined);
      await azure.update(cleared, { ...less, value: openApi(["GET /a"], { servers }) });
      assert.equal(served().serviceUrl, "https://first.example.com/v1", "the first https server of the document");
    });

    it("requires a subscription by default", async () => {
      const { subscriptionRequired: _required, ...silent } = apiInputs;
      await azure.create(apiType, "orders", silent);
      assert.equal(served().subscriptionRequired, true);
    });

    it("is kept when a later write sends no document", async () => {
      const created = await api();
      const { value: _value, format: _format, ...bare } = created.inputs;
      await azure.update(created, { ...bare, description: "now" });
      assert.deepEqual(Object.keys(JSON.parse(served().document).paths), ["/a"]);
    });

    it("is optional: an API without a document has no operations, and is served", async () => {
      const { format: _, value: __, ...inputs } = apiInputs;
      await azure.create(apiType, "bare", { ...inputs, apiId: "bare", path: "bare" });
      const bare = artefacts().apis.find(({ name }) => name === "bare");
      assert.deepEqual(JSON.parse(bare?.document ?? ""), {
        openapi: "3.0.1",
        info: { title: "bare", version: "1" },
        paths: {},
      });
    });

    it("reports the place and the rule when it is rejected, and creates nothing", async () => {
      await assert.rejects(
        api({ value: openApi([], { "x-refused": 1 }) }),
        /the sandbox cannot import this document: paths\.\/x\.get\.x-refused: no such extension/,
      );
      assert.deepEqual(artefacts().apis, []);
      await assert.rejects(api({ format: "openapi-link", value: "https://x.example" }), /does not fetch a document/);
      await assert.rejects(
        api({ value: "Calling [toJSON] on an [Output<T>] is not supported." }),
        /pulumi\.jsonStringify/,
      );
    });

    it("is not shown by a refresh", async () => {
      const created = await api();
      assert.equal(created.outputs.value, undefined);
      assert.equal((await azure.read(created))?.inputs.value, created.inputs.value);
    });
  });

  /** Holds the next change of the served gateways, and with it the write that causes the change. */
  const holdNextWrite = () => {
    const started = Promise.withResolvers<void>();
    const finished = Promise.withResolvers<void>();
    const apply = cloud.gateways.apply.bind(cloud.gateways);
    cloud.gateways.apply = async (gateways) => {
      cloud.gateways.apply = apply;
      started.resolve();
      await finished.promise;
      await apply(gateways);
    };
    return { started: started.promise, finish: finished.resolve };
  };

  it("rejects a second write to an API while a write to it is in progress, and accepts writes to other resources", async () => {
    await service();
    const creation = holdNextWrite();
    const created = api();
    await creation.started;
    await assert.rejects(api(), /PessimisticConcurrencyConflict.*409.*dependsOn/);
    creation.finish();
    const orders = await created;

    const change = holdNextWrite();
    const updated = azure.update(orders, { ...orders.inputs, value: openApi(["GET /b"]) });
    await change.started;
    const others = Promise.all([api({ apiId: "more", path: "more" }, "more"), namedValue("key")]);
    await assert.rejects(policy("<policies/>"), /PessimisticConcurrencyConflict.*409/);
    change.finish();
    await Promise.all([updated, others]);
    await policy("<policies/>");
  });

  it("deletes all resources below a group, a service or an API with it", async () => {
    const { owner, created } = await service();
    const orders = await api();
    const rules = await policy("<policies/>");
    const key = await namedValue("key");
    await azure.delete(orders);
    assert.equal(await azure.read(rules), undefined);
    await azure.delete(created);
    assert.equal(await azure.read(key), undefined);
    assert.deepEqual(cloud.gateways.served, []);
    await azure.delete(owner);
    assert.deepEqual(cloud.store.list("azure/"), []);
  });

  it("returns unknown values at preview for outputs that the vendor determines", async () => {
    const outputs = await azure.previewCreate(serviceType, "gateway", {
      ...place,
      sku: { name: "Developer", capacity: 1 },
    });
    assert.equal(outputs.gatewayUrl, UNKNOWN);
    assert.equal(outputs.name, UNKNOWN);
    assert.deepEqual(outputs.sku, { name: "Developer", capacity: 1 });
  });

  it("imports a resource by its id in upper or lower case", async () => {
    await service();
    await api();
    const imported = await azure.import(apiType, "orders", `${serviceId.toUpperCase()}/apis/orders`);
    assert.equal(imported?.id, `${serviceId}/apis/orders`);
    assert.equal(imported?.inputs.path, "orders");
  });

  it("returns its identity", async () => {
    assert.deepEqual(await azure.invoke("azure-native:authorization:getClientConfig"), {
      clientId: "00000000-0000-0000-0000-000000000003",
      objectId: "00000000-0000-0000-0000-000000000004",
      subscriptionId: "00000000-0000-0000-0000-000000000001",
      tenantId: "00000000-0000-0000-0000-000000000002",
    });
  });

  it("stores and returns the inputs of a resource without a model", async () => {
    await service();
    const created = await azure.create("azure-native:apimanagement:Tag", "tag", {
      ...place,
      displayName: "Tag",
      tagId: "tag",
    });
    assert.match(created.id, /\/resourceGroups\/group\/providers\/Microsoft\.apimanagement\/Tag\/tag-[a-z0-9]{7}$/);
    assert.deepEqual(await azure.read(created), created);
    await azure.delete(created);
    assert.equal(await azure.read(created), undefined);
  });
});
