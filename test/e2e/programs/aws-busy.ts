/** A gateway of each class on AWS. NEW selects the second of two descriptions, which differ in routes, limits, backends and backend paths. */
import { apiKey, defineApi, http, jwt, open, type Route, type RouteKey } from "polygate";
import { AwsHttpApi, AwsRestApi } from "polygate/aws";

const isNew = process.env.NEW !== undefined;
const limit = (requests: number) => ({ limits: [{ requests, per: "second", by: "route" }] }) as const;
const routes: Readonly<Record<RouteKey, Route<"shop", never>>> = {
  "GET /busy/{id}": { to: "shop", path: isNew ? "/second/{id}" : "/first/{id}", ...limit(isNew ? 4_000 : 5_000) },
  ...(isNew
    ? { "GET /busy/{id}/more": { to: "shop", ...limit(7) }, "GET /special": { to: "shop" } }
    : { "GET /busy/{id}/less": { to: "shop", ...limit(9) }, "POST /busy/{id}": { to: "shop" } }),
};
const backends = { shop: { url: isNew ? "https://new.example.com" : "https://old.example.com" } };
export const urls = {
  web: new AwsHttpApi("web", {
    api: defineApi({
      version: 1,
      backends: { shop: http() },
      auth: { staff: jwt({ audiences: ["shop"] }) },
      default: { auth: "staff" },
      routes,
    }),
    backends,
    auth: { staff: { issuer: "https://login.example.com" } },
  }).url,
  rest: new AwsRestApi("rest", {
    api: defineApi({
      version: 1,
      backends: { shop: http() },
      auth: { partners: apiKey(), anyone: open("beside the others") },
      default: { auth: "partners" },
      plans: { all: { limits: [{ requests: isNew ? 5_000 : 4_000, per: "second" }] } },
      routes: { ...routes, "GET /open": { to: "shop", auth: "anyone", path: isNew ? "/second/1" : "/first/1" } },
    }),
    backends,
    consumers: { acme: { plan: "all", value: "acme-acme-acme-acme-acme" } },
  }).url,
};
