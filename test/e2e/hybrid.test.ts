import assert from "node:assert/strict";
import type { RequestLog } from "../../sandbox/index.ts";
import { Deployment } from "../support/e2e/deployment.ts";
import { type RecordingBackend, startRecordingBackend } from "../support/e2e/recording-backend.ts";

const clouds = ["aws", "azure", "gcp"] as const;

// The tests share one stack: each continues where the previous one ended.
describe("the hybrid stack, deployed by the real engine", function () {
  this.timeout(600_000);
  let deployment: Deployment;
  let erp: RecordingBackend;
  let catalog: RecordingBackend;
  let urls: Readonly<Record<(typeof clouds)[number], string>>;
  const log: RequestLog[] = [];

  before(async () => {
    [erp, catalog] = await Promise.all([startRecordingBackend(), startRecordingBackend()]);
    deployment = await Deployment.start("polygate-hybrid", "", {
      stack: "hybrid",
      // The ERP has no public name: AWS and Azure know its address, and Google asks the site's DNS servers for its name.
      hosts: {
        "https://10.20.0.5:8443": erp.url,
        "https://erp.corp.example.com:8443": erp.url,
        "https://catalog.example.com": catalog.url,
      },
      log: (line: RequestLog) => log.push(line),
      oneProgramProcess: true,
    });
  });

  after(async () => {
    await deployment?.stop();
    erp?.close();
    catalog?.close();
  });

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

  it("shows no changes at a second preview and refresh", async () => {
    await deployment.pulumi("preview", "--expect-no-changes");
    await deployment.pulumi("refresh", "--yes", "--skip-preview", "--expect-no-changes");
  });

  it("leaves no endpoint after it is destroyed", async () => {
    await deployment.pulumi("destroy", "--yes", "--skip-preview");
    assert.deepEqual(deployment.sandbox.endpoints(), []);
  });
});
