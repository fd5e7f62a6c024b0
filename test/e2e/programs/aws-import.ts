/** Without MODE, declares two APIs without Polygate. MODE=importing declares gateways that import them, MODE=imported the same gateways without `import`. */
import { apigateway, apigatewayv2 } from "@pulumi/aws";
import type { CustomResourceOptions } from "@pulumi/pulumi";
import { defineApi, http, open } from "polygate";
import { AwsHttpApi, AwsRestApi } from "polygate/aws";

const args = {
  api: defineApi({
    version: 1,
    backends: { erp: http() },
    auth: { anyone: open("a test") },
    routes: { "GET /orders": { to: "erp", auth: "anyone" } },
  }),
  backends: { erp: { url: "https://erp.example.com" } },
};
const importOf = (id = "") =>
  process.env.MODE === "imported"
    ? {}
    : {
        transform: {
          api: (_: unknown, options: CustomResourceOptions) => {
            options.import = id;
          },
        },
      };
const legacy = () => ({
  http: new apigatewayv2.Api("http", { protocolType: "HTTP", name: "legacy" }, { retainOnDelete: true }),
  rest: new apigateway.RestApi("rest", { name: "legacy" }, { retainOnDelete: true }),
});
const gateways = () => ({
  http: new AwsHttpApi("orders-http", { ...args, ...importOf(process.env.HTTP_ID) }),
  rest: new AwsRestApi("orders-rest", { ...args, ...importOf(process.env.REST_ID) }),
});
const declared = process.env.MODE === undefined ? legacy() : gateways();
export const ids = { http: declared.http.id, rest: declared.rest.id };
export const urls =
  declared.http instanceof AwsHttpApi && declared.rest instanceof AwsRestApi
    ? { http: declared.http.url, rest: declared.rest.url }
    : {};
