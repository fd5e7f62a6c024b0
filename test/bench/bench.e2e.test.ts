import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { BenchResult } from "../../bench/result.ts";
import { runTool } from "../../setup/tool.js";

const MAIN = fileURLToPath(new URL("../../bench/main.ts", import.meta.url));
const FLAGS = ["--conditions=polygate-source", "--disable-warning=ExperimentalWarning", MAIN];

describe("the benchmark", function () {
  this.timeout(600_000);
  let temporary: string;
  beforeEach(() => {
    temporary = mkdtempSync(join(tmpdir(), "bench-test-"));
  });
  afterEach(() => rmSync(temporary, { recursive: true, force: true }));

  const env = () => ({ ...process.env, TMPDIR: temporary, TEMP: temporary, TMP: temporary });

  /** What `--json` prints, which is one object and nothing else; nothing is left behind. */
  async function measured(...args: string[]): Promise<BenchResult> {
    const { code, stdout, output } = await runTool(process.execPath, [...FLAGS, "--json", ...args], { env: env() });
    assert.equal(code, 0, output);
    assert.deepEqual(leftovers(), []);
    return JSON.parse(stdout) as BenchResult;
  }

  /** What Node and the engine keep for the next time is not the benchmark's. */
  function leftovers(): readonly string[] {
    return readdirSync(temporary).filter((name) => name.startsWith("polygate-"));
  }

  it("compiles for every vendor", async () => {
    const { deploy, serve, compile } = await measured(
      "--only",
      "compile",
      "--routes",
      "10",
      "--routes",
      "300",
      "--repeat",
      "1",
    );
    assert.deepEqual([deploy, serve], [[], []]);
    assert.deepEqual(
      compile.map(({ vendor, routes }) => `${vendor} ${routes}`),
      [
        "aws 10",
        "aws 300",
        "aws-rest 10",
        "aws-rest 300",
        "azure 10",
        "azure 300",
        "gcp 10",
        "gcp 300",
        "gcp-companion 10",
        "gcp-companion 300",
      ],
    );
    for (const row of compile) {
      assert.deepEqual(Object.keys(row), ["vendor", "routes", "milliseconds"]);
      assert.ok(row.milliseconds > 0 && row.milliseconds < 10_000, JSON.stringify(row));
    }
  });

  it("checks real documents, and several copies of one", async () => {
    const { compile, deploy, serve, check } = await measured("--only", "check", "--repeat", "1");
    assert.deepEqual([compile, deploy, serve], [[], [], []]);
    assert.deepEqual(
      check.map(({ copies, operations }) => [copies, operations]),
      [
        [1, 76],
        [1, 340],
        [8, 960],
        [16, 1920],
        [32, 3840],
      ],
    );
    for (const row of check) assert.ok(row.cpuSeconds > 0.1 && row.seconds > 0.1, JSON.stringify(row));
  });

  it("deploys both programs with the real engine, and counts their resources", async () => {
    const { deploy, serve, compile } = await measured(
      "--only",
      "deploy",
      "--vendor",
      "aws",
      "--routes",
      "4",
      "--repeat",
      "1",
    );
    assert.deepEqual([serve, compile], [[], []]);
    assert.deepEqual(
      deploy.map(({ how, vendor, routes, resources }) => ({ how, vendor, routes, resources })),
      [
        { how: "polygate", vendor: "aws", routes: 4, resources: 3 },
        // An API, an authorizer, a stage, and an integration and a route for each route.
        { how: "by-hand", vendor: "aws", routes: 4, resources: 11 },
      ],
    );
    for (const row of deploy) {
      assert.deepEqual(Object.keys(row), [
        "how",
        "vendor",
        "routes",
        "resources",
        "previewSeconds",
        "programCpuSeconds",
        "upSeconds",
        "noopPreviewSeconds",
        "peakMemoryMiB",
      ]);
      assert.ok(row.programCpuSeconds > 0.1 && row.programCpuSeconds < 60, JSON.stringify(row));
      assert.ok(row.previewSeconds > 0.1 && row.upSeconds > 0.1 && row.noopPreviewSeconds > 0.1, JSON.stringify(row));
      assert.ok(row.peakMemoryMiB > 30 && row.peakMemoryMiB < 4096, JSON.stringify(row));
    }
  });

  it("serves through a gateway and through the bare proxy", async () => {
    const { deploy, serve, compile } = await measured(
      ...["--only", "serve", "--vendor", "gcp", "--routes", "10", "--repeat", "1", "--seconds", "1"],
    );
    assert.deepEqual([deploy, compile], [[], []]);
    assert.deepEqual(serve.map(Object.keys), [["vendor", "requestsPerSecond", "bareProxyRequestsPerSecond"]]);
    const [row] = serve;
    assert.equal(row?.vendor, "gcp");
    assert.ok(row.requestsPerSecond > 10 && row.bareProxyRequestsPerSecond > 10, JSON.stringify(row));
  });

  it("reports a failed measurement, runs the others, and exits with code 1", async () => {
    // More routes than an HTTP API may have.
    const args = [
      "--json",
      "--only",
      "serve",
      "--only",
      "compile",
      "--vendor",
      "aws",
      "--routes",
      "400",
      "--repeat",
      "1",
    ];
    const { code, stdout, output } = await runTool(process.execPath, [...FLAGS, ...args], { env: env() });
    assert.equal(code, 1);
    assert.match(output, /FAILED: serve aws: [\s\S]*There are 400, but API Gateway allows 300/);
    const { serve, compile } = JSON.parse(stdout) as BenchResult;
    assert.deepEqual(serve, []);
    assert.deepEqual(
      compile.map(({ vendor, routes }) => `${vendor} ${routes}`),
      ["aws 400"],
    );
    assert.deepEqual(leftovers(), []);
  });

  it("leaves nothing behind if it is interrupted", async () => {
    const args = ["--only", "deploy", "--vendor", "gcp", "--routes", "4"];
    const child = spawn(process.execPath, [...FLAGS, ...args], { env: env(), stdio: ["ignore", "ignore", "pipe"] });
    let said = "";
    child.stderr.setEncoding("utf8").on("data", (text) => {
      said += text;
    });
    const ended = once(child, "close");
    // Wait until the engine runs, which creates a home folder.
    while (child.exitCode === null && !leftovers().some((name) => existsSync(join(temporary, name, "home")))) {
      await wait(50);
    }
    child.kill("SIGINT");
    const [code] = await ended;
    assert.equal(code, 130, said);
    assert.match(said, /interrupted by SIGINT/);
    assert.deepEqual(leftovers(), []);
  });

  it("prints its usage, and rejects unknown values", async () => {
    const help = await runTool(process.execPath, [...FLAGS, "--help"]);
    assert.equal(help.code, 0);
    assert.match(help.stdout, /--repeat N/);
    const refused = await runTool(process.execPath, [...FLAGS, "--vendor", "ibm"]);
    assert.deepEqual([refused.code, refused.stdout], [1, ""]);
    assert.match(
      refused.output,
      /--vendor must be one of aws, aws-rest, azure, gcp, gcp-companion, hybrid, not "ibm"[\s\S]*--repeat N/,
    );
  });
});
