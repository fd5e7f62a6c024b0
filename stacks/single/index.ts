/** The smallest useful stack: one API on one cloud, in front of one server. */

import { defineApi, http, jwt } from "polygate";
import { AwsHttpApi } from "polygate/aws";
import { readConfiguration } from "../configuration/read.ts";
import { singleSettings } from "./configuration.ts";

const { backend, issuer, accessLog } = readConfiguration(singleSettings);

const orders = defineApi({
  version: 1,
  backends: { server: http() },
  auth: { staff: jwt({ audiences: ["orders"] }) },
  default: { auth: "staff", limits: [{ requests: 300, per: "minute", by: "route" }] },
  routes: {
    "GET /orders": { to: "server", scopes: ["orders:read"] },
    "GET /orders/{id}": { to: "server", scopes: ["orders:read"] },
    "POST /orders": { to: "server", scopes: ["orders:write"] },
  },
});

const gateway = new AwsHttpApi("orders", {
  api: orders,
  backends: { server: { url: backend } },
  auth: { staff: { issuer } },
  ...(accessLog === undefined ? {} : { accessLog: { retentionDays: accessLog.days } }),
});

/** Where the gateway answers. */
export const { url } = gateway;
