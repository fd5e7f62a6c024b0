import { placeholders } from "../../../../../components/api/binding/placeholders.ts";
import { normalise } from "../../../../../components/api/check/normalise.ts";
import { defineApi } from "../../../../../components/api/define-api.ts";
import { http, jwt, open } from "../../../../../components/api/description.ts";

/** The worked example: some of everything that API Gateway supports. */
export const orders = defineApi({
  version: 1,
  title: "Orders",
  backends: { catalog: http(), erp: http() },
  auth: {
    staff: jwt({ audiences: ["orders", "back office"] }),
    partners: jwt({ audiences: ["https://api.example.com/"] }),
    nobody: jwt({ audiences: ["unused"] }),
    anyone: open("public catalogue"),
  },
  default: { auth: "staff" },
  routes: {
    "GET /": { to: "catalog", auth: "anyone", path: "/index" },
    "GET /orders/{id}": { to: "erp" },
    "PUT /orders/{number}": { to: "erp" },
    "POST /returns": { to: "erp", auth: "partners" },
    "GET /orders/special": { to: "erp", path: "/v2/specials", timeoutSeconds: 30 },
    "GET /catalog/{rest+}": { to: "catalog", auth: "anyone", path: "/v2/catalog/{rest}" },
  },
});

export const ordersApi = normalise(orders);

const { auth } = placeholders(ordersApi);

export const ordersBindings = {
  backends: { catalog: { url: "https://catalog.example.com/" }, erp: { url: "https://erp.example.com:8443/base" } },
  auth: {
    ...auth,
    staff: { issuer: "https://login.example.com" },
    partners: { issuer: "https://partners.example.com/", jwksUri: "https://partners.example.com/keys" },
    nobody: { issuer: "https://nobody.example.com" },
  },
};
