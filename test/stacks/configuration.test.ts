import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { parse } from "yaml";
import { z } from "zod";
import { otherNetworks, ownNetworks } from "../../stacks/hybrid/configuration.ts";
import { networkSettings } from "../../stacks/network/configuration.ts";
import { singleSettings } from "../../stacks/single/configuration.ts";

const stacks = {
  hybrid: { project: "Pulumi.yaml", settings: { ...ownNetworks.shape, ...otherNetworks.shape } },
  network: { project: "stacks/network/Pulumi.yaml", settings: networkSettings },
  single: { project: "stacks/single/Pulumi.yaml", settings: singleSettings.shape },
};

interface Declared {
  readonly type: string;
  readonly default: unknown;
  readonly description: string;
}

for (const [stack, { project, settings }] of Object.entries(stacks)) {
  describe(`the configuration of stacks/${stack}`, () => {
    it("is declared in Pulumi.yaml as its program reads it", () => {
      const { config } = parse(readFileSync(new URL(`../../${project}`, import.meta.url), "utf8")) as {
        readonly config: Readonly<Record<string, Declared>>;
      };
      const read = Object.fromEntries(
        Object.entries(settings).map(([name, setting]) => {
          const { type } = z.toJSONSchema(setting, { io: "input", unrepresentable: "any" });
          const description = z.globalRegistry.get(setting)?.description;
          return [name, { type, default: type === "string" ? "" : {}, description }];
        }),
      );
      assert.deepEqual(config, read);
    });

    it("exists for development, staging and production", () => {
      const folder = new URL(`../../stacks/${stack}/`, import.meta.url);
      const files = readdirSync(folder).flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.slice(1) ?? []);
      assert.deepEqual(files.toSorted(), ["dev", "prod", "staging"]);
    });
  });
}
