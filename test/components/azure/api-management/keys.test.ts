import assert from "node:assert/strict";
import type { Bindings } from "../../../../components/api/binding/binding.ts";
import { normalise } from "../../../../components/api/check/normalise.ts";
import { subscriptionId } from "../../../../components/azure/api-management/consumer-plans.ts";
import { apiManagementTarget } from "../../../../components/azure/api-management/target.ts";
import type { ApiManagementSku } from "../../../../components/azure/sku.ts";
import type { ApimApi, ApimSubscription } from "../../../../sandbox/data-plane/azure/api-management/artefacts.ts";
import type { Readings } from "../../../../sandbox/data-plane/readings.ts";
import { decisionOf, keys } from "../../../support/components/azure/api-management/deployed-api.ts";
import { type Service, service } from "../../../support/sandbox/data-plane/azure/api-management/service.ts";

const description = {
  version: 1,
  backends: { shop: { kind: "http" } },
  auth: {
    partners: { kind: "apiKey" },
    staff: { kind: "jwt", audiences: ["orders"] },
    anyone: { kind: "open", reason: "a test" },
  },
  plans: { free: { limits: [{ requests: 2, per: "minute" }] }, gold: {} },
  routes: {
    "GET /keyed": { to: "shop", auth: "partners" },
    "GET /token": { to: "shop", auth: "staff" },
    "GET /open": { to: "shop", auth: "anyone" },
  },
};
const bindings: Bindings = {
  backends: { shop: { url: "https://shop.example.com" } },
  auth: { staff: { issuer: "https://login.example.com" } },
};

/** The API of a component, as it is deployed. */
function api(name: string, consumers: Readonly<Record<string, { readonly plan: string }>>): Partial<ApimApi> {
  const target = apiManagementTarget({ sku: "Developer", path: name, title: name, consumers });
  const { document, policy } = target.compile(normalise(description), bindings);
  const subscriptionKeyNames = { header: "x-api-key", query: "subscription-key" };
  return { name, path: name, document, policy, serviceUrl: "", subscriptionRequired: true, subscriptionKeyNames };
}

const subscription = (id: string, scope: ApimSubscription["scope"], key: string): ApimSubscription => ({
  id,
  name: id,
  scope,
  keys: [key, `${key}-second`],
  isActive: true,
});

const ofConsumer = (name: string, consumer: string): ApimSubscription =>
  subscription(subscriptionId(name, consumer), { kind: "api", name }, `${name}-${consumer}`);

const products = ["orders", "billing"].map((name) => ({
  id: `${name}-keyless`,
  name,
  subscriptionRequired: false,
  apis: [name],
}));

/** Two APIs of two stacks on one service, with consumers of the same names, beside subscriptions of others. */
function shared(readings: Partial<Readings> = {}): Service {
  const consumers = { acme: { plan: "free" }, globex: { plan: "gold" } };
  const subscriptions = [
    ...["orders", "billing"].flatMap((name) => [ofConsumer(name, "acme"), ofConsumer(name, "globex")]),
    subscription("master", { kind: "all" }, "built-in"),
    subscription("everything", { kind: "all" }, "all-apis"),
    subscription("portal", { kind: "product", name: "bundle" }, "bundle"),
    // An id that looks like two of ours beside each other.
    subscription(
      `${subscriptionId("orders", "acme")}|${subscriptionId("orders", "globex")}`,
      { kind: "all" },
      "two-in-one",
    ),
  ];
  const bundle = { id: "bundle", name: "Bundle", subscriptionRequired: true, apis: ["orders", "billing"] };
  return service([api("orders", consumers), api("billing", consumers)], {
    subscriptions,
    products: [...products, bundle],
    keys,
    readings,
  });
}

const everyReading: readonly Partial<Readings>[] = (["ignored", "refused"] as const).flatMap((invalid) =>
  (["identifies", "ignored"] as const).map((optional) => ({
    "apim-invalid-key": invalid,
    "apim-optional-key": optional,
  })),
);

