import assert from "node:assert/strict";
import type { Properties } from "../../../../sandbox/control-plane/property-value.ts";
import {
  type ApiManagementCloud,
  apiManagementCloud,
} from "../../../support/sandbox/control-plane/azure/api-management.ts";
import type { Deployed } from "../../../support/sandbox/control-plane/engine-stand-in.ts";

describe("subscriptions and products of API Management", () => {
  let shop: ApiManagementCloud;
  let api: Deployed;

  beforeEach(async () => {
    shop = await apiManagementCloud();
    api = await create("Api", "orders", { apiId: "orders", displayName: "O", path: "orders", protocols: ["https"] });
  });
  afterEach(() => shop.cloud.close());

  const create: ApiManagementCloud["create"] = (...part) => shop.create(...part);
  const subscribe = (sid: string, more: Properties = {}) =>
    create("Subscription", sid, { sid, displayName: sid, scope: api.id, state: "active", ...more });
  const product = (productId: string, more: Properties = {}) =>
    create("Product", productId, { productId, displayName: productId, ...more });
  const artefacts = () => shop.artefacts();
  const served = (sid: string) => artefacts().subscriptions?.find(({ id }) => id === sid);
  const secrets = (sid: string) =>
    shop.azure.invoke("azure-native:apimanagement:listSubscriptionSecrets", { ...shop.place, sid });

  it("have the keys that a program sets, or generated ones, which only listSubscriptionSecrets returns", async () => {
    const acme = await subscribe("acme", { primaryKey: "first-key" });
    const { primaryKey, secondaryKey } = await secrets("acme");
    assert.equal(primaryKey, "first-key");
    assert.match(String(secondaryKey), /^[0-9a-f]{32}$/);
    assert.deepEqual(served("acme")?.keys, [primaryKey, secondaryKey]);
    assert.doesNotMatch(JSON.stringify(acme.outputs), new RegExp(String(secondaryKey)));
    await shop.azure.update(acme, { ...acme.inputs, primaryKey: "next-key" });
    assert.deepEqual(await secrets("acme"), { primaryKey: "next-key", secondaryKey });
    await assert.rejects(secrets("nobody"), /Subscription not found: 'nobody'/);
  });

  it("do not share keys, and no error contains a key", async () => {
    await subscribe("acme", { primaryKey: "the-same-key" });
    await assert.rejects(subscribe("other", { secondaryKey: "the-same-key" }), (error: Error) => {
      assert.match(error.message, /A key of the subscription 'other' is in use already/);
      return !error.message.includes("the-same-key");
    });
  });

  it("are active only when the program says so", async () => {
    await subscribe("acme");
    assert.equal(served("acme")?.isActive, true);
    const { state: _, ...silent } = (await subscribe("other", { state: "suspended" })).inputs;
    assert.equal(served("other")?.isActive, false);
    await create("Subscription", "third", { ...silent, sid: "third" });
    assert.equal(served("third")?.isActive, false);
  });

  it("have an API, a product or all APIs as their scope", async () => {
    await product("gold", { subscriptionRequired: true });
    await subscribe("a", { scope: "/apis/orders" });
    await subscribe("b", { scope: "/products/gold" });
    await subscribe("c", { scope: "/apis" });
    assert.deepEqual(
      ["a", "b", "c"].map((sid) => served(sid)?.scope),
      [{ kind: "api", name: "orders" }, { kind: "product", name: "gold" }, { kind: "all" }],
    );
    for (const scope of ["/apis/none", "/products/none", "/", "", "orders"]) {
      await assert.rejects(subscribe("d", { scope }), /is neither an API nor a product of the service/, scope);
    }
  });

  it("are written one after the other", async () => {
    await assert.rejects(Promise.all([subscribe("a"), subscribe("b")]), /\(412\): another write to .*dependsOn/s);
  });

  it("exist in every service for all of its APIs", async () => {
    const [builtIn] = artefacts().subscriptions ?? [];
    assert.deepEqual([builtIn?.id, builtIn?.scope, builtIn?.keys.length], ["master", { kind: "all" }, 2]);
    assert.deepEqual(Object.values(await secrets("master")), builtIn?.keys);
  });

  it("keep a product from being deleted, also the one that a new product gets by itself", async () => {
    const gold = await product("gold");
    const acme = await subscribe("acme", { scope: gold.id });
    await shop.azure.delete(acme);
    await assert.rejects(
      shop.azure.delete(gold),
      /Cannot delete product 'gold' since there are existing subscriptions/,
    );
  });

  it("are none of an open product, which is deleted with its links", async () => {
    const open = await product("open", { subscriptionRequired: false });
    await assert.rejects(create("ProductApi", "none", { productId: "none", apiId: "orders" }), /was not found/);
    await create("ProductApi", "open", { productId: "open", apiId: "orders" });
    assert.deepEqual(artefacts().products, [
      { id: "open", name: "open", subscriptionRequired: false, apis: ["orders"] },
    ]);
    await shop.azure.delete(open);
    assert.deepEqual(artefacts().products, []);
    await product("open", { subscriptionRequired: false });
    assert.deepEqual(artefacts().products?.[0]?.apis, []);
  });

  it("leave an API in at most one open product", async () => {
    await product("open", { subscriptionRequired: false });
    await product("second", { subscriptionRequired: false });
    await create("ProductApi", "open", { productId: "open", apiId: "orders" });
    await assert.rejects(
      create("ProductApi", "second", { productId: "second", apiId: "orders" }),
      /at most one open product/,
    );
  });

  it("have names and keys of the documented lengths", async () => {
    const { failures } = await shop.azure.check("azure-native:apimanagement:Subscription", "bad", {
      ...shop.place,
      sid: "a*b",
      displayName: "x".repeat(101),
      scope: "/apis",
      primaryKey: "",
      secondaryKey: "x".repeat(257),
    });
    assert.deepEqual(
      failures.map((failure) => String(failure).split(":")[0]),
      ["sid", "displayName", "primaryKey", "secondaryKey"],
    );
  });
});
