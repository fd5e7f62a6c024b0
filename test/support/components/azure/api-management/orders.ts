import { placeholders } from "../../../../../components/api/binding/placeholders.ts";
import { normalise } from "../../../../../components/api/check/normalise.ts";
import { defineApi } from "../../../../../components/api/define-api.ts";
import { http, jwt, open } from "../../../../../components/api/description.ts";

/** The worked example: a little of everything that API Management carries. */
export const orders = defineApi({
  version: 1,
  title: "Orders",
  backends: { catalog: http(), erp: http() },
  auth: { staff: jwt({ audiences: ["orders", "back office"] }), anyone: open("public catalogue") },
  default: { auth: "staff", limits: [{ requests: 600, per: "minute", by: "route" }] },
  cors: { origins: ["https://shop.example.com"], expose: ["etag"] },
  routes: {
    "GET /": { to: "catalog", auth: "anyone", path: "/index", limits: [] },
    "GET /orders/{id}": { to: "erp", scopes: ["orders:read", "orders:admin"], path: "/v1/orders/{id}" },
    "GET /orders/special": { to: "erp", timeoutSeconds: 30 },
    "POST /orders": {
      to: "erp",
      scopes: ["orders:write"],
      limits: [
        { requests: 60, per: "minute", by: "consumer" },
        { requests: 1000, per: "day", by: "ip" },
        { requests: 9, per: "second", by: "api" },
      ],
      requestHeaders: { set: { "x-shop": "@(1) {{x}}" }, remove: ["cookie"] },
    },
    "GET /catalog/{rest+}": { to: "catalog", auth: "anyone", path: "/v2/{rest}", limits: [] },
    "GET /health": { reply: { status: 200, body: { ok: true, at: { is: "ü" } } }, auth: "anyone", limits: [] },
  },
});

export const ordersApi = normalise(orders);

export const ordersBindings = {
  ...placeholders(ordersApi),
  backends: { catalog: { url: "https://catalog.example.com/" }, erp: { url: "https://erp.example.com:8443/base" } },
  auth: { staff: { issuer: "https://login.example.com" } },
};
