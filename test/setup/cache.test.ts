import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { cachedFolder, cacheFolder, provideFolder } from "../../setup/cache.js";
import { SetupError } from "../../setup/setup-error.js";
import { BareMachine } from "../support/setup/bare-machine.ts";

const FIXTURE = fileURLToPath(new URL("./provide-folder.fixture.ts", import.meta.url));

describe("the cache folder", () => {
  it("is in the system's folder for a user's caches", () => {
    assert.equal(cacheFolder({}, "linux", "/home/me"), "/home/me/.cache/polygate");
    assert.equal(cacheFolder({}, "darwin", "/Users/me"), "/Users/me/Library/Caches/polygate");
    assert.equal(cacheFolder({ LOCALAPPDATA: "/local" }, "win32", "/me"), "/local/polygate");
  });

  it("is moved by XDG_CACHE_HOME only if that is an absolute path", () => {
    assert.equal(cacheFolder({ XDG_CACHE_HOME: "/big/disk" }, "linux", "/home/me"), "/big/disk/polygate");
    assert.equal(cacheFolder({ XDG_CACHE_HOME: "disk" }, "linux", "/home/me"), "/home/me/.cache/polygate");
  });
});

describe("a folder in the cache", () => {
  let machine: BareMachine;
  let folder: string;
  beforeEach(() => {
    machine = new BareMachine();
    folder = join(machine.cache, "things", "v1");
  });
  afterEach(() => machine.remove());

  function provide(content: string, { bytes = 1, onFill = (_partial: string): void => {} } = {}) {
    return provideFolder(folder, {
      what: "a thing",
      bytes,
      progress: machine.progress,
      async fill(partial) {
        onFill(partial);
        writeFileSync(join(partial, "thing"), content);
        return { files: ["thing"], about: { content } };
      },
    });
  }

  it("is filled once, and keeps its properties", async () => {
    assert.equal(cachedFolder(folder), undefined);
    assert.deepEqual(await provide("first"), { content: "first" });
    assert.deepEqual(await provide("second"), { content: "first" });
    assert.equal(readFileSync(join(folder, "thing"), "utf8"), "first");
    assert.deepEqual(readdirSync(join(machine.cache, "things")), ["v1"]);
  });

  it("is filled again if one of its files is truncated or missing", async () => {
    await provide("first");
    truncateSync(join(folder, "thing"), 2);
    assert.equal(cachedFolder(folder), undefined);
    assert.deepEqual(await provide("second"), { content: "second" });
    assert.equal(readFileSync(join(folder, "thing"), "utf8"), "second");
    assert.deepEqual(readdirSync(join(machine.cache, "things")), ["v1"]);
  });

  it("does not exist if filling it fails, and the next attempt succeeds", async () => {
    const failure = new Error("no luck");
    await assert.rejects(
      provide("first", {
        onFill: (partial) => {
          writeFileSync(join(partial, "half"), "made");
          throw failure;
        },
      }),
      failure,
    );
    assert.deepEqual(readdirSync(join(machine.cache, "things")), []);
    assert.deepEqual(await provide("second"), { content: "second" });
  });

  it("is filled by one of several processes that need it at once, and is complete for all of them", async () => {
    const log = join(machine.folder, "log");
    const codes = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const [code] = await once(spawn(process.execPath, [FIXTURE, folder, log, "600"], { stdio: "inherit" }), "exit");
        return code;
      }),
    );
    assert.deepEqual(codes, [0, 0, 0, 0]);
    assert.equal(readFileSync(log, "utf8").trim().split("\n").length, 1);
    assert.deepEqual(cachedFolder(folder), { made: "by the fixture" });
    assert.deepEqual(readdirSync(join(machine.cache, "things")), ["v1"]);
  });

  it("does not exist if the process that fills it is killed, and the next one cleans up and fills it", async () => {
    const log = join(machine.folder, "log");
    const killed = spawn(process.execPath, [FIXTURE, folder, log, "60000"]);
    while (!existsSync(log)) await sleep(20);
    killed.kill("SIGKILL");
    await once(killed, "exit");
    assert.equal(existsSync(folder), false);
    assert.equal(readdirSync(join(machine.cache, "things")).length, 2, "its lock and its incomplete folder");

    assert.deepEqual(await provide("whole"), { content: "whole" });
    assert.deepEqual(readdirSync(join(machine.cache, "things")), ["v1"]);
    assert.deepEqual(machine.told, []);
  });

  it("is awaited, with a message, while another process fills it", async () => {
    const log = join(machine.folder, "log");
    const other = spawn(process.execPath, [FIXTURE, folder, log, "800"]);
    while (!existsSync(log)) await sleep(20);
    assert.deepEqual(await provide("mine"), { made: "by the fixture" });
    assert.deepEqual(machine.told, [
      `waiting for process ${other.pid} on ${hostname()}, which is setting up a thing …`,
    ]);
  });

  it("reports the required and the free space before anything is written", async () => {
    await assert.rejects(
      provide("big", { bytes: 2 ** 60, onFill: () => assert.fail("it must not begin") }),
      (error) =>
        error instanceof SetupError &&
        error.code === "no-space" &&
        /1099511627776 MiB are required, \d+ MiB are free/.test(error.rule) &&
        error.place === join(machine.cache, "things") &&
        error.remedy.includes("XDG_CACHE_HOME"),
    );
  });

  it("reports a disk that becomes full while it is filled, and leaves nothing behind", async () => {
    await assert.rejects(
      // Writing to /dev/full fails like writing to a full disk.
      provide("big", { onFill: (partial) => symlinkSync("/dev/full", join(partial, "thing")) }),
      (error) => error instanceof SetupError && error.code === "no-space" && /ENOSPC/.test(error.rule),
    );
    assert.deepEqual(readdirSync(join(machine.cache, "things")), []);
  });

  it("reports a folder that is not writable, and how to use another one", async () => {
    mkdirSync(machine.cache, { recursive: true });
    writeFileSync(join(machine.cache, "things"), "a file where the folder would be");
    await assert.rejects(
      provide("any"),
      (error) =>
        error instanceof SetupError &&
        error.code === "not-writable" &&
        error.place === join(machine.cache, "things") &&
        error.remedy.includes("XDG_CACHE_HOME"),
    );
  });
});
