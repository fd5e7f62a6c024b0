import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { cachedFolder } from "../../setup/cache.js";
import { isRecentNode, PROVIDED_NODE, provideNode } from "../../setup/recent-node.js";
import { SetupError } from "../../setup/setup-error.js";
import { BareMachine } from "../support/setup/bare-machine.ts";

describe("the Node that runs the repository", () => {
  let machine: BareMachine;
  beforeEach(() => {
    machine = new BareMachine();
  });
  afterEach(() => machine.remove());

  it("is recent from 22.18 on, which is the first version that strips types by default", () => {
    for (const recent of ["22.18.0", "22.20.1", "24.0.0", PROVIDED_NODE])
      assert.equal(isRecentNode(recent), true, recent);
    for (const old of ["22.17.1", "20.20.2", "18.0.0"]) assert.equal(isRecentNode(old), false, old);
  });

  it("is the current one if it is recent, and nothing is installed", async () => {
    assert.equal(await provideNode(machine), process.execPath);
    assert.deepEqual(readdirSync(machine.folder), ["bin"]);
  });

  it("is an error within seconds if the registry is unreachable, and leaves no incomplete folder", async () => {
    // A port on which nothing listens, and an empty npm cache.
    const env = {
      ...process.env,
      npm_config_registry: "http://127.0.0.1:9/",
      npm_config_cache: join(machine.folder, "npm"),
    };
    await assert.rejects(provideNode({ ...machine, env, running: "20.0.0" }), (error) => {
      assert.ok(error instanceof SetupError);
      assert.equal(error.code, "offline", error.message);
      assert.match(error.rule, /^The network did not respond while installing the npm package node-/);
      assert.match(error.remedy, /registry/);
      return true;
    });
    assert.deepEqual(readdirSync(join(machine.cache, "node")), []);
    assert.equal(cachedFolder(join(machine.cache, "node")), undefined);
  }).timeout(60_000);
});
