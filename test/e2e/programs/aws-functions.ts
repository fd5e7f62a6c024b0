/** A gateway with a function as its backend. ANSWER is part of a reply. */
import { iam, lambda } from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { defineApi, fn, jwt, open } from "polygate";
import { AwsHttpApi } from "polygate/aws";

const role = new iam.Role("shipping", {
  assumeRolePolicy: JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "lambda.amazonaws.com" } }],
  }),
});
const code = `export const handler = async (event) => ({
  statusCode: 200,
  headers: { "x-route": event.routeKey, "x-subject": event.requestContext.authorizer?.jwt.claims.aud ?? "none" },
  body: JSON.stringify([event.rawPath, event.rawQueryString, event.pathParameters ?? {}, event.body ?? ""]),
});`;
const shipping = new lambda.Function("shipping", {
  role: role.arn,
  runtime: lambda.Runtime.NodeJS24dX,
  handler: "index.handler",
  code: new pulumi.asset.AssetArchive({ "index.mjs": new pulumi.asset.StringAsset(code) }),
});
export const { url } = new AwsHttpApi("shop", {
  api: defineApi({
    version: 1,
    backends: { shipping: fn() },
    auth: { staff: jwt({ audiences: ["shop"] }), anyone: open("a test") },
    default: { auth: "anyone" },
    routes: {
      "GET /shipping/{id}": { to: "shipping" },
      "POST /shipping": { to: "shipping", auth: "staff" },
      "GET /health": { reply: { status: 200, body: { answer: process.env.ANSWER ?? "one" } } },
      "HEAD /health": { reply: { status: 200, headers: { "x-answer": "head" } } },
      "GET /moved/{id}": { reply: { status: 302, headers: { location: "https://shop.example.com/" } } },
      "DELETE /health": { reply: { status: 204 }, auth: "staff" },
    },
  }),
  backends: { shipping: { functionArn: shipping.arn } },
  auth: { staff: { issuer: "https://login.example.com" } },
});
