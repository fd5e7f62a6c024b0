import assert from "node:assert/strict";
import fc from "fast-check";
import { normalise } from "../../../../components/api/check/normalise.ts";
import { apiGatewayDocument } from "../../../../components/gcp/api-gateway/document.ts";
import { apiGatewayTarget } from "../../../../components/gcp/api-gateway/target.ts";
import { orders, ordersApi, ordersBindings } from "../../../support/components/gcp/api-gateway/orders.ts";
import { gateway } from "../../../support/sandbox/data-plane/gcp/api-gateway/gateway.ts";

const responses = { default: { description: "The backend's answer" } };
const parameter = (name: string, description: string) => ({
  name,
  description,
  in: "path",
  required: true,
  type: "string",
});

/** The document of the worked example. A change here changes what is deployed. */
const golden = {
  swagger: "2.0",
  info: { title: "Orders", version: "1" },
  schemes: ["https"],
  securityDefinitions: {
    staff: {
      type: "oauth2",
      flow: "implicit",
      authorizationUrl: "",
      "x-google-issuer": "https://login.example.com",
      "x-google-audiences": "orders,back office",
      "x-google-jwt-locations": [{ header: "Authorization", value_prefix: "Bearer " }],
    },
    partners: {
      type: "oauth2",
      flow: "implicit",
      authorizationUrl: "",
      "x-google-issuer": "https://partners.example.com/",
      "x-google-jwks_uri": "https://partners.example.com/keys",
      "x-google-audiences": "https://api.example.com/",
      "x-google-jwt-locations": [{ header: "Authorization", value_prefix: "Bearer " }],
    },
  },
  paths: {
    "/": {
      get: {
        operationId: "get_c767025d",
        summary: "GET /",
        "x-google-backend": {
          address: "https://catalog.example.com/index",
          path_translation: "CONSTANT_ADDRESS",
          deadline: 15,
          disable_auth: true,
        },
        responses,
      },
    },
    "/catalog/{p2=**}": {
      get: {
        operationId: "get_catalog_rest_f3b23060",
        summary: "GET /catalog/{rest+}",
        parameters: [parameter("p2", "rest")],
        "x-google-backend": {
          address: "https://catalog.example.com/v2",
          path_translation: "APPEND_PATH_TO_ADDRESS",
          deadline: 15,
          disable_auth: true,
        },
        responses,
      },
    },
    "/orders/special": {
      get: {
        operationId: "get_orders_special_fdbea1ed",
        summary: "GET /orders/special",
        security: [{ staff: [] }],
        "x-google-backend": {
          address: "https://erp.example.com:8443/base/v2/specials",
          path_translation: "CONSTANT_ADDRESS",
          deadline: 30,
          disable_auth: true,
        },
        responses,
      },
    },
    "/returns": {
      post: {
        operationId: "post_returns_b375fd8a",
        summary: "POST /returns",
        security: [{ partners: [] }],
        "x-google-backend": {
          address: "https://erp.example.com:8443/base",
          path_translation: "APPEND_PATH_TO_ADDRESS",
          deadline: 15,
          disable_auth: true,
        },
        responses,
      },
    },
    "/orders/{p2}": {
      get: {
        operationId: "get_orders_id_ea614192",
        summary: "GET /orders/{id}",
        parameters: [parameter("p2", "id")],
        security: [{ staff: [] }],
        "x-google-backend": {
          address: "https://erp.example.com:8443/base",
          path_translation: "APPEND_PATH_TO_ADDRESS",
          deadline: 15,
          disable_auth: true,
        },
        responses,
      },
      put: {
        operationId: "put_orders_number_8e792209",
        summary: "PUT /orders/{number}",
        parameters: [parameter("p2", "number")],
        security: [{ staff: [] }],
        "x-google-backend": {
          address: "https://erp.example.com:8443/base",
          path_translation: "APPEND_PATH_TO_ADDRESS",
          deadline: 15,
          disable_auth: true,
        },
        responses,
      },
    },
  },
};

