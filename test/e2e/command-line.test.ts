import assert from "node:assert/strict";
import { mkdirSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { findEngine } from "../../engine/index.ts";
import { withPath } from "../../setup/tool.js";
import { Folder, type Ran, ROOT, run, start } from "../cli/command.ts";
import { trustAuthority } from "../tls/trust.ts";
import { programText } from "./deployment.ts";
import { type RecordingBackend, startRecordingBackend } from "./recording-backend.ts";

describe("pulumi, from the plain command line inside polygate sandbox", function () {
  this.timeout(120_000);
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

  /** One command in one sandbox, which the next one goes on with. */
  function inside(...command: string[]): Promise<Ran> {
    const host = `https://erp.example.com=${backend.url}`;
    return run(["sandbox", "--host", host, "--", ...command], { cwd: folder.at("project"), env });
  }

  async function pulumi(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await inside("pulumi", ...args, "--non-interactive", "--color=never");
    assert.equal(code, 0, `${stdout}\n${stderr}`);
    return stdout;
  }

  it("previews, and deploys", async () => {
    assert.match(await pulumi("preview"), /\+ 14 to create/);
    assert.match(await pulumi("up", "--yes"), /\+ 14 created/);
  });

  it("changes nothing when nothing changed, by update and by refresh", async () => {
    assert.match(await pulumi("up", "--yes", "--expect-no-changes"), /14 unchanged/);
    assert.match(await pulumi("refresh", "--yes", "--expect-no-changes"), /14 unchanged/);
  });

  it("serves what is deployed while another command runs: it is listed, and a token of the issuer decides", async () => {
    const polygate = [process.execPath, "--conditions=polygate-source", join(ROOT, "cli/polygate.ts")]
      .map((part) => `"${part}"`)
      .join(" ");
    const { code, stdout, stderr } = await inside(
      "sh",
      "-c",
      `set -e
      ${polygate} endpoints
      token=$(${polygate} token --audience orders)
      NODE_EXTRA_CA_CERTS=.polygate/ca.pem node -e '
        const [urls, token] = process.argv.slice(1);
        const headers = { authorization: "Bearer " + token };
        for (const [vendor, url] of Object.entries(JSON.parse(urls))) {
          const asked = [["/orders/1"], ["/orders/1", { headers }], ["/orders", { method: "POST", headers }]];
          const answers = await Promise.all(asked.map(([path, init]) => fetch(url + path, init)));
          console.log(vendor, ...answers.map(({ status }) => status));
        }
      ' --input-type=module "$(pulumi stack output urls --json)" "$token"`,
    );
    assert.deepEqual([code, stderr], [0, ""], stdout);
    const [head = "", ...lines] = stdout.trimEnd().split("\n");
    assert.match(head, /^NAME +VENDOR +KIND +REGION +ROUTES +URL$/);
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
    // No token; a good one; a good one without the scope, or on a route left out.
    assert.deepEqual(lines.slice(4).toSorted(), ["aws 401 201 403", "azure 401 201 403", "gcp 401 201 404"]);
    // Only the allowed one of each gateway's three got there.
    assert.deepEqual(
      backend.seen.map(({ method, url: path }) => `${method} ${path}`),
      Array.from({ length: 3 }, () => "GET /orders/1"),
    );
  });

  it("serves it again in a sandbox of its own, on the same ports, with its log on standard error alone", async () => {
    const listed = await inside("pulumi", "stack", "output", "urls", "--json");
    const urls = JSON.parse(listed.stdout) as Readonly<Record<string, string>>;
    await trustAuthority(folder.at("project/.polygate"));
    const serving = start(["sandbox"], { cwd: folder.at("project"), env });
    let said = "";
    try {
      await serving.said(/Ctrl-C stops\.\n$/);
      said = serving.stdout();
      for (const url of Object.values(urls)) {
        // What is listed for Azure is the service, on which each API has a path.
        assert.ok(said.includes(`: ${new URL(url).origin}\n`), url);
        assert.equal((await fetch(`${url}/orders/7`)).status, 401);
      }
    } finally {
      serving.child.kill("SIGINT");
    }
    const { code, stdout, stderr } = await serving.ended();
    assert.deepEqual([code, stdout], [0, said]);
    const lines = stderr.trimEnd().split("\n");
    assert.equal(lines.length, 3, stderr);
    for (const [index, vendor] of Object.keys(urls).entries()) {
      assert.match(lines[index] ?? "", new RegExp(`\\(${vendor} [^)]+\\) GET \\S*/orders/7 401 unauthenticated`));
    }
  });

  it("passes on that pulumi failed", async () => {
    const { code, stderr } = await inside("pulumi", "up", "--yes", "--stack", "none", "--non-interactive");
    assert.notEqual(code, 0);
    assert.match(stderr, /no stack named 'none' found/);
  });

  it("destroys", async () => {
    assert.match(await pulumi("destroy", "--yes"), /- 14 deleted/);
    const { stdout } = await inside(
      process.execPath,
      "--conditions=polygate-source",
      join(ROOT, "cli/polygate.ts"),
      "endpoints",
    );
    assert.equal(stdout, "no gateway is deployed in .polygate\n");
  });
});

/** Of a line of `polygate endpoints`. */
function vendorOf(row: string): string {
  return row.split(/ +/)[1] ?? "";
}
