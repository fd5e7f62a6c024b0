import assert from "node:assert/strict";
import type { Properties } from "../../../../sandbox/control-plane/property-value.ts";
import {
  type ApiManagementCloud,
  apiManagementCloud,
} from "../../../support/sandbox/control-plane/azure/api-management.ts";
import { openApi } from "../../../support/sandbox/control-plane/engine-stand-in.ts";

describe("parts of an API of API Management that are resources of their own", () => {
  let shop: ApiManagementCloud;

  beforeEach(async () => {
    shop = await apiManagementCloud();
  });
  afterEach(() => shop.cloud.close());

  const create: ApiManagementCloud["create"] = (...part) => shop.create(...part);
  const api = (apiId: string, more: Properties = {}) =>
    create("Api", apiId, { apiId, displayName: apiId, path: "orders", protocols: ["https"], ...more });
  const operation = (operationId: string, more: Properties = {}) =>
    create("ApiOperation", operationId, {
      apiId: "orders",
      operationId,
      displayName: "One",
      method: "GET",
      urlTemplate: "/{id}",
      ...more,
    });
  const apis = () => shop.artefacts()?.apis ?? [];

  it("are served as the operations of an API without a document", async () => {
    await api("orders");
    const one = await operation("one");
    assert.deepEqual(apis()[0]?.operations, [{ id: "one", name: "One", method: "GET", urlTemplate: "/{id}" }]);
    await shop.azure.update(one, { ...one.inputs, urlTemplate: "/of/{id}" });
    assert.equal(apis()[0]?.operations?.[0]?.urlTemplate, "/of/{id}");
    await shop.azure.delete(one);
    assert.deepEqual(apis()[0]?.operations, []);
    await assert.rejects(operation("two", { apiId: "none" }), /Api not found/);
  });

  it("cannot be combined with a document", async () => {
    const document = { format: "openapi+json", value: openApi(["GET /a"]) };
    const orders = await api("orders");
    await operation("one");
    await assert.rejects(shop.azure.update(orders, { ...orders.inputs, ...document }), /operations or the document/);
    await api("imported", { ...document, path: "imported" });
    await assert.rejects(operation("one", { apiId: "imported" }), /operations or the document/);
  });

  it("can be several versions with one path", async () => {
    const set = { versionSetId: "orders", displayName: "Orders", versioningScheme: "Segment" };
    await assert.rejects(
      api("v0", { apiVersion: "v0", apiVersionSetId: "/none" }),
      /version set '\/none' was not found/,
    );
    const { id } = await create("ApiVersionSet", "orders", set);
    await api("v1", { apiVersion: "v1", apiVersionSetId: id });
    await api("v2", { apiVersion: "v2", apiVersionSetId: id });
    await assert.rejects(api("v3", { apiVersion: "v2", apiVersionSetId: id }), /with the same Path 'orders'/);
    assert.deepEqual(
      apis().map(({ path, version }) => `${path}/${version}`),
      ["orders/v1", "orders/v2"],
    );
  });
});
