import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, utimesSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { engineFolder, findEngine, provideEngine } from "../../engine/engine.js";
import { checksumsUrl, releaseUrl } from "../../engine/release.js";
import { isRecentEngine, oldestGo, pinnedEngine } from "../../engine/version.js";
import { SetupError } from "../../setup/setup-error.js";
import { ReleaseServer } from "../support/engine/release-server.ts";
import { BareMachine } from "../support/setup/bare-machine.ts";

const FIXTURE = fileURLToPath(new URL("./provide-engine.fixture.ts", import.meta.url));

describe("the version of an engine", () => {
  it("is accepted from 3.250.0 on, within major version 3", () => {
    for (const recent of ["3.250.0", "v3.250.0", "3.250.1", "3.300.0", "v3.251.0-alpha.2", "3.1000.0"]) {
      assert.equal(isRecentEngine(recent), true, recent);
    }
    for (const other of ["3.249.9", "3.25.0", "2.300.0", "4.0.0", "", "latest"]) {
      assert.equal(isRecentEngine(other), false, other);
    }
  });

  it("is accepted if it is the one that is downloaded or built", () => {
    assert.equal(isRecentEngine(pinnedEngine()), true);
  });
});

describe("the engine", () => {
  let machine: BareMachine;
  let releases: ReleaseServer | undefined;
  beforeEach(() => {
    machine = new BareMachine();
  });
  afterEach(async () => {
    await releases?.close();
    releases = undefined;
    machine.remove();
  });

  /** Every download fails at once. */
  function offline(): void {
    machine.tool("curl", "echo 'curl: (6) Could not resolve host: get.pulumi.com' >&2; exit 6");
    machine.realTool("tar");
  }

  const PROGRAMS = ["pulumi", "pulumi-language-nodejs", "pulumi-language-go"];
  const PRINTS = `v${pinnedEngine()}`;

  /** Asserts that the engine is built with Go because the release is not used, for this reason. */
  async function assertBuilt(reason: string): Promise<void> {
    machine.go();
    assert.equal((await provideEngine(machine)).source, "built");
    const line = `the official Pulumi release is not used (${reason})`;
    assert.ok(machine.told.includes(line), machine.told.join("\n"));
    assert.equal(readdirSync(join(machine.cache, "engine")).length, 1);
  }

  it("is the one on PATH if it is recent enough", () => {
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

  it("is the second one on PATH if the first is too old", () => {
    const newer = join(machine.folder, "newer");
    const old = machine.pulumi("3.100.0");
    machine.pulumi("3.255.0", { folder: newer });
    machine.env.PATH += `:${newer}`;
    const { engine, refused } = findEngine(machine);
    assert.equal(engine?.pulumi, join(newer, "pulumi"));
    assert.deepEqual(refused, [`${old} is v3.100.0, but v3.250.0 or newer is required`]);
  });

  it("is never one on PATH that cannot run Node programs", () => {
    const pulumi = machine.pulumi("3.255.0", { languageHost: false });
    assert.deepEqual(findEngine(machine), {
      engine: undefined,
      refused: [`${pulumi} has no pulumi-language-nodejs, neither beside it nor on PATH`],
    });
    const elsewhere = join(machine.folder, "elsewhere");
    const languageHost = machine.tool("pulumi-language-nodejs", "exit 0", elsewhere);
    machine.env.PATH += `:${elsewhere}`;
    assert.equal(findEngine(machine).engine?.languageHost, languageHost);
  });

  it("is never one on PATH that does not run", () => {
    const pulumi = machine.tool("pulumi", "exit 3");
    assert.deepEqual(findEngine(machine), { engine: undefined, refused: [`${pulumi} does not print its version`] });
  });

  it("prints its version once, and again after it was replaced on PATH", () => {
    const pulumi = machine.pulumi("3.260.0");
    findEngine(machine);
    findEngine(machine);
    assert.deepEqual(machine.calls("pulumi"), ["version"]);
    machine.pulumi("3.261.0");
    utimesSync(pulumi, new Date(), new Date(Date.now() + 5000));
    assert.equal(findEngine(machine).engine?.version, "3.261.0");
    assert.deepEqual(machine.calls("pulumi"), ["version", "version"]);
  });

  it("is Pulumi's release, downloaded into the cache once, if none is on PATH", async () => {
    releases = await ReleaseServer.start(machine);
    await releases.publish(machine, { programs: PROGRAMS, prints: PRINTS });
    const engine = await provideEngine(machine);
    const folder = engineFolder(machine.cache, "release");
    assert.deepEqual(engine, {
      pulumi: join(folder, "pulumi"),
      folder,
      version: pinnedEngine(),
      languageHost: join(folder, "pulumi-language-nodejs"),
      source: "release",
    });
    assert.deepEqual(readdirSync(folder).sort(), ["complete.json", ...PROGRAMS].sort());
    assert.deepEqual(await provideEngine(machine), engine);
    assert.deepEqual(releases.requests, [checksumsUrl(), releaseUrl()]);
  });

  it("is not Pulumi's release if the archive does not match its published checksum, and nothing of it runs", async () => {
    releases = await ReleaseServer.start(machine);
    await releases.publish(machine, { programs: PROGRAMS, prints: PRINTS, checksum: "0".repeat(64) });
    await assertBuilt("the archive does not match its published SHA-256 checksum");
    for (const program of PROGRAMS) assert.deepEqual(machine.calls(program), []);
  });

  it("is not Pulumi's release if no checksum is published for the archive", async () => {
    releases = await ReleaseServer.start(machine);
    await releases.publish(machine, { programs: PROGRAMS, prints: PRINTS, checksum: "" });
    await assertBuilt(`${checksumsUrl()} lists no SHA-256 checksum for ${releaseUrl().split("/").at(-1)}`);
    assert.deepEqual(releases.requests, [checksumsUrl()]);
  });

  for (const file of [checksumsUrl(), releaseUrl()]) {
    it(`is not Pulumi's release if ${file.split("/").at(-1)} is redirected to http`, async () => {
      releases = await ReleaseServer.start(machine);
      await releases.publish(machine, { programs: PROGRAMS, prints: PRINTS });
      releases.answer(file, { redirect: "http://127.0.0.1:9/release" });
      machine.go();
      assert.equal((await provideEngine(machine)).source, "built");
      assert.match(
        machine.told.join("\n"),
        /release is not used \(curl: \(1\) Protocol "?http"?.* (disabled|not supported)/,
      );
    });
  }

  it("is built into the cache with Go, once, if the release cannot be downloaded; one line explains why", async () => {
    offline();
    machine.go();
    const engine = await provideEngine(machine);
    assert.equal(engine.source, "built");
    assert.equal(engine.folder, engineFolder(machine.cache, "built"));
    assert.deepEqual(machine.told.slice(0, 3), [
      `downloading ${releaseUrl()} …`,
      "the official Pulumi release is not used (curl: (6) Could not resolve host: get.pulumi.com)",
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

  it("is built with Go if curl cannot be started", async () => {
    machine.realTool("tar");
    const curl = machine.brokenTool("curl");
    await assertBuilt(`spawn ${curl} ENOENT`);
  });

  for (const { what, programs, prints, reason } of [
    {
      what: "lacks the Node language host",
      programs: ["pulumi"],
      prints: "v0",
      reason: "the archive contains no pulumi-language-nodejs",
    },
    {
      what: "does not run on this machine",
      programs: PROGRAMS,
      prints: "wrong architecture",
      reason: "it does not run here: wrong architecture",
    },
  ]) {
    it(`is built with Go if the release ${what}`, async () => {
      releases = await ReleaseServer.start(machine);
      await releases.publish(machine, { programs, prints });
      await assertBuilt(reason);
    });
  }

  it("is built with Go after a few seconds if the network drops every packet", async () => {
    // To curl, a proxy that accepts the connection and never answers looks like a firewall that drops packets.
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
        machine.told.some((line) => /release is not used \(curl: \(28\)/.test(line)),
        machine.told.join("\n"),
      );
    } finally {
      silent.close();
      silent.unref();
    }
  });

  it("is an error if none can be found, downloaded or built; it explains what to install", async () => {
    const old = machine.pulumi("3.100.0");
    await assert.rejects(provideEngine(machine), (error) => {
      assert.ok(error instanceof SetupError);
      assert.equal(error.code, "no-engine");
      assert.equal(
        error.rule,
        `No Pulumi engine was found (${old} is v3.100.0, but v3.250.0 or newer is required), ` +
          "downloaded (tar is not on PATH) or built (Go is not on PATH).",
      );
      assert.match(
        error.remedy,
        new RegExp(`Install Pulumi v3\\.250\\.0 or newer .* or Go ${oldestGo().replaceAll(".", "\\.")} or newer`),
      );
      return true;
    });
  });

  it("is an error with Go's output if the build fails", async () => {
    offline();
    machine.tool("go", "echo 'go: go.mod requires go >= 1.26.6 (running go 1.19)' >&2; exit 1");
    await assert.rejects(
      provideEngine(machine),
      (error) =>
        error instanceof SetupError && error.code === "tool-failed" && error.rule.includes("requires go >= 1.26.6"),
    );
    assert.deepEqual(readdirSync(join(machine.cache, "engine")), []);
  });

  it("is an error of its own if the build fails because the network is down", async () => {
    offline();
    machine.tool("go", "echo 'dial tcp: lookup modules.example.com: no such host' >&2; exit 1");
    await assert.rejects(
      provideEngine(machine),
      (error) => error instanceof SetupError && error.code === "offline" && error.remedy.includes("GOPROXY"),
    );
  });

  it("is built once if two set-ups need it at the same time", async () => {
    offline();
    machine.go("sleep 1");
    const setUps = [0, 1].map(() => spawn(process.execPath, [FIXTURE], { env: machine.env, stdio: "ignore" }));
    const codes = await Promise.all(setUps.map(async (setUp) => (await once(setUp, "exit"))[0]));
    assert.deepEqual(codes, [0, 0]);
    assert.equal(machine.calls("go").filter((call) => call.startsWith("build")).length, 1);
    assert.equal(findEngine(machine).engine?.source, "built");
  });

  it("is built by the next set-up if the first one was killed, and nothing of the first remains", async () => {
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
