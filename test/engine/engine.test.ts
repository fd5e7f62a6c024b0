import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, utimesSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { engineFolder, findEngine, provideEngine } from "../../engine/engine.js";
import { releaseUrl } from "../../engine/release.js";
import { isRecentEngine, pinnedEngine } from "../../engine/version.js";
import { SetupError } from "../../setup/setup-error.js";
import { runTool } from "../../setup/tool.js";
import { BareMachine } from "../setup/bare-machine.ts";

const FIXTURE = fileURLToPath(new URL("./provide-engine.fixture.ts", import.meta.url));

describe("the version of an engine", () => {
  it("is recent enough from 3.250.0 on, within major version 3", () => {
    for (const recent of ["3.250.0", "v3.250.0", "3.250.1", "3.300.0", "v3.251.0-alpha.2", "3.1000.0"]) {
      assert.equal(isRecentEngine(recent), true, recent);
    }
    for (const other of ["3.249.9", "3.25.0", "2.300.0", "4.0.0", "", "latest"]) {
      assert.equal(isRecentEngine(other), false, other);
    }
  });

  it("that is downloaded or built is one that would be accepted on PATH", () => {
    assert.equal(isRecentEngine(pinnedEngine()), true);
  });
});

describe("the engine", () => {
  let machine: BareMachine;
  beforeEach(() => {
    machine = new BareMachine();
  });
  afterEach(() => machine.remove());

  /** Every attempt to download fails at once. */
  function offline(): void {
    machine.tool("curl", "echo 'curl: (6) Could not resolve host: get.pulumi.com' >&2; exit 6");
    machine.realTool("tar");
  }

  /** A download that brings an archive with these scripts in it. */
  async function online(files: readonly string[], says = `v${pinnedEngine()}`): Promise<void> {
    const release = join(machine.folder, "release");
    mkdirSync(release);
    for (const file of files) machine.tool(file, `echo ${says}`, join(release, "pulumi"));
    const archive = join(machine.folder, "archive.tar.gz");
    const { code } = await runTool("tar", ["-czf", archive, "-C", release, "pulumi"]);
    assert.equal(code, 0);
    machine.tool("curl", `while [ "$1" != -o ]; do shift; done; cp '${archive}' "$2"`);
    machine.realTool("tar");
    machine.realTool("gzip");
  }

  it("is the one on PATH when that is recent enough", () => {
    const pulumi = machine.pulumi("3.260.1");
    assert.deepEqual(findEngine(machine), {
      engine: {
        pulumi,
        folder: machine.bin,
        version: "3.260.1",
        languageHost: join(machine.bin, "pulumi-language-nodejs"),
        source: "path",
      },
      refused: [],
    });
  });

  it("is not one on PATH that is too old, but a recent one that comes after it", () => {
    const newer = join(machine.folder, "newer");
    const old = machine.pulumi("3.100.0");
    machine.pulumi("3.255.0", { folder: newer });
    machine.env.PATH += `:${newer}`;
    const { engine, refused } = findEngine(machine);
    assert.equal(engine?.pulumi, join(newer, "pulumi"));
    assert.deepEqual(refused, [`${old} is v3.100.0, and v3.250.0 or newer is needed`]);
  });

  it("is not one on PATH that cannot run Node programs", () => {
    const pulumi = machine.pulumi("3.255.0", { languageHost: false });
    assert.deepEqual(findEngine(machine), {
      engine: undefined,
      refused: [`${pulumi} has no pulumi-language-nodejs beside it, nor is one on PATH`],
    });
    const elsewhere = join(machine.folder, "elsewhere");
    const languageHost = machine.tool("pulumi-language-nodejs", "exit 0", elsewhere);
    machine.env.PATH += `:${elsewhere}`;
    assert.equal(findEngine(machine).engine?.languageHost, languageHost);
  });

  it("is not one on PATH that does not run", () => {
    const pulumi = machine.tool("pulumi", "exit 3");
    assert.deepEqual(findEngine(machine), { engine: undefined, refused: [`${pulumi} does not say its version`] });
  });

  it("on PATH is asked for its version once, and again when it was replaced", () => {
    const pulumi = machine.pulumi("3.260.0");
    findEngine(machine);
    findEngine(machine);
    assert.deepEqual(machine.calls("pulumi"), ["version"]);
    machine.pulumi("3.261.0");
    utimesSync(pulumi, new Date(), new Date(Date.now() + 5000));
    assert.equal(findEngine(machine).engine?.version, "3.261.0");
    assert.deepEqual(machine.calls("pulumi"), ["version", "version"]);
  });

  it("is Pulumi's own release, downloaded once into the cache, when there is none on PATH", async () => {
    await online(["pulumi", "pulumi-language-nodejs", "pulumi-language-go"]);
    const engine = await provideEngine(machine);
    const folder = engineFolder(machine.cache, "release");
    assert.deepEqual(engine, {
      pulumi: join(folder, "pulumi"),
      folder,
      version: pinnedEngine(),
      languageHost: join(folder, "pulumi-language-nodejs"),
      source: "release",
    });
    assert.deepEqual(readdirSync(folder).sort(), [
      "complete.json",
      "pulumi",
      "pulumi-language-go",
      "pulumi-language-nodejs",
    ]);
    assert.deepEqual(await provideEngine(machine), engine);
    assert.equal(machine.calls("curl").length, 1);
    assert.ok(machine.calls("curl")[0]?.endsWith(releaseUrl()));
    assert.ok(machine.calls("curl")[0]?.startsWith("-fsSL --connect-timeout 5 "));
  });

  it("is built with Go, once into the cache, when the release cannot be fetched; one line says why", async () => {
    offline();
    machine.go();
    const engine = await provideEngine(machine);
    assert.equal(engine.source, "built");
    assert.equal(engine.folder, engineFolder(machine.cache, "built"));
    assert.deepEqual(machine.told.slice(0, 3), [
      `downloading ${releaseUrl()} …`,
      "the official Pulumi release could not be fetched (curl: (6) Could not resolve host: get.pulumi.com)",
      `building the Pulumi engine v${pinnedEngine()} with Go: some minutes, once for this machine …`,
    ]);
    assert.deepEqual(readdirSync(join(machine.cache, "engine")), [engine.folder.split("/").at(-1)]);

    assert.deepEqual(await provideEngine(machine), engine);
    assert.deepEqual(
      machine.calls("go").map((call) => call.split(" ")[0]),
      ["list", "build"],
    );
    assert.ok(machine.calls("go")[1]?.includes(`version.Version=v${pinnedEngine()}`));
  });

  for (const { what, files, says, why } of [
    {
      what: "lacks the Node language host",
      files: ["pulumi"],
      says: "v0",
      why: "the archive holds no pulumi-language-nodejs",
    },
    {
      what: "does not run on this machine",
      files: ["pulumi", "pulumi-language-nodejs"],
      says: "wrong architecture",
      why: "it does not run here: wrong architecture",
    },
  ]) {
    it(`is built with Go when the release ${what}`, async () => {
      await online(files, says);
      machine.go();
      assert.equal((await provideEngine(machine)).source, "built");
      assert.ok(
        machine.told.includes(`the official Pulumi release could not be fetched (${why})`),
        machine.told.join(),
      );
      assert.equal(readdirSync(join(machine.cache, "engine")).length, 1);
    });
  }

  it("is not waited for longer than a few seconds when the network swallows every packet", async () => {
    // A proxy that accepts the connection and never answers, as a firewall that drops packets looks to curl.
    const silent = createServer(() => {}).listen(0, "127.0.0.1");
    await once(silent, "listening");
    machine.realTool("curl");
    machine.realTool("tar");
    machine.go();
    machine.env.https_proxy = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const started = Date.now();
    try {
      assert.equal((await provideEngine(machine)).source, "built");
      assert.ok(Date.now() - started < 15_000, `it took ${Date.now() - started} ms`);
      assert.ok(
        machine.told.some((line) => /could not be fetched \(curl: \(28\)/.test(line)),
        machine.told.join("\n"),
      );
    } finally {
      silent.close();
      silent.unref();
    }
  }).timeout(30_000);

  it("that does not exist anywhere is an error that says what was tried and what to install", async () => {
    const old = machine.pulumi("3.100.0");
    await assert.rejects(provideEngine(machine), (error) => {
      assert.ok(error instanceof SetupError);
      assert.equal(error.code, "no-engine");
      assert.equal(
        error.rule,
        `No Pulumi engine: ${old} is v3.100.0, and v3.250.0 or newer is needed; Pulumi's release could not be fetched ` +
          "(there is no curl); there is no Go to build one.",
      );
      assert.match(error.remedy, /install Pulumi v3\.250\.0 or newer .* or Go 1\.25\.11 or newer/);
      return true;
    });
  });

  it("that cannot be built is an error with what Go said", async () => {
    offline();
    machine.tool("go", "echo 'go: go.mod requires go >= 1.25.11 (running go 1.19)' >&2; exit 1");
    await assert.rejects(
      provideEngine(machine),
      (error) =>
        error instanceof SetupError && error.code === "tool-failed" && error.rule.includes("requires go >= 1.25.11"),
    );
    assert.deepEqual(readdirSync(join(machine.cache, "engine")), []);
  });

  it("that cannot be built for want of a network is told apart from one that cannot be built", async () => {
    offline();
    machine.tool("go", "echo 'dial tcp: lookup modules.example.com: no such host' >&2; exit 1");
    await assert.rejects(
      provideEngine(machine),
      (error) => error instanceof SetupError && error.code === "offline" && error.remedy.includes("GOPROXY"),
    );
  });

  it("is built once when two set-ups want it at the same time", async () => {
    offline();
    machine.go("sleep 1");
    const setUps = [0, 1].map(() => spawn(process.execPath, [FIXTURE], { env: machine.env, stdio: "ignore" }));
    const codes = await Promise.all(setUps.map(async (setUp) => (await once(setUp, "exit"))[0]));
    assert.deepEqual(codes, [0, 0]);
    assert.equal(machine.calls("go").filter((call) => call.startsWith("build")).length, 1);
    assert.equal(findEngine(machine).engine?.source, "built");
  });

  it("that a killed set-up was building is built by the next, with nothing of the first left", async () => {
    offline();
    machine.go("sleep 30");
    const killed = spawn(process.execPath, [FIXTURE], { env: machine.env });
    while (!machine.calls("go").some((call) => call.startsWith("build"))) await sleep(20);
    killed.kill("SIGKILL");
    await once(killed, "exit");
    assert.equal(findEngine(machine).engine, undefined);

    machine.go();
    const { folder } = await provideEngine(machine);
    assert.deepEqual(readdirSync(join(machine.cache, "engine")), [folder.split("/").at(-1)]);
  });
});
