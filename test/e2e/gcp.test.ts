import assert from "node:assert/strict";
import { generateKeyPairSync, sign } from "node:crypto";
import { Deployment } from "../support/e2e/deployment.ts";
import { type RecordingBackend, startRecordingBackend } from "../support/e2e/recording-backend.ts";

describe("GcpApiGateway, deployed by the real engine", function () {
  this.timeout(600_000);
  let deployment: Deployment;
  let backend: RecordingBackend;
  let url: string;

  before(async () => {
    backend = await startRecordingBackend();
    deployment = await Deployment.start("shops", "gcp", {
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

  /** Returns the id of the stack's only API config. */
  async function config(): Promise<string> {
    const configs = (await deployment.resources()).filter(({ urn }) => urn.endsWith("::orders-eu-config"));
    assert.equal(configs.length, 1);
    return String(configs[0]?.outputs?.apiConfigId);
  }

  it("is a component with three children, whose URNs are stable", async () => {
    await deployment.pulumi("preview");
    await deployment.pulumi("up", "--yes", "--skip-preview");
    const resources = await deployment.resources();
    const below = resources.map(({ urn }) => urn).filter((urn) => urn.includes("polygate:index"));
    assert.deepEqual(below.toSorted(), [
      "urn:pulumi:dev::shops::polygate:index:GcpApiGateway$gcp:apigateway/api:Api::orders-eu-api",
      "urn:pulumi:dev::shops::polygate:index:GcpApiGateway$gcp:apigateway/apiConfig:ApiConfig::orders-eu-config",
      "urn:pulumi:dev::shops::polygate:index:GcpApiGateway$gcp:apigateway/gateway:Gateway::orders-eu-gateway",
      "urn:pulumi:dev::shops::polygate:index:GcpApiGateway::orders-eu",
    ]);
    const component = resources.find(({ urn }) => urn.endsWith("GcpApiGateway::orders-eu"));
    url = String(component?.outputs?.url);
    assert.match(url, /^https:\/\/127\.0\.0\.1:\d+$/);
    assert.match(await config(), /^orders-eu-\d{18}[0-9a-f]{8}$/);
  });

  it("sends authenticated requests to the backend, with path, query, headers and body", async () => {
    const token = await deployment.sandbox.mintToken({ audience: "orders" });
    const answer = await call("GET /orders/a%20b?x=1&y=%26", token);
    assert.deepEqual(
      [answer.status, answer.headers.get("x-backend"), await answer.text()],
      [201, "yes", "from the backend"],
    );
    assert.deepEqual(backend.seen.at(-1), {
      method: "GET",
      url: "/base/v1/orders/a%20b?x=1&y=%26",
      host: "erp.example.com",
      authorization: `Bearer ${token}`,
      body: "",
    });
    await call("POST /orders", token, '{"a":1}');
    assert.deepEqual([backend.seen.at(-1)?.url, backend.seen.at(-1)?.body], ["/base/orders", '{"a":1}']);
    await call("GET /catalog/a/b?c");
    assert.deepEqual(
      [backend.seen.at(-1)?.url, backend.seen.at(-1)?.host],
      ["/v2/catalog/a/b?c", "catalog.example.com"],
    );
    await call("GET /health?x=1");
    assert.equal(backend.seen.at(-1)?.url, "/base/status/now?x=1");
  });

  it("rejects invalid tokens and unknown routes before they reach a backend", async () => {
    const before = backend.seen.length;
    const good = { audience: "orders" };
    assert.equal((await call("GET /orders/1")).status, 401);
    assert.equal((await call("GET /orders/1", await deployment.sandbox.mintToken({ audience: "other" }))).status, 403);
    // Google accepts a clock skew of one minute.
    assert.equal(
      (await call("GET /orders/1", await deployment.sandbox.mintToken({ ...good, expiresInSeconds: -61 }))).status,
      401,
    );
    const [, payload = ""] = (await deployment.sandbox.mintToken(good)).split(".");
    const header = Buffer.from(JSON.stringify({ alg: "none", typ: "JWT" })).toString("base64url");
    for (const signature of ["", "none"]) {
      assert.equal((await call("GET /orders/1", `${header}.${payload}.${signature}`)).status, 401);
    }
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const [validHeader = ""] = (await deployment.sandbox.mintToken(good)).split(".");
    const forged = sign("sha256", Buffer.from(`${validHeader}.${payload}`), privateKey).toString("base64url");
    assert.equal((await call("GET /orders/1", `${validHeader}.${payload}.${forged}`)).status, 401);
    assert.equal((await call("GET /unknown", await deployment.sandbox.mintToken(good))).status, 404);
    assert.equal((await call("DELETE /orders/1", await deployment.sandbox.mintToken(good))).status, 405);
    assert.equal((await call("GET /ORDERS/1", await deployment.sandbox.mintToken(good))).status, 404);
    assert.equal(backend.seen.length, before);
  });

  it("shows no changes at a second preview, update and refresh", async () => {
    await deployment.pulumi("preview", "--expect-no-changes");
    await deployment.pulumi("up", "--yes", "--skip-preview", "--expect-no-changes");
    await deployment.pulumi("refresh", "--yes", "--skip-preview", "--expect-no-changes");
  });

  it("serves the new description by a new API config, at the same URL, and deletes the old config", async () => {
    const old = await config();
    const extra = JSON.stringify({
      "GET /catalog/{rest+}": { to: "catalog" },
      "GET /new": { to: "erp", auth: "anyone" },
    });
    const output = await deployment.pulumiIn({ EXTRA: extra }, "up", "--yes", "--skip-preview");
    assert.match(output, /2 updated/);
    assert.match(output, /1 replaced/);
    assert.notEqual(await config(), old);
    assert.equal((await call("GET /catalog/a")).status, 401);
    assert.equal((await call("GET /new")).status, 201);
    assert.equal((await call("GET /health")).status, 201);
  });

  it("requires a waiver for limits, and shows it at preview", async () => {
    const EXTRA = JSON.stringify({
      "GET /limited": { to: "erp", limits: [{ requests: 1, per: "minute", by: "route" }] },
    });
    const refused = await deployment.pulumiWith({ EXTRA }, "preview");
    assert.notEqual(refused.code, 0);
    assert.match(
      refused.output,
      /GET \/limited, gcp: GcpApiGateway does not support limits per second or minute by route/,
    );
    const WAIVE = JSON.stringify({ limits: "the load balancer limits" });
    const waived = await deployment.pulumiWith({ EXTRA, WAIVE }, "preview");
    assert.equal(waived.code, 0, waived.output);
    assert.match(waived.output, /waived: limits on GET \/limited: the load balancer limits/);
  });

  it("refuses scopes at preview, with or without a waiver, without a stack trace", async () => {
    const EXTRA = JSON.stringify({ "GET /scoped": { to: "erp", scopes: ["orders:read"] } });
    for (const waive of [{}, { scopes: "the backend checks them" }]) {
      const { code, output } = await deployment.pulumiWith({ EXTRA, WAIVE: JSON.stringify(waive) }, "preview");
      assert.notEqual(code, 0);
      assert.match(output, /GET \/scoped, gcp: GcpApiGateway does not support scopes of a token/);
      assert.doesNotMatch(output, /at new GcpApiGateway/);
    }
  });

  it("has three resources with 300 routes as well", async () => {
    const routes = Array.from({ length: 300 }, (_, index) => [
      `GET /r${index}/{id}`,
      { to: "erp", ...(index % 2 === 0 ? {} : { auth: "anyone" }) },
    ]);
    await deployment.pulumiIn({ EXTRA: JSON.stringify(Object.fromEntries(routes)) }, "up", "--yes", "--skip-preview");
    assert.equal((await deployment.resources()).filter(({ urn }) => urn.includes("polygate:index")).length, 4);
    assert.equal((await call("GET /r299/x")).status, 201);
    assert.equal((await call("GET /r298/x")).status, 401);
    assert.equal((await call("GET /r298/x", await deployment.sandbox.mintToken({ audience: "orders" }))).status, 201);
  });

  it("leaves no endpoint after it is destroyed", async () => {
    await deployment.pulumi("destroy", "--yes", "--skip-preview");
    assert.deepEqual(deployment.sandbox.endpoints(), []);
    await assert.rejects(call("GET /health"));
  });
});
