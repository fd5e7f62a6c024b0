/** One API in two regions, which differ in one route. EXTRA adds routes to the gateway in Frankfurt. */
import { Provider } from "@pulumi/aws";
import { defineApi, http, jwt, open, type Route, type RouteKey } from "polygate";
import { AwsHttpApi } from "polygate/aws";

const apiWith = (routes: Readonly<Record<RouteKey, Route<"catalog" | "erp", "staff" | "anyone">>>) =>
  defineApi({
    version: 1,
    title: "Orders",
    backends: { catalog: http(), erp: http() },
    auth: { staff: jwt({ audiences: ["orders"] }), anyone: open("public catalogue") },
    default: { auth: "staff" },
    routes: {
      "GET /orders/{id}": { to: "erp", scopes: ["orders:read"], path: "/v1/{id}/all" },
      "POST /orders": { to: "erp", limits: [{ requests: 3, per: "minute", by: "route" }] },
      "GET /catalog/{rest+}": { to: "catalog", auth: "anyone", path: "/v2/{rest}" },
      ...routes,
    },
  });
const backends = { catalog: { url: "https://catalog.example.com" }, erp: { url: "https://erp.example.com/base" } };
const auth = { staff: { issuer: "https://login.example.com" } };
const gateways = {
  frankfurt: new AwsHttpApi(
    "orders-frankfurt",
    {
      api: apiWith(JSON.parse(process.env.EXTRA ?? "{}")),
      backends,
      auth,
    },
    { provider: new Provider("frankfurt", { region: "eu-central-1" }) },
  ),
  oregon: new AwsHttpApi(
    "orders-oregon",
    {
      api: apiWith({ "GET /oregon": { to: "erp", auth: "anyone" } }),
      backends,
      auth,
    },
    { provider: new Provider("oregon", { region: "us-west-2" }) },
  ),
};
export const urls = { frankfurt: gateways.frankfurt.url, oregon: gateways.oregon.url };
export const regions = { frankfurt: gateways.frankfurt.region, oregon: gateways.oregon.region };
