import assert from "node:assert/strict";
import { mkdirSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { findEngine } from "../../engine/index.ts";
import { withPath } from "../../setup/tool.js";
import { Folder, type Ran, ROOT, run } from "../cli/command.ts";

/** A user's program. */
const PROGRAM = `
import { resources, apimanagement } from "@pulumi/azure-native";
import { AzureApiManagementApi } from ${JSON.stringify(join(ROOT, "components/azure/index.ts"))};
import { defineApi, http, jwt } from ${JSON.stringify(join(ROOT, "components/index.ts"))};

const api = defineApi({
  version: 1,
  backends: { erp: http() },
  auth: { staff: jwt({ audiences: ["orders"] }) },
  default: { auth: "staff" },
  routes: { "GET /orders/{id}": { to: "erp" }, "POST /orders": { to: "erp", scopes: ["orders:write"] } },
});
const group = new resources.ResourceGroup("shops", { location: "westeurope" });
const service = new apimanagement.ApiManagementService("shops", {
  resourceGroupName: group.name,
  publisherEmail: "shop@example.com",
  publisherName: "Shop",
  sku: { name: "Developer", capacity: 1 },
});
export const { url } = new AzureApiManagementApi("orders", {
  api,
  service: {
    resourceGroupName: group.name,
    serviceName: service.name,
    gatewayUrl: service.gatewayUrl,
    location: service.location,
    sku: "Developer",
  },
  backends: { erp: { url: "https://erp.example.com" } },
  auth: { staff: { issuer: "https://login.example.com" } },
});
`;

describe("pulumi, from the plain command line inside polygate sandbox", function () {
  this.timeout(120_000);
  let folder: Folder;
  let env: NodeJS.ProcessEnv;

  before(async () => {
    folder = new Folder();
    for (const name of ["project", "stacks"]) mkdirSync(folder.at(name));
    symlinkSync(join(ROOT, "node_modules"), folder.at("project/node_modules"));
    const options = '  options:\n    typescript: false\n    nodeargs: "--conditions=polygate-source"\n';
    folder.write("project/Pulumi.yaml", `name: shops\nmain: index.ts\nruntime:\n  name: nodejs\n${options}`);
    folder.write("project/package.json", JSON.stringify({ name: "shops", type: "module" }));
    folder.write("project/index.ts", PROGRAM);
    env = {
      ...withPath(process.env, [dirname(process.execPath), findEngine().folder]),
      PULUMI_HOME: folder.at("home"),
      PULUMI_BACKEND_URL: `file://${folder.at("stacks")}`,
      PULUMI_CONFIG_PASSPHRASE: "",
    };
    await pulumi("stack", "init", "dev");
  });

  after(() => folder.remove());

  /** One command in one sandbox, which the next one goes on with. */
  function inside(...command: string[]): Promise<Ran> {
    return run(["sandbox", "--", ...command], { cwd: folder.at("project"), env });
  }

  async function pulumi(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await inside("pulumi", ...args, "--non-interactive", "--color=never");
    assert.equal(code, 0, `${stdout}\n${stderr}`);
    return stdout;
  }

  it("previews, and deploys", async () => {
    assert.match(await pulumi("preview"), /\+ 6 to create/);
    assert.match(await pulumi("up", "--yes"), /\+ 6 created/);
  });

  it("changes nothing when nothing changed, by update and by refresh", async () => {
    assert.match(await pulumi("up", "--yes", "--expect-no-changes"), /6 unchanged/);
    assert.match(await pulumi("refresh", "--yes", "--expect-no-changes"), /6 unchanged/);
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
      node -e '
        const [url, token] = process.argv.slice(1);
        const status = async (path, init) => console.log((await fetch(url + path, init)).status);
        await status("/orders/1");
        await status("/orders/1", { headers: { authorization: "Bearer " + token } });
        await status("/orders", { method: "POST", headers: { authorization: "Bearer " + token } });
      ' --input-type=module "$(pulumi stack output url)" "$token"`,
    );
    assert.deepEqual([code, stderr], [0, ""], stdout);
    const [head = "", row = "", ...statuses] = stdout.trimEnd().split("\n");
    assert.match(head, /^NAME +VENDOR +KIND +REGION +ROUTES +URL$/);
    assert.match(row, /^\S+ +azure +azure-api-management +westeurope +2 +http:\/\/127\.0\.0\.1:\d+$/);
    // No token; a good one, whose backend nobody mapped; a good one without the scope.
    assert.deepEqual(statuses, ["401", "500", "403"]);
  });

  it("passes on that pulumi failed", async () => {
    const { code, stderr } = await inside("pulumi", "up", "--yes", "--stack", "none", "--non-interactive");
    assert.notEqual(code, 0);
    assert.match(stderr, /no stack named 'none' found/);
  });

  it("destroys", async () => {
    assert.match(await pulumi("destroy", "--yes"), /- 6 deleted/);
    const { stdout } = await inside(
      process.execPath,
      "--conditions=polygate-source",
      join(ROOT, "cli/polygate.ts"),
      "endpoints",
    );
    assert.equal(stdout, "no gateway is deployed in .polygate\n");
  });
});
