import assert from "node:assert/strict";
import type { Capabilities } from "../../../../components/api/capability/capabilities.ts";
import { type Feature, features } from "../../../../components/api/capability/features.ts";
import { gcpApiGateway } from "../../../../components/gcp/api-gateway/capabilities.ts";
import { gcpApiGatewayWithCompanion } from "../../../../components/gcp/companion/capabilities.ts";
import { isCase } from "../../../contract/cases.ts";

const { className, features: table, limits, divergences, noEscape }: Capabilities = gcpApiGatewayWithCompanion;
const names = Object.keys(table) as Feature[];

describe("the capabilities of Google's API Gateway with a companion", () => {
  it("cover every feature, under the name of the same class", () => {
    assert.deepEqual(names.toSorted(), Object.keys(features).toSorted());
    assert.equal(className, gcpApiGateway.className);
  });

  it("lack colons in literals, client ids as audiences, signatures, keys, plans, functions, limits by address and validation", () => {
    assert.deepEqual(names.filter((name) => table[name].support === "none").toSorted(), [
      "auth.iam",
      "auth.jwt.client-id",
      "auth.key",
      "auth.token-and-key",
      "backend.fn",
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
      "route.literal.colon",
      "trust.identityToken",
    ]);
  });

  it("call composed what the companion does, and native only what the gateway's document decides", () => {
    assert.deepEqual(names.filter((name) => table[name].support === "native").toSorted(), [
      "route.literal",
      "route.literal.mark",
      "route.parameter",
    ]);
  });

  it("say that limits count per instance", () => {
    const { limitPrecision } = gcpApiGatewayWithCompanion;
    assert.match(limitPrecision, /N instances let up to N times the requests of a limit pass/);
    for (const name of ["limits.route", "limits.api", "limits.consumer"] as const) {
      const support = table[name];
      assert.match(support.support === "none" ? "" : support.how, /each of its instances by itself/);
    }
  });

  it("name a source for every number, an alternative for every missing feature, and cases of the contract that differ", () => {
    for (const { source } of Object.values(limits)) assert.match(source, /^https:\/\//);
    for (const support of Object.values(table)) {
      if (support.support === "none") assert.match(support.instead, /^[A-Z].+\.$/);
      else assert.notEqual(support.how, "");
    }
    for (const { case: name, reason } of divergences) assert.ok(isCase(name) && reason.length > 10);
    assert.deepEqual(
      noEscape.map(({ code }) => code),
      ["bad-audience", "empty-audience"],
    );
  });
});
