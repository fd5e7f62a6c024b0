/** MODE says whether the APIs are somebody else's still, are taken over, or have been. */
import { apigateway, apigatewayv2 } from "@pulumi/aws";
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
const taken = (id) =>
  process.env.MODE === "taken"
    ? {}
    : {
        transform: {
          api: (args, options) => {
            options.import = id;
          },
        },
      };
const made =
  process.env.MODE === undefined
    ? {
        http: new apigatewayv2.Api("http", { protocolType: "HTTP", name: "legacy" }, { retainOnDelete: true }),
        rest: new apigateway.RestApi("rest", { name: "legacy" }, { retainOnDelete: true }),
      }
    : {
        http: new AwsHttpApi("orders-http", { ...place, ...taken(process.env.HTTP_ID) }),
        rest: new AwsRestApi("orders-rest", { ...place, ...taken(process.env.REST_ID) }),
      };
export const ids = { http: made.http.id, rest: made.rest.id };
export const urls = process.env.MODE === undefined ? {} : { http: made.http.url, rest: made.rest.url };
