import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { AzureApiManagementApi } from "../../../../components/azure/index.ts";
import {
  declared,
  problemsOf,
  type Registered,
  resolved,
  setMocks,
} from "../../../support/components/azure/mocked-azure.ts";

const service = {
  resourceGroupName: "shops",
  serviceName: "contoso",
  gatewayUrl: "https://contoso.azure-api.net",
  location: "westeurope",
  sku: "Developer",
} as const;

const description = {
  version: 1,
  title: "Orders",
  backends: { shop: { kind: "http" } },
  auth: { partners: { kind: "apiKey" }, anyone: { kind: "open", reason: "a test" } },
  plans: { free: {}, gold: { quota: { requests: 5, per: "month" } } },
  routes: { "GET /keyed": { to: "shop", auth: "partners" } },
} as const;
const mixed = {
  ...description,
  routes: { ...description.routes, "GET /open": { to: "shop", auth: "anyone" } },
} as const;

const backends = { shop: { url: "https://shop.example.com" } };
const secrets = ["planted-primary-key-of-acme", "planted-secondary-key-of-acme"] as const;

const declare = (consumers: object, api: object = description, name = "orders") =>
  new AzureApiManagementApi(name, { api, service, backends, consumers } as never);

const find = (resources: readonly Registered[], type: string): readonly Registered[] =>
  resources.filter((each) => each.type === `apimanagement:${type}`);

/** The mark of a secret in the inputs that an engine receives. */
const isSecret = (value: unknown): boolean =>
  typeof value === "object" && value !== null && Object.hasOwn(value, "4dabf18193072939515e22adb298388d");

describe("the consumers of AzureApiManagementApi", () => {
  before(setMocks);

  it("are subscriptions of the API, which requires one", async () => {
    const { resources } = await declared(() => declare({ acme: { plan: "free" }, globex: { plan: "gold" } }));
    const [api] = find(resources, "Api");
    assert.equal(api?.inputs.subscriptionRequired, true);
    assert.deepEqual(api?.inputs.subscriptionKeyParameterNames, { header: "x-api-key", query: "subscription-key" });
    const subscriptions = find(resources, "Subscription");
    assert.deepEqual(
      subscriptions.map(({ name }) => name),
      ["orders-consumer-acme", "orders-consumer-globex"],
    );
    const { sid, ...inputs } = subscriptions[0]?.inputs ?? {};
    assert.match(String(sid), /^orders-acme-[0-9a-f]{8}$/);
    assert.deepEqual(inputs, {
      resourceGroupName: "shops",
      serviceName: "contoso",
      displayName: "orders acme",
      scope: "/id/orders-api",
      state: "active",
      allowTracing: false,
    });
    assert.deepEqual([find(resources, "Product").length, resources.length], [0, 4]);
  });

  it("need an open product for the routes without a key, and only then", async () => {
    const { resources } = await declared(() => declare({ acme: { plan: "free" } }, mixed));
    const [product] = find(resources, "Product");
    assert.equal(product?.name, "orders-keyless");
    assert.match(String(product?.inputs.productId), /^orders-keyless-[0-9a-f]{8}$/);
    assert.deepEqual([product?.inputs.subscriptionRequired, product?.inputs.state], [false, "published"]);
    assert.equal(find(resources, "ProductApi")[0]?.name, "orders-keyless-api");
    const { resources: none } = await declared(() =>
      declare({}, { ...description, plans: undefined, routes: { "GET /open": { to: "shop", auth: "anyone" } } }),
    );
    assert.deepEqual(
      none.map(({ type }) => type),
      ["apimanagement:Api", "apimanagement:ApiPolicy"],
    );
    assert.equal(none[0]?.inputs.subscriptionRequired, false);
  });

  it("have keys that are secrets, and appear in no other input, output, document or policy", async () => {
    const [value, secondaryValue] = secrets;
    const { made, resources } = await declared(() => declare({ acme: { plan: "gold", value, secondaryValue } }, mixed));
    const gateway = made as AzureApiManagementApi;
    assert.deepEqual(await resolved(gateway.apiKeys), { acme: value });
    assert.deepEqual(await resolved(gateway.secondaryApiKeys), { acme: secondaryValue });
    for (const keys of [gateway.apiKeys, gateway.secondaryApiKeys]) assert.ok(await pulumi.isSecret(keys));
    for (const { type, inputs } of resources) {
      for (const [name, input] of Object.entries(inputs)) {
        const isKey = type === "apimanagement:Subscription" && /^(?:primary|secondary)Key$/.test(name);
        if (isKey) assert.ok(isSecret(input), name);
        else for (const secret of secrets) assert.ok(!JSON.stringify(input).includes(secret), `${type} ${name}`);
      }
    }
    assert.doesNotMatch(JSON.stringify(gateway.report), /planted/);
  });

  it("have a plan of the description and good keys, which no error contains", () => {
    const short = "planted-short-key";
    const good = secrets[0];
    assert.deepEqual(
      problemsOf(() =>
        declare({
          acme: { plan: "silver", value: short },
          globex: { plan: "free", value: good, secondaryValue: good },
          "7": { plan: "free" },
          late: { plan: "free", value: pulumi.output("later") },
          none: {},
          extra: { plan: "free", key: "x" },
        }),
      ).toSorted(),
      [
        "bad-key consumers.acme.value",
        "bad-name consumers.7",
        "same-key consumers.globex.secondaryValue",
        "unknown-plan consumers.acme.plan",
        "unknown-plan consumers.none.plan",
        "unknown-property consumers.extra.key",
      ],
    );
    assert.throws(
      () => declare({ acme: { plan: "free", value: short }, globex: { plan: "free", value: `${good} ` } }),
      (error: Error) => !error.message.includes("planted") && error.message.includes("20 to 256"),
    );
  });

  it("are refused where no route requires a key", () => {
    const open = { ...description, plans: undefined, routes: { "GET /open": { to: "shop", auth: "anyone" } } };
    assert.deepEqual(
      problemsOf(() => declare({ acme: { plan: "free" } }, open)),
      ["unknown-plan consumers.acme.plan"],
    );
  });

  it("have ids that no other component of the service shares", async () => {
    const sids: unknown[] = [];
    for (const [name, consumer] of [
      ["orders", "eu-acme"],
      ["orders-eu", "acme"],
      ["Orders", "eu-acme"],
    ] as const) {
      const { resources } = await declared(() => declare({ [consumer]: { plan: "free" } }, mixed, name));
      sids.push(find(resources, "Subscription")[0]?.inputs.sid, find(resources, "Product")[0]?.inputs.productId);
    }
    assert.equal(new Set(sids).size, 6);
  });

  it("are cautioned where nobody is declared, and where a wrong key may be refused on a route without one", async () => {
    const cautionsOf = async (consumers: object, api: object) => {
      const { made } = await declared(() => declare(consumers, api));
      return (made as AzureApiManagementApi).report.cautions.map(({ route }) => route);
    };
    assert.deepEqual(await cautionsOf({}, description), ["consumers"]);
    assert.deepEqual(await cautionsOf({ acme: { plan: "free" } }, description), []);
    assert.deepEqual(await cautionsOf({ acme: { plan: "free" } }, mixed), ["apiKey"]);
  });
});
