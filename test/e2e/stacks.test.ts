import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type DeployedResource, drawDeployment } from "../../docs/deployment.ts";
import { Deployment } from "../support/e2e/deployment.ts";
import { type RecordingBackend, startRecordingBackend } from "../support/e2e/recording-backend.ts";

const PICTURES = fileURLToPath(new URL("../../docs/stacks/", import.meta.url));

// The tests share one sandbox: each continues where the previous one ended.
describe("the stacks, deployed from the plain command line", function () {
  this.timeout(600_000);
  let deployment: Deployment;
  let erp: RecordingBackend;

  before(async () => {
    erp = await startRecordingBackend();
    deployment = await Deployment.start("polygate-stacks", "", {
      stack: "hybrid",
      hosts: {
        "https://10.20.0.5:8443": erp.url,
        "https://erp.corp.example.com:8443": erp.url,
        "https://catalog.example.com": erp.url,
      },
    });
  });

  after(async () => {
    await deployment?.stop();
    erp?.close();
  });

  /** Runs the engine in a stack's folder. */
  const pulumi = (stack: string, ...args: string[]): Promise<string> => deployment.of(stack).pulumi(...args);

  /** Previews, deploys, deploys again, and refreshes, and fails unless only the first deployment changes something. */
  async function deployTwice(stack: string, environment: string): Promise<void> {
    await pulumi(stack, "stack", "select", environment, "--create");
    await pulumi(stack, "preview");
    await pulumi(stack, "up", "--yes", "--skip-preview");
    await pulumi(stack, "up", "--yes", "--skip-preview", "--expect-no-changes");
    await pulumi(stack, "refresh", "--yes", "--skip-preview", "--expect-no-changes");
  }

  async function assertPicture(stack: string): Promise<void> {
    const drawn = await drawDeployment((await deployment.of(stack).resources()) as readonly DeployedResource[]);
    const file = join(PICTURES, `${stack}.svg`);
    if (process.env.POLYGATE_WRITE === "1") writeFileSync(file, drawn);
    assert.ok(
      drawn === readFileSync(file, "utf8"),
      `docs/stacks/${stack}.svg is stale: run POLYGATE_WRITE=1 npm test -- --only e2e --grep "plain command line"`,
    );
  }

  async function status(url: string, token?: string): Promise<number> {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const answer = await fetch(`${url}/orders/7`, { headers });
    await answer.arrayBuffer();
    return answer.status;
  }

  it("report everything that is wrong with a configuration at once, before anything is deployed", async () => {
    const file = join(deployment.project, "Pulumi.qa.yaml");
    writeFileSync(file, readFileSync(new URL("fixtures/wrong-configuration.yaml", import.meta.url)));
    await pulumi("hybrid", "stack", "select", "qa", "--create");
    const { code, output } = await deployment.of("hybrid").pulumiWith({}, "preview");
    assert.equal(code, 1, output);
    const report = /\n {4}error: (the configuration of .*?)\n\n/s.exec(output)?.[1]?.split("\n      ");
    assert.deepEqual(report, [
      'the configuration of the stack "qa" of "polygate-hybrid" has 9 errors:',
      'apiManagement.tier: "Basic" is not accepted; write a tier that reaches a private network: Developer, Premium, StandardV2 or PremiumV2',
      "site.device: missing: the public IPv4 address of the VPN device; write it in Pulumi.qa.yaml",
      "site.devise: there is no such setting; site has the settings device, asn, range, dns, erp",
      "gcpVpnKey1: missing: the shared secret of Google's second tunnel; run `pulumi config set --secret gcpVpnKey1`",
      "catalogue: there is no such setting; the stack has the settings catalog, issuer, issuerKeys, accessLog, apiManagement, companion, site, networks, zone, azureVpnKey, gcpVpnKey0, gcpVpnKey1",
      "azureVpnKey: the secret is not encrypted; replace it, since the file may have been read, and run `pulumi config set --secret azureVpnKey`",
      "gcpVpnKey0: the secret is not encrypted; replace it, since the file may have been read, and run `pulumi config set --secret gcpVpnKey0`",
      "networks.azure.range: 10.20.128.0/17 overlaps with 10.20.0.0/16 of site.range; choose ranges without common addresses: a VPN cannot route an address that both of its ends have",
      "networks.azure.gatewaySubnet: 10.1.0.0/27 is not a part of 10.20.128.0/17, which is networks.azure.range; choose a part of 10.20.128.0/17",
    ]);
    assert.ok(!output.includes("planted"), output);
  });

  it("name the environments that exist where a stack has no configuration", async () => {
    await pulumi("single", "stack", "select", "nowhere", "--create");
    const { code, output } = await deployment.of("single").pulumiWith({}, "preview");
    assert.equal(code, 1, output);
    assert.match(output, /there is no Pulumi\.nowhere\.yaml: copy that of another environment, and change it/);
  });

  it("deploy the networks apart, and the gateways by a stack reference to them", async () => {
    await deployTwice("network", "staging");
    await assertPicture("network");
    await deployTwice("hybrid", "staging");
    const { urls } = (await deployment.of("hybrid").outputs()) as { readonly urls: Readonly<Record<string, string>> };
    const token = await deployment.sandbox.mintToken({ audience: "orders", scope: "orders:read" });
    for (const [cloud, url] of Object.entries(urls)) {
      assert.deepEqual([cloud, await status(url), await status(url, token)], [cloud, 401, 201]);
    }
    await pulumi("hybrid", "destroy", "--yes", "--skip-preview");
    await pulumi("network", "destroy", "--yes", "--skip-preview");
    assert.deepEqual(deployment.sandbox.endpoints(), []);
  });

  it("deploy production with two Regions of AWS, each under a name of its own", async () => {
    await deployTwice("hybrid", "prod");
    const { urls } = (await deployment.of("hybrid").outputs()) as { readonly urls: Readonly<Record<string, string>> };
    assert.deepEqual(Object.keys(urls).toSorted(), ["aws", "aws-us-east-1", "azure", "gcp"]);
    assert.equal(urls.aws, "https://eu-central-1.orders.example.com");
    assert.equal(urls["aws-us-east-1"], "https://us-east-1.orders.example.com");

    // A preview names the change of a route beside each gateway, whatever the vendor's document looks like.
    const api = join(deployment.project, "orders.yaml");
    writeFileSync(api, readFileSync(api, "utf8").replace("staff: [orders:read]", "staff: [orders:all]"));
    const { stdout } = await deployment.of("hybrid").pulumiWith({}, "preview", "--diff");
    const change = /~ GET \/orders +: \{.*?~ any: \[\n +~ \[0\]: "orders:read" => "orders:all"/gs;
    assert.equal(stdout.match(change)?.length, 4, stdout);
    await pulumi("hybrid", "destroy", "--yes", "--skip-preview");
    assert.deepEqual(deployment.sandbox.endpoints(), []);
  });

  it("deploy one gateway in front of one server", async () => {
    await deployTwice("single", "prod");
    await assertPicture("single");
    const { url } = (await deployment.of("single").outputs()) as { readonly url: string };
    assert.equal(await status(url), 401);
    await pulumi("single", "destroy", "--yes", "--skip-preview");
  });

  it("begin from a template with `pulumi new`, and lack nothing but their secrets", async () => {
    const single = await deployment.from("single");
    await single.pulumi("stack", "init", "staging");
    assert.match(await single.pulumi("preview"), /\+ 6 to create/);
    const hybrid = await deployment.from("hybrid");
    await hybrid.pulumi("stack", "init", "prod");
    const { output } = await hybrid.pulumiWith({}, "preview");
    const missing = "run `pulumi config set --secret";
    assert.deepEqual(reportIn(output), [
      'the configuration of the stack "prod" of "new-hybrid" has 3 errors:',
      `azureVpnKey: missing: the key that Azure and the device share; ${missing} azureVpnKey\``,
      `gcpVpnKey0: missing: the shared secret of Google's first tunnel; ${missing} gcpVpnKey0\``,
      `gcpVpnKey1: missing: the shared secret of Google's second tunnel; ${missing} gcpVpnKey1\``,
    ]);
    await hybrid.pulumi("config", "set", "--secret", "azureVpnKey", "aVeryLongKey0123456789");
    for (const key of ["gcpVpnKey0", "gcpVpnKey1"])
      await hybrid.pulumi("config", "set", "--secret", key, `${key}0123456789abcdef`);
    assert.match(await hybrid.pulumi("preview"), /\d+ to create/);
  });
});

/** The report on a configuration in what the engine prints, by its lines. */
function reportIn(output: string): readonly string[] | undefined {
  return /\n {4}error: (the configuration of .*?)\n\n/s.exec(output)?.[1]?.split("\n      ");
}
