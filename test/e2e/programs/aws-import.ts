/** Without MODE, two APIs that Polygate did not declare. With another MODE, gateways that import them; with MODE=taken, gateways that have imported them. */
import { apigateway, apigatewayv2 } from "@pulumi/aws";
import type { CustomResourceOptions } from "@pulumi/pulumi";
import { defineApi, http, open } from "polygate";
import { AwsHttpApi, AwsRestApi } from "polygate/aws";

const place = {
  api: defineApi({
    version: 1,
    backends: { erp: http() },
    auth: { anyone: open("a test") },
    routes: { "GET /orders": { to: "erp", auth: "anyone" } },
  }),
  backends: { erp: { url: "https://erp.example.com" } },
};
const taken = (id = "") =>
  process.env.MODE === "taken"
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
  http: new AwsHttpApi("orders-http", { ...place, ...taken(process.env.HTTP_ID) }),
  rest: new AwsRestApi("orders-rest", { ...place, ...taken(process.env.REST_ID) }),
});
const declared = process.env.MODE === undefined ? legacy() : gateways();
export const ids = { http: declared.http.id, rest: declared.rest.id };
export const urls =
  declared.http instanceof AwsHttpApi && declared.rest instanceof AwsRestApi
    ? { http: declared.http.url, rest: declared.rest.url }
    : {};
