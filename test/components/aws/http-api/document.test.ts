import assert from "node:assert/strict";
import { normalise } from "../../../../components/api/check/normalise.ts";
import { httpApiDocument, marked } from "../../../../components/aws/http-api/document.ts";
import { httpApiTarget } from "../../../../components/aws/http-api/target.ts";
import { orders, ordersApi, ordersBindings } from "../../../support/components/aws/orders.ts";

const info = { name: "orders-eu", version: "1", description: "Orders" };
const replies = "arn:aws:lambda:eu-central-1:123456789012:function:orders-eu-replies-0123456";
const text = httpApiDocument(ordersApi, ordersBindings, info, replies);
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
    "/catalog/{rest+}": {
      get: {
        operationId: "get_catalog_rest_f3b23060",
        summary: "GET /catalog/{rest+}",
        parameters: [parameter("rest", "rest")],
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
  it("of the worked example does not change", () => {
    assert.deepEqual(JSON.parse(text), golden);
    assert.ok(text.endsWith("}\n"));
  });

  it("has no defaults: no security at the root, no server, and only the declared methods", () => {
    assert.deepEqual(Object.keys(JSON.parse(text)), [
      "openapi",
      "info",
      "x-amazon-apigateway-cors",
      "paths",
      "components",
    ]);
    assert.doesNotMatch(text, /any-method|\$default/);
  });

  it("is the same for the same API, whatever the order of its routes", () => {
    const routes = Object.fromEntries(Object.entries(orders.routes).reverse());
    assert.equal(httpApiDocument(normalise({ ...orders, routes }), ordersBindings, info, replies), text);
  });

  it("has one integration for all routes with the same destination", () => {
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
    const { document } = httpApiTarget({ name: "shop" }).compile(api, {
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

  it("invokes functions with event format 2.0, through one integration each, and one function for all replies", () => {
    const arn = "arn:aws-cn:lambda:cn-north-1:123456789012:function:shipping";
    const api = normalise({
      version: 1,
      backends: { shipping: { kind: "fn" } },
      auth: { anyone: { kind: "open", reason: "a test" } },
      default: { auth: "anyone" },
      routes: {
        "GET /a": { to: "shipping" },
        "POST /b/{id}": { to: "shipping" },
        "GET /c": { to: "shipping", timeoutSeconds: 29 },
        "GET /d": { reply: { status: 204 } },
        "GET /e": { reply: { status: 200, body: "e" } },
      },
    });
    const bindings = { backends: { shipping: { functionArn: arn } }, auth: {} };
    const { paths, components } = JSON.parse(httpApiDocument(api, bindings, info, replies));
    const invoked = (partition: string, region: string, functionArn: string, timeoutInMillis: number) => ({
      type: "aws_proxy",
      httpMethod: "POST",
      uri: `arn:${partition}:apigateway:${region}:lambda:path/2015-03-31/functions/${functionArn}/invocations`,
      payloadFormatVersion: "2.0",
      timeoutInMillis,
    });
    const integrations: Record<string, unknown> = components["x-amazon-apigateway-integrations"];
    const of = (path: string, method: string): unknown => {
      const { $ref } = paths[path][method]["x-amazon-apigateway-integration"];
      return integrations[$ref.split("/").at(-1)];
    };
    const shipping = invoked("aws-cn", "cn-north-1", arn, 15_000);
    assert.equal(Object.keys(integrations).length, 3);
    assert.deepEqual(of("/a", "get"), shipping);
    assert.deepEqual(of("/b/{id}", "post"), shipping);
    assert.deepEqual(of("/c", "get"), { ...shipping, timeoutInMillis: 29_000 });
    assert.deepEqual(of("/d", "get"), invoked("aws", "eu-central-1", replies, 10_000));
    assert.deepEqual(of("/e", "get"), of("/d", "get"));
  });

  it("has one authorizer for auths with the same issuer and audiences, and allows names such as valueOf", () => {
    const jwt = (...audiences: readonly string[]) => ({ kind: "jwt", audiences });
    const api = normalise({
      version: 1,
      backends: { valueOf: { kind: "http" } },
      auth: { constructor: jwt("a", "b"), toString: jwt("b", "a"), hasOwnProperty: jwt("a"), other: jwt("a") },
      routes: {
        "GET /constructor": { to: "valueOf", auth: "constructor" },
        "GET /__proto__": { to: "valueOf", auth: "toString", scopes: ["s"] },
        "GET /has": { to: "valueOf", auth: "hasOwnProperty" },
        "GET /other": { to: "valueOf", auth: "other" },
      },
    });
    const [one, two] = [{ issuer: "https://one.example.com" }, { issuer: "https://two.example.com" }];
    const bindings = {
      backends: { valueOf: { url: "https://shop.example.com" } },
      auth: { constructor: one, toString: one, hasOwnProperty: one, other: two },
    };
    const { paths, components } = JSON.parse(httpApiDocument(api, bindings, info, replies));
    assert.deepEqual(Object.keys(components.securitySchemes), ["constructor", "hasOwnProperty", "other"]);
    assert.deepEqual(
      Object.entries<{ get: { security: unknown } }>(paths)
        .map(([path, { get }]) => [path, get.security])
        .toSorted(),
      [
        ["/__proto__", [{ constructor: ["s"] }]],
        ["/constructor", [{ constructor: [] }]],
        ["/has", [{ hasOwnProperty: [] }]],
        ["/other", [{ other: [] }]],
      ],
    );
  });

  it("becomes another document with a mark, which changes nothing that is served, named or checked", () => {
    assert.equal(marked(text, undefined), text);
    const changed = JSON.parse(marked(text, "0123abcd"));
    const [first] = Object.keys(changed.paths);
    const [method] = Object.keys(changed.paths[first as string]);
    const { responses: found } = changed.paths[first as string][method as string];
    assert.deepEqual(found, { default: { description: "The backend's answer (import 0123abcd)" } });
    found.default.description = "The backend's answer";
    assert.deepEqual(changed, JSON.parse(text));
  });

  it("requires signatures with the operation's authorization type", () => {
    const api = normalise({
      version: 1,
      backends: { erp: { kind: "http" } },
      auth: { services: { kind: "iam" }, staff: { kind: "jwt", audiences: ["orders"] } },
      routes: { "GET /signed/{id}": { to: "erp", auth: "services" }, "GET /staff": { to: "erp", auth: "staff" } },
    });
    const bindings = {
      backends: { erp: { url: "https://erp.example.com" } },
      auth: { staff: { issuer: "https://login.example.com" } },
    };
    const { paths, components } = JSON.parse(httpApiDocument(api, bindings, info, replies));
    const { get } = paths["/signed/{id}"];
    assert.deepEqual(get["x-amazon-apigateway-auth"], { type: "AWS_IAM" });
    assert.equal(get.security, undefined);
    assert.deepEqual(paths["/staff"].get.security, [{ staff: [] }]);
    assert.equal(paths["/staff"].get["x-amazon-apigateway-auth"], undefined);
    assert.deepEqual(Object.keys(components.securitySchemes), ["staff"]);
  });
});
