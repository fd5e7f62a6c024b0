import assert from "node:assert/strict";
import type { Properties } from "../../../../sandbox/control-plane/property-value.ts";
import {
  type ApiManagementCloud,
  apiManagementCloud,
} from "../../../support/sandbox/control-plane/azure/api-management.ts";
import { type Deployed, openApi } from "../../../support/sandbox/control-plane/engine-stand-in.ts";

describe("a named value of API Management", () => {
  let shop: ApiManagementCloud;
  let key: Deployed;

  beforeEach(async () => {
    shop = await apiManagementCloud();
    key = await namedValue("key");
    await shop.create("Api", "orders", {
      apiId: "orders",
      path: "orders",
      protocols: ["https"],
      subscriptionRequired: false,
      format: "openapi+json",
      value: openApi(["GET /a"]),
    });
  });
  afterEach(() => shop.cloud.close());

  const policy = (value: string) => shop.create("ApiPolicy", "policy", { apiId: "orders", format: "rawxml", value });
  const namedValue = (displayName: string, inputs: Properties = {}) =>
    shop.create("NamedValue", displayName, {
      namedValueId: displayName,
      displayName,
      secret: true,
      value: "hush",
      ...inputs,
    });
  const artefacts = () => shop.artefacts();

  it("is never read back", async () => {
    assert.equal(key.outputs.value, undefined);
    assert.equal(key.outputs.secret, true);
    assert.deepEqual(artefacts().namedValues, { key: "hush" });
    assert.equal((await shop.azure.read(key))?.outputs.value, undefined);
  });

  it("must exist before the policy that refers to it", async () => {
    await assert.rejects(policy("<policies>{{missing}}</policies>"), /Cannot find a property 'missing'.*dependsOn/);
    await policy("<policies>{{ key }}</policies>");
  });

  it("cannot be deleted or renamed while a policy refers to it", async () => {
    const rules = await policy("<policies>{{key}}</policies>");
    await assert.rejects(shop.azure.delete(key), /Cannot delete the property 'key': it is referenced by the policy/);
    await assert.rejects(
      shop.azure.update(key, { ...key.inputs, displayName: "other" }),
      /Cannot rename the property 'key'/,
    );
    await shop.azure.delete(rules);
    await shop.azure.delete(key);
    assert.deepEqual(artefacts().namedValues, {});
  });

  it("must have a unique display name", async () => {
    await assert.rejects(namedValue("key", { namedValueId: "twin" }), /'key' already exists/);
  });

  it("requires its value, or a secret of Key Vault, which the gateway reads", async () => {
    const { value: _value, ...valueless } = key.inputs;
    const vault = { ...valueless, namedValueId: "vault", displayName: "vault" };
    const create = (keyVault?: { readonly secretIdentifier: string }) =>
      shop.create("NamedValue", "vault", { ...vault, ...(keyVault === undefined ? {} : { keyVault }) });
    await assert.rejects(create(), /value: must be set, or keyVault/);
    await assert.rejects(create({ secretIdentifier: "hunter2" }), ({ message }: Error) => {
      assert.doesNotMatch(message, /hunter2/);
      return /keyVault\.secretIdentifier is no URL of a secret/.test(message);
    });
    const secretIdentifier = "https://shop.vault.azure.net/secrets/erp";
    const created = await create({ secretIdentifier });
    assert.deepEqual(artefacts().namedValues.vault, { secretIdentifier });
    assert.deepEqual((await shop.azure.read(created))?.outputs.keyVault, { secretIdentifier });
  });

  it("is the client certificate of a key vault as well, which cannot be deleted while a policy names it", async () => {
    const { resourceGroupName = "", serviceName = "" } = key.inputs;
    const secretIdentifier = "https://shop.vault.azure.net/secrets/erp";
    const certificate = await shop.azure.create("azure-native:apimanagement:Certificate", "erp", {
      ...{ resourceGroupName, serviceName },
      certificateId: "erp-1",
      keyVault: { secretIdentifier },
    });
    assert.deepEqual(artefacts().certificates, { "erp-1": { secretIdentifier } });
    const rules = await policy(`<policies><!-- certificate-id="erp-1" --></policies>`);
    await assert.rejects(shop.azure.delete(certificate), /Certificate 'erp-1' is referenced by the policy/);
    await shop.azure.delete(rules);
    await shop.azure.delete(certificate);
    assert.deepEqual(artefacts().certificates, {});
  });
});
