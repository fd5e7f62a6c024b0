/** A gateway on Google Cloud. EXTRA adds routes, WAIVE lists the waivers of the gateway. */
import { defineApi, http, jwt, open } from "polygate";
import { GcpApiGateway } from "polygate/gcp";

const api = defineApi({
  version: 1,
  title: "Orders",
  backends: { catalog: http(), erp: http({ paths: "exact" }) },
  auth: { staff: jwt({ audiences: ["orders"] }), anyone: open("public catalogue") },
  default: { auth: "staff" },
  routes: {
    "GET /orders/{id}": { to: "erp", path: "/v1/orders/{id}" },
    "POST /orders": { to: "erp" },
    "GET /catalog/{rest+}": { to: "catalog", auth: "anyone", path: "/v2/catalog/{rest}" },
    "GET /health": { to: "erp", path: "/status/now", auth: "anyone" },
    ...JSON.parse(process.env.EXTRA ?? "{}"),
  },
});

const gateway = new GcpApiGateway("orders-eu", {
  api,
  region: "europe-west1",
  backends: { catalog: { url: "https://catalog.example.com" }, erp: { url: "https://erp.example.com/base" } },
  auth: { staff: { issuer: "https://login.example.com" } },
  waive: JSON.parse(process.env.WAIVE ?? "{}"),
});
export const url = gateway.url;
export const region = gateway.region;
