import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findSandbox, LinkError, type RequestLog, type Sandbox, startSandbox } from "../../sandbox/index.ts";
import { httpDocument, network, PrivateNetwork } from "../support/sandbox/control-plane/aws/private-network.ts";
import { type Deployed, EngineStandIn } from "../support/sandbox/control-plane/engine-stand-in.ts";
import { TestBackend, until } from "../support/sandbox/data-plane/test-data-plane.ts";

describe("a link to a network on premises in the sandbox", function () {
  this.timeout(60_000);
  let dir: string;
  let sandbox: Sandbox;
  let aws: EngineStandIn;
  let vpn: Deployed;
  let vpc: string;
  let url: string;
  const erp = new TestBackend();
  const log: RequestLog[] = [];

  before(() => erp.web.start());
  after(() => erp.web.close());
  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), "polygate-links-"));
    await start();
    sandbox.mapHost("http://10.20.0.5:8080", erp.web.origin);
    const privateNetwork = await new PrivateNetwork(aws).declare();
    vpc = privateNetwork.vpc.id;
    vpn = await declareVpn(privateNetwork);
    await privateNetwork.target();
    await privateNetwork.httpApi(httpDocument(privateNetwork));
    url = `${sandbox.endpoints()[0]?.url}/orders/7`;
  });
  afterEach(async () => {
    await stop();
    rmSync(dir, { recursive: true });
  });

  const start = async () => {
    sandbox = await startSandbox({ dir, env: {}, log: (line) => log.push(line) });
    const [, port] = /aws:(\d+)/.exec(sandbox.environment.PULUMI_DEBUG_PROVIDERS ?? "") ?? [];
    aws = new EngineStandIn(Number(port));
    await aws.configure({ region: "eu-central-1" });
  };
  const stop = async () => {
    aws.close();
    await sandbox.close();
  };
  async function declareVpn(around: PrivateNetwork): Promise<Deployed> {
    const device = await around.make(network.customerGateway, "device", {
      bgpAsn: "65010",
      ipAddress: "198.51.100.7",
      type: "ipsec.1",
    });
    const gateway = await around.make(network.vpnGateway, "gateway", { vpcId: around.vpc.id });
    const inputs = { customerGatewayId: device.id, vpnGatewayId: gateway.id, type: "ipsec.1", staticRoutesOnly: true };
    const declared = await around.make(network.vpnConnection, "site", inputs);
    const destinationCidrBlock = "10.20.0.0/16";
    await around.make(network.vpnRoute, "static", { destinationCidrBlock, vpnConnectionId: declared.id });
    return declared;
  }
  const status = async () => {
    const response = await fetch(url);
    await response.arrayBuffer();
    return response.status;
  };
  const states = () => sandbox.links().flatMap(({ tunnels }) => tunnels.map(({ isCut }) => isCut));

  it("is listed with its tunnels, where it leads, and the addresses that gateways reach over it", async () => {
    const { tunnel1Address, tunnel2Address } = vpn.outputs;
    const tunnel = { device: "198.51.100.7", isCut: false };
    assert.deepEqual(await (await findSandbox(dir)).links(), [
      {
        name: "erp-site",
        vendor: "aws",
        region: "eu-central-1",
        resource: vpn.id,
        network: vpc,
        prefixes: ["10.20.0.0/16"],
        isAnnounced: false,
        tunnels: [
          { address: tunnel1Address, ...tunnel },
          { address: tunnel2Address, ...tunnel },
        ],
        users: [{ gateway: "orders", address: "10.20.0.5:8080" }],
      },
    ]);
  });

  it("loses nothing with one of two tunnels; without both, requests fail until one is mended", async () => {
    await sandbox.cutLink({ name: "erp-site", tunnel: 2 });
    assert.deepEqual([states(), await status()], [[false, true], 200]);
    await sandbox.cutLink({ name: "erp-site" });
    assert.deepEqual([states(), await status()], [[true, true], 503]);
    assert.match(
      log.at(-1)?.reason ?? "",
      new RegExp(`10.20.0.5 is not reached: the VPN connection ${vpn.id}: both tunnels are cut`),
    );
    await sandbox.mendLink({ name: vpn.id, tunnel: 1 });
    assert.deepEqual([states(), await status()], [[false, true], 200]);
  });

  it("ends the requests that are under way over it when its last tunnel is cut", async () => {
    const { answer } = erp;
    let arrived = false;
    erp.answer = () => (arrived = true);
    const waiting = status();
    await until("the request arrives", () => arrived);
    erp.answer = answer;
    await sandbox.cutLink({ name: "erp-site", tunnel: 1 });
    const first = await Promise.race([waiting, new Promise((resolve) => setTimeout(resolve, 100, "waits"))]);
    assert.equal(first, "waits", "a request does not end with one of two tunnels");
    await sandbox.cutLink({ name: "erp-site", tunnel: 2 });
    assert.equal(await waiting, 503);
    await sandbox.mendLink({ name: "erp-site" });
    assert.equal(await status(), 200);
  });

  it("keeps its state over a restart and a change of the resource, and ends with the resource", async () => {
    await sandbox.cutLink({ name: "erp-site" });
    await stop();
    await start();
    assert.deepEqual([states(), await status()], [[true, true], 503]);
    await aws.update(vpn, { ...vpn.inputs, tags: { team: "erp" } });
    assert.deepEqual(states(), [true, true]);
    await aws.delete(vpn);
    assert.deepEqual(sandbox.links(), []);
  });

  it("is named in the error of an order that fits no link", async () => {
    const fails = (order: Parameters<Sandbox["cutLink"]>[0], message: string) =>
      assert.rejects(sandbox.cutLink(order), (error) => error instanceof LinkError && error.message === message);
    await fails({ name: "erp" }, 'no link is named "erp"; write one of: erp-site');
    await fails({ name: "erp-site", tunnel: 3 }, "the link erp-site has no tunnel 3; write one of: 1, 2");
    await aws.delete(vpn);
    const remedy = "deploy a stack with a VPN to a network on premises, such as an AwsOnPremLink";
    await fails({ name: "erp" }, `no link is named "erp", because no link is deployed; ${remedy}`);
    await assert.rejects((await findSandbox(dir)).mendLink({ name: "erp" }), /because no link is deployed/);
  });
});
