import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Cloud } from "../../../sandbox/control-plane/cloud.ts";
import { Kind, RecordChanges } from "../../../sandbox/control-plane/records.ts";
import type { DeployedGateway } from "../../../sandbox/data-plane/artefacts.ts";
import { Store } from "../../../sandbox/store.ts";
import { RecordingGateways } from "../../support/sandbox/control-plane/engine-stand-in.ts";

interface Thing {
  readonly document: string;
}
const things = new Kind<Thing>("things");

describe("a change of what the clouds hold", () => {
  let directory: string;
  let store: Store;
  let gateways: RecordingGateways;
  let cloud: Cloud;
  const deployed = (records: Parameters<typeof things.list>[0]): readonly DeployedGateway[] =>
    things.list(records).map(([key, { document }]) => ({
      key,
      name: key,
      vendor: "gcp",
      region: "nowhere",
      artefacts: { kind: "gcp-api-gateway", document, managedService: "service" },
    }));
  const put = (name: string, document: string) =>
    cloud.change(
      (records) => things.put(records, { document }, name),
      () => false,
    );

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "polygate-cloud-"));
    store = new Store(directory, { maximumBytes: 100_000 });
    gateways = new RecordingGateways();
    cloud = new Cloud(store, gateways, deployed);
  });
  afterEach(() => {
    store.close();
    rmSync(directory, { recursive: true });
  });

  it("is stored and served before it is confirmed", async () => {
    await put("a", "{}");
    assert.deepEqual(store.get("things/a"), { document: "{}" });
    assert.deepEqual(
      gateways.served.map(({ key }) => key),
      ["things/a"],
    );
  });

  it("has no effect when it throws", async () => {
    const failing = cloud.change(
      (records) => {
        things.put(records, { document: "{}" }, "a");
        throw new Error("refused");
      },
      () => false,
    );
    await assert.rejects(failing, /refused/);
    assert.equal(store.get("things/a"), undefined);
  });

  it("is kept for a partial failure", async () => {
    const failing = cloud.change(
      (records) => {
        things.put(records, { document: "{}" }, "a");
        throw new Error("half-way");
      },
      (error) => error instanceof Error && error.message === "half-way",
    );
    await assert.rejects(failing, /half-way/);
    assert.deepEqual(store.get("things/a"), { document: "{}" });
  });

  it("has no effect when the gateway would be rejected", async () => {
    await assert.rejects(put("a", "x-refused"), /no such extension/);
    assert.equal(store.get("things/a"), undefined);
  });

  it("is undone when it cannot be served", async () => {
    await put("a", "{}");
    // Only the new state fails to be served; the old one, taken back to, does not.
    gateways.apply = async (wanted) => {
      if (wanted.some(({ artefacts }) => "document" in artefacts && artefacts.document.includes("new"))) {
        throw new Error("no port is free");
      }
      gateways.served = wanted;
    };
    await assert.rejects(
      put("a", '{"new":1}'),
      /The sandbox could not serve the change and has undone it: no port is free/,
    );
    assert.deepEqual(store.get("things/a"), { document: "{}" });
    assert.deepEqual(
      gateways.served.map(({ artefacts }) => artefacts.kind === "gcp-api-gateway" && artefacts.document),
      ["{}"],
    );
  });

  it("fails when the store is full, and serves nothing", async () => {
    await assert.rejects(put("a", "x".repeat(300_000)), /no space left .*nothing was changed/);
    assert.deepEqual(gateways.served, []);
    await put("b", "{}");
    assert.deepEqual(
      gateways.served.map(({ key }) => key),
      ["things/b"],
    );
  });

  it("runs after the one before, and sees its result", async () => {
    const count = (name: string) =>
      cloud.change(
        async (records) => {
          const seen = things.list(records).length;
          await new Promise((resolve) => setImmediate(resolve));
          things.put(records, { document: JSON.stringify({ seen }) }, name);
          return seen;
        },
        () => false,
      );
    assert.deepEqual(await Promise.all(["a", "b", "c"].map(count)), [0, 1, 2]);
  });

  it("is served again after a restart", async () => {
    await put("a", "{}");
    const again = new RecordingGateways();
    await new Cloud(store, again, deployed).resume(assert.fail);
    assert.deepEqual(
      again.served.map(({ key }) => key),
      ["things/a"],
    );
  });

  it("serves all others when one is rejected after a restart, and reports that one", async () => {
    await put("a", "{}");
    // As if a newer version knew better.
    store.commit(new Map([["things/b", { document: "x-refused" }]]));
    const again = new Cloud(store, gateways, deployed);
    const warnings: string[] = [];
    await again.resume((message) => warnings.push(message));
    const keys = () => gateways.served.map(({ key }) => key);
    assert.deepEqual(warnings, [
      "the gateway things/b (gcp, nowhere) is not served: paths./x.get.x-refused: no such extension",
    ]);
    assert.deepEqual(keys(), ["things/a"]);
    const change = (name: string, document: string) =>
      again.change(
        (records) => things.put(records, { document }, name),
        () => false,
      );
    await change("c", "{}");
    assert.deepEqual(keys(), ["things/a", "things/c"]);
    await change("b", "{}");
    assert.deepEqual(keys(), ["things/a", "things/b", "things/c"]);
  });
});

describe("records under change", () => {
  it("show the changes, in the order of creation", () => {
    const base = new Map([
      ["a/1", { n: 1 }],
      ["a/2", { n: 2 }],
    ]);
    const changes = new RecordChanges({
      get: (key) => base.get(key),
      list: (prefix) => [...base].filter(([key]) => key.startsWith(prefix)),
    });
    changes.put("a/3", { n: 3 });
    changes.put("a/1", { n: 4 });
    changes.delete("a/2");
    assert.deepEqual(changes.list("a/"), [
      ["a/1", { n: 4 }],
      ["a/3", { n: 3 }],
    ]);
    assert.equal(changes.get("a/2"), undefined);
    assert.deepEqual(
      [...changes.inverse()],
      [
        ["a/3", undefined],
        ["a/1", { n: 1 }],
        ["a/2", { n: 2 }],
      ],
    );
    changes.deleteAll("a/");
    assert.deepEqual(changes.list("a/"), []);
  });
});
