import assert from "node:assert/strict";
import { mkdirSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { findEngine } from "../../engine/index.ts";
import { withPath } from "../../setup/tool.js";
import { Folder, type Ran, ROOT, run, start } from "../support/cli/command.ts";
import { programText } from "../support/e2e/deployment.ts";
import { type RecordingBackend, startRecordingBackend } from "../support/e2e/recording-backend.ts";
import { trustAuthority } from "../support/tls/trust.ts";

describe("pulumi, run by polygate sandbox", function () {
  this.timeout(600_000);
  let folder: Folder;
  let env: NodeJS.ProcessEnv;
  let backend: RecordingBackend;

  before(async () => {
    backend = await startRecordingBackend();
    folder = new Folder();
    for (const name of ["project", "stacks"]) mkdirSync(folder.at(name));
    symlinkSync(join(ROOT, "node_modules"), folder.at("project/node_modules"));
    const options = '  options:\n    typescript: false\n    nodeargs: "--conditions=polygate-source"\n';
    folder.write("project/Pulumi.yaml", `name: shops\nmain: index.ts\nruntime:\n  name: nodejs\n${options}`);
    folder.write("project/package.json", JSON.stringify({ name: "shops", type: "module" }));
    folder.write("project/index.ts", programText("command-line"));
    env = {
      ...withPath(process.env, [dirname(process.execPath), findEngine().folder]),
      PULUMI_HOME: folder.at("home"),
      PULUMI_BACKEND_URL: `file://${folder.at("stacks")}`,
      PULUMI_CONFIG_PASSPHRASE: "",
    };
    await pulumi("stack", "init", "dev");
  });

  after(() => {
    backend?.close();
    folder?.remove();
  });

  /** Runs a command in a sandbox. The next sandbox continues with its state. */
  function inSandbox(...command: string[]): Promise<Ran> {
    const host = `https://erp.example.com=${backend.url}`;
    return run(["sandbox", "--host", host, "--", ...command], { cwd: folder.at("project"), env });
  }

  async function pulumi(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await inSandbox("pulumi", ...args, "--non-interactive", "--color=never");
    assert.equal(code, 0, `${stdout}\n${stderr}`);
    return stdout;
  }

  it("previews and deploys a stack", async () => {
    assert.match(await pulumi("preview"), /\+ 14 to create/);
    assert.match(await pulumi("up", "--yes"), /\+ 14 created/);
  });

  it("shows no changes at a second update and refresh", async () => {
    assert.match(await pulumi("up", "--yes", "--expect-no-changes"), /14 unchanged/);
    assert.match(await pulumi("refresh", "--yes", "--expect-no-changes"), /14 unchanged/);
  });

  it("serves the deployed gateways while another command runs, lists them, and accepts tokens of its issuer", async () => {
    const polygate = [process.execPath, "--conditions=polygate-source", join(ROOT, "cli/polygate.ts")]
      .map((part) => `"${part}"`)
      .join(" ");
    const { code, stdout, stderr } = await inSandbox(
      "sh",
      "-c",
      `set -e
      ${polygate} endpoints
      token=$(${polygate} token --audience orders)
      NODE_EXTRA_CA_CERTS=.polygate/ca.pem node -e '
        const [urls, token] = process.argv.slice(1);
        const headers = { authorization: "Bearer " + token };
        for (const [vendor, url] of Object.entries(JSON.parse(urls))) {
          const requests = [["/orders/1"], ["/orders/1", { headers }], ["/orders", { method: "POST", headers }]];
          const answers = await Promise.all(requests.map(([path, init]) => fetch(url + path, init)));
          console.log(vendor, ...answers.map(({ status }) => status));
        }
      ' --input-type=module "$(pulumi stack output urls --json)" "$token"`,
    );
    assert.deepEqual([code, stderr], [0, ""], stdout);
    const [heading = "", ...lines] = stdout.trimEnd().split("\n");
    assert.match(heading, /^NAME +VENDOR +KIND +REGION +ROUTES +URL$/);
    const rows = lines.slice(0, 3).toSorted((one, other) => vendorOf(one).localeCompare(vendorOf(other)));
    const url = "https?://127\\.0\\.0\\.1:\\d+";
    for (const [index, row] of [
      "aws +aws-http-api +us-east-1 +2",
      "azure +azure-api-management +westeurope +2",
      "gcp +gcp-api-gateway +europe-west1 +1",
    ].entries()) {
      assert.match(rows[index] ?? "", new RegExp(`^\\S+ +${row} +${url}$`));
    }
    assert.match(lines[3] ?? "", /^curl --cacert \.polygate\/ca\.pem https:\/\/127\.0\.0\.1:\d+$/);
    // Without a token; with a token; with a token that lacks the scope, or on Google Cloud for the omitted route.
    assert.deepEqual(lines.slice(4).toSorted(), ["aws 401 201 403", "azure 401 201 403", "gcp 401 201 404"]);
    // Only one of the three requests to each gateway reaches the backend.
    assert.deepEqual(
      backend.seen.map(({ method, url: path }) => `${method} ${path}`),
      Array.from({ length: 3 }, () => "GET /orders/1"),
    );
  });

  it("serves the gateways again without a command, on the same ports, with the request log on standard error only", async () => {
    const outputs = await inSandbox("pulumi", "stack", "output", "urls", "--json");
    const urls = JSON.parse(outputs.stdout) as Readonly<Record<string, string>>;
    await trustAuthority(folder.at("project/.polygate"));
    const serving = start(["sandbox"], { cwd: folder.at("project"), env });
    let printed = "";
    try {
      await serving.said(/Ctrl-C stops\.\n$/);
      printed = serving.stdout();
      for (const url of Object.values(urls)) {
        // For Azure, the URL of the service is listed. Each API has a path below it.
        assert.ok(printed.includes(`: ${new URL(url).origin}\n`), url);
        assert.equal((await fetch(`${url}/orders/7`)).status, 401);
      }
    } finally {
      serving.child.kill("SIGINT");
    }
    const { code, stdout, stderr } = await serving.ended();
    assert.deepEqual([code, stdout], [0, printed]);
    const lines = stderr.trimEnd().split("\n");
    assert.equal(lines.length, 3, stderr);
    for (const [index, vendor] of Object.keys(urls).entries()) {
      assert.match(lines[index] ?? "", new RegExp(`\\(${vendor} [^)]+\\) GET \\S*/orders/7 401 unauthenticated`));
    }
  });

  it("exits with a failure when pulumi fails", async () => {
    const { code, stderr } = await inSandbox("pulumi", "up", "--yes", "--stack", "none", "--non-interactive");
    assert.notEqual(code, 0);
    assert.match(stderr, /no stack named 'none' found/);
  });

  it("destroys the stack", async () => {
    assert.match(await pulumi("destroy", "--yes"), /- 14 deleted/);
    const { stdout } = await inSandbox(
      process.execPath,
      "--conditions=polygate-source",
      join(ROOT, "cli/polygate.ts"),
      "endpoints",
    );
    assert.equal(stdout, "no gateway is deployed in .polygate\n");
  });
});

/** Returns the vendor in a line of `polygate endpoints`. */
function vendorOf(row: string): string {
  return row.split(/ +/)[1] ?? "";
}
