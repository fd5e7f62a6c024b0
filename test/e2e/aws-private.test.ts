import assert from "node:assert/strict";
import { Deployment } from "./deployment.ts";
import { type RecordingBackend, startRecordingBackend } from "./recording-backend.ts";

/** SUBNETS is how many the way leads through, TARGETS what else it leads to, PORT the port of the listener and the URL; with DIRECT, the server is called without it. */
const program = `
import { ec2 } from "@pulumi/aws";
import { defineApi, http, jwt, onPrem, open } from "polygate";
import { AwsHttpApi, AwsOnPremLink, AwsRestApi } from "polygate/aws";

const port = Number(process.env.PORT ?? "443");
const vpc = new ec2.Vpc("network", { cidrBlock: "10.0.0.0/16" });
const subnets = [0, 1, 2].map(
  (index) => new ec2.Subnet(\`subnet-\${index}\`, { vpcId: vpc.id, cidrBlock: \`10.0.\${index}.0/24\` }),
);
const table = new ec2.RouteTable("private", { vpcId: vpc.id });
export const { link, tunnelAddresses, vpnConfiguration } = new AwsOnPremLink("erp-link", {
  vpcId: vpc.id,
  subnetIds: subnets.slice(0, Number(process.env.SUBNETS ?? "3")).map(({ id }) => id),
  targets: [{ address: "10.20.0.5", port: 8443 }, ...JSON.parse(process.env.TARGETS ?? "[]")],
  port,
  healthCheck: { path: "/health" },
  vpn: { publicIp: "203.0.113.9", cidrs: ["10.20.0.0/16"], routeTableIds: { private: table.id } },
  tags: { team: "erp" },
});

const direct = process.env.DIRECT === "yes";
const api = defineApi({
  version: 1,
  backends: { erp: direct ? http() : onPrem() },
  auth: { staff: jwt({ audiences: ["orders"] }), anyone: open("a test") },
  default: { auth: "staff" },
  routes: {
    "GET /orders/{id}": { to: "erp", auth: "anyone", path: "/v1/{id}" },
    "POST /orders": { to: "erp" },
  },
});
const erp = direct ? { url: "https://10.20.0.5:8443/base" } : { url: \`https://erp.example.com:\${port}/base\`, link };
const args = { api, backends: { erp }, auth: { staff: { issuer: "https://login.example.com" } } };
export const httpApi = new AwsHttpApi("orders", args).url;
export const restApi = new AwsRestApi("orders-rest", args).url;
`;

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
    deployment = await Deployment.start("aws-private", program, { hosts });
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
