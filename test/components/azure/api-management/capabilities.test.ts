import assert from "node:assert/strict";
import { features } from "../../../../components/api/capability/features.ts";
import { azureApiManagement, capabilitiesOf } from "../../../../components/azure/api-management/capabilities.ts";
import { skus } from "../../../../components/azure/sku.ts";

const lacking = (sku: (typeof skus)[number]): readonly string[] =>
  Object.entries(capabilitiesOf(sku).features)
    .filter(([, { support }]) => support === "none")
    .map(([feature]) => feature);

/** The features that Polygate does not support on Azure yet. */
const unsupported = ["backend.fn", "auth.iam", "request.body", "request.parameters"];

function assertLacking(sku: (typeof skus)[number], expected: readonly string[]): void {
  assert.deepEqual(lacking(sku).toSorted(), [...unsupported, ...expected].toSorted());
}

describe("the capabilities of API Management", () => {
  it("cover every feature", () => {
    assert.deepEqual(Object.keys(azureApiManagement.features).toSorted(), Object.keys(features).toSorted());
  });

  it("lack only functions, validation and bursts on the classic tiers, and private backends on those without a network", () => {
    for (const sku of ["Developer", "Premium"] as const) assertLacking(sku, ["limits.burst"]);
    for (const sku of ["Basic", "Standard"] as const) assertLacking(sku, ["limits.burst", "backend.onPrem"]);
  });

  it("lack limits and quotas per hour and longer on the v2 tiers, which have no quota-by-key", () => {
    for (const sku of ["BasicV2", "StandardV2", "PremiumV2"] as const) {
      const long = ["route", "consumer", "ip", "key"].map((by) => `limits.${by}.long`);
      long.push("limits.burst", "plans.quota");
      assertLacking(sku, sku === "BasicV2" ? [...long, "backend.onPrem"] : long);
    }
  });

  it("lack every limit on the tier Consumption, which accepts smaller policies and shorter time-outs", () => {
    assertLacking(
      "Consumption",
      Object.keys(features).filter((feature) => /^limits\.|^plans\.|^backend\.onPrem$/.test(feature)),
    );
    const { limits } = capabilitiesOf("Consumption");
    assert.deepEqual(
      [limits.policyBytes?.value, limits.timeoutSeconds?.value, limits.urlBytes?.value],
      [16_384, 30, 4096],
    );
  });

  it("name a source for every number and an alternative for every missing feature, on every tier", () => {
    for (const sku of skus) {
      const { limits, features: table } = capabilitiesOf(sku);
      for (const limit of Object.values(limits)) assert.match(limit.source, /^https:\/\/learn\.microsoft\.com\//);
      for (const support of Object.values(table)) if (support.support === "none") assert.match(support.instead, /\.$/);
      assert.equal(limits.operations?.value, { D: 3000, C: 3000, B: 10_000, S: 50_000, P: 75_000 }[sku.charAt(0)]);
    }
  });
});
