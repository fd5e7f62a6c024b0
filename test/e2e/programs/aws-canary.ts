/**
 * VERSION appears in a reply and in a backend path, CANARY is the percentage of requests. AUDIENCE and LIMIT cause changes that a canary
 * does not support. EXTRA adds a route.
 */
import { defineApi, http, jwt, open } from "polygate";
import { AwsApiGatewayLogging, AwsRestApi } from "polygate/aws";

const { AUDIENCE = "orders", CANARY, EXTRA, LIMIT, VERSION = "1" } = process.env;
const logging = new AwsApiGatewayLogging("logging");
export const { url, report } = new AwsRestApi(
  "shop",
  {
    api: defineApi({
      version: 1,
      backends: { erp: http() },
      auth: { staff: jwt({ audiences: [AUDIENCE] }), anyone: open("a test") },
      default: { auth: "staff" },
      routes: {
        "GET /version": { reply: { status: 200, body: { version: VERSION } }, auth: "anyone" },
        "GET /orders/{id}": {
          to: "erp",
          path: `/v${VERSION}/{id}`,
          ...(LIMIT === undefined ? {} : { limits: [{ requests: Number(LIMIT), per: "minute", by: "route" }] }),
        },
        ...(EXTRA === undefined ? {} : { "GET /extra": { to: "erp", scopes: ["extra"] } }),
      },
    }),
    backends: { erp: { url: "https://erp.example.com" } },
    auth: { staff: { issuer: "https://login.example.com" } },
    accessLog: {},
    ...(CANARY === undefined ? {} : { canary: { percent: Number(CANARY) } }),
  },
  { dependsOn: logging },
);
