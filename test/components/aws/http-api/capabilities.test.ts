import assert from "node:assert/strict";
import type { Capabilities } from "../../../../components/api/capability/capabilities.ts";
import { type Feature, features } from "../../../../components/api/capability/features.ts";
import { awsHttpApi } from "../../../../components/aws/http-api/capabilities.ts";

const { features: table, limits, divergences }: Capabilities = awsHttpApi;

describe("the capabilities of an HTTP API", () => {
  it("cover every feature", () => {
    assert.deepEqual(Object.keys(table).toSorted(), Object.keys(features).toSorted());
  });

  it("lack API keys and everything that depends on them, several required scopes, limits by anything but route, request validation, and proofs to backends", () => {
    const lacking = (Object.keys(table) as Feature[]).filter((feature) => table[feature].support === "none");
    assert.deepEqual(lacking.toSorted(), [
      "auth.key",
      "auth.scopes.all",
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
      "trust.clientCertificate",
      "trust.identityToken",
      "trust.secretHeader",
    ]);
  });

  it("have a source for every number, an alternative for every gap, and a reason for every divergence", () => {
    for (const { source } of Object.values(limits)) assert.match(source, /^https:\/\//);
    for (const support of Object.values(table)) {
      if (support.support === "none") assert.match(support.instead, /^[A-Z].+\.$/);
      else assert.notEqual(support.how, "");
    }
    assert.equal(new Set(divergences.map((divergence) => divergence.case)).size, divergences.length);
    for (const { reason } of divergences) assert.match(reason, /^[a-z`*].{10,}$/);
  });
});
