import assert from "node:assert/strict";
import { Deployment } from "../support/e2e/deployment.ts";
import { type RecordingBackend, startRecordingBackend } from "../support/e2e/recording-backend.ts";

type City = "frankfurt" | "oregon";

// The tests share one stack: each continues where the previous one ended.
describe("AwsHttpApi, deployed by the real engine", function () {
  this.timeout(600_000);
  let deployment: Deployment;
  let backend: RecordingBackend;
  let urls: Readonly<Record<City, string>>;

  before(async () => {
    backend = await startRecordingBackend();
    deployment = await Deployment.start("aws", "aws", {
      hosts: { "https://catalog.example.com": backend.url, "https://erp.example.com": backend.url },
    });
  });

  after(async () => {
    await deployment?.stop();
    backend?.close();
  });

  function call(city: City, line: string, token?: string, body?: string): Promise<Response> {
    const [method = "", path = ""] = line.split(" ");
    return fetch(`${urls[city]}${path}`, {
      method,
      ...(body === undefined ? {} : { body }),
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    });
  }

  async function statusOf(...request: Parameters<typeof call>): Promise<number> {
    const { status, body } = await call(...request);
    await body?.cancel();
    return status;
  }

  it("is a component with three children, whose URNs are stable", async () => {
    await deployment.pulumi("preview");
    await deployment.pulumi("up", "--yes", "--skip-preview");
    const below = (await deployment.resources()).map(({ urn }) => urn).filter((urn) => urn.includes("orders-oregon"));
    assert.deepEqual(below.toSorted(), [
      "urn:pulumi:dev::aws::polygate:index:AwsHttpApi$aws:apigatewayv2/api:Api::orders-oregon-api",
      "urn:pulumi:dev::aws::polygate:index:AwsHttpApi$aws:apigatewayv2/deployment:Deployment::orders-oregon-deployment",
      "urn:pulumi:dev::aws::polygate:index:AwsHttpApi$aws:apigatewayv2/stage:Stage::orders-oregon-stage",
      "urn:pulumi:dev::aws::polygate:index:AwsHttpApi::orders-oregon",
    ]);
    const outputs = await deployment.outputs();
    urls = outputs.urls as typeof urls;
    assert.deepEqual(outputs.regions, { frankfurt: "eu-central-1", oregon: "us-west-2" });
  });

  it("does not mix two regions in one stack", async () => {
    assert.notEqual(urls.frankfurt, urls.oregon);
    assert.equal(await statusOf("oregon", "GET /oregon"), 201);
    assert.equal(await statusOf("frankfurt", "GET /oregon"), 404);
    assert.deepEqual(
      deployment.sandbox
        .endpoints()
        .map(({ region, url }) => [region, url])
        .toSorted(),
      [
        ["eu-central-1", urls.frankfurt],
        ["us-west-2", urls.oregon],
      ],
    );
  });

  it("sends authenticated requests to the backend, with path, query, headers and body", async () => {
    const token = await deployment.sandbox.mintToken({ audience: "orders", scope: "orders:read" });
    for (const [line, body, seen] of [
      ["GET /orders/a%20b?x=1&y=%26", undefined, ["GET", "/base/v1/a%20b/all?x=1&y=%26", "erp.example.com"]],
      ["POST /orders", '{"a":1}', ["POST", "/base/orders", "erp.example.com"]],
      ["GET /catalog/a/b?c", undefined, ["GET", "/v2/a/b?c", "catalog.example.com"]],
    ] as const) {
      assert.equal(await statusOf("frankfurt", line, token, body), 201);
      const [method, url, host] = seen;
      assert.deepEqual(backend.seen.at(-1), { method, url, host, authorization: `Bearer ${token}`, body: body ?? "" });
    }
  });

  it("rejects invalid tokens, and serves no unknown route", async () => {
    const { sandbox } = deployment;
    const good = { audience: "orders", scope: "orders:read" };
    const line = "GET /orders/1";
    assert.equal(await statusOf("frankfurt", line), 401);
    assert.equal(await statusOf("frankfurt", line, await sandbox.mintToken({ ...good, audience: "other" })), 401);
    assert.equal(await statusOf("frankfurt", line, await sandbox.mintToken({ ...good, expiresInSeconds: -1 })), 401);
    assert.equal(await statusOf("frankfurt", line, await sandbox.mintToken({ ...good, scope: "orders:write" })), 403);
    const token = await sandbox.mintToken(good);
    for (const unknown of ["GET /unknown", "DELETE /orders/1", "GET /ORDERS/1", "GET /catalog", "OPTIONS /orders"]) {
      assert.equal(await statusOf("frankfurt", unknown, token), 404, unknown);
    }
  });

  it("limits a route", async () => {
    const token = await deployment.sandbox.mintToken({ audience: "orders" });
    const statuses: number[] = [];
    for (let index = 0; index < 4; index++) statuses.push(await statusOf("oregon", "POST /orders", token, "{}"));
    assert.deepEqual(statuses, [201, 201, 201, 429]);
  });

  it("shows no changes at a second preview, update and refresh", async () => {
    await deployment.pulumi("preview", "--expect-no-changes");
    await deployment.pulumi("up", "--yes", "--skip-preview", "--expect-no-changes");
    await deployment.pulumi("refresh", "--yes", "--skip-preview", "--expect-no-changes");
  });

  it("serves the new description after an update, at the same URL", async () => {
    const extra = { "GET /catalog/{rest+}": { to: "catalog" }, "GET /new": { to: "erp", auth: "anyone" } };
    const output = await deployment.pulumiIn({ EXTRA: JSON.stringify(extra) }, "up", "--yes", "--skip-preview");
    assert.match(output, /~ 3 updated/);
    assert.match(output, /\+-1 replaced/);
    assert.equal(await statusOf("frankfurt", "GET /catalog/a"), 401);
    assert.equal(await statusOf("frankfurt", "GET /new"), 201);
    assert.equal(await statusOf("oregon", "GET /catalog/a"), 201);
  });

  it("has three resources with 300 routes as well", async () => {
    const routes = Array.from({ length: 297 }, (_, index) => [
      `GET /r${index}/{id}`,
      { to: "erp", scopes: [`r${index}`] },
    ]);
    await deployment.pulumiIn({ EXTRA: JSON.stringify(Object.fromEntries(routes)) }, "up", "--yes", "--skip-preview");
    const below = (await deployment.resources()).filter(({ urn }) => urn.includes("orders-frankfurt-"));
    assert.equal(below.length, 3);
    const token = await deployment.sandbox.mintToken({ audience: "orders", scope: "r296" });
    assert.equal(await statusOf("frankfurt", "GET /r296/x", token), 201);
    assert.equal(await statusOf("frankfurt", "GET /r295/x", token), 403);
  });

  it("refuses unsupported routes at preview, without a stack trace", async () => {
    const extra = JSON.stringify({ "GET /slow": { to: "erp", timeoutSeconds: 60 } });
    const { code, output } = await deployment.pulumiWith({ EXTRA: extra }, "preview");
    assert.notEqual(code, 0);
    assert.match(
      output,
      /GET \/slow, aws: An HTTP API waits at most 29 seconds for a backend, but timeoutSeconds is 60/,
    );
    assert.doesNotMatch(output, /at new AwsHttpApi/);
  });

  it("leaves no endpoint after it is destroyed", async () => {
    await deployment.pulumi("destroy", "--yes", "--skip-preview");
    assert.deepEqual(deployment.sandbox.endpoints(), []);
    await assert.rejects(call("frankfurt", "GET /new"));
  });
});
