/** A gateway on Google Cloud with a companion. EXTRA adds routes, COMPANION replaces the companion's arguments. */
import { defineApi, http, jwt, open } from "polygate";
import { GcpApiGateway } from "polygate/gcp";

const api = defineApi({
  version: 1,
  title: "Orders",
  backends: { catalog: http(), erp: http({ paths: "exact" }) },
  auth: { staff: jwt({ audiences: ["orders"] }), anyone: open("public catalogue") },
  default: { auth: "staff" },
  cors: { origins: ["https://shop.example.com"] },
  routes: {
    "GET /orders/{id}": { to: "erp", path: "/v1/{id}/order", scopes: ["orders:read", "orders:admin"] },
    "POST /orders": {
      to: "erp",
      scopes: { all: ["orders:read", "orders:write"] },
      requestHeaders: { set: { "x-from-gateway": "100 %" }, remove: ["x-debug"] },
      limits: [{ requests: 3, per: "minute", by: "consumer" }],
    },
    "GET /catalog/{rest+}": { to: "catalog", auth: "anyone", path: "/v2/catalog/{rest}" },
    "GET /health": { reply: { status: 200, body: { ok: true } }, auth: "anyone" },
    ...JSON.parse(process.env.EXTRA ?? "{}"),
  },
});

const gateway = new GcpApiGateway("orders-eu", {
  api,
  region: "europe-west1",
  backends: { catalog: { url: "https://catalog.example.com" }, erp: { url: "https://erp.example.com/base" } },
  auth: { staff: { issuer: "https://login.example.com", jwksUri: "https://login.example.com/jwks" } },
  companion: JSON.parse(process.env.COMPANION ?? '{ "instances": { "minimum": 1, "maximum": 1 } }'),
});
export const url = gateway.url;
