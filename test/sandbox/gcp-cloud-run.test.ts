import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findEnvoy } from "../../engine/index.ts";
import { findSandbox } from "../../sandbox/index.ts";
import { envoysOf, isAlive } from "../support/processes.ts";
import { EngineStandIn } from "../support/sandbox/control-plane/engine-stand-in.ts";
import { companion } from "../support/sandbox/data-plane/gcp/cloud-run/companion.ts";
import { until } from "../support/sandbox/data-plane/test-data-plane.ts";
import { type SandboxProcess, startSandboxProcess } from "../support/sandbox/sandbox-process.ts";

describe("a sandbox with a Cloud Run service that runs Envoy", function () {
  this.timeout(60_000);
  let dir: string;
  let sandbox: SandboxProcess;
  const start = async (options: object) => {
    sandbox = await startSandboxProcess({ dir, env: {}, ...options });
  };
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), "polygate-sandbox-"));
  });
  afterEach(async () => {
    await sandbox.end("SIGKILL");
    rmSync(dir, { recursive: true });
  });

  async function deploy(): Promise<void> {
    const gcp = new EngineStandIn(sandbox.providerPort("gcp"));
    try {
      await gcp.configure({ region: "europe-west1" });
      const content = companion({ backend: "https://erp.example.com" });
      await gcp.create("gcp:storage/bucketObject:BucketObject", "file", { bucket: "b", name: "envoy.json", content });
      const container = {
        image: "envoyproxy/envoy:v1.39.1",
        args: ["-c", "/etc/companion/envoy.json"],
        volumeMounts: [{ name: "files", mountPath: "/etc/companion" }],
      };
      await gcp.create("gcp:cloudrunv2/service:Service", "companion", {
        location: "europe-west1",
        invokerIamDisabled: true,
        template: { containers: [container], volumes: [{ name: "files", gcs: { bucket: "b" } }] },
      });
    } finally {
      gcp.close();
    }
  }

  it("starts it again at the same address after a SIGKILL, and leaves no Envoy behind at either end", async () => {
    const { program: envoy } = findEnvoy();
    await start({ envoy });
    await deploy();
    const reply = async () => {
      const [endpoint] = await (await findSandbox(dir)).endpoints();
      assert.equal(endpoint?.kind, "gcp-cloud-run");
      return [endpoint?.url, await (await fetch(`${endpoint?.url}/reply`)).text()];
    };
    const before = await reply();
    const first = envoysOf(sandbox.child.pid ?? 0);
    assert.equal(first.length, 1);
    await sandbox.end("SIGKILL");
    await until("the Envoy ends with its sandbox", () => !first.some(isAlive));

    await start({ envoy });
    assert.deepEqual(await reply(), before);
    const second = envoysOf(sandbox.child.pid ?? 0);
    assert.equal(second.length, 1);
    await sandbox.end("SIGTERM");
    assert.equal(second.some(isAlive), false);
  });

  it("starts without it where its Envoy does not start any more, and serves it again where it does", async () => {
    const { program: envoy } = findEnvoy();
    await start({ envoy });
    await deploy();
    await sandbox.end("SIGTERM");
    const broken = join(dir, "broken");
    writeFileSync(broken, `#!/bin/sh\n[ "$1" = --version ] && exec '${envoy}' "$@"\nexit 1\n`, { mode: 0o755 });
    await start({ envoy: broken });
    assert.deepEqual(await (await findSandbox(dir)).endpoints(), []);
    await sandbox.end("SIGTERM");
    await start({ envoy });
    assert.equal((await (await findSandbox(dir)).endpoints()).length, 1);
  });

  it("refuses it on a machine without Envoy, with the set-up's reason, and stores nothing", async () => {
    await start({ env: { POLYGATE_NO_ENVOY: "Envoy 1.39.1 cannot be provided: pip failed." } });
    await assert.rejects(
      deploy(),
      /not ready.*the container cannot run here: Envoy 1\.39\.1 cannot be provided: pip failed\./,
    );
    assert.deepEqual(await (await findSandbox(dir)).endpoints(), []);
    await sandbox.end("SIGTERM");
    await start({ envoy: "/bin/true" });
    await assert.rejects(deploy(), /\/bin\/true is no Envoy 1\.39\.1/);
  });
});
