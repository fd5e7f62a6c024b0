/** Routes of iam(), which one user may call by his own policies and another may not; OPEN adds an open route. */
import * as aws from "@pulumi/aws";
import { defineApi, http, iam, open } from "polygate";
import { AwsRestApi } from "polygate/aws";

const health = process.env.OPEN === undefined ? {} : { "GET /health": { to: "erp", auth: "anyone" } };
const gateway = new AwsRestApi("orders", {
  api: defineApi({
    version: 1,
    backends: { erp: http() },
    auth: { services: iam(), ...(process.env.OPEN === undefined ? {} : { anyone: open("a test") }) },
    default: { auth: "services" },
    routes: { "GET /orders": { to: "erp" }, ...health },
  }),
  backends: { erp: { url: "https://erp.example.com" } },
  allowFrom: { cidrs: ["127.0.0.1/32"] },
});
const keyOf = (name) => {
  const user = new aws.iam.User(name, { name });
  if (name === "billing") {
    const Statement = [{ Effect: "Allow", Action: "execute-api:Invoke", Resource: gateway.arnOf("GET /orders") }];
    new aws.iam.UserPolicy(name, { user: user.name, policy: { Version: "2012-10-17", Statement } });
  }
  const { id, secret } = new aws.iam.AccessKey(name, { user: user.name });
  return { accessKeyId: id, secretAccessKey: secret };
};
export const { url } = gateway;
export const keys = { billing: keyOf("billing"), other: keyOf("other") };
