import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Store, StoreError } from "../../sandbox/store.ts";

describe("the sandbox's store", () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "polygate-store-"));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it("returns everything that was written after a restart, in the order of creation", () => {
    const store = new Store(directory);
    store.commit(new Map([["a/2", { n: 1 }]]));
    store.commit(
      new Map<string, { n: number }>([
        ["a/1", { n: 2 }],
        ["b/1", { n: 3 }],
      ]),
    );
    store.commit(new Map([["a/2", { n: 4 }]]));
    store.commit(new Map([["b/1", undefined]]));
    store.remember("gateway", 4000);
    store.mapHost("https://a.example", "http://127.0.0.1:1");
    store.keepSecret("key", "value");
    store.close();
    const again = new Store(directory);
    assert.deepEqual(again.list("a/"), [
      ["a/2", { n: 4 }],
      ["a/1", { n: 2 }],
    ]);
    assert.equal(again.get("b/1"), undefined);
    assert.equal(again.portOf("gateway"), 4000);
    assert.equal(again.portOf("other"), undefined);
    assert.deepEqual([...again.hosts()], [["https://a.example", "http://127.0.0.1:1"]]);
    assert.equal(again.secret("key"), "value");
    again.close();
  });

  it("loses no confirmed write when its process is killed", () => {
    const script = `
      import { Store } from ${JSON.stringify(new URL("../../sandbox/store.ts", import.meta.url).href)};
      const store = new Store(${JSON.stringify(directory)});
      for (let n = 0; n < 50; n++) store.commit(new Map([["k/" + n, { n }]]));
      store.remember("gateway", 4000);
      process.kill(process.pid, "SIGKILL");
    `;
    const killed = spawnSync(process.execPath, ["--input-type=module", "--eval", script]);
    assert.equal(killed.signal, "SIGKILL", killed.stderr.toString());
    const store = new Store(directory);
    assert.equal(store.list("k/").length, 50);
    assert.equal(store.portOf("gateway"), 4000);
    store.close();
  });

  it("rejects a second sandbox, and reports the process of the first", () => {
    const store = new Store(directory);
    const script = `
      import { Store } from ${JSON.stringify(new URL("../../sandbox/store.ts", import.meta.url).href)};
      try { new Store(${JSON.stringify(directory)}, { owner: () => 4711 }); } catch (error) { process.stdout.write(error.message); }
    `;
    const second = spawnSync(process.execPath, ["--input-type=module", "--eval", script]);
    assert.match(second.stdout.toString(), /another sandbox \(process 4711\) uses the folder .* use another folder/);
    store.close();
  });

  it("rejects a write that exceeds its size, changes nothing, and accepts smaller writes afterwards", () => {
    const store = new Store(directory, { maximumBytes: 60_000 });
    store.commit(new Map([["a/1", { n: 1 }]]));
    const big = "x".repeat(200_000);
    assert.throws(
      () =>
        store.commit(
          new Map<string, object>([
            ["a/2", { n: 2 }],
            ["a/3", { big }],
          ]) as never,
        ),
      (error) =>
        error instanceof StoreError &&
        /no space left for the sandbox's store .*nothing was changed/.test(error.message),
    );
    assert.deepEqual(store.list("a/"), [["a/1", { n: 1 }]]);
    store.commit(new Map([["a/2", { n: 2 }]]));
    store.close();
    const again = new Store(directory);
    assert.deepEqual(again.list("a/"), [
      ["a/1", { n: 1 }],
      ["a/2", { n: 2 }],
    ]);
    again.close();
  });

  it("rejects a store of another version, a damaged store, and a folder that is a file", () => {
    new Store(directory).close();
    const database = new DatabaseSync(join(directory, "sandbox.db"));
    database.exec("PRAGMA user_version = 99");
    database.close();
    assert.throws(() => new Store(directory), /another version of the sandbox \(store version 99, this one reads 1\)/);
    writeFileSync(join(directory, "sandbox.db"), "no database at all, but long enough to be read as one".repeat(50));
    assert.throws(() => new Store(directory), /is damaged .* delete its folder to start empty/);
    const file = join(directory, "file");
    writeFileSync(file, "");
    assert.throws(() => new Store(file), /cannot open its store .* use a folder that can be written to/);
  });
});
