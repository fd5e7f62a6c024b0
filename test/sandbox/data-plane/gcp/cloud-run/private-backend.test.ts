import assert from "node:assert/strict";
import { findEnvoy } from "../../../../../engine/index.ts";
import type { DeployedGateway } from "../../../../../sandbox/data-plane/artefacts.ts";
import type { GcpReach, GcpSession } from "../../../../../sandbox/data-plane/gcp/network/artefacts.ts";
import { companion } from "../../../../support/sandbox/data-plane/gcp/cloud-run/companion.ts";
import { TestDataPlane, until } from "../../../../support/sandbox/data-plane/test-data-plane.ts";

const server = "https://10.20.0.5:8443";

const session: GcpSession = {
  peer: "peer-0",
  tunnel: "tunnel-0",
  ranges: ["10.20.0.0/16"],
  advertisesSubnet: true,
  advertisesDns: false,
};

function reach(...sessions: GcpSession[]): GcpReach {
  return { zones: [], network: { name: "main", subnetRanges: ["10.8.0.0/26"], egressRules: [], sessions } };
}

function service(reaches?: GcpReach): DeployedGateway {
  const name = "projects/p/locations/europe-west1/services/companion";
  return {
    key: `gcp/${name}`,
    name: "companion",
    vendor: "gcp",
    region: "europe-west1",
    artefacts: {
      kind: "gcp-cloud-run",
      service: name,
      document: companion({ backend: server }),
      port: 8080,
      probes: [],
      urls: ["https://companion-0123456789-eu.a.run.app"],
      customAudiences: [],
      invokers: [],
      isOpen: true,
      timeoutMs: 60_000,
      ...(reaches === undefined ? {} : { reach: reaches }),
    },
  };
}

describe("A Cloud Run service whose Envoy has a server on premises", function () {
  this.timeout(60_000);
  let plane: TestDataPlane;

  before(async () => {
    plane = await new TestDataPlane().start({ envoy: findEnvoy() });
    plane.hosts.map(server, plane.backend.web.origin);
  });
  after(() => plane.close());

  /** Deploys the service, and returns the status and the log of a call to the server, and the status of a reply. */
  async function call(reaches?: GcpReach): Promise<readonly unknown[]> {
    const deployed = service(reaches);
    await plane.dataPlane.apply([deployed]);
    plane.log.length = 0;
    const [orders, reply] = await Promise.all(
      ["/orders", "/reply"].map((path) => fetch(`${plane.dataPlane.url(deployed.key)}${path}`)),
    );
    await until("both lines", () => plane.log.length === 2);
    return [orders?.status, plane.log.find(({ path }) => path === "/orders")?.reason, reply?.status];
  }

  const ended = (why: string) => `10.20.0.5:8443 is not reached: ${why}`;
  const open = "invoked by IAM is not checked";

  it("does not reach it without an interface, although the host map knows it, and logs where the way ends", async () => {
    const problem = ended("10.20.0.5 is a private address, and the service has no network interface");
    assert.deepEqual(await call(), [503, problem, 418]);
  });

  it("reaches it over one of two tunnels; without both, only its routes fail", async () => {
    const cut = (number: number): GcpSession => ({
      ...session,
      peer: `peer-${number}`,
      problem: `tunnel-${number} is cut`,
    });
    assert.deepEqual(await call(reach(session, { ...session, peer: "peer-1" })), [200, open, 418]);
    assert.deepEqual(await call(reach(cut(0), session)), [200, open, 418]);
    assert.deepEqual(await call(reach(cut(0), cut(1))), [503, ended("tunnel-0 is cut; tunnel-1 is cut"), 418]);
    assert.deepEqual(await call(reach(session)), [200, open, 418]);
  });

  it("ends the requests over a way that is cut, and reaches the server again when it is mended", async () => {
    const deployed = service(reach(session));
    await plane.dataPlane.apply([deployed]);
    const url = plane.dataPlane.url(deployed.key);
    const { answer } = plane.backend;
    let arrived = false;
    plane.backend.answer = () => (arrived = true);
    const waiting = fetch(`${url}/slow`);
    await until("the request arrives", () => arrived);
    plane.backend.answer = answer;
    await plane.dataPlane.apply([service(reach({ ...session, problem: "tunnel-0 is cut" }))]);
    assert.equal((await waiting).status, 503);
    assert.equal((await fetch(`${url}/orders`)).status, 503);
    await plane.dataPlane.apply([deployed]);
    assert.equal((await fetch(`${url}/orders`)).status, 200);
  });

  it("follows the host map without forgetting what it does not reach", async () => {
    await plane.dataPlane.apply([service()]);
    plane.hosts.map("https://other.example.com", plane.backend.web.origin);
    plane.dataPlane.followHosts();
    assert.equal((await call())[0], 503);
  });
});
