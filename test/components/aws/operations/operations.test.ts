import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { Api } from "../../../../components/api/checked-api.ts";
import { awsHttpApi } from "../../../../components/aws/http-api/capabilities.ts";
import { withoutRestOnly } from "../../../../components/aws/http-api/rest-api-only.ts";
import {
  httpApiAccessLogFields,
  restApiAccessLogFields,
} from "../../../../components/aws/operations/access-log-format.ts";
import { withOperations } from "../../../../components/aws/operations/operations.ts";
import { awsRestApi } from "../../../../components/aws/rest-api/capabilities.ts";
import type { Target } from "../../../../components/gateway/target.ts";

const own = { code: "own", rule: "The target's own rule.", remedy: "None." };

/** A target with one problem. */
const target = (capabilities: object) => ({ capabilities, check: () => [own] }) as unknown as Target<unknown>;

/** The code and place of each problem that a target has in addition. */
function added({ check }: Target<unknown>): readonly (readonly unknown[])[] {
  const [first, ...more] = check({} as Api);
  assert.equal(first, own);
  return more.map(({ code, place }) => [code, place]);
}

const wrong = (args: object) => added(withOperations(target(awsRestApi), args, ["metrics", "tracing"]));

describe("the operations of a gateway on AWS", () => {
  it("accept what AWS accepts, and no option at all", () => {
    for (const given of [
      {},
      { accessLog: {} },
      { accessLog: { retentionDays: 3653 }, metrics: true, tracing: false },
      { tags: {} },
      { tags: { team: "orders", "cost centre": pulumi.output("later"), "a.b:c/d=e+f-g@h_1": "" } },
    ]) {
      assert.deepEqual(wrong(given), [], JSON.stringify(given));
    }
  });

  it("accept an access log only as an object with a retention period", () => {
    for (const accessLog of [true, "yes", null, [], 7]) {
      assert.deepEqual(wrong({ accessLog }), [["bad-access-log", "accessLog"]], JSON.stringify(accessLog));
    }
    for (const retentionDays of [0, 2, 31, "30", null]) {
      assert.deepEqual(wrong({ accessLog: { retentionDays } }), [["bad-retention", "accessLog.retentionDays"]]);
    }
  });

  it("accept only true and false for metrics and tracing", () => {
    assert.deepEqual(wrong({ metrics: "on", tracing: 1 }), [
      ["bad-switch", "metrics"],
      ["bad-switch", "tracing"],
    ]);
  });

  it("reject tracing for an HTTP API, which has none", () => {
    const httpApi = (args: object) =>
      added(withoutRestOnly(withOperations(target(awsHttpApi), args, ["metrics"]), args));
    for (const tracing of [true, false]) assert.deepEqual(httpApi({ tracing }), [["no-tracing", "tracing"]]);
    assert.deepEqual(httpApi({ metrics: true, accessLog: {} }), []);
  });

  it("reject tags that AWS does not accept, and tags whose names are unknown before the deployment", () => {
    for (const tags of [null, "a", ["a"], pulumi.output({ a: "b" }), Promise.resolve({ a: "b" })]) {
      assert.deepEqual(wrong({ tags }), [["bad-tag", "tags"]]);
    }
    const bad = { "": "a", "aws:x": "a", "AWS:x": "a", "a\nb": "a", b: 7, c: "x".repeat(257), d: "a#b" };
    assert.deepEqual(
      wrong({ tags: { ...bad, good: "yes", ["n".repeat(129)]: "a" } }),
      [...Object.keys(bad), "n".repeat(129)].map((name) => ["bad-tag", `tags[${JSON.stringify(name)}]`]),
    );
    const many = Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`t${index}`, ""]));
    assert.deepEqual(wrong({ tags: many }), [["too-many-tags", "tags"]]);
  });
});

describe("the line of an access log", () => {
  for (const [className, fields] of [
    ["AwsHttpApi", httpApiAccessLogFields],
    ["AwsRestApi", restApiAccessLogFields],
  ] as const) {
    it(`of ${className} contains the request's id, and no variable that is or may contain a credential`, () => {
      const variables = Object.values(fields);
      assert.ok(variables.includes("requestId"));
      assert.equal(new Set(variables).size, variables.length);
      assert.deepEqual(
        variables.filter((variable) => /header|query|apiKey$|accessKey|token|messageString|claims$/i.test(variable)),
        [],
      );
    });

    it(`of ${className} begins with the members that a client controls, so that the gateway's own are the last of their names`, () => {
      const clients = ["userAgent", "path", "method"];
      assert.deepEqual(Object.keys(fields).slice(0, clients.length), clients);
    });
  }
});
