/** FROM lists the networks that may send requests. TRANSFORMED is a policy that a transform sets in place of the gateway's own. */
import { defineApi, http, open } from "polygate";
import { AwsRestApi } from "polygate/aws";

const gateway = new AwsRestApi("orders", {
  api: defineApi({
    version: 1,
    title: "Orders",
    backends: { erp: http() },
    auth: { anyone: open("a test") },
    default: { auth: "anyone" },
    cors: { origins: ["https://app.example.com"] },
    routes: { "GET /orders/{id}": { to: "erp" } },
  }),
  backends: { erp: { url: "https://erp.example.com" } },
  ...(process.env.FROM === undefined ? {} : { allowFrom: { cidrs: JSON.parse(process.env.FROM) } }),
  ...(process.env.TRANSFORMED === undefined
    ? {}
    : {
        transform: {
          api: (args, options) => {
            args.policy = process.env.TRANSFORMED;
            options.ignoreChanges = ["policy"];
          },
        },
      }),
});
export const { url, id } = gateway;
