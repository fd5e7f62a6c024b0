/** WATCHED turns on access logs, metrics and tracing for two gateways. LOGGING declares the account's setting for logs. */
import { apiKey, defineApi, http, jwt } from "polygate";
import { AwsApiGatewayLogging, AwsHttpApi, AwsRestApi } from "polygate/aws";

const watched =
  process.env.WATCHED === undefined
    ? {}
    : ({ accessLog: { retentionDays: 90 }, metrics: true, tags: { team: "orders" } } as const);
const logging = process.env.LOGGING === undefined ? [] : [new AwsApiGatewayLogging("logging")];
const bindings = {
  backends: { erp: { url: "https://erp.example.com" } },
  auth: { staff: { issuer: "https://login.example.com" } },
};
const auth = { staff: jwt({ audiences: ["orders"] }) };
const http1 = new AwsHttpApi("web", {
  ...bindings,
  ...watched,
  api: defineApi({
    version: 1,
    backends: { erp: http() },
    auth,
    routes: { "GET /orders/{id}": { to: "erp", auth: "staff" } },
  }),
});
const rest = new AwsRestApi(
  "rest",
  {
    ...bindings,
    ...watched,
    ...(process.env.WATCHED === undefined ? {} : { tracing: true }),
    api: defineApi({
      version: 1,
      backends: { erp: http() },
      auth: { ...auth, partners: apiKey() },
      plans: { free: {} },
      routes: { "GET /orders/{id}": { to: "erp", auth: "staff" }, "GET /prices": { to: "erp", auth: "partners" } },
    }),
    consumers: { acme: { plan: "free", value: "acme-acme-acme-acme-acme" } },
  },
  { dependsOn: logging },
);
export const urls = { web: http1.url, rest: rest.url };
