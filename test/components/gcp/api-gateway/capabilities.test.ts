import assert from "node:assert/strict";
import type { Capabilities } from "../../../../components/api/capability/capabilities.ts";
import { type Feature, features } from "../../../../components/api/capability/features.ts";
import { gcpApiGateway } from "../../../../components/gcp/api-gateway/capabilities.ts";

const { features: table, limits, divergences }: Capabilities = gcpApiGateway;

describe("the capabilities of Google's API Gateway", () => {
  it("cover every feature", () => {
    assert.deepEqual(Object.keys(table).toSorted(), Object.keys(features).toSorted());
  });

  it("lack colons in literals, client ids as audiences, validation, limits, keys, plans, functions, private backends, scopes, replies, CORS, header changes and paths with moved parameters", () => {
    const lacking = (Object.keys(table) as Feature[]).filter((feature) => table[feature].support === "none");
    assert.deepEqual(lacking.toSorted(), [
      "auth.iam",
      "auth.jwt.client-id",
      "auth.key",
      "auth.scopes",
      "auth.scopes.all",
      "auth.token-and-key",
      "backend.fn",
      "backend.onPrem",
      "cors",
      "headers.remove",
      "headers.set",
      "limits.api",
      "limits.burst",
      "limits.consumer",
      "limits.consumer.long",
      "limits.ip",
      "limits.ip.long",
      "limits.ip.second",
      "limits.key",
      "limits.key.long",
      "limits.route",
      "limits.route.long",
      "path.rewrite",
      "plans.limits",
      "plans.quota",
      "plans.routes",
      "reply",
      "request.body",
      "request.parameters",
      "route.literal.colon",
      "trust.clientCertificate",
      "trust.secretHeader",
    ]);
  });

  it("name a source for every number, an alternative for every missing feature, and a reason for every divergence", () => {
    for (const { source } of Object.values(limits)) assert.match(source, /^https:\/\//);
    for (const support of Object.values(table)) {
      if (support.support === "none") assert.match(support.instead, /^[A-Z].+\.$/);
      else assert.notEqual(support.how, "");
    }
    assert.equal(new Set(divergences.map((divergence) => divergence.case)).size, divergences.length);
    for (const { reason } of divergences) assert.match(reason, /^[a-z`*].{10,}$/);
  });
});
