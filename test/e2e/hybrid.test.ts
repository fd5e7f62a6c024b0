import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { RequestLog } from "../../sandbox/index.ts";
import { Deployment } from "../support/e2e/deployment.ts";
import { type RecordingBackend, startRecordingBackend } from "../support/e2e/recording-backend.ts";

import { type Answer, requestUntil, Traffic } from "../support/e2e/traffic.ts";

const clouds = ["aws", "azure", "gcp"] as const;

/** A response as a call expects it. Clouds have different statuses for a path without a route. */
function outcomeOf(...expected: readonly string[]): (status: number, body: string) => string {
  const noRoute = expected.includes("no route") ? [403, 404] : [];
  return (status, body) => (noRoute.includes(status) ? "no route" : status === 201 ? `201 ${body}` : String(status));
}

/** The statuses of each call. */
function statusesOf(answers: readonly Answer[]): ReadonlyMap<string, readonly number[]> {
  const names = [...new Set(answers.map(({ call }) => call))].toSorted();
  return new Map(
    names.map((name) => [
      name,
      [...new Set(answers.filter(({ call }) => call === name).map(({ status }) => status))].toSorted(),
    ]),
  );
}

// The tests share one stack: each continues where the previous one ended.
describe("the hybrid stack, deployed by the real engine", function () {
  this.timeout(600_000);
  let deployment: Deployment;
  let erp: RecordingBackend;
  let catalog: RecordingBackend;
  let products: RecordingBackend;
  let urls: Readonly<Record<(typeof clouds)[number], string>>;
  const log: RequestLog[] = [];

  before(async () => {
    [erp, catalog, products] = (await Promise.all(
      ["ERP", "catalogue", "products"].map((name) => startRecordingBackend((url) => `${url} of the ${name}`)),
    )) as [RecordingBackend, RecordingBackend, RecordingBackend];
    deployment = await Deployment.start("polygate-hybrid", "", {
      stack: "hybrid",
      // The ERP has no public name: AWS and Azure know its address, and Google asks the site's DNS servers for its name.
      hosts: {
        "https://10.20.0.5:8443": erp.url,
        "https://erp.corp.example.com:8443": erp.url,
        "https://catalog.example.com": catalog.url,
        "https://products.example.com": products.url,
      },
      log: (line: RequestLog) => log.push(line),
      oneProgramProcess: true,
    });
    changeApi("requests: 300, per: minute", "requests: 2000, per: second");
  });

  after(async () => {
    await deployment?.stop();
    for (const backend of [erp, catalog, products]) backend?.close();
  });

  /** Changes the OpenAPI file of the stack. The first change replaces its limit, which the tests exceed. */
  function changeApi(from: string, to: string): void {
    const file = join(deployment.project, "orders.yaml");
    const text = readFileSync(file, "utf8");
    assert.ok(text.includes(from), `the stack's API has no ${from}`);
    writeFileSync(file, text.replaceAll(from, to));
  }

  /** The status of a request on each cloud, with a token if it has a scope. */
  async function statuses(line: string, scope?: string): Promise<readonly number[]> {
    const [method = "", path = ""] = line.split(" ");
    const token = scope === undefined ? undefined : await deployment.sandbox.mintToken({ audience: "orders", scope });
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const answers = await Promise.all(clouds.map((cloud) => fetch(`${urls[cloud]}${path}`, { method, headers })));
    await Promise.all(answers.map((answer) => answer.arrayBuffer()));
    return answers.map(({ status }) => status);
  }

  it("reaches the ERP on premises from every cloud, with the scope of the route only", async () => {
    await deployment.pulumi("preview");
    await deployment.pulumi("up", "--yes", "--skip-preview");
    urls = (await deployment.outputs()).urls as typeof urls;
    assert.deepEqual(await statuses("GET /orders/7"), [401, 401, 401]);
    assert.deepEqual(await statuses("GET /orders/7", "orders:write"), [403, 403, 403]);
    assert.equal(erp.seen.length, 0);
    assert.deepEqual(await statuses("GET /orders/7", "orders:read"), [201, 201, 201], JSON.stringify(log.slice(-6)));
    assert.deepEqual(await statuses("POST /orders", "orders:write"), [201, 201, 201]);
    assert.deepEqual(
      new Set(erp.seen.map(({ method, host, url }) => `${method} ${host} ${url}`)),
      new Set(["GET erp.corp.example.com:8443 /orders/7", "POST erp.corp.example.com:8443 /orders"]),
    );
  });

  it("serves the catalogue in the cloud to everybody, and nothing else", async () => {
    assert.deepEqual(await statuses("GET /catalog/shoes/7"), [201, 201, 201]);
    assert.deepEqual(
      catalog.seen.map(({ url }) => url),
      ["/catalog/shoes/7", "/catalog/shoes/7", "/catalog/shoes/7"],
    );
    for (const status of await statuses("GET /invoices", "orders:read")) {
      assert.ok([403, 404].includes(status), String(status));
    }
  });

  it("fails on a cut link's routes only, and recovers by itself; with one of two tunnels, no request fails", async () => {
    const token = await deployment.sandbox.mintToken({ audience: "orders", scope: "orders:read" });
    const headers = { authorization: `Bearer ${token}` };
    const calls = clouds.flatMap((cloud) => [
      { name: `erp ${cloud}`, url: `${urls[cloud]}/orders/7`, headers },
      { name: `catalog ${cloud}`, url: `${urls[cloud]}/catalog/7` },
    ]);
    const { sandbox } = deployment;
    assert.deepEqual(
      sandbox.links().map(({ name, tunnels, users }) => [name, tunnels.length, users.map(({ address }) => address)]),
      [
        ["erp-aws", 2, ["10.20.0.5:8443"]],
        ["erp-azure", 1, ["10.20.0.5:8443"]],
        ["erp-gcp", 2, ["erp.corp.example.com:8443"]],
      ],
    );
    const before = { erp: erp.seen.length, catalog: catalog.seen.length };
    const traffic = new Traffic(calls, 200, "up");
    await traffic.whole(20);
    for (const name of ["erp-aws", "erp-gcp"]) await sandbox.cutLink({ name, tunnel: 1 });
    traffic.begin("one tunnel");
    await traffic.whole(20);
    assert.deepEqual(statusesOf(traffic.answers), new Map(calls.map(({ name }) => [name, [201]])));

    // The statuses for a backend that a vendor cannot connect to: docs/sandbox.md.
    const down = { "erp aws": 503, "erp azure": 500, "erp gcp": 503 };
    const cut = new Map(calls.map(({ name }) => [name, [201]]));
    for (const cloud of clouds) {
      traffic.begin(`cutting ${cloud}`);
      await sandbox.cutLink({ name: `erp-${cloud}` });
      traffic.begin(`cut ${cloud}`);
      cut.set(`erp ${cloud}`, [down[`erp ${cloud}`]]);
      assert.deepEqual(statusesOf(await traffic.whole(20)), cut);
    }
    const arrived = erp.seen.length;
    await traffic.whole(40);
    assert.equal(erp.seen.length, arrived, "the ERP was reached over a cut link");
    traffic.begin("mending");
    for (const cloud of clouds) await sandbox.mendLink({ name: `erp-${cloud}` });
    traffic.begin("mended");
    assert.deepEqual(statusesOf(await traffic.whole(20)), new Map(calls.map(({ name }) => [name, [201]])));
    await traffic.stop();

    const passed = (backend: string) =>
      traffic.answers.filter(({ call, status }) => call.startsWith(backend) && status === 201).length;
    assert.equal(catalog.seen.length - before.catalog, passed("catalog"));
    const lost = erp.seen.length - before.erp - passed("erp");
    const ended = traffic.answers.filter(({ status, sentIn, completeIn }) => status !== 201 && sentIn !== completeIn);
    assert.ok(lost >= 0 && lost <= ended.length, `${lost} requests of the ERP were lost, ${ended.length} were cut`);
    for (const { call, status } of traffic.answers) {
      assert.ok(status === 201 || status === down[call as keyof typeof down], `${call}: ${status}`);
    }
    const reasons = log.filter(({ decision }) => decision === "backend down" || decision === "proxied");
    for (const vendor of clouds) {
      assert.ok(
        reasons.some((line) => line.vendor === vendor && /tunnels? (?:is|are|\S+ is) cut/.test(line.reason)),
        vendor,
      );
    }
  });

  it("shows no changes at a second preview and refresh", async () => {
    await deployment.pulumi("preview", "--expect-no-changes");
    await deployment.pulumi("refresh", "--yes", "--skip-preview", "--expect-no-changes");
  });

  it("decides each request by one description while an update changes routes, scopes, limits and a backend", async () => {
    const { sandbox } = deployment;
    const [reader, viewer] = await Promise.all(
      ["orders:read", "orders:view"].map((scope) => sandbox.mintToken({ audience: "orders", scope })),
    );
    changeApi("requests: 2000,", "requests: 2500,");
    changeApi(
      "      security: [{ staff: [orders:read] }]\n      parameters",
      "      security: [{ staff: [orders:view] }]\n      x-polygate: { path: '/v2/orders/{id}' }\n      parameters",
    );
    changeApi("to: catalog }", "to: catalog, path: '/v2/{path}' }");
    changeApi("  /catalog/{path+}:", "  /products/{path+}:");
    await deployment.pulumi("config", "set", "catalog", "https://products.example.com");
    // For each call, the answers by the old description and by the new one.
    const calls = [
      { path: "/orders/7", token: reader, old: "201 /orders/7 of the ERP", now: "403" },
      { path: "/orders/7", token: viewer, old: "403", now: "201 /v2/orders/7 of the ERP" },
      { path: "/orders/7", token: undefined, old: "401", now: "401" },
      { path: "/catalog/7", token: undefined, old: "201 /catalog/7 of the catalogue", now: "no route" },
      { path: "/products/7", token: undefined, old: "no route", now: "201 /v2/7 of the products" },
    ];
    let done = false;
    const updated = deployment.pulumiWith({}, "up", "--yes", "--skip-preview").finally(() => (done = true));
    const start = performance.now();
    const counts = await Promise.all(
      clouds.flatMap((cloud) =>
        calls.map(({ path, token, old, now }) => {
          const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
          return requestUntil(() => done, { url: `${urls[cloud]}${path}`, headers, old, now }, outcomeOf(old, now));
        }),
      ),
    ).finally(() => updated);
    const { code, output } = await updated;
    assert.equal(code, 0, output);
    const seconds = (performance.now() - start) / 1000;
    const sent = counts.flat().reduce((sum, count) => sum + count, 0);
    console.log(`      ${sent} requests in ${seconds.toFixed(1)} s (${Math.round(sent / seconds)} per second)`);
    for (const [old, now] of counts) assert.ok(old > 0 && now > 0, JSON.stringify(counts));
    await deployment.pulumi("preview", "--expect-no-changes");
  });

  it("leaves no endpoint after it is destroyed", async () => {
    await deployment.pulumi("destroy", "--yes", "--skip-preview");
    assert.deepEqual(deployment.sandbox.endpoints(), []);
  });
});
