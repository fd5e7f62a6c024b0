import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { nameOf, typeOf } from "../../sandbox/control-plane/urn.ts";
import type { ResourceChange } from "../../sandbox/index.ts";
import { Deployment } from "../support/e2e/deployment.ts";
import { adoptLostCreations } from "../support/e2e/lost-creations.ts";
import { type RecordingBackend, startRecordingBackend } from "../support/e2e/recording-backend.ts";

/** `POLYGATE_KILLED=all` kills the engine after each single resource, which takes an hour on two cores. */
const everyPoint = process.env.POLYGATE_KILLED === "all";

/** The types whose creation is lost in the suite: of each cloud, a part of the link and what decides requests. */
const lostInSuite = new Set([
  "aws:apigatewayv2/api:Api",
  "aws:apigatewayv2/stage:Stage",
  "aws:ec2/vpnConnection:VpnConnection",
  "azure-native:apimanagement:Api",
  "azure-native:apimanagement:ApiPolicy",
  "azure-native:network:VirtualNetworkGatewayConnection",
  "gcp:apigateway/apiConfig:ApiConfig",
  "gcp:apigateway/gateway:Gateway",
  "gcp:compute/vPNTunnel:VPNTunnel",
]);

// A killed engine leaves partly created resources. Each attempt continues from there, as a user does.
describe("the hybrid stack whose engine is killed", function () {
  this.timeout(everyPoint ? 7_200_000 : 900_000);
  let deployment: Deployment;
  let backend: RecordingBackend;

  before(async () => {
    backend = await startRecordingBackend();
    deployment = await Deployment.start("polygate-hybrid", "", {
      stack: "hybrid",
      hosts: {
        "https://10.20.0.5:8443": backend.url,
        "https://erp.corp.example.com:8443": backend.url,
        "https://catalog.example.com": backend.url,
      },
    });
  });

  after(async () => {
    await deployment?.stop();
    backend?.close();
  });

  const up = ["up", "--yes", "--skip-preview"];
  /** The resources whose creation was lost, one after the other. */
  const lostUrns = new Set<string>();

  /** Asserts that no gateway, whether or not the state contains it, passes a request without a token to the ERP. */
  async function assertGuarded(when: string): Promise<void> {
    const before = backend.seen.length;
    for (const { vendor, url } of deployment.sandbox.endpoints()) {
      for (const path of ["/orders", "/orders/7", "//orders", "/catalog/../orders"]) {
        const { status, body } = await fetch(`${url}${path}`);
        await body?.cancel();
        assert.ok(status >= 400, `${when}: ${vendor} ${path}: ${status}`);
      }
    }
    assert.equal(backend.seen.length, before, when);
  }

  it("serves no route without its token while it is created, and goes on by what polygate pending prints", async () => {
    const lostTypes = new Set<string>();
    const rounds: number[] = [];
    for (;;) {
      const lost = await killedOnce((change) => {
        return lostInSuite.has(typeOf(change.urn)) && !lostTypes.has(typeOf(change.urn));
      });
      if (lost.length === 0) break;
      rounds.push(lost.length);
      for (const change of lost) lostTypes.add(typeOf(change.urn));
      await assertGuarded(`created, killed at ${lost.map(({ urn }) => nameOf(urn)).join(", ")}`);
      await adoptLostCreations(deployment, lost);
      assert.ok(rounds.length < 150, `the engine does not finish: ${rounds}`);
    }
    console.log(`      creations lost in each of ${rounds.length} updates: ${rounds.join(", ")}`);
    assert.ok(
      [...lostInSuite].every((type) => lostTypes.has(type)),
      [...lostTypes].join(" "),
    );
    await deployment.pulumi("preview", "--expect-no-changes");
  });

  it("serves no route without its token while it is updated and deleted, and goes on by the same command", async () => {
    const file = join(deployment.project, "orders.yaml");
    const text = readFileSync(file, "utf8");
    writeFileSync(file, text.replaceAll("orders:read", "orders:view").replace("/catalog/{path+}", "/products/{path+}"));
    const decides = (change: ResourceChange) =>
      everyPoint || /ApiPolicy$|apigateway\/gateway:/.test(typeOf(change.urn));
    const updates = await killedInTurn(up, (change) => change.kind !== "delete" && decides(change));
    const deletions = await killedInTurn(["destroy", "--yes", "--skip-preview"], decides);
    console.log(`      killed after ${updates} changes of an update and after ${deletions} deletions`);
    assert.ok(updates >= 2 && deletions >= 2, `${updates} ${deletions}`);
    assert.deepEqual(deployment.sandbox.endpoints(), []);
  });

  /** Runs the engine until it succeeds. It is killed after each selected change, once for each resource. */
  async function killedInTurn(args: readonly string[], selected: (change: ResourceChange) => boolean): Promise<number> {
    const killedAfter = new Set<string>();
    for (;;) {
      const lost = await deployment.killedAt({}, args, (change) => {
        return selected(change) && !killedAfter.has(`${change.kind} ${change.urn}`);
      });
      if (lost === undefined) return killedAfter.size;
      killedAfter.add(`${lost.kind} ${lost.urn}`);
      await assertGuarded(`${args[0]}, killed after the ${lost.kind} of ${nameOf(lost.urn)}`);
      if (lost.kind === "create") await adoptLostCreations(deployment, [lost]);
      assert.ok(killedAfter.size < 150, "the engine does not finish");
    }
  }

  async function killedOnce(held: (change: ResourceChange) => boolean): Promise<readonly ResourceChange[]> {
    if (!everyPoint) return deployment.killedCreating({}, up, held);
    const lost = await deployment.killedAt({}, up, (change) => {
      return change.kind === "create" && !lostUrns.has(change.urn);
    });
    if (lost === undefined) return [];
    lostUrns.add(lost.urn);
    return [lost];
  }
});
