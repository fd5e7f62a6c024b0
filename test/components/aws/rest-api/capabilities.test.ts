import assert from "node:assert/strict";
import type { Capabilities } from "../../../../components/api/capability/capabilities.ts";
import { type Feature, features } from "../../../../components/api/capability/features.ts";
import { awsRestApi } from "../../../../components/aws/rest-api/capabilities.ts";

const { features: table, limits, divergences }: Capabilities = awsRestApi;

describe("what a REST API carries", () => {
  it("answers for every feature there is", () => {
    assert.deepEqual(Object.keys(table).toSorted(), Object.keys(features).toSorted());
  });

  it("lacks marks in paths, removed headers, and limits by anything but route and key", () => {
    const lacking = (Object.keys(table) as Feature[]).filter((feature) => table[feature].support === "none");
    assert.deepEqual(lacking.toSorted(), [
      "headers.remove",
      "limits.api",
      "limits.consumer",
      "limits.consumer.long",
      "limits.ip.long",
      "limits.ip.second",
      "route.literal.mark",
    ]);
  });

  it("says what is composed: tokens and scopes by a function, CORS by mocks, client addresses by AWS WAF", () => {
    const composed = (Object.keys(table) as Feature[]).filter((feature) => table[feature].support === "composed");
    assert.deepEqual(composed.toSorted(), ["auth.jwt", "auth.scopes", "auth.token-and-key", "cors", "limits.ip"]);
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
