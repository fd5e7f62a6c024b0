import assert from "node:assert/strict";
import type { Properties } from "../../../../sandbox/control-plane/property-value.ts";
import type { ApimArtefacts } from "../../../../sandbox/data-plane/azure/api-management/artefacts.ts";
import {
  type Deployed,
  type EngineStandIn,
  openApi,
  type TestCloud,
  testCloud,
} from "../../../support/sandbox/control-plane/engine-stand-in.ts";

const namedValueType = "azure-native:apimanagement:NamedValue";
const place = { resourceGroupName: "group", serviceName: "gateway-1" };

describe("a named value of API Management", () => {
  let cloud: TestCloud;
  let azure: EngineStandIn;
  let key: Deployed;

  beforeEach(async () => {
    cloud = await testCloud();
    azure = await cloud.provider("azure-native");
    await azure.create("azure-native:resources:ResourceGroup", "group", {
      resourceGroupName: "group",
      location: "westeurope",
    });
    await azure.create("azure-native:apimanagement:ApiManagementService", "gateway", {
      ...place,
      publisherEmail: "team@example.com",
      publisherName: "Team",
      sku: { name: "Developer", capacity: 1 },
    });
    key = await namedValue("key");
    await azure.create("azure-native:apimanagement:Api", "orders", {
      ...place,
      apiId: "orders",
      path: "orders",
      protocols: ["https"],
      subscriptionRequired: false,
      format: "openapi+json",
      value: openApi(["GET /a"]),
    });
  });
  afterEach(() => cloud.close());

  const policy = (value: string) =>
    azure.create("azure-native:apimanagement:ApiPolicy", "policy", {
      ...place,
      apiId: "orders",
      format: "rawxml",
      value,
    });
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

  it("is never read back", async () => {
    assert.equal(key.outputs.value, undefined);
    assert.equal(key.outputs.secret, true);
    assert.deepEqual(artefacts().namedValues, { key: "hush" });
    assert.equal((await azure.read(key))?.outputs.value, undefined);
  });

  it("must exist before the policy that refers to it", async () => {
    await assert.rejects(policy("<policies>{{missing}}</policies>"), /Cannot find a property 'missing'.*dependsOn/);
    await policy("<policies>{{ key }}</policies>");
  });

  it("cannot be deleted or renamed while a policy refers to it", async () => {
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

  it("must have a unique display name", async () => {
    await assert.rejects(namedValue("key", { namedValueId: "twin" }), /'key' already exists/);
  });

  it("requires its value, or a secret of Key Vault, which the gateway reads", async () => {
    const { value: _value, ...valueless } = key.inputs;
    const vault = { ...valueless, namedValueId: "vault", displayName: "vault" };
    const create = (keyVault?: { readonly secretIdentifier: string }) =>
      azure.create(namedValueType, "vault", { ...vault, ...(keyVault === undefined ? {} : { keyVault }) });
    await assert.rejects(create(), /value: must be set, or keyVault/);
    await assert.rejects(create({ secretIdentifier: "hunter2" }), ({ message }: Error) => {
      assert.doesNotMatch(message, /hunter2/);
      return /keyVault\.secretIdentifier is no URL of a secret/.test(message);
    });
    const secretIdentifier = "https://shop.vault.azure.net/secrets/erp";
    const created = await create({ secretIdentifier });
    assert.deepEqual(artefacts().namedValues.vault, { secretIdentifier });
    assert.deepEqual((await azure.read(created))?.outputs.keyVault, { secretIdentifier });
  });

  it("is the client certificate of a key vault as well, which cannot be deleted while a policy names it", async () => {
    const { resourceGroupName = "", serviceName = "" } = key.inputs;
    const secretIdentifier = "https://shop.vault.azure.net/secrets/erp";
    const certificate = await azure.create("azure-native:apimanagement:Certificate", "erp", {
      ...{ resourceGroupName, serviceName },
      certificateId: "erp-1",
      keyVault: { secretIdentifier },
    });
    assert.deepEqual(artefacts().certificates, { "erp-1": { secretIdentifier } });
    const rules = await policy(`<policies><!-- certificate-id="erp-1" --></policies>`);
    await assert.rejects(azure.delete(certificate), /Certificate 'erp-1' is referenced by the policy/);
    await azure.delete(rules);
    await azure.delete(certificate);
    assert.deepEqual(artefacts().certificates, {});
  });
});
