import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import fc from "fast-check";
import { placeholders } from "../../../../components/api/binding/placeholders.ts";
import { normalise } from "../../../../components/api/check/normalise.ts";
import { defineApi } from "../../../../components/api/define-api.ts";
import { http, onPrem, open } from "../../../../components/api/description.ts";
import { PolygateError } from "../../../../components/api/problem.ts";
import { backendEntity } from "../../../../components/azure/api-management/private-backend.ts";
import { apiManagementTarget } from "../../../../components/azure/api-management/target.ts";
import { AzureApiManagementApi } from "../../../../components/azure/index.ts";
import { skus } from "../../../../components/azure/sku.ts";

interface Registered {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

const registered: Registered[] = [];
const mocks: pulumi.runtime.Mocks = {
  call: () => ({}),
  newResource: ({ type, name, inputs }) => {
    registered.push({ type, name, inputs });
    return { id: `/id/${name}`, state: inputs };
  },
};

const virtualNetworkId = "/subscriptions/0a1b/resourceGroups/network/providers/Microsoft.Network/virtualNetworks/hub";
const link = { kind: "azure-virtual-network", virtualNetworkId, location: "westeurope" } as const;
const service = {
  resourceGroupName: "shops",
  serviceName: "contoso",
  gatewayUrl: "https://contoso.azure-api.net",
  location: "westeurope",
  sku: "Developer",
  subnetId: `${virtualNetworkId}/subnets/gateway`,
} as const;

const api = defineApi({
  version: 1,
  backends: { erp: onPrem(), unused: onPrem(), catalog: http() },
  auth: { anyone: open("a test") },
  default: { auth: "anyone" },
  routes: {
    "GET /orders/{id}": { to: "erp" },
    "GET /stock/{rest+}": { to: "erp", path: "/v2/stock/{rest}" },
    "GET /items": { to: "catalog", path: "/v1/items" },
  },
});

const url = "https://erp.example.com:8443/base/";
const backends = { erp: { url, link }, unused: { url, link }, catalog: { url: "https://catalog.example.com" } };

function value<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => void output.apply(resolve));
}

async function declared(given: object = {}): Promise<readonly Registered[]> {
  registered.length = 0;
  const gateway = new AzureApiManagementApi("Orders", { api, service, backends, ...given } as never);
  await value(gateway.id);
  while (registered.length < 4) await new Promise((resolve) => setTimeout(resolve, 5));
  return registered.map((each) => each);
}

function refusals(given: object): readonly string[] {
  try {
    new AzureApiManagementApi("orders", { api, service, backends, ...given } as never);
  } catch (error) {
    if (error instanceof PolygateError) return error.problems.map(({ code, place }) => `${code} ${place ?? ""}`.trim());
    throw error;
  }
  return [];
}

