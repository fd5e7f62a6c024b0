import { defineApi, http, open } from "polygate";
import { AwsRestApi } from "polygate/aws";

const routes = {
  "GET /prices/{id}": { to: "erp", auth: "anyone" },
  "GET /stock/{id}": { to: "erp", auth: "anyone" },
} as const;
const cache = { sizeGb: "0.5", routes: { "GET /prices/{id}": { ttlSeconds: 3600, query: ["currency"] } } } as const;
const gateway = new AwsRestApi("shop", {
  api: defineApi({ version: 1, backends: { erp: http() }, auth: { anyone: open("a test") }, routes }),
  backends: { erp: { url: "https://erp.example.com" } },
  ...(process.env.CACHED === undefined ? {} : { cache }),
});
export const { url } = gateway;
