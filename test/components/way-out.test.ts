import assert from "node:assert/strict";
import type { Capabilities, Support } from "../../components/api/capability/capabilities.ts";
import { type Feature, features } from "../../components/api/capability/features.ts";
import { awsHttpApi } from "../../components/aws/http-api/capabilities.ts";
import { awsRestApi } from "../../components/aws/rest-api/capabilities.ts";
import { azureApiManagement } from "../../components/azure/api-management/capabilities.ts";
import { gcpApiGateway } from "../../components/gcp/api-gateway/capabilities.ts";
import { gcpApiGatewayWithCompanion } from "../../components/gcp/companion/capabilities.ts";

const classes: readonly Capabilities[] = [
  awsHttpApi,
  awsRestApi,
  azureApiManagement,
  gcpApiGateway,
  gcpApiGatewayWithCompanion,
];

describe("the way out of what a class lacks", () => {
  it("names no class that lacks it too", () => {
    const dead: string[] = [];
    for (const { className, features: table } of classes) {
      for (const feature of Object.keys(features) as Feature[]) {
        const answer = table[feature];
        if (answer.support !== "none") continue;
        for (const other of classes) {
          if (!new RegExp(`\\b${other.className}\\b`).test(answer.instead)) continue;
          if (other.features[feature].support === "none") dead.push(`${className}, ${feature}: ${other.className}`);
        }
      }
    }
    assert.deepEqual(dead, []);
  });

  it("names the companion exactly where it carries what the gateway lacks", () => {
    for (const feature of Object.keys(features) as Feature[]) {
      const answer: Support = gcpApiGateway.features[feature];
      if (answer.support !== "none") continue;
      const isCarried = gcpApiGatewayWithCompanion.features[feature].support !== "none";
      assert.equal(answer.instead.startsWith("Set companion, "), isCarried, feature);
    }
  });
});