describe("a private backend of API Management", () => {
  before(() => pulumi.runtime.setMocks(mocks, "shops", "dev", false));

  it("is an entity of the API's own, which checks certificates and which the policy names by its id", async () => {
    const resources = await declared();
    const entities = resources.filter(({ type }) => type === "azure-native:apimanagement:Backend");
    assert.deepEqual(
      entities.map(({ name }) => name),
      ["Orders-backend-erp"],
    );
    const { backendId, ...inputs } = entities[0]?.inputs ?? {};
    assert.match(String(backendId), /^orders-erp-[0-9a-f]{8}$/);
    assert.deepEqual(inputs, {
      resourceGroupName: "shops",
      serviceName: "contoso",
      protocol: "http",
      url: "https://erp.example.com:8443/base",
      tls: { validateCertificateChain: true, validateCertificateName: true },
    });
    const policy = String(resources.find(({ type }) => type.endsWith(":ApiPolicy"))?.inputs.value);
    assert.deepEqual(policy.match(/<set-backend-service [^>]*>/g), [
      `<set-backend-service base-url="https://catalog.example.com/v1"/>`,
      `<set-backend-service backend-id="${backendId}"/>`,
    ]);
  });

  it("has an id that API Management accepts and that no other backend, URL or component has", () => {
    const names = fc.tuple(
      fc.string({ maxLength: 90 }),
      fc.stringMatching(/^[A-Za-z][A-Za-z0-9_-]{0,62}$/),
      fc.constantFrom("https://a.example.com", "https://a.example.com/", "http://10.20.0.5:8080/b"),
    );
    fc.assert(
      fc.property(names, names, (one, other) => {
        const ids = [one, other].map((each) => backendEntity(...each).id);
        for (const id of ids) assert.match(id, /^[a-z0-9-]{1,80}$/);
        const isSame =
          backendEntity(...one).url === backendEntity(...other).url && one[0] === other[0] && one[1] === other[1];
        assert.equal(ids[0] === ids[1], isSame);
      }),
    );
  });

  it("is another entity after its URL has changed, so that the policy in service keeps the old one", async () => {
    const idOf = async (given: object) =>
      (await declared(given)).find(({ type }) => type.endsWith(":Backend"))?.inputs.backendId;
    const moved = { ...backends, erp: { url: "https://erp2.example.com", link } };
    assert.notEqual(await idOf({ backends: moved }), await idOf({}));
    assert.equal(await idOf({}), await idOf({}));
  });

  it("is rejected by name on a tier without a network, with the tiers that have one", () => {
    for (const sku of skus) {
      const { subnetId: _, ...without } = service;
      const able = ["Developer", "Premium", "StandardV2", "PremiumV2"].includes(sku);
      const found = refusals({ service: able ? { ...service, sku } : { ...without, sku } });
      assert.deepEqual(found.includes("not-carried"), !able, sku);
    }
    assert.throws(
      () => new AzureApiManagementApi("orders", { api, service: { ...service, sku: "Basic" }, backends }),
      /a service of the tier Basic reaches no private network.*Developer, Premium, StandardV2 or PremiumV2/s,
    );
    assert.ok(refusals({ service: { ...service, sku: "BasicV2" } }).includes("no-network-tier service.subnetId"));
  });

  it("is rejected at preview without the service's subnet, or with a link from another network or region", () => {
    const { subnetId: _, ...without } = service;
    assert.deepEqual(refusals({}), []);
    assert.deepEqual(refusals({ service: { ...service, subnetId: virtualNetworkId } }), [
      "bad-subnet service.subnetId",
    ]);
    assert.ok(refusals({ service: without }).includes("no-service-network service.subnetId"));
    const elsewhere = { ...backends, erp: { url, link: { ...link, location: "northeurope" } } };
    assert.deepEqual(refusals({ backends: elsewhere }), ["link-elsewhere backends.erp.link.location"]);
    assert.deepEqual(refusals({ backends: { ...backends, erp: { url } } }), ["missing-link backends.erp.link"]);
  });

  it("is no obstacle on a tier without a network if its routes are omitted", () => {
    const { subnetId: _, ...without } = service;
    const omit = { "GET /orders/{id}": "served elsewhere", "GET /stock/{rest+}": "served elsewhere" };
    assert.deepEqual(refusals({ service: { ...without, sku: "Basic" }, omit }), []);
    assert.deepEqual(refusals({ service: without, omit }), []);
  });

  it("is rendered as a file of its own, beside the document and the policy", () => {
    const target = apiManagementTarget({ sku: "Developer", path: "orders", title: "orders" });
    const checked = normalise(api);
    const files = target.artefacts(target.compile(checked, placeholders(checked, target)));
    assert.deepEqual(Object.keys(files), ["openapi.json", "policy.xml", "backends.json"]);
    const [entity] = JSON.parse(files["backends.json"] ?? "[]");
    assert.equal(entity.url, "https://erp.backend.invalid");
    assert.equal(target.resources(checked), 3);
  });

  it("is rejected with a certificate for an address, which API Management may not accept", () => {
    const at = (address: string) => refusals({ backends: { ...backends, erp: { url: address, link } } });
    assert.deepEqual(at("https://10.20.0.5"), ["nameless-certificate backends.erp.url"]);
    assert.deepEqual(at("http://10.20.0.5"), []);
  });

  it("is compared with the service when both are known, if one of them is an Output", async () => {
    const failures: unknown[] = [];
    const seen = (error: unknown) => failures.push(error);
    process.on("unhandledRejection", seen);
    const others = process.listeners("unhandledRejection").filter((each) => each !== seen);
    for (const other of others) process.off("unhandledRejection", other);
    try {
      new AzureApiManagementApi("orders", {
        api,
        backends,
        service: { ...service, subnetId: pulumi.output(service.subnetId.replace("hub", "spoke")) },
      });
      while (failures.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    } finally {
      process.off("unhandledRejection", seen);
      for (const other of others) process.on("unhandledRejection", other);
    }
    assert.match(String(failures[0]), /leads from the virtual network .*hub, and the service is in .*spoke/);
  });
});
