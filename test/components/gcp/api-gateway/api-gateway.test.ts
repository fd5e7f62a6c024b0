import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { PolygateError } from "../../../../components/api/problem.ts";
import type { Gateway } from "../../../../components/gateway/gateway.ts";
import { GcpApiGateway, type GcpApiGatewayArgs } from "../../../../components/gcp/index.ts";
import { orders, ordersBindings } from "../../../support/components/gcp/api-gateway/orders.ts";

interface Registered {
  readonly type: string;
  readonly name: string;
  readonly inputs: Record<string, unknown>;
}

const registered: Registered[] = [];
let host = "orders-eu-1abc.ew.gateway.dev";

const mocks: pulumi.runtime.Mocks = {
  call: () => ({}),
  newResource: ({ type, name, inputs }) => {
    registered.push({ type, name, inputs });
    return { id: `/id/${name}`, state: { ...inputs, defaultHostname: host } };
  },
};

const { staff, partners, nobody } = ordersBindings.auth;

const args: GcpApiGatewayArgs<typeof orders> = {
  api: orders,
  region: "europe-west1",
  backends: ordersBindings.backends,
  auth: { staff, partners, nobody },
};

function value<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => void output.apply(resolve));
}

/** Declares a gateway, and returns it with the resources that were registered. */
async function declare(
  name: string,
  given: object = {},
): Promise<{ gateway: Gateway; resources: readonly Registered[] }> {
  registered.length = 0;
  const gateway = new GcpApiGateway(name, { ...args, ...given });
  await value(gateway.id);
  return { gateway, resources: [...registered] };
}

function refusal(given: object): readonly string[] {
  registered.length = 0;
  try {
    new GcpApiGateway("orders", { ...args, ...given });
  } catch (error) {
    assert.equal(registered.length, 0);
    if (error instanceof PolygateError) return error.problems.map(({ code, place }) => `${code} ${place ?? ""}`.trim());
    throw error;
  }
  return [];
}

/** The document of a config. */
function documentOf(config: Registered | undefined) {
  const documents = (config?.inputs.openapiDocuments ?? []) as readonly {
    document: { path: string; contents: string };
  }[];
  const [entry] = documents;
  assert.equal(entry?.document.path, "openapi.json");
  return JSON.parse(Buffer.from(entry.document.contents, "base64").toString("utf8"));
}

