import assert from "node:assert/strict";
import { httpApiDocument } from "../../../components/aws/http-api-document.ts";
import { httpApiRoom } from "../../../components/aws/http-api-room.ts";
import { normalise } from "../../../components/spec/normalise.ts";
import { orders, ordersApi, ordersBindings } from "./orders.ts";

const info = { name: "orders-eu", version: "1", description: "Orders" };
const text = httpApiDocument(ordersApi, ordersBindings, info);
const responses = { default: { description: "The backend's answer" } };
const parameter = (name: string, description: string) => ({
  name,
  description,
  in: "path",
  required: true,
  schema: { type: "string" },
});
const shared = (index: number) => ({ $ref: `#/components/x-amazon-apigateway-integrations/integration${index}` });
const integration = (uri: string, timeoutInMillis: number, requestParameters: object) => ({
  type: "http_proxy",
  httpMethod: "ANY",
  uri,
  payloadFormatVersion: "1.0",
  timeoutInMillis,
  requestParameters,
});

/** The worked example's document. A change here is a change to what is deployed. */
const golden = {
  openapi: "3.0.1",
  info: { title: "orders-eu", version: "1", description: "Orders" },
  "x-amazon-apigateway-cors": {
    allowOrigins: ["https://shop.example.com"],
    allowMethods: ["GET", "POST", "PUT"],
    allowHeaders: ["authorization", "content-type"],
    exposeHeaders: ["etag"],
    maxAge: 600,
    allowCredentials: false,
  },
  paths: {
    "/": {
      get: {
        operationId: "get_c767025d",
        summary: "GET /",
        responses,
        "x-amazon-apigateway-integration": shared(1),
      },
    },
    "/catalog/{p2+}": {
      get: {
        operationId: "get_catalog_rest_f3b23060",
        summary: "GET /catalog/{rest+}",
        parameters: [parameter("p2", "rest")],
        responses,
        "x-amazon-apigateway-integration": shared(2),
      },
    },
    "/orders": {
      post: {
        operationId: "post_orders_be6d737e",
        summary: "POST /orders",
        security: [{ staff: [] }],
        responses,
        "x-amazon-apigateway-integration": shared(3),
      },
    },
    "/orders/{p2}": {
      get: {
        operationId: "get_orders_id_ea614192",
        summary: "GET /orders/{id}",
        parameters: [parameter("p2", "id")],
        security: [{ staff: ["orders:read", "orders:admin"] }],
        responses,
        "x-amazon-apigateway-integration": shared(4),
      },
      put: {
        operationId: "put_orders_number_8e792209",
        summary: "PUT /orders/{number}",
        parameters: [parameter("p2", "number")],
        security: [{ staff: [] }],
        responses,
        "x-amazon-apigateway-integration": shared(5),
      },
    },
  },
  components: {
    securitySchemes: {
      staff: {
        type: "oauth2",
        "x-amazon-apigateway-authorizer": {
          type: "jwt",
          jwtConfiguration: { issuer: "https://login.example.com", audience: ["orders", "back office"] },
          identitySource: "$request.header.Authorization",
        },
      },
    },
    "x-amazon-apigateway-integrations": {
      integration1: integration("https://catalog.example.com", 15_000, { "overwrite:path": "/index" }),
      integration2: integration("https://catalog.example.com", 15_000, { "overwrite:path": "/v2${request.path}" }),
      integration3: integration("https://erp.example.com:8443", 29_000, {
        "overwrite:path": "/base${request.path}",
        "overwrite:header.x-shop": 'it\'s "eu"',
        "remove:header.cookie": "''",
      }),
      integration4: integration("https://erp.example.com:8443", 15_000, {
        "overwrite:path": "/base/v1/items/${request.path.p2}/all",
      }),
      integration5: integration("https://erp.example.com:8443", 15_000, { "overwrite:path": "/base${request.path}" }),
    },
  },
};

describe("the document of an HTTP API", () => {
  it("is the worked example's, to the letter", () => {
    assert.deepEqual(JSON.parse(text), golden);
    assert.ok(text.endsWith("}\n"));
  });

  it("names no default: no security, no server, and no method but those declared", () => {
    assert.deepEqual(Object.keys(JSON.parse(text)), [
      "openapi",
      "info",
      "x-amazon-apigateway-cors",
      "paths",
      "components",
    ]);
    assert.doesNotMatch(text, /any-method|\$default/);
  });

  it("is the same text for the same API, whatever order its routes are written in", () => {
    const routes = Object.fromEntries(Object.entries(orders.routes).reverse());
    assert.equal(httpApiDocument(normalise({ ...orders, routes }), ordersBindings, info), text);
  });

  it("has one integration for all routes that go the same way", () => {
    const routes = Object.fromEntries(
      Array.from({ length: 300 }, (_, index) => [`GET /r${index}/{id}`, { to: "shop" }]),
    );
    const api = normalise({
      version: 1,
      backends: { shop: { kind: "http" } },
      auth: { anyone: { kind: "open", reason: "a test" } },
      default: { auth: "anyone" },
      routes,
    });
    const { document } = httpApiRoom({ name: "shop" }).compile(api, {
      backends: { shop: { url: "https://shop.example.com" } },
      auth: {},
    });
    const { components, info: found } = JSON.parse(document);
    assert.deepEqual(components, {
      "x-amazon-apigateway-integrations": {
        integration1: integration("https://shop.example.com", 15_000, { "overwrite:path": "$request.path" }),
      },
    });
    assert.deepEqual(found, { title: "shop", version: "1" });
  });
});
