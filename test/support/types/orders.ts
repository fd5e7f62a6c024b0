import { apiKey, defineApi, http, jwt } from "polygate";

/** A description whose names the compiler knows. */
export const orders = defineApi({
  version: 1,
  backends: { erp: http() },
  auth: { staff: jwt({ audiences: ["orders"] }), partners: apiKey() },
  default: { auth: "staff" },
  plans: { free: { limits: [{ requests: 10, per: "second" }] } },
  routes: { "GET /orders/{id}": { to: "erp" }, "GET /prices": { to: "erp", auth: "partners" } },
});

export const bindings = {
  backends: { erp: { url: "https://erp.example.com" } },
  auth: { staff: { issuer: "https://login.example.com" } },
} as const;
