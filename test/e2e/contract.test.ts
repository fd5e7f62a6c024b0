import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { findEngine } from "../../engine/index.ts";
import type { RequestLog } from "../../sandbox/data-plane/server.ts";
import { type Sandbox, startSandbox } from "../../sandbox/index.ts";
import { runTool, withPath } from "../../setup/tool.js";
import { Bench } from "../contract/bench.ts";
import { carriesOf, unexcused } from "../contract/divergence.ts";
import { Probes } from "../contract/generate/probes.ts";
import { sweep } from "../contract/generate/sweep.ts";
import { wholeDescription } from "../contract/generate/whole.ts";
import type { Failure } from "../contract/judgement.ts";
import { Tally } from "../contract/tally.ts";
import type { VendorUnderTest } from "../contract/vendors/vendor.ts";
import { vendors } from "../contract/vendors/vendors.ts";
import { realTime } from "../contract/world/clock.ts";
import { World } from "../contract/world/world.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** How a user declares a gateway of each vendor, given `args`. */
const declarations: Readonly<Record<VendorUnderTest["vendor"], string>> = {
  azure: `
import { apimanagement, resources } from "@pulumi/azure-native";
import { AzureApiManagementApi } from ${JSON.stringify(join(ROOT, "components/azure/index.ts"))};
const group = new resources.ResourceGroup("contract", { location: "westeurope" });
const service = new apimanagement.ApiManagementService("contract", {
  resourceGroupName: group.name,
  publisherEmail: "contract@example.com",
  publisherName: "Contract",
  sku: { name: "Developer", capacity: 1 },
});
const azure = new AzureApiManagementApi("contract-azure", {
  ...args.azure,
  service: {
    resourceGroupName: group.name,
    serviceName: service.name,
    gatewayUrl: service.gatewayUrl,
    location: service.location,
    sku: "Developer",
  },
});
urls.azure = azure.url;
`,
  aws: `
import { AwsHttpApi } from ${JSON.stringify(join(ROOT, "components/aws/index.ts"))};
urls.aws = new AwsHttpApi("contract-aws", args.aws).url;
`,
  gcp: `
import { GcpApiGateway } from ${JSON.stringify(join(ROOT, "components/gcp/index.ts"))};
const gcp = new GcpApiGateway("contract-gcp", { ...args.gcp, region: "europe-west1" });
urls.gcp = gcp.url;
`,
};

describe("the contract, of gateways that the real engine deployed", function () {
  this.timeout(180_000);
  const logs = new Map<string, RequestLog[]>(vendors.map(({ vendor }) => [vendor, []]));
  let folder: string;
  let world: World;
  let sandbox: Sandbox;
  let urls: Readonly<Record<string, string>>;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "polygate-contract-"));
    const project = join(folder, "project");
    mkdirSync(project);
    symlinkSync(join(ROOT, "node_modules"), join(project, "node_modules"));
    writeFileSync(
      join(project, "Pulumi.yaml"),
      'name: contract\nmain: index.ts\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n    nodeargs: "--conditions=polygate-source"\n',
    );
    writeFileSync(join(project, "package.json"), JSON.stringify({ name: "contract", type: "module" }));
    world = await World.start();
    const args = Object.fromEntries(
      vendors.map((vendor) => {
        const api = wholeDescription(carriesOf(vendor));
        return [vendor.vendor, { api, ...world.places(api) }];
      }),
    );
    const program = vendors.map(({ vendor }) => declarations[vendor]).join("");
    writeFileSync(
      join(project, "index.ts"),
      `const args = ${JSON.stringify(args)};\nexport const urls = {};\n${program}`,
    );
    sandbox = await startSandbox({
      dir: join(folder, "sandbox"),
      hosts: Object.fromEntries(world.hosts),
      log: (line) => logs.get(line.vendor)?.push(line),
    });
    await pulumi("stack", "init", "dev");
    await pulumi("up", "--yes", "--skip-preview");
    const file = join(folder, "export.json");
    await pulumi("stack", "export", "--file", file);
    urls = outputsOf(file).urls;
  });

  after(async () => {
    await sandbox?.close();
    await world?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function pulumi(...args: string[]): Promise<void> {
    const engine = findEngine();
    const { code, output } = await runTool(engine.pulumi, [...args, "--non-interactive", "--color=never"], {
      cwd: join(folder, "project"),
      env: {
        ...withPath(process.env, [dirname(process.execPath), engine.folder]),
        ...sandbox.environment,
        PULUMI_HOME: join(folder, "home"),
      },
    });
    assert.equal(code, 0, output);
  }

  for (const vendor of vendors) {
    it(`holds for ${vendor.capabilities.className}`, async () => {
      const url = urls[vendor.vendor];
      assert.ok(url !== undefined, `the stack has no URL for ${vendor.vendor}`);
      const description = wholeDescription(carriesOf(vendor));
      const log = logs.get(vendor.vendor) ?? [];
      const bench = new Bench(world, vendor, description, { url, log, time: realTime, stop: async () => {} });
      const { places, oracle } = bench;
      const { maxBodyBytes } = vendor;
      const probes = new Probes({ description, places, routes: oracle.routes, tokens: world.tokens, maxBodyBytes });
      const failures: Failure[] = [];
      const tally = new Tally();
      try {
        for (const probe of sweep(probes, oracle.routes)) {
          // Here time passes by itself: what waits for a window or an expiry is for the suite with its own clock.
          if (probe.steps.every((step) => step.after === 0)) failures.push(...(await bench.run(probe, tally)));
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

/** The outputs of the only stack in an export. */
function outputsOf(file: string): { readonly urls: Readonly<Record<string, string>> } {
  const { deployment } = JSON.parse(readFileSync(file, "utf8")) as {
    readonly deployment: { readonly resources: readonly { readonly type: string; readonly outputs?: unknown }[] };
  };
  const stack = deployment.resources.find(({ type }) => type === "pulumi:pulumi:Stack");
  return stack?.outputs as { readonly urls: Readonly<Record<string, string>> };
}
