import assert from "node:assert/strict";
import type {
  ApimArtefacts,
  ApimProduct,
  ApimSubscription,
} from "../../../../../sandbox/data-plane/azure/api-management/artefacts.ts";
import type { Readings } from "../../../../../sandbox/data-plane/readings.ts";
import { policies, service } from "../../../../support/sandbox/data-plane/azure/api-management/service.ts";

const subscription = (id: string, scope: ApimSubscription["scope"], isActive = true): ApimSubscription => ({
  id,
  name: `The ${id}`,
  scope,
  keys: [`${id}-1`, `${id}-2`],
  isActive,
});

const subscriptions = [
  subscription("own", { kind: "api", name: "Orders" }),
  subscription("other", { kind: "api", name: "other" }),
  subscription("gold", { kind: "product", name: "GOLD" }),
  subscription("silver", { kind: "product", name: "silver" }),
  subscription("all", { kind: "all" }),
  subscription("off", { kind: "api", name: "orders" }, false),
];
const product = (id: string, subscriptionRequired: boolean, apis: readonly string[]): ApimProduct => ({
  id,
  name: `The ${id}`,
  subscriptionRequired,
  apis,
});
const products = [product("gold", true, ["ORDERS"]), product("silver", true, ["other"])];
const open = product("open", false, ["orders"]);

/** Answers with the ids of the subscription and the product, and with the key. */
const policy = policies({
  inbound: `<return-response><set-body>@((context.Subscription?.Id ?? "nobody") + " " + (context.Product?.Id ?? "none") + " " + (context.Subscription?.Key ?? ""))</set-body></return-response>`,
});

function gateway(
  subscriptionRequired: boolean,
  artefacts: Partial<ApimArtefacts> = {},
  readings: Partial<Readings> = {},
) {
  const { reply } = service({ subscriptionRequired, policy }, { subscriptions, products, ...artefacts, readings });
  return async (key?: string, query = ""): Promise<string> => {
    const answer = await reply(`GET /shop/orders${query}`, key === undefined ? {} : { "X-Api-Key": key });
    return answer.status === 200 ? String(answer.body).trim() : `${answer.status} ${String(answer.body)}`;
  };
}

const missing = /^401 .*due to missing subscription key\. Make sure to include subscription key when making requests/;
const invalid = /^401 .*due to invalid subscription key\. Make sure to provide a valid key for an active subscription/;

describe("a subscription key of API Management", () => {
  it("opens an API in the name of a subscription of the API, of a product that contains it, or of all APIs", async () => {
    const call = gateway(true);
    assert.equal(await call("own-1"), "own none own-1");
    assert.equal(await call("own-2"), "own none own-2");
    assert.equal(await call("gold-1"), "gold gold gold-1");
    assert.equal(await call("all-2"), "all none all-2");
  });

  it("opens no other API, and nothing while its subscription is not active", async () => {
    const call = gateway(true);
    for (const key of ["other-1", "silver-1", "off-1", "own-3", "OWN-1", ""]) assert.match(await call(key), invalid);
    assert.match(await call(), missing);
  });

  it("is read from the header, and from the query only without the header", async () => {
    const call = gateway(true);
    assert.equal(await call(undefined, "?api-key=own-1"), "own none own-1");
    assert.equal(await call(undefined, "?Api-Key=own-1"), "own none own-1");
    assert.match(await call("wrong", "?api-key=own-1"), invalid);
    assert.match(await call(undefined, "?api-key=wrong"), invalid);
  });

  it("need not be sent to an API of an open product, in whose context the request is processed then", async () => {
    const call = gateway(true, { products: [...products, open] });
    assert.equal(await call(), "nobody open");
    assert.equal(await call("own-1"), "own none own-1");
    assert.equal(await call("gold-1"), "gold gold gold-1");
  });

  it("need not be sent to an API that requires no subscription", async () => {
    assert.equal(await gateway(false)(), "nobody none");
  });

  it("that is invalid is ignored by an open product, or refused: Microsoft documents both", async () => {
    for (const [required, artefacts, nobody] of [
      [true, { products: [open] }, "nobody open"],
      [false, {}, "nobody none"],
    ] as const) {
      assert.equal(await gateway(required, artefacts)("wrong"), nobody);
      assert.match(await gateway(required, artefacts, { "apim-invalid-key": "refused" })("wrong"), invalid);
    }
  });

  it("identifies its subscription for an API that requires none, or is ignored: Microsoft documents both", async () => {
    assert.equal(await gateway(false)("own-1"), "own none own-1");
    assert.equal(await gateway(false, {}, { "apim-optional-key": "ignored" })("own-1"), "nobody none");
  });
});
