import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { defineApi } from "../../../components/api/define-api.ts";
import { http, iam } from "../../../components/api/description.ts";
import { PolygateError } from "../../../components/api/problem.ts";
import { AwsHttpApi } from "../../../components/aws/http-api/http-api.ts";
import { AwsRestApi } from "../../../components/aws/rest-api/rest-api.ts";

const executionArn = "arn:aws:execute-api:eu-central-1:123456789012:a1b2c3d4e5";
const mocks: pulumi.runtime.Mocks = {
  call: () => ({}),
  newResource: ({ name, inputs }) => ({
    id: `${name}-id`,
    state: { ...inputs, region: "eu-central-1", invokeUrl: "https://a1b2c3d4e5.example.com/", executionArn },
  }),
};

const api = defineApi({
  version: 1,
  backends: { erp: http() },
  auth: { services: iam() },
  default: { auth: "services" },
  routes: {
    "GET /orders/{id}": { to: "erp" },
    "GET /orders/{id}/lines": { to: "erp" },
    "POST /orders": { to: "erp" },
  },
});
const args = { api, backends: { erp: { url: "https://erp.example.com" } } };

function value<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => void output.apply(resolve));
}

describe("A gateway's arnOf", () => {
  before(() => pulumi.runtime.setMocks(mocks, "shops", "dev", false, "acme"));

  const stages = { AwsHttpApi: "$default", AwsRestApi: "live" } as const;
  const declare = {
    AwsHttpApi: () => new AwsHttpApi("orders", args),
    AwsRestApi: () => new AwsRestApi("orders", args),
  } as const;

  for (const name of ["AwsHttpApi", "AwsRestApi"] as const) {
    it(`returns the ARN of a route's requests to the stage, typed by the description's keys (${name})`, async () => {
      const gateway = declare[name]();
      assert.equal(await value(gateway.invokeArn), `${executionArn}/${stages[name]}`);
      const all = { alsoAllows: ["GET /orders/{id}/lines"] } as const;
      assert.equal(
        await value(gateway.arnOf("GET /orders/{id}", all)),
        `${executionArn}/${stages[name]}/GET/orders/?*`,
      );
      assert.equal(await value(gateway.arnOf("POST /orders")), `${executionArn}/${stages[name]}/POST/orders`);
      // @ts-expect-error: the description has no such route.
      assert.throws(() => gateway.arnOf("POST /order"), PolygateError);
      assert.throws(
        () => gateway.arnOf("GET /orders/{id}"),
        (error) => error instanceof PolygateError && error.message.startsWith('The gateway "orders": 1 problem'),
      );
    });
  }

  it("rejects a route that the gateway omits", () => {
    const gateway = new AwsHttpApi("orders", { ...args, omit: { "GET /orders/{id}/lines": "served elsewhere" } });
    assert.doesNotThrow(() => gateway.arnOf("GET /orders/{id}"));
    assert.throws(
      () => gateway.arnOf("GET /orders/{id}/lines"),
      (error) => error instanceof PolygateError && error.problems[0]?.code === "unknown-route",
    );
  });
});
