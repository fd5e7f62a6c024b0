import assert from "node:assert/strict";
import { normalise } from "../../../../components/api/check/normalise.ts";
import { apiManagementDocument } from "../../../../components/azure/api-management/document.ts";
import { importOperations } from "../../../../sandbox/data-plane/azure/api-management/operations.ts";
import { ordersApi } from "../../../support/components/azure/api-management/orders.ts";

describe("the operations that are imported into API Management", () => {
  it("are the routes, with ids that an import does not change", () => {
    const { operations, serverUrl } = importOperations(
      JSON.parse(apiManagementDocument(ordersApi, "Orders")),
      "document",
    );
    assert.equal(serverUrl, undefined);
    assert.deepEqual(
      operations.map(({ id, name, method, urlTemplate }) => [id, name, method, urlTemplate]),
      [
        ["get", "GET /", "GET", "/"],
        ["get-catalog-2b330ed5", "GET /catalog/{rest+}", "GET", "/catalog/*"],
        ["get-health", "GET /health", "GET", "/health"],
        ["post-orders", "POST /orders", "POST", "/orders"],
        ["get-orders-special", "GET /orders/special", "GET", "/orders/special"],
        ["get-orders-1095e84d", "GET /orders/{id}", "GET", "/orders/{p2}"],
      ],
    );
  });

  it("contain neither backends nor security nor headers", () => {
    const document = JSON.parse(apiManagementDocument(ordersApi, "Orders"));
    assert.deepEqual(Object.keys(document), ["openapi", "info", "paths"]);
    assert.deepEqual(document.info, { title: "Orders", version: "1" });
    assert.deepEqual(document.paths["/orders/{p2}"], {
      get: {
        operationId: "get-orders-1095e84d",
        summary: "GET /orders/{id}",
        parameters: [{ name: "p2", description: "id", in: "path", required: true, schema: { type: "string" } }],
        responses: { default: { description: "The backend's answer" } },
      },
    });
    assert.doesNotMatch(JSON.stringify(document), /example|staff|servers|security/);
  });

  it("share a path if only the names of parameters differ", () => {
    const api = normalise({
      version: 1,
      backends: { shop: { kind: "http" } },
      auth: { anyone: { kind: "open", reason: "a test" } },
      default: { auth: "anyone" },
      routes: { "GET /a/{x}/{X}": { to: "shop" }, "POST /a/{y}/{z}": { to: "shop" } },
    });
    const { paths } = JSON.parse(apiManagementDocument(api, "A"));
    assert.deepEqual(Object.keys(paths), ["/a/{p2}/{p3}"]);
    assert.deepEqual(Object.keys(paths["/a/{p2}/{p3}"]), ["get", "post"]);
  });
});