describe("keys on API Management, under every reading of its documentation", () => {
  it("open the routes of their API only, and both keys of a consumer do", async () => {
    for (const readings of everyReading) {
      const gateway = shared(readings);
      for (const key of ["orders-acme", "orders-acme-second", "orders-globex"]) {
        assert.equal(await decisionOf(gateway, "GET /orders/keyed", { "x-api-key": key }), "proxied", key);
        assert.equal(await decisionOf(gateway, "GET /billing/keyed", { "x-api-key": key }), "unauthenticated", key);
      }
    }
  });

  it("of others, who share the service, open nothing", async () => {
    for (const readings of everyReading) {
      const gateway = shared(readings);
      for (const key of ["built-in", "all-apis", "bundle", "two-in-one", "billing-acme", "none", ""]) {
        assert.equal(await decisionOf(gateway, "GET /orders/keyed", { "x-api-key": key }), "unauthenticated", key);
        assert.equal(await decisionOf(gateway, "GET /orders/token", { "x-api-key": key }), "unauthenticated", key);
      }
      assert.equal(await decisionOf(gateway, "GET /orders/keyed"), "unauthenticated");
    }
  });

  it("in the query open nothing, since URLs are logged", async () => {
    const gateway = shared();
    assert.equal(await decisionOf(gateway, "GET /orders/keyed?subscription-key=orders-acme"), "unauthenticated");
  });

  it("are not required on the other routes of the API", async () => {
    for (const readings of everyReading) {
      const gateway = shared(readings);
      assert.equal(await decisionOf(gateway, "GET /orders/open"), "proxied");
      assert.equal(await decisionOf(gateway, "GET /orders/token"), "unauthenticated");
      assert.equal(await decisionOf(gateway, "GET /orders/open", { "x-api-key": "orders-acme" }), "proxied");
    }
  });

  it("are counted for each consumer of each API alone", async () => {
    const gateway = shared();
    const call = (line: string, key: string) => decisionOf(gateway, line, { "x-api-key": key });
    assert.equal(await call("GET /orders/keyed", "orders-acme"), "proxied");
    assert.equal(await call("GET /orders/keyed", "orders-acme-second"), "proxied");
    assert.equal(await call("GET /orders/keyed", "orders-acme"), "limited");
    assert.equal(await call("GET /billing/keyed", "billing-acme"), "proxied");
    assert.equal(await call("GET /orders/keyed", "orders-globex"), "proxied");
  });

  it("open nothing before consumers are declared, and after a consumer is removed", async () => {
    for (const consumers of [{}, { globex: { plan: "gold" } }]) {
      const gateway = service(api("orders", consumers), { subscriptions: [ofConsumer("orders", "acme")], products });
      assert.equal(await decisionOf(gateway, "GET /orders/keyed", { "x-api-key": "orders-acme" }), "unauthenticated");
    }
  });

  it("never open a route to anybody else, whichever step of an update that adds or removes keys is interrupted", async () => {
    const keyed = api("orders", { acme: { plan: "free" } });
    const tokens = { ...description.routes, "GET /keyed": { to: "shop", auth: "staff" } };
    const target = apiManagementTarget({ sku: "Developer", path: "orders", title: "orders" });
    const { document, policy } = target.compile(
      normalise({ ...description, plans: undefined, routes: tokens }),
      bindings,
    );
    const before = { ...keyed, document, policy, subscriptionRequired: false };
    const subscriptions = [ofConsumer("orders", "acme"), subscription("everything", { kind: "all" }, "all-apis")];
    for (const readings of everyReading) {
      for (const settings of [keyed, before]) {
        for (const { policy: applied } of [keyed, before]) {
          for (const declared of [products, []]) {
            const gateway = service(
              { ...settings, ...(applied === undefined ? {} : { policy: applied }) },
              { subscriptions, products: declared, keys, readings },
            );
            for (const headers of [{}, { "x-api-key": "all-apis" }, { "x-api-key": "wrong" }]) {
              assert.equal(await decisionOf(gateway, "GET /orders/keyed", headers), "unauthenticated");
              assert.equal(await decisionOf(gateway, "GET /orders/token", headers), "unauthenticated");
            }
          }
        }
      }
    }
  });

  it("let exactly as many parallel requests of 200 clients pass as a plan allows", async () => {
    const gateway = shared();
    const decisions = await Promise.all(
      Array.from({ length: 200 }, () => decisionOf(gateway, "GET /orders/keyed", { "x-api-key": "orders-acme" })),
    );
    assert.equal(decisions.filter((decision) => decision === "proxied").length, 2);
  });
});

describe("plans on API Management", () => {
  const refused = (sku: ApiManagementSku, plan: object) => {
    const target = apiManagementTarget({ sku, path: "", title: "shop" });
    const checked = normalise({ ...description, plans: { free: plan } });
    return target.check(checked).map(({ code, place, feature }) => [code, place, feature]);
  };

  it("have no burst on any tier", () => {
    const limits = [{ requests: 2, per: "minute", burst: 3 }];
    assert.deepEqual(refused("Developer", { limits }), [["not-carried", "plans.free.limits", "limits.burst"]]);
    assert.deepEqual(refused("Developer", { routes: { "GET /keyed": limits } }), [
      ["not-carried", "plans.free.routes.GET /keyed", "limits.burst"],
    ]);
  });

  it("have limits per second and minute only on the v2 tiers", () => {
    for (const per of ["hour", "day"]) {
      const limits = [{ requests: 2, per }];
      assert.deepEqual(refused("StandardV2", { limits }), [["not-carried", "plans.free.limits", "plans.limits"]]);
      assert.deepEqual(refused("StandardV2", { routes: { "GET /keyed": limits } }), [
        ["not-carried", "plans.free.routes.GET /keyed", "plans.routes"],
      ]);
      assert.deepEqual(refused("Standard", { limits }), []);
    }
    assert.deepEqual(refused("StandardV2", { limits: [{ requests: 2, per: "minute" }] }), []);
  });
});
