/** An HTTP API. NEW adds a route. */
import { defineApi, http, open } from "polygate";
import { AwsHttpApi } from "polygate/aws";

export const { url } = new AwsHttpApi("shop", {
  api: defineApi({
    version: 1,
    title: "The backend's answer",
    backends: { shop: http() },
    auth: { anyone: open("a test") },
    default: { auth: "anyone" },
    routes: { "GET /old": { to: "shop" }, ...(process.env.NEW === undefined ? {} : { "GET /new": { to: "shop" } }) },
  }),
  backends: { shop: { url: "https://shop.example.com" } },
});
