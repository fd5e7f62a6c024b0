import assert from "node:assert/strict";
import { type Sandbox, startSandbox } from "../../sandbox/index.ts";
import { Folder, run } from "../support/cli/command.ts";
import { network, PrivateNetwork } from "../support/sandbox/control-plane/aws/private-network.ts";
import { EngineStandIn } from "../support/sandbox/control-plane/engine-stand-in.ts";

describe("polygate link", function () {
  this.timeout(60_000);
  let folder: Folder;
  let sandbox: Sandbox;
  let aws: EngineStandIn;
  let vpn: string;
  let around: PrivateNetwork;
  const link = (...args: string[]) => run(["link", ...args, "--dir", folder.at("local")], { cwd: folder.path });

  before(async () => {
    folder = new Folder();
    sandbox = await startSandbox({ dir: folder.at("local"), env: {} });
    const [, port] = /aws:(\d+)/.exec(sandbox.environment.PULUMI_DEBUG_PROVIDERS ?? "") ?? [];
    aws = new EngineStandIn(Number(port));
    await aws.configure({ region: "eu-central-1" });
    around = await new PrivateNetwork(aws).declare();
  });
  after(async () => {
    aws?.close();
    await sandbox?.close();
    folder.remove();
  });

  it("says what is missing where no sandbox runs and where nothing is deployed", async () => {
    const absent = await run(["link", "list", "--dir", "none"], { cwd: folder.path });
    assert.deepEqual([absent.code, absent.stdout], [1, ""]);
    assert.match(absent.stderr, /^polygate: no sandbox runs in none; start one with "polygate sandbox"/);
    const empty = await link("list");
    assert.equal(empty.code, 0, empty.stderr);
    assert.match(empty.stdout, /^no link to a network on premises is deployed in .*local\n$/);
  });

  it("lists links, cuts one tunnel or all, and mends them", async () => {
    const inputs = { bgpAsn: "65010", ipAddress: "198.51.100.7", type: "ipsec.1" };
    const device = await around.make(network.customerGateway, "device", inputs);
    const gateway = await around.make(network.vpnGateway, "gateway", { vpcId: around.vpc.id });
    const ends = { customerGatewayId: device.id, vpnGatewayId: gateway.id };
    const declared = await around.make(network.vpnConnection, "site", { type: "ipsec.1", ...ends });
    vpn = declared.id;
    const { tunnel1Address, tunnel2Address } = declared.outputs;
    const text = (state: string, first: string, second: string) =>
      `erp-site (aws eu-central-1): ${state}\n` +
      `  resource: ${vpn}, of the network ${around.vpc.id}\n` +
      "  leads to: every private range, which the device announces\n" +
      `  tunnel 1: ${first}, ${tunnel1Address} to 198.51.100.7\n` +
      `  tunnel 2: ${second}, ${tunnel2Address} to 198.51.100.7\n` +
      "  no deployed gateway sends requests over it\n";
    const one = await link("cut", "erp-site", "--tunnel", "2");
    assert.deepEqual(one, { code: 0, stdout: text("up, 1 of 2 tunnels cut", "up", "cut"), stderr: "" });
    await sandbox.cutLink({ name: "erp-site" });
    assert.equal((await link("list")).stdout, text("cut", "cut", "cut"));
    const mended = await link("mend", vpn, "--json");
    assert.deepEqual(JSON.parse(mended.stdout), sandbox.links()[0]);
    assert.deepEqual(
      sandbox.links()[0]?.tunnels.map(({ isCut }) => isCut),
      [false, false],
    );
  });

  it("names the links and tunnels that exist when an order fits none", async () => {
    const unknown = await link("cut", "erp");
    assert.deepEqual(unknown, {
      code: 1,
      stdout: "",
      stderr: 'polygate: no link is named "erp"; write one of: erp-site\n',
    });
    const { code, stderr } = await link("cut", "erp-site", "--tunnel", "zero");
    assert.equal(code, 1);
    assert.match(stderr, /argument 'zero' is invalid. Write the number of a tunnel, such as 1./);
  });
});
