import assert from "node:assert/strict";
import type { Properties } from "../../../../sandbox/control-plane/property-value.ts";
import { UNKNOWN } from "../../../../sandbox/control-plane/property-value.ts";
import type { ApimApi, ApimArtefacts } from "../../../../sandbox/data-plane/azure/api-management/artefacts.ts";
import { type Deployed, type EngineStandIn, openApi, type TestCloud, testCloud } from "../engine-stand-in.ts";

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
    const made = await azure.create(serviceType, "gateway", {
      ...place,
      publisherEmail: "team@example.com",
      publisherName: "Team",
      sku: { name: "Developer", capacity: 1 },
    });
    return { owner, made };
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

  it("serves a service from its creation, at the URL that it puts out, with the ids of the vendor", async () => {
    const { owner, made } = await service();
    const orders = await api();
    const rules = await policy("<policies/>");
    assert.equal(owner.id, groupId);
    assert.equal(made.id, serviceId);
    assert.equal(orders.id, `${serviceId}/apis/orders`);
    assert.equal(rules.id, `${serviceId}/apis/orders/policies/policy`);
    assert.equal(made.outputs.gatewayUrl, "http://127.0.0.1:40000");
    assert.equal(made.outputs.location, "westeurope", "the group's, since none was named");
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

  it("finds no difference after a create, nor after a refresh", async () => {
    const { owner, made } = await service();
    const all = [owner, made, await namedValue("key"), await api(), await policy("<policies/>")];
    for (const deployed of all) {
      assert.deepEqual(await azure.diff(deployed, deployed.inputs), {});
      assert.deepEqual(await azure.read(deployed), deployed);
    }
  });

  it("replaces where the vendor does", async () => {
    const { owner, made } = await service();
    const orders = await api();
    assert.deepEqual(await azure.diff(owner, { ...owner.inputs, location: "northeurope" }), {
      location: "update-replace",
    });
    assert.deepEqual(await azure.diff(made, { ...made.inputs, sku: { name: "Premium", capacity: 1 } }), {
      "sku.name": "update",
    });
    assert.deepEqual(await azure.diff(orders, { ...orders.inputs, apiId: "other", path: "other" }), {
      apiId: "update-replace",
      path: "update",
    });
  });

  it("makes names as the provider does: with a suffix for what stands alone, without for what is nested", async () => {
    const owner = await azure.check(groupType, "group", { location: "westeurope" });
    assert.equal(owner.inputs.resourceGroupName, "group00010203");
    const again = await azure.check(groupType, "group", { location: "westeurope" }, { resourceGroupName: "group7" });
    assert.equal(again.inputs.resourceGroupName, "group7", "the one that it has");
    const { apiId: _apiId, ...unnamed } = apiInputs;
    assert.equal((await azure.check(apiType, "orders", unnamed)).inputs.apiId, "orders");
  });

  it("understands a resource by a versioned type", async () => {
    const made = await azure.create("azure-native:resources/v20240301:ResourceGroup", "group", {
      resourceGroupName: "group",
      location: "westeurope",
    });
    assert.equal(made.id, groupId);
  });

  it("wants a group before a service, a service before an API, and an API before its policy", async () => {
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

  it("refuses to take over what is there already", async () => {
    await service();
    await api();
    await assert.rejects(api(), /cannot create already existing resource '.*\/apis\/orders'/);
    await assert.rejects(group(), /cannot create already existing resource/);
  });

  it("refuses two APIs with one path", async () => {
    await service();
    await api();
    await assert.rejects(api({ apiId: "more", path: "/Orders/" }, "more"), /same Path/);
  });

  describe("importing a document", () => {
    beforeEach(async () => {
      await service();
    });

    it("overwrites settings that are not sent with it", async () => {
      const servers = [{ url: "http://plain.example.com" }, { url: "https://first.example.com/v1" }];
      const made = await api({ serviceUrl: "https://backend.example.com", displayName: "Orders", description: "old" });
      assert.equal(served().serviceUrl, "https://backend.example.com");
      const { serviceUrl: _url, displayName: _name, description: _description, ...less } = made.inputs;
      const cleared = await azure.update(made, less);
      assert.equal(served().serviceUrl, undefined);
      assert.equal(cleared.outputs.serviceUrl, undefined);
      assert.equal(cleared.outputs.displayName, "orders", "the document's title");
      assert.equal(cleared.outputs.description, undefined);
      await azure.update(cleared, { ...less, value: openApi(["GET /a"], { servers }) });
      assert.equal(served().serviceUrl, "https://first.example.com/v1", "the first https server of the document");
    });

    it("asks for a subscription unless told otherwise", async () => {
      const { subscriptionRequired: _required, ...silent } = apiInputs;
      await azure.create(apiType, "orders", silent);
      assert.equal(served().subscriptionRequired, true);
    });

    it("keeps the operations when a later write sends no document", async () => {
      const made = await api();
      const { value: _value, format: _format, ...bare } = made.inputs;
      await azure.update(made, { ...bare, description: "now" });
      assert.deepEqual(Object.keys(JSON.parse(served().document).paths), ["/a"]);
    });

    it("is not needed: an API without one has no operations, and is served", async () => {
      const { format: _, value: __, ...inputs } = apiInputs;
      await azure.create(apiType, "bare", { ...inputs, apiId: "bare", path: "bare" });
      const bare = artefacts().apis.find(({ name }) => name === "bare");
      assert.deepEqual(JSON.parse(bare?.document ?? ""), {
        openapi: "3.0.1",
        info: { title: "bare", version: "1" },
        paths: {},
      });
    });

    it("names the place and the rule when it is refused, and makes nothing", async () => {
      await assert.rejects(
        api({ value: openApi([], { "x-refused": 1 }) }),
        /Parsing error\(s\): paths\.\/x\.get\.x-refused: no such extension.*400/,
      );
      assert.deepEqual(artefacts().apis, []);
      await assert.rejects(api({ format: "openapi-link", value: "https://x.example" }), /does not fetch a document/);
      await assert.rejects(
        api({ value: "Calling [toJSON] on an [Output<T>] is not supported." }),
        /pulumi\.jsonStringify/,
      );
    });

    it("is not shown by a refresh", async () => {
      const made = await api();
      assert.equal(made.outputs.value, undefined);
      assert.equal((await azure.read(made))?.inputs.value, made.inputs.value);
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

  describe("a named value", () => {
    let key: Deployed;
    beforeEach(async () => {
      await service();
      key = await namedValue("key");
      await api();
    });

    it("is never read back", async () => {
      assert.equal(key.outputs.value, undefined);
      assert.equal(key.outputs.secret, true);
      assert.deepEqual(artefacts().namedValues, { key: "hush" });
      assert.equal((await azure.read(key))?.outputs.value, undefined);
    });

    it("must be there before the policy that refers to it", async () => {
      await assert.rejects(policy("<policies>{{missing}}</policies>"), /Cannot find a property 'missing'.*dependsOn/);
      await policy("<policies>{{ key }}</policies>");
    });

    it("stays as long as a policy refers to it", async () => {
      const rules = await policy("<policies>{{key}}</policies>");
      await assert.rejects(azure.delete(key), /Cannot delete the property 'key': it is referenced by the policy/);
      await assert.rejects(
        azure.update(key, { ...key.inputs, displayName: "other" }),
        /Cannot rename the property 'key'/,
      );
      await azure.delete(rules);
      await azure.delete(key);
      assert.deepEqual(artefacts().namedValues, {});
    });

    it("has a display name that no other has", async () => {
      await assert.rejects(namedValue("key", { namedValueId: "twin" }), /'key' already exists/);
    });

    it("needs its value, because there is no Key Vault here", async () => {
      const { value: _value, ...valueless } = key.inputs;
      await assert.rejects(
        azure.create(namedValueType, "vault", {
          ...valueless,
          namedValueId: "vault",
          displayName: "vault",
          keyVault: { secretIdentifier: "https://vault.example/secrets/x" },
        }),
        /the sandbox has no Key Vault/,
      );
    });
  });

  it("deletes with a group, a service or an API all that is below it", async () => {
    const { owner, made } = await service();
    const orders = await api();
    const rules = await policy("<policies/>");
    const key = await namedValue("key");
    await azure.delete(orders);
    assert.equal(await azure.read(rules), undefined);
    await azure.delete(made);
    assert.equal(await azure.read(key), undefined);
    assert.deepEqual(cloud.gateways.served, []);
    await azure.delete(owner);
    assert.deepEqual(cloud.store.list("azure/"), []);
  });

  it("leaves at preview unknown what only the vendor can say", async () => {
    const outputs = await azure.previewCreate(serviceType, "gateway", {
      ...place,
      sku: { name: "Developer", capacity: 1 },
    });
    assert.equal(outputs.gatewayUrl, UNKNOWN);
    assert.equal(outputs.name, UNKNOWN);
    assert.deepEqual(outputs.sku, { name: "Developer", capacity: 1 });
  });

  it("reads back what is imported by id, whatever its case", async () => {
    await service();
    await api();
    const imported = await azure.import(apiType, "orders", `${serviceId.toUpperCase()}/apis/orders`);
    assert.equal(imported?.id, `${serviceId}/apis/orders`);
    assert.equal(imported?.inputs.path, "orders");
  });

  it("knows who it is", async () => {
    assert.deepEqual(await azure.invoke("azure-native:authorization:getClientConfig"), {
      clientId: "00000000-0000-0000-0000-000000000003",
      objectId: "00000000-0000-0000-0000-000000000004",
      subscriptionId: "00000000-0000-0000-0000-000000000001",
      tenantId: "00000000-0000-0000-0000-000000000002",
    });
  });

  it("stores and echoes what it has no model of", async () => {
    await service();
    const made = await azure.create("azure-native:apimanagement:Product", "product", {
      ...place,
      displayName: "Product",
      productId: "product",
    });
    assert.match(
      made.id,
      /\/resourceGroups\/group\/providers\/Microsoft\.apimanagement\/Product\/product-[a-z0-9]{7}$/,
    );
    assert.deepEqual(await azure.read(made), made);
    await azure.delete(made);
    assert.equal(await azure.read(made), undefined);
  });
});