describe("GcpApiGateway", () => {
  before(() => pulumi.runtime.setMocks(mocks, "shops", "dev", false));
  afterEach(() => {
    host = "orders-eu-1abc.ew.gateway.dev";
  });

  it("declares an API, its config and its gateway under one component, with stable names", async () => {
    const { gateway, resources } = await declare("orders-eu");
    assert.deepEqual(
      resources.map(({ type, name }) => [type, name]),
      [
        ["polygate:index:GcpApiGateway", "orders-eu"],
        ["gcp:apigateway/api:Api", "orders-eu-api"],
        ["gcp:apigateway/apiConfig:ApiConfig", "orders-eu-config"],
        ["gcp:apigateway/gateway:Gateway", "orders-eu-gateway"],
      ],
    );
    const component = gateway as unknown as pulumi.ComponentResource;
    assert.equal(await value(component.urn), "urn:pulumi:dev::shops::polygate:index:GcpApiGateway::orders-eu");
  });

  it("gives every config a new id, and the gateway the full id of the config", async () => {
    const [, api, config, gateway] = (await declare("orders-eu")).resources;
    assert.deepEqual(api?.inputs, { apiId: "orders-eu" });
    const { openapiDocuments: _documents, ...rest } = config?.inputs ?? {};
    assert.deepEqual(rest, { api: "orders-eu", apiConfigIdPrefix: "orders-eu-" });
    assert.equal(documentOf(config).info.title, "Orders");
    assert.deepEqual(gateway?.inputs, {
      apiConfig: "/id/orders-eu-config",
      gatewayId: "orders-eu",
      region: "europe-west1",
    });
  });

  it("has the outputs of every gateway", async () => {
    const { gateway } = await declare("orders-eu");
    assert.equal(await value(gateway.url), "https://orders-eu-1abc.ew.gateway.dev");
    assert.equal(await value(gateway.hostname), "orders-eu-1abc.ew.gateway.dev");
    assert.equal(await value(gateway.region), "europe-west1");
    assert.equal(await value(gateway.id), "/id/orders-eu-gateway");
    assert.deepEqual([gateway.vendor, gateway.flavour], ["gcp", "GcpApiGateway"]);
    assert.equal(gateway.report.routes, 6);
    assert.deepEqual(
      gateway.report.open.map(({ route }) => route),
      ["GET /", "GET /catalog/{rest+}"],
    );
  });

  it("has an https URL, whatever its host name", async () => {
    for (const hostname of ["orders-eu-1abc.ew.gateway.dev", "127.0.0.1:41234", "localhost:41234", "[::1]:41234"]) {
      host = hostname;
      const { gateway } = await declare("orders-eu");
      assert.equal(await value(gateway.url), `https://${hostname}`);
      assert.equal(await value(gateway.hostname), hostname);
    }
  });

  it("derives ids from any name, within the limits of the vendor", async () => {
    const [, api, config, gateway] = (await declare(`Orders EU ${"x".repeat(80)}`)).resources;
    assert.match(String(api?.inputs.apiId), /^orders-eu-x{30}-[0-9a-f]{8}$/);
    assert.equal(gateway?.inputs.gatewayId, api?.inputs.apiId);
    assert.equal(String(gateway?.inputs.gatewayId).length, 49);
    assert.match(String(config?.inputs.apiConfigIdPrefix), /^orders-eu-x{11}-[0-9a-f]{8}-$/);
  });

  it("passes the project to all three resources", async () => {
    const { resources } = await declare("orders", { project: pulumi.output("shops-123") });
    assert.deepEqual(
      resources.slice(1).map(({ inputs }) => inputs.project),
      ["shops-123", "shops-123", "shops-123"],
    );
  });

  it("sets the labels of all three resources, which a transform can change", async () => {
    const labels = { team: pulumi.output("shop") };
    const changed = (args: { labels?: pulumi.Input<Record<string, pulumi.Input<string>>> }) => {
      args.labels = { team: "platform" };
    };
    const { resources } = await declare("orders", { labels, transform: { config: changed } });
    assert.deepEqual(
      resources.slice(1).map((resource) => resource.inputs.labels),
      [{ team: "shop" }, { team: "platform" }, { team: "shop" }],
    );
    assert.deepEqual(refusal({ labels: { Team: "shop" } }), ['bad-label labels["Team"]']);
  });

  it("accepts Outputs as region and bindings", async () => {
    const { resources } = await declare("orders", {
      region: pulumi.output("europe-west1"),
      backends: { ...args.backends, erp: { url: pulumi.output("https://late.example.com") } },
    });
    assert.equal(
      documentOf(resources[2]).paths["/orders/{p2}"].get["x-google-backend"].address,
      "https://late.example.com",
    );
  });

  it("lets a transform change the ids of the API and the gateway, and creates the config in that API", async () => {
    const { resources } = await declare("orders", {
      transform: {
        api: (given: Record<string, unknown>) => {
          given.apiId = "shop-orders";
        },
        gateway: (given: Record<string, unknown>) => {
          given.gatewayId = "shop-orders-eu";
        },
      },
    });
    const [, api, config, gateway] = resources;
    assert.deepEqual(
      [api?.inputs.apiId, config?.inputs.api, gateway?.inputs.gatewayId],
      ["shop-orders", "shop-orders", "shop-orders-eu"],
    );
  });

  it("reports problems before anything is registered", () => {
    assert.deepEqual(refusal({ auth: {} }), [
      "missing-binding auth.staff",
      "missing-binding auth.partners",
      "missing-binding auth.nobody",
    ]);
    assert.deepEqual(refusal({ backends: { ...args.backends, erp: { url: "nowhere" } } }), [
      "bad-url backends.erp.url",
    ]);
    assert.deepEqual(refusal({ backends: { ...args.backends, erp: { url: "https://erp.example.com/a%2Fb" } } }), [
      "encoded-url backends.erp.url",
    ]);
    const routes = { "GET /a:b/{id}": { to: "erp", scopes: ["orders:read"] } };
    assert.deepEqual(refusal({ api: { ...orders, routes } }), ["not-carried", "not-carried"]);
  });

  it("rejects missing and misspelt arguments at compile time", () => {
    const { erp, catalog } = args.backends;
    type Args = typeof args;
    // @ts-expect-error a backend is missing
    const missing: Args = { ...args, backends: { catalog } };
    // @ts-expect-error no auth has this name
    const unknown: Args = { ...args, auth: { ...args.auth, stuff: staff } };
    // @ts-expect-error an auth is not bound
    const unbound: Args = { ...args, auth: { staff, partners } };
    // @ts-expect-error a gateway requires a region
    const nowhere: Args = { ...args, region: undefined };
    // @ts-expect-error only limits, cors and time-outs can be waived
    const waived: Args = { ...args, waive: { scopes: "no" } };
    const right: Args = { ...args, region: pulumi.output("europe-west1"), backends: { erp, catalog } };
    assert.equal([missing, unknown, unbound, nowhere, waived, right].length, 6);
  });
});
