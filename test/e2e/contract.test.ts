import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { RequestLog } from "../../sandbox/data-plane/serving/server.ts";
import { Bench } from "../contract/bench.ts";
import { carriesOf, sharedServers, unexcused } from "../contract/divergence.ts";
import { waits } from "../contract/generate/probe.ts";
import { Probes } from "../contract/generate/probes.ts";
import { sweep } from "../contract/generate/sweep.ts";
import { wholeDescription } from "../contract/generate/whole.ts";
import type { Failure } from "../contract/judgement.ts";
import type { DescriptionText } from "../contract/oracle/description.ts";
import { Tally } from "../contract/tally.ts";
import type { VendorUnderTest } from "../contract/vendors/vendor.ts";
import { vendors as all } from "../contract/vendors/vendors.ts";
import { realTime } from "../contract/world/clock.ts";
import { World } from "../contract/world/world.ts";
import { Deployment } from "../support/e2e/deployment.ts";

/** The classes that `programs/contract.ts` declares. */
const declared = ["AwsHttpApi", "AwsRestApi", "AzureApiManagementApi", "GcpApiGateway"];

const vendors = all.filter(({ capabilities }) => declared.includes(capabilities.className));

/** Returns a description with all features that a gateway supports, except those that need resources outside the gateway. */
function descriptionFor(vendor: VendorUnderTest): DescriptionText {
  const carries = carriesOf(vendor);
  // The cloud creates the access keys that may sign. Functions and links are resources of other stacks.
  const excluded = ["auth.iam", "backend.fn", "backend.onPrem"];
  return wholeDescription((feature) => !excluded.includes(feature) && carries(feature), sharedServers(vendor));
}

describe("the contract, with gateways deployed by the real engine", function () {
  this.timeout(600_000);
  const logs = new Map<string, RequestLog[]>(vendors.map(({ vendor }) => [vendor, []]));
  let world: World;
  let deployment: Deployment;
  let urls: Readonly<Record<string, string>>;

  before(async () => {
    world = await World.start();
    const args = Object.fromEntries(
      vendors.map((vendor) => {
        const api = descriptionFor(vendor);
        const { backends, auth, consumers } = world.places(api);
        const callers = Object.entries(consumers).map(([name, { plan, key }]) => [name, { plan, value: key }]);
        const keyed = callers.length === 0 ? {} : { consumers: Object.fromEntries(callers) };
        return [vendor.capabilities.className, { api, backends, auth, ...keyed }];
      }),
    );
    deployment = await Deployment.start("contract", "contract", {
      hosts: Object.fromEntries(world.hosts),
      log: (line) => logs.get(line.vendor)?.push(line),
    });
    const file = join(deployment.folder, "args.json");
    writeFileSync(file, JSON.stringify(args));
    await deployment.pulumiIn({ ARGS: file }, "up", "--yes", "--skip-preview");
    urls = (await deployment.outputs()).urls as typeof urls;
  });

  after(async () => {
    await deployment?.stop();
    await world?.stop();
  });

  for (const vendor of vendors) {
    it(`holds for ${vendor.capabilities.className}`, async () => {
      const url = urls[vendor.capabilities.className];
      assert.ok(url !== undefined, `the stack has no URL for ${vendor.capabilities.className}`);
      const description = descriptionFor(vendor);
      const log = logs.get(vendor.vendor) ?? [];
      const bench = new Bench(world, vendor, description, { url, log, time: realTime, stop: async () => {} });
      const { places, oracle } = bench;
      const { maxBodyBytes } = vendor;
      const probes = new Probes({ description, places, routes: oracle.routes, tokens: world.tokens, maxBodyBytes });
      const failures: Failure[] = [];
      const tally = new Tally();
      try {
        for (const probe of sweep(probes, oracle.routes)) {
          // The clock of this test is real. The suite with a simulated clock runs the probes that wait for a window or an expiry.
          if (!waits(probe)) failures.push(...(await bench.run(probe, tally)));
        }
      } finally {
        await bench.stop();
      }
      assert.deepEqual(unexcused(vendor, failures), []);
      for (const decision of ["no route", "unauthenticated", "proxied", "too large", "backend down"] as const) {
        assert.ok(tally.decided(decision) > 0, `no request was decided "${decision}"`);
      }
    });
  }
});
