import assert from "node:assert/strict";
import { Deployment } from "../support/e2e/deployment.ts";
import { type RecordingBackend, startRecordingBackend } from "../support/e2e/recording-backend.ts";

describe("AzureApiManagementApi, deployed by the real engine", function () {
  this.timeout(600_000);
  let deployment: Deployment;
  let backend: RecordingBackend;
  let url: string;

  before(async () => {
    backend = await startRecordingBackend();
    deployment = await Deployment.start("shops", "azure", {
      hosts: { "https://catalog.example.com": backend.url, "https://erp.example.com": backend.url },
      oneProgramProcess: true,
    });
  });

  after(async () => {
    await deployment?.stop();
    backend?.close();
  });

  async function call(line: string, token?: string, body?: string): Promise<Response> {
    const [method = "", path = ""] = line.split(" ");
    return fetch(`${url}${path}`, {
      method,
      ...(body === undefined ? {} : { body }),
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    });
  }

  it("is a component with two children, whose URNs are stable", async () => {
    await deployment.pulumi("preview");
    await deployment.pulumi("up", "--yes", "--skip-preview");
    const resources = await deployment.resources();
    const below = resources.map(({ urn }) => urn).filter((urn) => urn.includes("polygate:index"));
    assert.deepEqual(below.toSorted(), [
      "urn:pulumi:dev::shops::polygate:index:AzureApiManagementApi$azure-native:apimanagement:Api::orders-eu-api",
      "urn:pulumi:dev::shops::polygate:index:AzureApiManagementApi$azure-native:apimanagement:ApiPolicy::orders-eu-policy",
      "urn:pulumi:dev::shops::polygate:index:AzureApiManagementApi::orders-eu",
    ]);
    const component = resources.find(({ urn }) => urn.endsWith("AzureApiManagementApi::orders-eu"));
    url = String(component?.outputs?.url);
    assert.match(url, /^http:\/\/(?:127\.0\.0\.1|localhost):\d+\/orders-eu$/);
  });

  it("sends authenticated requests to the backend, with path, query, headers and body", async () => {
    const token = await deployment.sandbox.mintToken({ audience: "orders", scope: "orders:read" });
    const answer = await call("GET /orders/a%20b?x=1&y=%26", token);
    assert.deepEqual(
      [answer.status, answer.headers.get("x-backend"), await answer.text()],
      [201, "yes", "from the backend"],
    );
    assert.deepEqual(backend.seen.at(-1), {
      method: "GET",
      url: "/base/v1/a%20b?x=1&y=%26",
      host: "erp.example.com",
      authorization: `Bearer ${token}`,
      body: "",
    });
    await call("POST /orders", token, '{"a":1}');
    assert.deepEqual([backend.seen.at(-1)?.url, backend.seen.at(-1)?.body], ["/base/orders", '{"a":1}']);
    await call("GET /catalog/a/b?c");
    assert.deepEqual([backend.seen.at(-1)?.url, backend.seen.at(-1)?.host], ["/v2/a/b?c", "catalog.example.com"]);
  });

  it("rejects invalid tokens and unknown routes before they reach a backend", async () => {
    const before = backend.seen.length;
    const good = { audience: "orders", scope: "orders:read" };
    assert.equal((await call("GET /orders/1")).status, 401);
    assert.equal(
      (await call("GET /orders/1", await deployment.sandbox.mintToken({ ...good, audience: "other" }))).status,
      401,
    );
    assert.equal(
      (await call("GET /orders/1", await deployment.sandbox.mintToken({ ...good, expiresInSeconds: -1 }))).status,
      401,
    );
    assert.equal(
      (await call("GET /orders/1", await deployment.sandbox.mintToken({ ...good, scope: "orders:write" }))).status,
      403,
    );
    assert.equal((await call("GET /unknown", await deployment.sandbox.mintToken(good))).status, 404);
    assert.equal((await call("DELETE /orders/1", await deployment.sandbox.mintToken(good))).status, 404);
    assert.equal((await call("GET /ORDERS/1", await deployment.sandbox.mintToken(good))).status, 404);
    assert.equal(backend.seen.length, before);
  });

  it("limits the requests of a consumer", async () => {
    const token = await deployment.sandbox.mintToken({ audience: "orders", subject: "counted" });
    const statuses = [];
    for (let index = 0; index < 4; index++) statuses.push((await call("POST /orders", token)).status);
    assert.deepEqual(statuses, [201, 201, 201, 429]);
  });

  it("sends a reply without a backend", async () => {
    const answer = await call("GET /health");
    assert.deepEqual(
      [answer.status, answer.headers.get("content-type"), await answer.text()],
      [200, "application/json", '{"ok":true}'],
    );
  });

  it("shows no changes at a second preview, update and refresh", async () => {
    await deployment.pulumi("preview", "--expect-no-changes");
    await deployment.pulumi("up", "--yes", "--skip-preview", "--expect-no-changes");
    await deployment.pulumi("refresh", "--yes", "--skip-preview", "--expect-no-changes");
  });

  it("serves the new description after an update in place, at the same URL", async () => {
    const extra = JSON.stringify({
      "GET /catalog/{rest+}": { to: "catalog" },
      "GET /new": { to: "erp", auth: "anyone" },
    });
    const output = await deployment.pulumiIn({ EXTRA: extra }, "up", "--yes", "--skip-preview");
    assert.match(output, /3 updated/);
    assert.equal((await call("GET /catalog/a")).status, 401);
    assert.equal((await call("GET /new")).status, 201);
    assert.equal((await call("GET /health")).status, 200);
  });

  it("has two resources with 300 routes as well", async () => {
    const routes = Array.from({ length: 300 }, (_, index) => [
      `GET /r${index}/{id}`,
      { to: "erp", scopes: [`r${index}`] },
    ]);
    const output = await deployment.pulumiIn(
      { EXTRA: JSON.stringify(Object.fromEntries(routes)) },
      "up",
      "--yes",
      "--skip-preview",
    );
    assert.match(output, /3 updated/);
    assert.equal((await deployment.resources()).filter(({ urn }) => urn.includes("polygate:index")).length, 3);
    const token = await deployment.sandbox.mintToken({ audience: "orders", scope: "r299" });
    assert.equal((await call("GET /r299/x", token)).status, 201);
    assert.equal((await call("GET /r298/x", token)).status, 403);
  });

  it("refuses unsupported routes at preview, without a stack trace", async () => {
    const extra = JSON.stringify({ "GET /slow": { to: "erp", timeoutSeconds: 3600 } });
    const { code, output } = await deployment.pulumiWith({ EXTRA: extra }, "preview");
    assert.notEqual(code, 0);
    assert.match(
      output,
      /GET \/slow, azure: The timeout is 3600 seconds; the tier Developer of API Management supports at most 240\./,
    );
    assert.doesNotMatch(output, /at new AzureApiManagementApi/);
  });

  const value = "key-of-globex-that-was-set";
  const consumers = { acme: { plan: "small" }, globex: { plan: "large", value }, initech: { plan: "large" } };

  const deploy = (of: object, ...args: readonly string[]): Promise<string> =>
    deployment.pulumiIn({ CONSUMERS: JSON.stringify(of) }, ...args);
  const keysOf = async (): Promise<Record<"primary" | "secondary", Record<string, string>>> =>
    JSON.parse(await deployment.pulumi("stack", "output", "keys", "--json", "--show-secrets"));
  const statusOf = async (key?: string): Promise<number> =>
    (await fetch(`${url}/prices`, { headers: key === undefined ? {} : { "x-api-key": key } })).status;

  it("creates a subscription for each consumer, whose two keys open the route that requires one", async () => {
    const output = await deploy(consumers, "up", "--yes", "--skip-preview");
    assert.match(output, /5 created/);
    assert.match(output, /3 updated/);
    const { primary, secondary } = await keysOf();
    assert.deepEqual([Object.keys(primary), primary.globex], [["acme", "globex", "initech"], value]);
    for (const key of [...Object.values(primary), ...Object.values(secondary)]) assert.equal(await statusOf(key), 201);
    for (const key of [undefined, "", "x", value.toUpperCase()]) assert.equal(await statusOf(key), 401);
    assert.equal((await call("GET /catalog/a")).status, 201);
    assert.equal((await call("GET /orders/1")).status, 401);
  });

  it("limits a consumer by its plan", async () => {
    const { primary } = await keysOf();
    // Each key of acme has been used once.
    assert.deepEqual([await statusOf(primary.acme), await statusOf(primary.acme)], [201, 403]);
  });

  it("keeps every key secret in the state, and shows none", async () => {
    const { primary, secondary } = await keysOf();
    const output = await deployment.pulumi("stack", "--show-urns");
    const state = JSON.stringify(await deployment.resources());
    for (const key of [...Object.values(primary), ...Object.values(secondary)]) {
      assert.ok(!state.includes(key) && !output.includes(key));
    }
    await deploy(consumers, "preview", "--expect-no-changes");
    await deploy(consumers, "refresh", "--yes", "--skip-preview", "--expect-no-changes");
  });

  it("changes one key while the other works, and removes a consumer", async () => {
    const before = await keysOf();
    const { initech: _, ...rest } = consumers;
    const next = { ...rest, globex: { plan: "large", value: "the-next-key-of-globex" } };
    const output = await deploy(next, "up", "--yes", "--skip-preview");
    assert.match(output, /1 deleted/);
    assert.match(output, /2 updated/);
    const after = await keysOf();
    assert.deepEqual(after.secondary, { acme: before.secondary.acme, globex: before.secondary.globex });
    assert.equal(await statusOf(value), 401);
    for (const key of [after.primary.globex, after.secondary.globex]) assert.equal(await statusOf(key), 201);
    assert.equal(await statusOf(before.primary.initech), 401);
  });

  it("deletes the subscriptions and the product when no route requires a key, and declares them again", async () => {
    assert.match(await deployment.pulumi("up", "--yes", "--skip-preview"), /4 deleted/);
    assert.deepEqual(
      (await deployment.resources()).filter(({ type }) => /:(?:Subscription|Product|ProductApi)$/.test(type)),
      [],
    );
    assert.equal((await call("GET /catalog/a")).status, 201);
    await deploy(consumers, "up", "--yes", "--skip-preview");
    const types = (await deployment.resources()).map(({ type }) => type.replace("azure-native:apimanagement:", ""));
    assert.equal(types.filter((type) => type === "Subscription").length, 3);
  });

  it("leaves no endpoint after it is destroyed", async () => {
    await deployment.pulumi("destroy", "--yes", "--skip-preview");
    assert.deepEqual(deployment.sandbox.endpoints(), []);
    await assert.rejects(call("GET /health"));
  });
});
