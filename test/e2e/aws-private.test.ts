import assert from "node:assert/strict";
import { Deployment } from "../support/e2e/deployment.ts";
import { type RecordingBackend, startRecordingBackend } from "../support/e2e/recording-backend.ts";

// The tests share one stack: each continues where the previous one ended.
describe("AwsOnPremLink, deployed by the real engine with a gateway of each class", function () {
  this.timeout(600_000);
  let deployment: Deployment;
  let backend: RecordingBackend;
  let urls: readonly string[];
  let link: Readonly<Record<string, string>>;

  before(async () => {
    backend = await startRecordingBackend();
    // Only the addresses of the servers on premises are mapped. They have no public name.
    const hosts = { "https://10.20.0.5:8443": backend.url, "https://10.20.0.6:8443": backend.url };
    deployment = await Deployment.start("aws-private", "aws-private", { hosts, oneProgramProcess: true });
  });

  after(async () => {
    await deployment?.stop();
    backend?.close();
  });

  async function statuses(): Promise<readonly number[]> {
    const answers = await Promise.all(urls.map((url) => fetch(`${url}/orders/7`)));
    await Promise.all(answers.map((answer) => answer.arrayBuffer()));
    return answers.map(({ status }) => status);
  }

  async function ids(type: string): Promise<readonly string[]> {
    const found = (await deployment.resources()).filter((resource) => resource.type === type);
    return found.map(({ id }) => String(id));
  }

  it("reaches the server on premises through the link, with the path and the host of the URL, from both gateways", async () => {
    await deployment.pulumi("preview");
    await deployment.pulumi("up", "--yes", "--skip-preview");
    const outputs = await deployment.outputs();
    urls = [String(outputs.httpApi), String(outputs.restApi)];
    link = outputs.link as typeof link;
    assert.deepEqual(await statuses(), [201, 201]);
    const seen = backend.seen.map(({ method, url, host }) => `${method} ${host}${url}`);
    assert.deepEqual(seen, ["GET erp.example.com/base/v1/7", "GET erp.example.com/base/v1/7"]);
  });

  it("serves a private backend only after the authentication of the route", async () => {
    const token = await deployment.sandbox.mintToken({ audience: "orders" });
    for (const url of urls) {
      const refused = await fetch(`${url}/orders`, { method: "POST" });
      assert.equal(refused.status, 401);
      await refused.arrayBuffer();
      const headers = { authorization: `Bearer ${token}` };
      const accepted = await fetch(`${url}/orders`, { method: "POST", headers, body: "{}" });
      assert.equal(accepted.status, 201);
      await accepted.arrayBuffer();
    }
  });

  it("outputs a link of strings that another stack can use, and keeps the pre-shared keys secret", async () => {
    const { vpnConfiguration, tunnelAddresses } = await deployment.outputs();
    assert.deepEqual(Object.keys(link).toSorted(), ["kind", "listenerArn", "loadBalancerArn", "vpcLinkId"]);
    for (const value of Object.values(link)) assert.equal(typeof value, "string");
    assert.equal((tunnelAddresses as readonly string[]).length, 2);
    assert.ok(Object.hasOwn(vpnConfiguration as object, "ciphertext"), "the VPN configuration is not encrypted");
  });

  it("shows no changes at a second preview and refresh", async () => {
    await deployment.pulumi("preview", "--expect-no-changes");
    await deployment.pulumi("refresh", "--yes", "--skip-preview", "--expect-no-changes");
  });

  it("adds a server without a change of the gateways", async () => {
    const before = await ids("aws:apigatewayv2/deployment:Deployment");
    const more = { TARGETS: '[{ "address": "10.20.0.6", "port": 8443 }]' };
    await deployment.pulumiIn(more, "up", "--yes", "--skip-preview");
    assert.deepEqual((await deployment.outputs()).link, link);
    assert.deepEqual(await ids("aws:apigatewayv2/deployment:Deployment"), before);
  });

  /** Updates the stack while requests are sent to both gateways, none of which may fail. Returns the new link. */
  async function updatedLink(env: Readonly<Record<string, string>>): Promise<typeof link> {
    const updated = deployment.pulumiWith(env, "up", "--yes", "--skip-preview");
    let done = false;
    void updated.then(() => (done = true));
    const answers: string[] = [];
    while (!done) answers.push(String(await statuses()));
    const { code, output } = await updated;
    assert.equal(code, 0, output);
    answers.push(String(await statuses()));
    assert.ok(answers.length > 10, `only ${answers.length} rounds of requests were sent`);
    assert.deepEqual(new Set(answers), new Set(["201,201"]));
    return (await deployment.outputs()).link as typeof link;
  }

  it("moves to another port without failing a request", async () => {
    const moved = await updatedLink({ PORT: "8443" });
    assert.deepEqual({ ...moved, listenerArn: "" }, { ...link, listenerArn: "" });
    assert.notEqual(moved.listenerArn, link.listenerArn);
    assert.deepEqual(await ids("aws:lb/listener:Listener"), [moved.listenerArn]);
  });

  it("moves to another VPC link and load balancer without failing a request", async () => {
    const moved = await updatedLink({ PORT: "8443", SUBNETS: "2" });
    for (const name of ["vpcLinkId", "listenerArn", "loadBalancerArn"]) assert.notEqual(moved[name], link[name], name);
    assert.deepEqual(await ids("aws:apigatewayv2/vpcLink:VpcLink"), [moved.vpcLinkId]);
    assert.deepEqual(await ids("aws:lb/loadBalancer:LoadBalancer"), [moved.loadBalancerArn]);
    assert.equal((await ids("aws:lb/targetGroup:TargetGroup")).length, 1);
  });

  it("is required: without it, gateways cannot reach the server by its address", async () => {
    await deployment.pulumiIn({ DIRECT: "yes" }, "up", "--yes", "--skip-preview");
    const before = backend.seen.length;
    assert.deepEqual(await statuses(), [503, 504]);
    assert.equal(backend.seen.length, before);
  });

  it("leaves no endpoint after it is destroyed", async () => {
    await deployment.pulumi("destroy", "--yes", "--skip-preview");
    assert.deepEqual(deployment.sandbox.endpoints(), []);
  });
});
