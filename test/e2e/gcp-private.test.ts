import assert from "node:assert/strict";
import { Deployment } from "../support/e2e/deployment.ts";
import { type RecordingBackend, startRecordingBackend } from "../support/e2e/recording-backend.ts";

// The tests share one stack: each continues where the previous one ended.
describe("GcpOnPremLink, deployed by the real engine with a gateway and its companion", function () {
  this.timeout(600_000);
  let deployment: Deployment;
  let backend: RecordingBackend;
  let url: string;
  let link: Readonly<Record<string, string>>;

  before(async () => {
    backend = await startRecordingBackend();
    const erp = ["erp.corp.example.com", "10.20.0.5", "10.30.0.5"].map((host) => [`https://${host}:8443`, backend.url]);
    const hosts = { "https://catalog.example.com": backend.url, ...Object.fromEntries(erp) };
    deployment = await Deployment.start("gcp-private", "gcp-private", { hosts, oneProgramProcess: true });
  });

  after(async () => {
    await deployment?.stop();
    backend?.close();
  });

  /** The statuses of the route to the server on premises, and of the one to the catalogue. */
  async function statuses(): Promise<readonly number[]> {
    const answers = await Promise.all(["/orders/7", "/catalog"].map((path) => fetch(`${url}${path}`)));
    await Promise.all(answers.map((answer) => answer.arrayBuffer()));
    return answers.map(({ status }) => status);
  }

  const up = (env: Readonly<Record<string, string>> = {}) => deployment.pulumiIn(env, "up", "--yes", "--skip-preview");

  /** Removes a tunnel of the VPN, with its interface and session. */
  async function remove(tunnel: number): Promise<void> {
    const urn = (await deployment.resources())
      .map((each) => each.urn)
      .find((each) => each.endsWith(`-tunnel-${tunnel}`));
    await deployment.pulumi("destroy", "--yes", "--skip-preview", "--target", String(urn), "--target-dependents");
  }

  it("reaches the server on premises by its name, with the path and the host of the URL, from the gateway", async () => {
    await deployment.pulumi("preview");
    await up();
    const outputs = await deployment.outputs();
    url = String(outputs.url);
    link = outputs.link as typeof link;
    assert.deepEqual(await statuses(), [201, 201]);
    const seen = backend.seen.map(({ method, url: path, host }) => `${method} ${host}${path}`);
    assert.deepEqual(seen.toSorted(), ["GET catalog.example.com/catalog", "GET erp.corp.example.com:8443/base/v1/7"]);
  });

  it("outputs a link of texts that another stack can use, and what the device needs without the secrets", async () => {
    const [network = "", subnetwork = ""] = [link.network, link.subnetwork];
    assert.deepEqual(Object.keys(link).toSorted(), ["network", "subnetwork"]);
    assert.match(network, /^projects\/[^/]+\/global\/networks\/shops-[0-9a-f]{7}$/);
    assert.match(subnetwork, /^projects\/[^/]+\/regions\/europe-west1\/subnetworks\/erp-link-subnetwork-[0-9a-f]{7}$/);
    const { device } = await deployment.outputs();
    const { tunnels, ...rest } = device as { readonly tunnels: readonly { readonly googleAddress: string }[] };
    assert.equal(new Set(tunnels.map(({ googleAddress }) => googleAddress)).size, 2);
    assert.deepEqual(rest, {
      ikeVersion: 2,
      googleAsn: 64_512,
      deviceAsn: 65_010,
      advertised: ["10.8.0.0/26", "35.199.192.0/19"],
      expected: ["10.20.0.0/16"],
      dnsSource: "35.199.192.0/19",
    });
    const tunnel = (await deployment.resources()).find(({ type }) => type === "gcp:compute/vPNTunnel:VPNTunnel");
    assert.equal(JSON.stringify(tunnel).includes("kkkk"), false, "a shared secret is not encrypted");
  });

  it("shows no changes at a second preview and refresh", async () => {
    await deployment.pulumi("preview", "--expect-no-changes");
    await deployment.pulumi("refresh", "--yes", "--skip-preview", "--expect-no-changes");
  });

  it("replaces both tunnels for new secrets without failing a request, because one follows the other", async () => {
    const updated = deployment.pulumiWith({ SECRET: "other" }, "up", "--yes", "--skip-preview");
    let done = false;
    void updated.then(() => (done = true));
    const answers: string[] = [];
    while (!done) answers.push(String(await statuses()));
    const { code, output } = await updated;
    assert.equal(code, 0, output);
    assert.ok(answers.length > 10, `only ${answers.length} rounds of requests were sent`);
    assert.deepEqual(new Set(answers), new Set(["201,201"]));
  });

  it("needs one tunnel of two; without both, only the routes to the site fail, until the tunnels are back", async () => {
    await remove(1);
    assert.deepEqual(await statuses(), [201, 201]);
    await remove(0);
    assert.deepEqual(await statuses(), [503, 201]);
    const token = await deployment.sandbox.mintToken({ audience: "orders" });
    const refused = await fetch(`${url}/orders`, { method: "POST" });
    const accepted = await fetch(`${url}/orders`, { method: "POST", headers: { authorization: `Bearer ${token}` } });
    assert.deepEqual([refused.status, accepted.status], [401, 503]);
    await up({ SECRET: "other" });
    assert.deepEqual(await statuses(), [201, 201]);
  });

  it("reaches an address of the site, and none that no session has learnt", async () => {
    await up({ ADDRESS: "10.20.0.5:8443" });
    assert.deepEqual(await statuses(), [201, 201]);
    await up({ ADDRESS: "10.30.0.5:8443" });
    assert.deepEqual(await statuses(), [503, 201]);
  });

  it("is required: without it, the companion does not reach the server by its address", async () => {
    await up({ DIRECT: "yes", ADDRESS: "10.20.0.5:8443" });
    assert.deepEqual(await statuses(), [503, 201]);
  });

  it("leaves no endpoint after it is destroyed", async () => {
    await deployment.pulumi("destroy", "--yes", "--skip-preview");
    assert.deepEqual(deployment.sandbox.endpoints(), []);
  });
});