const text = apiGatewayDocument(ordersApi, ordersBindings, "Orders");

describe("the document of a Google API config", () => {
  it("equals the golden document of the worked example", () => {
    assert.deepEqual(JSON.parse(text), golden);
    assert.ok(text.endsWith("}\n"));
  });

  it("declares no backend, security, host or base path at the top", () => {
    assert.deepEqual(Object.keys(JSON.parse(text)), ["swagger", "info", "schemes", "securityDefinitions", "paths"]);
  });

  it("does not depend on the order of the routes", () => {
    const routes = Object.fromEntries(Object.entries(orders.routes).reverse());
    assert.equal(apiGatewayDocument(normalise({ ...orders, routes }), ordersBindings, "Orders"), text);
  });

  it("sends each route to the address of its backend, with path and query", async () => {
    const { forward, decide } = gateway(text);
    const urls = {
      "GET /": "https://catalog.example.com/index",
      "GET /?a=1&b=%20": "https://catalog.example.com/index?a=1&b=%20",
      "GET /catalog/a%20b/c?x": "https://catalog.example.com/v2/catalog/a%20b/c?x",
    };
    for (const [line, url] of Object.entries(urls)) assert.equal((await forward(line)).url, url);
    for (const line of ["GET /orders/1", "GET /orders/special", "PUT /orders/1", "POST /returns"]) {
      assert.equal((await decide(line)).decision, "unauthenticated", line);
    }
    for (const line of ["GET /orders", "POST /orders/1", "GET /Catalog/a", "GET /catalog"]) {
      assert.equal((await decide(line)).decision, "no route", line);
    }
  });

  it("uses the target's title if the description has none, and has no definitions if no route checks a token", () => {
    const api = normalise({
      version: 1,
      backends: { shop: { kind: "http" } },
      auth: { anyone: { kind: "open", reason: "a test" } },
      default: { auth: "anyone" },
      routes: { "GET /a": { to: "shop", path: "/" } },
    });
    const bindings = { backends: { shop: { url: "https://shop.example.com/base/" } }, auth: {} };
    const document = JSON.parse(apiGatewayTarget({ title: "Shop" }).compile(api, bindings));
    assert.deepEqual(Object.keys(document), ["swagger", "info", "schemes", "paths"]);
    assert.equal(document.info.title, "Shop");
    assert.equal(document.paths["/a"].get["x-google-backend"].address, "https://shop.example.com/base");
  });

  it("gives each operation an id that differs in more than its case and underscores", () => {
    const idOf = (key: string): string => {
      const api = normalise({
        version: 1,
        backends: { shop: { kind: "http" } },
        auth: { anyone: { kind: "open", reason: "a test" } },
        routes: { [key]: { to: "shop", auth: "anyone" } },
      });
      const bindings = { backends: { shop: { url: "https://shop.example.com" } }, auth: {} };
      const { paths } = JSON.parse(apiGatewayDocument(api, bindings, "t"));
      return (Object.values(Object.values(paths)[0] as object)[0] as { operationId: string }).operationId;
    };
    const segment = fc.constantFrom("a", "A", "b", "a-b", "a_b", "ab", "a.b", "a+b", "long".repeat(30), "{x}", "{y}");
    const keys = fc
      .tuple(fc.constantFrom("GET", "POST"), fc.array(segment, { maxLength: 3 }), fc.constantFrom("", "{rest+}"))
      .map(([method, parts, rest]) => {
        const named = parts.map((part, at) => part.replace("}", `${at}}`));
        return `${method} /${[...named, rest].filter((part) => part !== "").join("/")}`;
      });
    fc.assert(
      fc.property(keys, keys, (left, right) => {
        const [a, b] = [idOf(left), idOf(right)];
        for (const id of [a, b]) assert.match(id, /^(?=.{1,64}$)(?:get|post)_[a-z0-9_]+$/);
        assert.equal(a.replaceAll("_", "") === b.replaceAll("_", ""), left === right);
      }),
      { numRuns: 500 },
    );
  });
});
