import assert from "node:assert/strict";
import type { Capabilities } from "../../../../components/api/capability/capabilities.ts";
import { type Feature, features } from "../../../../components/api/capability/features.ts";
import { awsRestApi } from "../../../../components/aws/rest-api/capabilities.ts";

const { features: table, limits, divergences }: Capabilities = awsRestApi;

describe("the capabilities of a REST API", () => {
  it("cover every feature", () => {
    assert.deepEqual(Object.keys(table).toSorted(), Object.keys(features).toSorted());
  });

  it("lack marks in paths, removed headers, limits by anything other than route and key, and two proofs to backends", () => {
    const lacking = (Object.keys(table) as Feature[]).filter((feature) => table[feature].support === "none");
    assert.deepEqual(lacking.toSorted(), [
      "headers.remove",
      "limits.api",
      "limits.consumer",
      "limits.consumer.long",
      "limits.ip.long",
      "limits.ip.second",
      "route.literal.mark",
      "trust.identityToken",
      "trust.secretHeader",
    ]);
  });

  it("list what is composed: tokens and scopes by a function, CORS by mocks, client addresses by AWS WAF", () => {
    const composed = (Object.keys(table) as Feature[]).filter((feature) => table[feature].support === "composed");
    assert.deepEqual(composed.toSorted(), [
      "auth.jwt",
      "auth.jwt.client-id",
      "auth.scopes",
      "auth.scopes.all",
      "auth.token-and-key",
      "cors",
      "limits.ip",
    ]);
  });

  it("name a source for every number, an alternative for every gap, and a reason for every divergence", () => {
    for (const { source } of Object.values(limits)) assert.match(source, /^https:\/\//);
    for (const support of Object.values(table)) {
      if (support.support === "none") assert.match(support.instead, /^[A-Z].+\.$/);
      else assert.notEqual(support.how, "");
    }
    assert.equal(new Set(divergences.map((divergence) => divergence.case)).size, divergences.length);
    for (const { reason } of divergences) assert.match(reason, /^[a-z`*].{10,}$/);
  });
});
