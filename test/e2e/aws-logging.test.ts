import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Deployment, type ExportedResource } from "../support/e2e/deployment.ts";
import { type RecordingBackend, startRecordingBackend } from "../support/e2e/recording-backend.ts";
import { until } from "../support/sandbox/data-plane/test-data-plane.ts";

// The tests share one stack: each continues where the previous one ended.
describe("logs, metrics and traces of AWS gateways", function () {
  this.timeout(600_000);
  let deployment: Deployment;
  let backend: RecordingBackend;

  before(async () => {
    backend = await startRecordingBackend();
    deployment = await Deployment.start("logging", "aws-logging", {
      hosts: { "https://erp.example.com": backend.url },
      oneProgramProcess: true,
    });
  });

  after(async () => {
    await deployment?.stop();
    backend?.close();
  });

  const up = (env: Readonly<Record<string, string>>, ...args: readonly string[]) =>
    deployment.pulumiWith(env, "up", "--yes", "--skip-preview", ...args);
  const watched = { WATCHED: "1", LOGGING: "1" };
  const outputsOf = (all: readonly ExportedResource[], name: string) =>
    all.find(({ urn }) => urn.endsWith(`::${name}`))?.outputs;

  it("are off by default, without any resource for them", async () => {
    const { code, output } = await up({});
    assert.equal(code, 0, output);
    const all = await deployment.resources();
    assert.deepEqual(
      all.filter(({ type }) => /:LogGroup|:Account/.test(type)).map(({ urn }) => urn.split("::").at(-1)),
      // The log group of the functions that check tokens.
      ["rest-authorizer-logs"],
    );
    assert.equal(outputsOf(all, "rest-stage")?.xrayTracingEnabled, false);
  });

  it("fail to deploy while the AWS account has no role for logs, and the gateway stays as it is", async () => {
    const { code, output } = await up({ WATCHED: "1" });
    assert.notEqual(code, 0);
    assert.match(output, /CloudWatch Logs role ARN must be set in account settings to enable logging/);
    const answer = await fetch(`${((await deployment.outputs()).urls as Urls).rest}/prices`);
    assert.deepEqual([answer.status, await answer.text()], [401, '{"message":"Unauthorized"}']);
  });

  it("add a log group per gateway, metrics per route, traces and tags, and keep the URLs", async () => {
    const before = (await deployment.outputs()).urls;
    const { code, output } = await up(watched);
    assert.equal(code, 0, output);
    assert.deepEqual((await deployment.outputs()).urls, before);
    const all = await deployment.resources();
    for (const name of ["web", "rest"]) {
      const group = outputsOf(all, `${name}-access-log`);
      assert.match(String(group?.name), new RegExp(`^/aws/vendedlogs/apigateway/${name}-[0-9a-f]{26}$`));
      assert.deepEqual([group?.retentionInDays, group?.tags], [90, { team: "orders" }]);
      assert.deepEqual(outputsOf(all, `${name}-stage`)?.tags, { team: "orders" });
    }
    assert.equal(outputsOf(all, "rest-stage")?.xrayTracingEnabled, true);
    const settings = outputsOf(all, "rest-throttle-*/*")?.settings as { readonly metricsEnabled: boolean };
    assert.equal(settings.metricsEnabled, true);
    const defaults = outputsOf(all, "web-stage")?.defaultRouteSettings as { readonly detailedMetricsEnabled: boolean };
    assert.equal(defaults.detailedMetricsEnabled, true);
    assert.equal((await up(watched, "--expect-no-changes")).code, 0);
  });

  /** The lines of each access log, by the name of its gateway. */
  function accessLog(): ReadonlyMap<string, readonly string[]> {
    const folder = join(deployment.sandbox.dir, "access-logs");
    const files = existsSync(folder) ? readdirSync(folder) : [];
    return new Map(
      files.map((file) => [
        decodeURIComponent(file).replace(/^.*\/(\w+)-[0-9a-f]+\.log$/, "$1"),
        readFileSync(join(folder, file), "utf8")
          .split("\n")
          .filter((line) => line !== ""),
      ]),
    );
  }

  it("write one JSON line per request, which never contains a credential", async () => {
    const { web, rest } = (await deployment.outputs()).urls as Urls;
    const token = await deployment.sandbox.mintToken({ audience: "orders" });
    const key = "acme-acme-acme-acme-acme";
    for (const [url, headers] of [
      [`${web}/orders/1`, { authorization: `Bearer ${token}` }],
      [`${web}/orders/2`, {}],
      [`${rest}/orders/1`, { authorization: `Bearer ${token}` }],
      [`${rest}/prices?key=${key}`, { "x-api-key": key }],
      [`${rest}/prices?key=${key}`, {}],
    ] as const) {
      await (await fetch(url, { headers })).text();
    }
    // The lines are written after the responses.
    await until("a line for each request", () => [...accessLog().values()].flat().length >= 5);
    const lines = accessLog();
    const loggedBy = (name: string, ...members: readonly string[]) =>
      lines.get(name)?.map((line) => members.map((member) => JSON.parse(line)[member]));
    assert.deepEqual(loggedBy("web", "route", "path", "status"), [
      ["GET /orders/{id}", "/orders/1", "201"],
      ["GET /orders/{id}", "/orders/2", "401"],
    ]);
    assert.deepEqual(loggedBy("rest", "resource", "status", "errorType"), [
      ["/orders/{id}", "201", "-"],
      ["/prices", "201", "-"],
      ["/prices", "401", "INVALID_API_KEY"],
    ]);
    assert.notEqual(loggedBy("rest", "apiKeyId")?.[1]?.[0], "-");
    for (const line of [...lines.values()].flat()) assert.ok(!line.includes(token) && !line.includes(key), line);
  });

  it("are removed when the program no longer sets them", async () => {
    const { code, output } = await up({ LOGGING: "1" });
    assert.equal(code, 0, output);
    const all = await deployment.resources();
    assert.deepEqual(
      all.filter(({ urn }) => urn.includes("access-log")),
      [],
    );
    assert.equal(outputsOf(all, "rest-stage")?.accessLogSettings, undefined);
  });
});

interface Urls {
  readonly web: string;
  readonly rest: string;
}
