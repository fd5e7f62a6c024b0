import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { PolygateError } from "../../../../components/api/problem.ts";
import { AzureApiManagementApi, type AzureApiManagementApiArgs } from "../../../../components/azure/index.ts";
import type { Gateway } from "../../../../components/gateway/gateway.ts";
import { orders, ordersBindings } from "../../../support/components/azure/api-management/orders.ts";

interface Registered {
  readonly type: string;
  readonly name: string;
  readonly inputs: Record<string, unknown>;
}

const registered: Registered[] = [];

const mocks: pulumi.runtime.Mocks = {
  call: () => ({}),
  newResource: ({ type, name, inputs }) => {
    registered.push({ type, name, inputs });
    return { id: `/id/${name}`, state: { ...inputs, name: inputs.apiId ?? inputs.policyId } };
  },
};

const service = {
  resourceGroupName: "shops",
  serviceName: "contoso",
  gatewayUrl: "https://contoso.azure-api.net/",
  location: "westeurope",
  sku: "Developer",
} as const;

const args: AzureApiManagementApiArgs<typeof orders> = {
  api: orders,
  service,
  backends: ordersBindings.backends,
  auth: ordersBindings.auth,
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
  const gateway = new AzureApiManagementApi(name, { ...args, ...given });
  await value(gateway.id);
  while (registered.length < 3) await new Promise((resolve) => setTimeout(resolve, 5));
  return { gateway, resources: [...registered] };
}

function refusal(given: object): readonly string[] {
  registered.length = 0;
  try {
    new AzureApiManagementApi("orders", { ...args, ...given });
  } catch (error) {
    assert.equal(registered.length, 0);
    if (error instanceof PolygateError) return error.problems.map(({ code, place }) => `${code} ${place ?? ""}`.trim());
    throw error;
  }
  return [];
}

describe("AzureApiManagementApi", () => {
  before(() => pulumi.runtime.setMocks(mocks, "shops", "dev", false));

  it("declares an API and its policy under one component, with stable names", async () => {
    const { gateway, resources } = await declare("orders-eu");
    assert.deepEqual(
      resources.map(({ type, name }) => [type, name]),
      [
        ["polygate:index:AzureApiManagementApi", "orders-eu"],
        ["azure-native:apimanagement:Api", "orders-eu-api"],
        ["azure-native:apimanagement:ApiPolicy", "orders-eu-policy"],
      ],
    );
    const component = gateway as unknown as pulumi.ComponentResource;
    assert.equal(await value(component.urn), "urn:pulumi:dev::shops::polygate:index:AzureApiManagementApi::orders-eu");
  });

  it("sets everything that an import would otherwise choose, and no service URL", async () => {
    const { resources } = await declare("orders-eu");
    const { value: document, ...api } = resources[1]?.inputs ?? {};
    assert.deepEqual(api, {
      apiId: "orders-eu",
      apiType: "http",
      displayName: "Orders",
      format: "openapi+json",
      path: "orders-eu",
      protocols: ["https"],
      resourceGroupName: "shops",
      serviceName: "contoso",
      subscriptionKeyParameterNames: { header: "Ocp-Apim-Subscription-Key", query: "subscription-key" },
      subscriptionRequired: false,
      translateRequiredQueryParametersConduct: "query",
    });
    assert.equal(JSON.parse(String(document)).openapi, "3.0.3");
    const { value: policy, ...rest } = resources[2]?.inputs ?? {};
    assert.deepEqual(rest, {
      apiId: "orders-eu",
      policyId: "policy",
      format: "rawxml",
      resourceGroupName: "shops",
      serviceName: "contoso",
    });
    assert.match(String(policy), /^<policies>/);
  });

  it("has the outputs of every gateway", async () => {
    const { gateway } = await declare("orders-eu");
    assert.equal(await value(gateway.url), "https://contoso.azure-api.net/orders-eu");
    assert.equal(await value(gateway.hostname), "contoso.azure-api.net");
    assert.equal(await value(gateway.region), "westeurope");
    assert.equal(await value(gateway.id), "/id/orders-eu-api");
    assert.deepEqual([gateway.vendor, gateway.flavour], ["azure", "AzureApiManagementApi"]);
    assert.equal(gateway.report.routes, 6);
    assert.deepEqual(
      gateway.report.open.map(({ route }) => route),
      ["GET /", "GET /catalog/{rest+}", "GET /health"],
    );
  });

  it("accepts a path, and the root of the service", async () => {
    const withPath = await declare("orders", { path: "shop/v1" });
    assert.equal(await value(withPath.gateway.url), "https://contoso.azure-api.net/shop/v1");
    assert.match(String(withPath.resources[2]?.inputs.value), /\.Skip\(3\)/);
    const root = await declare("orders", { path: "" });
    assert.equal(await value(root.gateway.url), "https://contoso.azure-api.net");
    assert.match(String(root.resources[2]?.inputs.value), /\.Skip\(1\)/);
  });

  it("derives the vendor's names from any name", async () => {
    const { resources } = await declare("Orders EU");
    assert.equal(resources[1]?.name, "Orders EU-api");
    assert.match(String(resources[1]?.inputs.apiId), /^orders-eu-[0-9a-f]{8}$/);
    assert.equal(resources[1]?.inputs.path, resources[1]?.inputs.apiId);
  });

  it("accepts Outputs as service and bindings", async () => {
    const { resources } = await declare("orders", {
      service: { ...service, serviceName: pulumi.output("contoso") },
      backends: { ...args.backends, erp: { url: pulumi.output("https://late.example.com") } },
    });
    assert.match(String(resources[2]?.inputs.value), /base-url="https:\/\/late\.example\.com"/);
  });

  it("reports problems before anything is registered", () => {
    assert.deepEqual(refusal({ service: { ...service, sku: "Free" } }), ["unknown-sku service.sku"]);
    assert.deepEqual(refusal({ service: { ...service, sku: pulumi.output("Developer") } }), [
      "unknown-sku service.sku",
    ]);
    assert.deepEqual(refusal({ service: { ...service, gatewayUrl: undefined } }), [
      "missing-argument service.gatewayUrl",
    ]);
    assert.deepEqual(refusal({ path: "a//b" }), ["bad-api-path path"]);
    assert.deepEqual(refusal({ auth: {} }), ["missing-binding auth.staff"]);
    assert.deepEqual(refusal({ backends: { ...args.backends, erp: { url: "nowhere" } } }), [
      "bad-url backends.erp.url",
    ]);
    assert.deepEqual(refusal({ service: { ...service, sku: "StandardV2" } }), ["not-carried"]);
  });

  it("rejects missing and misspelt arguments at compile time", () => {
    const { erp, catalog } = args.backends;
    type Args = typeof args;
    // @ts-expect-error a backend is missing
    const missing: Args = { ...args, backends: { catalog } };
    // @ts-expect-error no auth has this name
    const unknown: Args = { ...args, auth: { staff: args.auth.staff, stuff: args.auth.staff } };
    // @ts-expect-error there is no such tier
    const tier: Args = { ...args, service: { ...service, sku: "Free" } };
    // @ts-expect-error the tier decides which features exist, so it may not be an Output
    const late: Args = { ...args, service: { ...service, sku: pulumi.output("Developer") } };
    // @ts-expect-error only limits, cors and time-outs can be waived
    const waived: Args = { ...args, waive: { auth: "no" } };
    const right: Args = { ...args, backends: { erp, catalog } };
    assert.equal([missing, unknown, tier, late, waived, right].length, 6);
  });
});
