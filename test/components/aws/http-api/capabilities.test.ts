import assert from "node:assert/strict";
import type { Capabilities } from "../../../../components/api/capability/capabilities.ts";
import { type Feature, features } from "../../../../components/api/capability/features.ts";
import { awsHttpApi } from "../../../../components/aws/http-api/capabilities.ts";

const { features: table, limits, divergences }: Capabilities = awsHttpApi;

describe("what an HTTP API carries", () => {
  it("answers for every feature there is", () => {
    assert.deepEqual(Object.keys(table).toSorted(), Object.keys(features).toSorted());
  });

  it("lacks API keys with all that rests on them, limits by anything but route, and checks of requests", () => {
    const lacking = (Object.keys(table) as Feature[]).filter((feature) => table[feature].support === "none");
    assert.deepEqual(lacking.toSorted(), [
      "auth.key",
      "auth.token-and-key",
      "limits.api",
      "limits.consumer",
      "limits.consumer.long",
      "limits.ip",
      "limits.ip.long",
      "limits.ip.second",
      "limits.key",
      "limits.key.long",
      "plans.limits",
      "plans.quota",
      "plans.routes",
      "request.body",
      "request.parameters",
    ]);
  });

  it("names a source for every number, a way out for every gap, and a reason for every divergence", () => {
    for (const { source } of Object.values(limits)) assert.match(source, /^https:\/\//);
    for (const support of Object.values(table)) {
      if (support.support === "none") assert.match(support.instead, /^[A-Z].+\.$/);
      else assert.notEqual(support.how, "");
    }
    assert.equal(new Set(divergences.map((divergence) => divergence.case)).size, divergences.length);
    for (const { reason } of divergences) assert.match(reason, /^[a-z`*].{10,}$/);
  });
});
