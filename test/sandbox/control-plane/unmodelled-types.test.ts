import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { awsModels } from "../../../sandbox/control-plane/aws/models.ts";
import { awsUnmodelled } from "../../../sandbox/control-plane/aws/unmodelled-types.ts";
import { azurePackage } from "../../../sandbox/control-plane/azure/azure.ts";
import { azureUnmodelled } from "../../../sandbox/control-plane/azure/unmodelled-types.ts";
import { gcpPackage } from "../../../sandbox/control-plane/gcp/gcp.ts";
import { gcpUnmodelled } from "../../../sandbox/control-plane/gcp/unmodelled-types.ts";
import type { UnmodelledTypes } from "../../../sandbox/control-plane/unmodelled-types.ts";
import { type EngineStandIn, type TestCloud, testCloud } from "../../support/sandbox/control-plane/engine-stand-in.ts";

const require = createRequire(import.meta.url);

/** The tokens of the resources that a module of an SDK declares. */
function resourcesOf(sdk: string, module: string): readonly string[] {
  const folder = join(dirname(require.resolve(`@pulumi/${sdk}/package.json`)), module);
  return readdirSync(folder)
    .filter((file) => file.endsWith(".js"))
    .flatMap((file) => {
      const [, token] = /__pulumiType = '([^']+)'/.exec(readFileSync(join(folder, file), "utf8")) ?? [];
      return token === undefined ? [] : [token];
    });
}

interface Vendor {
  readonly sdk: "aws" | "azure-native" | "gcp";
  readonly modules: readonly string[];
  readonly models: Readonly<Record<string, unknown>>;
  readonly unmodelled: UnmodelledTypes;
}

const VENDORS: readonly Vendor[] = [
  { sdk: "aws", modules: ["apigateway", "apigatewayv2"], models: awsModels, unmodelled: awsUnmodelled },
  { sdk: "azure-native", modules: ["apimanagement"], models: azurePackage().models, unmodelled: azureUnmodelled },
  { sdk: "gcp", modules: ["apigateway"], models: gcpPackage("p").models, unmodelled: gcpUnmodelled },
];

describe("a resource type without a model", () => {
  let cloud: TestCloud;
  before(async () => {
    cloud = await testCloud();
  });
  after(() => cloud.close());

  for (const { sdk, modules, models, unmodelled } of VENDORS) {
    describe(`of ${sdk}`, () => {
      const types = modules.flatMap((module) => resourcesOf(sdk, module));
      const refused = (type: string) => !(type in models) && !(type in unmodelled.stored);
      let provider: EngineStandIn;
      before(async () => {
        provider = await cloud.provider(sdk);
      });

      it("that belongs to a gateway's module is refused at preview by name, unless it decides no request", async () => {
        assert.ok(types.length >= 10, `${types.length} types`);
        for (const type of types) {
          const { failures } = await provider.check(type, "part", {});
          const refusals = failures.filter((failure) => failure.includes("does not model"));
          if (refused(type)) {
            assert.deepEqual(failures, refusals, type);
            const sentence = `: the sandbox does not model ${type}, which can decide requests in the cloud: `;
            assert.equal(failures[0]?.slice(0, sentence.length), sentence);
            assert.match(failures[0]?.slice(sentence.length) ?? "", /^[a-z].{15,}$/);
          } else {
            assert.deepEqual(refusals, [], type);
          }
        }
      });

      it("is listed by a name that the SDK declares", () => {
        const listed = [...Object.keys(unmodelled.stored), ...Object.keys(unmodelled.refused)];
        const ofGateway = listed.filter((type) => unmodelled.gatewayModules.some((module) => type.startsWith(module)));
        assert.deepEqual(
          ofGateway.filter((type) => !types.includes(type)),
          [],
        );
        const others = listed.filter((type) => !ofGateway.includes(type));
        const declared = others.filter((type) => {
          const [, module = "", file = ""] = /^[^:]+:([^/]+)\/([^:]+):/.exec(type) ?? [];
          return resourcesOf(sdk, module).includes(type) && file !== "";
        });
        assert.deepEqual(declared, others);
      });

      it("is never both stored and refused, or listed beside a model", () => {
        const { stored, refused: listed } = unmodelled;
        const twice = Object.keys(stored).filter((type) => type in listed || type in models);
        assert.deepEqual([...twice, ...Object.keys(listed).filter((type) => type in models)], []);
      });
    });
  }

  it("is refused in each version of its API", async () => {
    const azure = await cloud.provider("azure-native");
    for (const type of ["azure-native:apimanagement/v20240501:Policy", "azure-native:apimanagement:Policy"]) {
      const { failures } = await azure.check(type, "policy", { value: "<policies/>" });
      assert.deepEqual(failures, [
        ": the sandbox does not model azure-native:apimanagement:Policy, which can decide requests in the cloud: " +
          "put its statements into the azure.apimanagement.ApiPolicy of each API",
      ]);
    }
  });

  it("is refused when an SDK declares it that is newer than the sandbox", async () => {
    const gcp = await cloud.provider("gcp");
    const { failures } = await gcp.check("gcp:apigateway/gatewayRule:GatewayRule", "rule", {});
    assert.deepEqual(failures, [
      ": the sandbox does not model gcp:apigateway/gatewayRule:GatewayRule, which can decide requests in the cloud: " +
        "leave it out here, or run this stack against the cloud",
    ]);
  });
});
