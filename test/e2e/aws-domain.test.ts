import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../support/cli/command.ts";
import { Deployment } from "../support/e2e/deployment.ts";
import { type RecordingBackend, startRecordingBackend } from "../support/e2e/recording-backend.ts";
import { TestAuthority } from "../support/tls/authority.ts";
import { get, type TlsAnswer } from "../support/tls/request.ts";

const FORBIDDEN: TlsAnswer = { status: 403, body: '{"message":"Forbidden"}' };
const NOT_FOUND: TlsAnswer = { status: 404, body: '{"message":"Not Found"}' };

describe("Custom domains on AWS, deployed by the real engine", function () {
  this.timeout(600_000);
  const trusted = new TestAuthority("Partners");
  const others = new TestAuthority("Others");
  let backend: RecordingBackend;
  let deployment: Deployment;

  before(async () => {
    backend = await startRecordingBackend();
    deployment = await Deployment.start("aws-domain", "aws-domain", {
      hosts: { "https://erp.example.com": backend.url },
      oneProgramProcess: true,
    });
    await deployment.pulumi("config", "set", "aws:region", "eu-central-1");
    await deployment.pulumi("config", "set", "truststore", truststore(trusted));
  });
  after(async () => {
    await deployment.stop();
    backend.close();
  });

  function truststore(authority: TestAuthority): string {
    const file = join(deployment.folder, "partners.pem");
    writeFileSync(file, authority.cert);
    return file;
  }

  const endpoint = (name: string) => {
    const found = deployment.sandbox.endpoints().find((each) => each.name === name);
    assert.ok(found, `${name} is not served`);
    return found;
  };
  const viaDomain = (name: string, url: string, options: Partial<Parameters<typeof get>[1]> = {}) => {
    const [domain] = endpoint(name).domains ?? [];
    assert.ok(domain, `${name} has no domain`);
    const port = Number(domain.address.split(":")[1]);
    return get(url, { ca: readFileSync(domain.authority, "utf8"), port, ...options });
  };
  const direct = async (name: string, path: string): Promise<TlsAnswer> => {
    const response = await fetch(`${endpoint(name).url}${path}`);
    return { status: response.status, body: await response.text() };
  };

  it("serve the URLs that the stack outputs, and no others", async () => {
    const preview = await deployment.pulumi("preview");
    assert.match(preview, /api\.example\.com/);
    await deployment.pulumi("up", "--yes");
    assert.deepEqual((await deployment.outputs()).urls, [
      "https://api.example.com/v1",
      "https://rest.example.com",
      "https://partners.example.com/first",
      "https://partners.example.com/second/v2",
    ]);
    assert.equal((await viaDomain("http", "https://api.example.com/v1/orders/7")).status, 201);
    assert.equal(backend.seen.at(-1)?.url, "/base/orders/7");
    assert.equal((await viaDomain("rest", "https://rest.example.com/orders/8")).status, 201);
    assert.equal(backend.seen.at(-1)?.url, "/base/orders/8");
    assert.deepEqual(await viaDomain("http", "https://api.example.com/orders/7"), FORBIDDEN);
    const seen = backend.seen.length;
    assert.deepEqual(await direct("http", "/orders/7"), NOT_FOUND);
    assert.deepEqual(await direct("rest", "/live/orders/7"), FORBIDDEN);
    assert.equal(backend.seen.length, seen);
  });

  it("are listed with the curl command that reaches them on this machine", async () => {
    const { stdout } = await run(["endpoints", "--dir", deployment.sandbox.dir]);
    const line = (url: string) =>
      stdout.split("\n").find((each) => each.startsWith("curl") && each.endsWith(` ${url}`));
    assert.match(
      line("https://api.example.com/v1") ?? stdout,
      /^curl --connect-to api\.example\.com:443:127\.0\.0\.1:\d+ --cacert \S+ca\.pem https/,
    );
    assert.match(line("https://partners.example.com/first") ?? stdout, /ca\.pem --cert CERTIFICATE --key KEY https/);
  });

  it("show no changes at a second preview or refresh", async () => {
    await deployment.pulumi("preview", "--expect-no-changes");
    await deployment.pulumi("refresh", "--yes", "--expect-no-changes");
  });

  it("require a trusted client certificate for every API on a shared domain with mutual TLS", async () => {
    const client = trusted.client("acme");
    assert.equal((await viaDomain("first", "https://partners.example.com/first/orders/1", { client })).status, 201);
    assert.equal(
      (await viaDomain("second", "https://partners.example.com/second/v2/orders/2", { client })).status,
      201,
    );
    const seen = backend.seen.length;
    assert.deepEqual(await viaDomain("first", "https://partners.example.com/first/orders/1"), FORBIDDEN);
    const stranger = { client: others.client("acme") };
    assert.deepEqual(await viaDomain("first", "https://partners.example.com/first/orders/1", stranger), FORBIDDEN);
    assert.deepEqual(await viaDomain("first", "https://partners.example.com/orders/1", { client }), FORBIDDEN);
    assert.deepEqual(await direct("first", "/orders/1"), NOT_FOUND);
    assert.deepEqual(await direct("second", "/live/orders/1"), FORBIDDEN);
    assert.equal(backend.seen.length, seen);
  });

  it("use a new truststore from the update that names its version", async () => {
    truststore(others);
    await deployment.pulumi("up", "--yes");
    const url = "https://partners.example.com/first/orders/1";
    assert.equal((await viaDomain("first", url, { client: others.client("acme") })).status, 201);
    assert.deepEqual(await viaDomain("first", url, { client: trusted.client("acme") }), FORBIDDEN);
  });

  it("keep the execute-api endpoint for a reason that the preview shows, until the reason is removed", async () => {
    await deployment.pulumi("config", "set", "keep", "clients move until March");
    const preview = await deployment.pulumi("preview");
    assert.match(preview, /open beside the domain: the execute-api endpoint: clients move until March/);
    await deployment.pulumi("up", "--yes");
    assert.equal((await direct("http", "/orders/7")).status, 201);
    assert.equal((await viaDomain("http", "https://api.example.com/v1/orders/7")).status, 201);
    await deployment.pulumi("config", "rm", "keep");
    await deployment.pulumi("up", "--yes");
    assert.deepEqual(await direct("http", "/orders/7"), NOT_FOUND);
  });

  it("disable the execute-api endpoints only after the domain works, and enable them when the domain is removed", async () => {
    await deployment.pulumi("config", "set", "without", "true");
    await deployment.pulumi("up", "--yes");
    assert.equal((await direct("http", "/orders/7")).status, 201);
    assert.equal((await direct("rest", "/live/orders/7")).status, 201);
    assert.equal(endpoint("http").domains, undefined);
    await deployment.pulumi("preview", "--expect-no-changes");
    await deployment.pulumi("config", "rm", "without");

    // The name belongs to another zone, so that its validation record is missing and no certificate is issued.
    await deployment.pulumi("config", "set", "name", "api.example.org");
    const { code, output } = await deployment.pulumiWith({}, "up", "--yes");
    assert.notEqual(code, 0);
    assert.match(output, /missing api\.example\.org DNS validation record/);
    assert.equal(
      (await direct("http", "/orders/7")).status,
      201,
      "the endpoint must serve clients until the domain exists",
    );
    await deployment.pulumi("config", "rm", "name");

    await deployment.pulumi("up", "--yes");
    assert.deepEqual(await direct("http", "/orders/7"), NOT_FOUND);
    assert.deepEqual(await direct("rest", "/live/orders/7"), FORBIDDEN);
    assert.equal((await viaDomain("rest", "https://rest.example.com/orders/8")).status, 201);
  });

  it("leave no endpoint and no resource after the stack is destroyed", async () => {
    await deployment.pulumi("destroy", "--yes");
    assert.deepEqual(deployment.sandbox.endpoints(), []);
    assert.deepEqual(
      (await deployment.resources()).filter(({ type }) => type !== "pulumi:pulumi:Stack"),
      [],
    );
  });
});
