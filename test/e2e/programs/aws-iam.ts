/** One user whose policy names ARNs of the gateways, and one user without a policy. ALSO adds a route that the policy would allow as well. */
import * as aws from "@pulumi/aws";
import { defineApi, http, iam, open } from "polygate";
import { AwsHttpApi, AwsRestApi } from "polygate/aws";

const also =
  process.env.ALSO === undefined ? {} : ({ "GET /orders/{id}/secrets": { to: "erp", auth: "services" } } as const);
const api = defineApi({
  version: 1,
  backends: { erp: http() },
  auth: { services: iam(), anyone: open("a test") },
  default: { auth: "services" },
  routes: {
    "GET /orders/{id}": { to: "erp" },
    "POST /orders": { to: "erp" },
    "GET /prices": { to: "erp" },
    "GET /health": { to: "erp", auth: "anyone" },
    ...also,
  },
});
const args = { api, backends: { erp: { url: "https://erp.example.com" } } };
const gateways = { http: new AwsHttpApi("shop-http", args), rest: new AwsRestApi("shop-rest", args) };

const billing = new aws.iam.User("billing", { name: "billing" });
new aws.iam.UserPolicy("billing", {
  user: billing.name,
  policy: {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: "execute-api:Invoke",
        Resource: Object.values(gateways).flatMap((each) => [
          each.arnOf("GET /orders/{id}"),
          each.arnOf("POST /orders"),
        ]),
      },
    ],
  },
});
const billingKey = new aws.iam.AccessKey("billing", { user: billing.name });
const other = new aws.iam.User("other", { name: "other" });
const otherKey = new aws.iam.AccessKey("other", { user: other.name });

export const urls = { http: gateways.http.url, rest: gateways.rest.url };
export const arns = { http: gateways.http.invokeArn, rest: gateways.rest.invokeArn };
const credentialsOf = (key: aws.iam.AccessKey) => ({ accessKeyId: key.id, secretAccessKey: key.secret });
export const keys = { billing: credentialsOf(billingKey), other: credentialsOf(otherKey) };
