import assert from "node:assert/strict";
import { Deployment } from "./deployment.ts";
import { type RecordingBackend, startRecordingBackend } from "./recording-backend.ts";

// One stack through its life: each test goes on from the one before.
describe("AwsOnPremLink, deployed by the real engine with a gateway of each class", function () {
  this.timeout(180_000);
  let deployment: Deployment;
  let backend: RecordingBackend;
  let urls: readonly string[];
  let link: Readonly<Record<string, string>>;

  before(async () => {
    backend = await startRecordingBackend();
    // The servers on premises, and no public name of theirs.
    const hosts = { "https://10.20.0.5:8443": backend.url, "https://10.20.0.6:8443": backend.url };
    deployment = await Deployment.start("aws-private", "aws-private", { hosts });
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

  it("reaches the server on premises through the link, by the path and the host of the URL, on both", async () => {
    await deployment.pulumi("preview");
    await deployment.pulumi("up", "--yes", "--skip-preview");
    const outputs = await deployment.outputs();
    urls = [String(outputs.httpApi), String(outputs.restApi)];
    link = outputs.link as typeof link;
    assert.deepEqual(await statuses(), [201, 201]);
    const seen = backend.seen.map(({ method, url, host }) => `${method} ${host}${url}`);
    assert.deepEqual(seen, ["GET erp.example.com/base/v1/7", "GET erp.example.com/base/v1/7"]);
  });

  it("asks for what the route asks for, as before any backend", async () => {
    const token = await deployment.sandbox.mintToken({ audience: "orders" });
    for (const url of urls) {
      const refused = await fetch(`${url}/orders`, { method: "POST" });
      assert.equal(refused.status, 401);
      await refused.arrayBuffer();
      const headers = { authorization: `Bearer ${token}` };
      const letIn = await fetch(`${url}/orders`, { method: "POST", headers, body: "{}" });
      assert.equal(letIn.status, 201);
      await letIn.arrayBuffer();
    }
  });

  it("gives a link of texts that another stack can bind, and keeps the pre-shared keys a secret", async () => {
    const { vpnConfiguration, tunnelAddresses } = await deployment.outputs();
    assert.deepEqual(Object.keys(link).toSorted(), ["kind", "listenerArn", "loadBalancerArn", "vpcLinkId"]);
    for (const value of Object.values(link)) assert.equal(typeof value, "string");
    assert.equal((tunnelAddresses as readonly string[]).length, 2);
    assert.ok(Object.hasOwn(vpnConfiguration as object, "ciphertext"), "the configuration is in plain text");
  });

  it("does not change when nothing changed", async () => {
    await deployment.pulumi("preview", "--expect-no-changes");
    await deployment.pulumi("refresh", "--yes", "--skip-preview", "--expect-no-changes");
  });

  it("takes another server in, and its gateways stay as they are", async () => {
    const before = await ids("aws:apigatewayv2/deployment:Deployment");
    const more = { TARGETS: '[{ "address": "10.20.0.6", "port": 8443 }]' };
    await deployment.pulumiIn(more, "up", "--yes", "--skip-preview");
    assert.deepEqual((await deployment.outputs()).link, link);
    assert.deepEqual(await ids("aws:apigatewayv2/deployment:Deployment"), before);
  });

  /** Updates the stack while both gateways are asked, which go on answering; the link after it. */
  async function changed(env: Readonly<Record<string, string>>): Promise<typeof link> {
    const updated = deployment.pulumiWith(env, "up", "--yes", "--skip-preview");
    let done = false;
    void updated.then(() => (done = true));
    const answers: string[] = [];
    while (!done) answers.push(String(await statuses()));
    const { code, output } = await updated;
    assert.equal(code, 0, output);
    answers.push(String(await statuses()));
    assert.ok(answers.length > 10, `${answers.length}`);
    assert.deepEqual(new Set(answers), new Set(["201,201"]));
    return (await deployment.outputs()).link as typeof link;
  }

  it("moves to another port while requests go on, and none fails", async () => {
    const moved = await changed({ PORT: "8443" });
    assert.deepEqual({ ...moved, listenerArn: "" }, { ...link, listenerArn: "" });
    assert.notEqual(moved.listenerArn, link.listenerArn);
    assert.deepEqual(await ids("aws:lb/listener:Listener"), [moved.listenerArn]);
  });

  it("moves to another link and load balancer while requests go on, and none fails", async () => {
    const moved = await changed({ PORT: "8443", SUBNETS: "2" });
    for (const name of ["vpcLinkId", "listenerArn", "loadBalancerArn"]) assert.notEqual(moved[name], link[name], name);
    assert.deepEqual(await ids("aws:apigatewayv2/vpcLink:VpcLink"), [moved.vpcLinkId]);
    assert.deepEqual(await ids("aws:lb/loadBalancer:LoadBalancer"), [moved.loadBalancerArn]);
    assert.equal((await ids("aws:lb/targetGroup:TargetGroup")).length, 1);
  });

  it("is the only way: without the link the server is nowhere, though its address is known", async () => {
    await deployment.pulumiIn({ DIRECT: "yes" }, "up", "--yes", "--skip-preview");
    const before = backend.seen.length;
    assert.deepEqual(await statuses(), [503, 504]);
    assert.equal(backend.seen.length, before);
  });

  it("is gone when it is destroyed", async () => {
    await deployment.pulumi("destroy", "--yes", "--skip-preview");
    assert.deepEqual(deployment.sandbox.endpoints(), []);
  });
});
