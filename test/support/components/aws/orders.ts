import { placeholders } from "../../../../components/api/binding/placeholders.ts";
import { normalise } from "../../../../components/api/check/normalise.ts";
import { defineApi } from "../../../../components/api/define-api.ts";
import { http, jwt, open } from "../../../../components/api/description.ts";

/** The worked example: it uses most features of an HTTP API. */
export const orders = defineApi({
  version: 1,
  title: "Orders",
  backends: { catalog: http(), erp: http() },
  auth: {
    staff: jwt({ audiences: ["orders", "back office"] }),
    nobody: jwt({ audiences: ["unused"] }),
    anyone: open("public catalogue"),
  },
  default: { auth: "staff", limits: [{ requests: 600, per: "minute", by: "route" }] },
  cors: { origins: ["https://shop.example.com"], expose: ["etag"] },
  routes: {
    "GET /": { to: "catalog", auth: "anyone", path: "/index", limits: [] },
    "GET /orders/{id}": { to: "erp", scopes: ["orders:read", "orders:admin"], path: "/v1/items/{id}/all" },
    "PUT /orders/{number}": { to: "erp" },
    "POST /orders": {
      to: "erp",
      timeoutSeconds: 29,
      limits: [{ requests: 5, per: "second", by: "route", burst: 20 }],
      requestHeaders: { set: { "x-shop": 'it\'s "eu"' }, remove: ["Cookie"] },
    },
    "GET /catalog/{rest+}": { to: "catalog", auth: "anyone", path: "/v2/catalog/{rest}", limits: [] },
  },
});

export const ordersApi = normalise(orders);

export const ordersBindings = {
  ...placeholders(ordersApi),
  backends: { catalog: { url: "https://catalog.example.com/" }, erp: { url: "https://erp.example.com:8443/base/" } },
  auth: { staff: { issuer: "https://login.example.com" }, nobody: { issuer: "https://nobody.example.com" } },
};
