import assert from "node:assert/strict";
import { readValue } from "../../../../../sandbox/data-plane/aws/http-api/mapping-value.ts";
import type { GatewayRequest, RequestDomain } from "../../../../../sandbox/data-plane/interpreter.ts";

/** The value of a context variable for a request to `/orders` of a stage. */
function contextValue(variable: string, stage: string, domain?: RequestDomain): string | undefined {
  const request: GatewayRequest = {
    method: "GET",
    path: "/orders",
    query: "",
    headers: [],
    header: (name) => (name === "host" ? "a1b2c3d4e5.execute-api.eu-west-1.localhost:4566" : undefined),
    remoteAddress: "127.0.0.1",
    ...(domain === undefined ? {} : { domain }),
  };
  const read = readValue(`$context.${variable}`, "a", { stage, stageVariables: {}, variables: [] });
  return read({
    request,
    path: "/orders",
    variables: new Map(),
    claims: undefined,
    requestId: "r",
    routeKey: "GET /orders",
    time: 1_583_348_638_390,
  });
}

const domain = { name: "api.example.com", basePath: "shop/v1", path: "/shop/v1/orders" };

describe("A context variable in a mapping of an HTTP API", () => {
  it("has the path as the client sends it: with the stage, or with the base path of the domain", () => {
    assert.equal(contextValue("path", "$default"), "/orders");
    assert.equal(contextValue("path", "live"), "/live/orders");
    assert.equal(contextValue("path", "$default", domain), "/shop/v1/orders");
    assert.equal(contextValue("path", "live", domain), "/shop/v1/orders");
    assert.equal(contextValue("path", "live", { ...domain, basePath: "" }), "/orders");
  });

  it("has the domain's name without a port", () => {
    assert.equal(contextValue("domainName", "$default"), "a1b2c3d4e5.execute-api.eu-west-1.localhost");
    assert.equal(contextValue("domainName", "$default", domain), "api.example.com");
  });

  it("has the time in milliseconds, as the event of a function has it", () => {
    assert.equal(contextValue("requestTimeEpoch", "$default"), "1583348638390");
  });
});
