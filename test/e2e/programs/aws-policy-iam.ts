/** A route with iam(). The identity policy of one user allows it; the other user has no policy. OPEN adds an open route. */
import * as aws from "@pulumi/aws";
import { defineApi, http, iam, open } from "polygate";
import { AwsRestApi } from "polygate/aws";

const isOpen = process.env.OPEN !== undefined;
const gateway = new AwsRestApi("orders", {
  api: defineApi({
    version: 1,
    backends: { erp: http() },
    auth: { services: iam(), anyone: open("a test") },
    default: { auth: "services" },
    routes: { "GET /orders": { to: "erp" }, ...(isOpen ? { "GET /health": { to: "erp", auth: "anyone" } } : {}) },
  }),
  backends: { erp: { url: "https://erp.example.com" } },
  allowFrom: { cidrs: ["127.0.0.1/32"] },
});
const keyOf = (name: string) => {
  const user = new aws.iam.User(name, { name });
  if (name === "billing") {
    const Resource = gateway.arnOf("GET /orders");
    new aws.iam.UserPolicy(name, {
      user: user.name,
      policy: { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "execute-api:Invoke", Resource }] },
    });
  }
  const { id, secret } = new aws.iam.AccessKey(name, { user: user.name });
  return { accessKeyId: id, secretAccessKey: secret };
};
export const { url } = gateway;
export const keys = { billing: keyOf("billing"), other: keyOf("other") };
