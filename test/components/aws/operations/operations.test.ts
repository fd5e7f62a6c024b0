import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { Capabilities } from "../../../../components/api/capability/capabilities.ts";
import type { Api } from "../../../../components/api/checked-api.ts";
import { awsHttpApi } from "../../../../components/aws/http-api/capabilities.ts";
import {
  httpApiAccessLogFields,
  restApiAccessLogFields,
} from "../../../../components/aws/operations/access-log-format.ts";
import { withOperations } from "../../../../components/aws/operations/operations.ts";
import { awsRestApi } from "../../../../components/aws/rest-api/capabilities.ts";
import type { Target } from "../../../../components/gateway/target.ts";

const own = { code: "own", rule: "the target's own", remedy: "None." };

/** What is wrong with how a gateway is to be run, beside what the target finds: code and place. */
function wrong(given: object, capabilities: Capabilities = awsRestApi): readonly (readonly unknown[])[] {
  const target = { capabilities, check: () => [own] } as unknown as Target<unknown>;
  const [first, ...more] = withOperations(target, given).check({} as Api);
  assert.equal(first, own);
  return more.map(({ code, place }) => [code, place]);
}

describe("how a gateway on AWS is run", () => {
  it("is what AWS takes, or nothing", () => {
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

  it("has an access log that is an object, and nothing else in it than how long it is kept", () => {
    for (const accessLog of [true, "yes", null, [], 7]) {
      assert.deepEqual(wrong({ accessLog }), [["bad-access-log", "accessLog"]], JSON.stringify(accessLog));
    }
    assert.deepEqual(wrong({ accessLog: { retention: 30, retentionDays: 30 } }), [
      ["bad-access-log", "accessLog.retention"],
    ]);
    for (const retentionDays of [0, 2, 31, "30", null]) {
      assert.deepEqual(wrong({ accessLog: { retentionDays } }), [["bad-retention", "accessLog.retentionDays"]]);
    }
  });

  it("has switches that are on or off", () => {
    assert.deepEqual(wrong({ metrics: "on", tracing: 1 }), [
      ["bad-switch", "metrics"],
      ["bad-switch", "tracing"],
    ]);
  });

  it("has no tracing on an HTTP API, which has none", () => {
    for (const tracing of [true, false])
      assert.deepEqual(wrong({ tracing }, awsHttpApi), [["no-tracing", "tracing"]], String(tracing));
    assert.deepEqual(wrong({ metrics: true, accessLog: {} }, awsHttpApi), []);
  });

  it("has tags that AWS takes, whose names are known", () => {
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
    it(`of ${className} holds the request's id, and nothing that is a credential or may hold one`, () => {
      const variables = Object.values(fields);
      assert.ok(variables.includes("requestId"));
      assert.equal(new Set(variables).size, variables.length);
      assert.deepEqual(
        variables.filter((variable) => /header|query|apiKey$|accessKey|token|messageString|claims$/i.test(variable)),
        [],
      );
    });

    it(`of ${className} says what a client chose first, so that the gateway's own members are the last of their names`, () => {
      const clients = ["userAgent", "path", "method"];
      assert.deepEqual(Object.keys(fields).slice(0, clients.length), clients);
    });
  }
});
