import assert from "node:assert/strict";
import { Deployment } from "../support/e2e/deployment.ts";
import { type RecordingBackend, startRecordingBackend } from "../support/e2e/recording-backend.ts";

const origin = "https://shop.example.com";

// The tests share one stack: each continues where the previous one ended.
describe("GcpApiGateway with a companion, deployed by the real engine", function () {
  this.timeout(600_000);
  let deployment: Deployment;
  let backend: RecordingBackend;
  let url: string;

  before(async () => {
    backend = await startRecordingBackend();
    deployment = await Deployment.start("companion", "gcp-companion", {
      hosts: { "https://catalog.example.com": backend.url, "https://erp.example.com": backend.url },
      oneProgramProcess: true,
    });
  });

  after(async () => {
    await deployment?.stop();
    backend?.close();
  });

  interface Sent {
    readonly scope?: string;
    readonly subject?: string;
    readonly headers?: Readonly<Record<string, string>>;
  }

  /** Sends a request, with a token if it has a scope. */
  async function call(line: string, { scope, subject, headers = {} }: Sent = {}): Promise<Response> {
    const [method = "", path = ""] = line.split(" ");
    const token = scope === undefined ? undefined : await tokenOf(scope, subject);
    const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
    return fetch(`${url}${path}`, { method, headers: { ...headers, ...authorization } });
  }

  function tokenOf(scope: string, subject = "ada"): Promise<string> {
    return deployment.sandbox.mintToken({ audience: "orders", scope, subject });
  }

  async function children(): Promise<readonly string[]> {
    const found = (await deployment.resources()).map(({ urn }) => urn).filter((urn) => urn.includes("polygate:index"));
    return found.map((urn) => urn.slice("urn:pulumi:dev::companion::polygate:index:GcpApiGateway".length)).toSorted();
  }

  it("is a component with ten children, whose URNs are stable", async () => {
    await deployment.pulumi("preview");
    await deployment.pulumi("up", "--yes", "--skip-preview");
    assert.deepEqual(await children(), [
      "$gcp:apigateway/api:Api::orders-eu-api",
      "$gcp:apigateway/apiConfig:ApiConfig::orders-eu-config",
      "$gcp:apigateway/gateway:Gateway::orders-eu-gateway",
      "$gcp:cloudrunv2/service:Service::orders-eu-companion",
      "$gcp:cloudrunv2/serviceIamMember:ServiceIamMember::orders-eu-companion-invoker",
      "$gcp:serviceaccount/account:Account::orders-eu-caller",
      "$gcp:serviceaccount/account:Account::orders-eu-companion-account",
      "$gcp:storage/bucket:Bucket::orders-eu-configuration",
      "$gcp:storage/bucketIAMMember:BucketIAMMember::orders-eu-configuration-reader",
      "$gcp:storage/bucketObject:BucketObject::orders-eu-configuration-object",
      "::orders-eu",
    ]);
    url = String((await deployment.outputs()).url);
  });

  it("checks scopes: one of several, or all of them", async () => {
    assert.equal((await call("GET /orders/7")).status, 401);
    assert.equal((await call("GET /orders/7", { scope: "orders:write" })).status, 403);
    assert.equal((await call("GET /orders/7", { scope: "email orders:read" })).status, 201);
    assert.equal((await call("GET /orders/7", { scope: "orders:admin" })).status, 201);
    assert.equal((await call("POST /orders", { scope: "orders:read" })).status, 403);
    assert.equal((await call("POST /orders", { scope: "orders:write orders:read" })).status, 201);
    assert.equal(backend.seen.length, 3);
  });

  it("moves parameters in the path, and passes on the client's token and host, and no token of Google's", async () => {
    const token = await tokenOf("orders:read");
    const answer = await fetch(`${url}/orders/a%20b?x=1&y=%26`, { headers: { authorization: `Bearer ${token}` } });
    assert.deepEqual([answer.status, await answer.text()], [201, "from the backend"]);
    assert.deepEqual(backend.seen.at(-1), {
      method: "GET",
      url: "/base/v1/a%20b/order?x=1&y=%26",
      host: "erp.example.com",
      authorization: `Bearer ${token}`,
      body: "",
    });
    await call("GET /catalog/a/b?c");
    const { url: path, host, authorization } = backend.seen.at(-1) ?? {};
    assert.deepEqual([path, host, authorization], ["/v2/catalog/a/b?c", "catalog.example.com", undefined]);
  });

  it("limits each consumer by itself", async () => {
    const statuses: number[] = [];
    for (let count = 0; count < 4; count++) {
      statuses.push((await call("POST /orders", { scope: "orders:read orders:write", subject: "grace" })).status);
    }
    assert.deepEqual(statuses, [201, 201, 201, 429]);
    assert.equal((await call("POST /orders", { scope: "orders:read orders:write", subject: "linus" })).status, 201);
  });

  it("replies, and answers preflights of allowed origins only", async () => {
    const reply = await call("GET /health", { headers: { origin } });
    assert.deepEqual([reply.status, await reply.json()], [200, { ok: true }]);
    assert.equal(reply.headers.get("access-control-allow-origin"), origin);
    const preflight = (from: string): Promise<Response> =>
      call("OPTIONS /orders/7", { headers: { origin: from, "access-control-request-method": "GET" } });
    const allowed = await preflight(origin);
    assert.deepEqual([allowed.status, allowed.headers.get("access-control-allow-origin")], [200, origin]);
    assert.equal((await preflight("https://evil.example.com")).headers.get("access-control-allow-origin"), null);
  });

  it("admits nobody but the gateway to the companion", async () => {
    const before = backend.seen.length;
    const companion = deployment.sandbox.endpoints().find(({ url: each }) => each !== url);
    assert.ok(companion !== undefined, "the companion has an endpoint");
    const authorization = `Bearer ${await tokenOf("orders:read")}`;
    const forged = { "x-forwarded-authorization": authorization };
    for (const headers of [{}, { authorization }, forged, { authorization, ...forged }]) {
      const answer = await fetch(`${companion.url}/orders/7`, { headers });
      assert.ok([401, 403].includes(answer.status), String(answer.status));
      await answer.arrayBuffer();
    }
    assert.equal((await fetch(`${companion.url}/catalog/a`)).status, 403);
    assert.equal(backend.seen.length, before);
  });

  it("ignores an X-Forwarded-Authorization of the client", async () => {
    const headers = { "x-forwarded-authorization": `Bearer ${await tokenOf("orders:read")}` };
    assert.equal((await call("GET /orders/7", { headers })).status, 401);
  });

  it("shows no changes at a second preview, update and refresh", async () => {
    await deployment.pulumi("preview", "--expect-no-changes");
    await deployment.pulumi("up", "--yes", "--skip-preview", "--expect-no-changes");
    await deployment.pulumi("refresh", "--yes", "--skip-preview", "--expect-no-changes");
  });

  it("changes scopes, paths and replies under load: no request fails, and none is decided by both descriptions", async () => {
    // The old description accepts orders:read alone, and the new one orders:next alone.
    const EXTRA = JSON.stringify({
      "GET /orders/{id}": { to: "erp", path: "/v2/{id}", scopes: ["orders:next"] },
      "GET /health": { reply: { status: 200, body: { ok: "new" } }, auth: "anyone" },
    });
    const both = await tokenOf("orders:read orders:next");
    const [old, next] = [await tokenOf("orders:read"), await tokenOf("orders:next")];
    let done = false;
    const update = deployment.pulumiWith({ EXTRA }, "up", "--yes", "--skip-preview").finally(() => {
      done = true;
    });
    const failed: string[] = [];
    const first = backend.seen.length;
    const send = async (path: string, token: string | undefined, expected: readonly number[]): Promise<void> => {
      for (let more = true; more; more = !done) {
        const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
        const { status } = await fetch(`${url}${path}`, { headers }).then(async (answer) => {
          await answer.arrayBuffer();
          return answer;
        });
        if (!expected.includes(status)) failed.push(`${path}: ${status}`);
      }
    };
    await Promise.all([
      send("/orders/both", both, [201]),
      send("/orders/both", both, [201]),
      send("/orders/old", old, [201, 403]),
      send("/orders/next", next, [201, 403]),
      send("/orders/none", undefined, [401]),
      send("/health", undefined, [200]),
    ]);
    const { code, output } = await update;
    assert.equal(code, 0, output);
    assert.deepEqual(failed, []);
    const paths = new Set(backend.seen.slice(first).map((seen) => seen.url));
    // A mixture would send the old token by the new path, or the reverse.
    assert.deepEqual(
      [...paths].toSorted(),
      ["/base/v1/both/order", "/base/v1/old/order", "/base/v2/both", "/base/v2/next"].toSorted(),
    );
    assert.equal((await call("GET /orders/7", { scope: "orders:read" })).status, 403);
    assert.deepEqual(await (await call("GET /health")).json(), { ok: "new" });
  });

  it("refuses limits that several instances would count, at preview, without a stack trace", async () => {
    const { code, output } = await deployment.pulumiWith({ COMPANION: "{}" }, "preview");
    assert.notEqual(code, 0);
    assert.match(
      output,
      /N instances let up to N times the requests of a limit pass.*The companion may have 10 instances/,
    );
    assert.doesNotMatch(output, /at new GcpApiGateway/);
  });

  it("has as many resources with 300 routes", async () => {
    const routes = Array.from({ length: 300 }, (_, index) => [`GET /r${index}/{id}`, { to: "erp", scopes: ["a"] }]);
    const EXTRA = JSON.stringify(Object.fromEntries(routes));
    await deployment.pulumiIn({ EXTRA }, "up", "--yes", "--skip-preview");
    assert.equal((await children()).length, 11);
    assert.equal((await call("GET /r299/x", { scope: "b" })).status, 403);
    assert.equal((await call("GET /r299/x", { scope: "a" })).status, 201);
  });

  it("leaves no endpoint after it is destroyed", async () => {
    await deployment.pulumi("destroy", "--yes", "--skip-preview");
    assert.deepEqual(deployment.sandbox.endpoints(), []);
    await assert.rejects(call("GET /health"));
  });
});
