import assert from "node:assert/strict";
import { Deployment } from "../support/e2e/deployment.ts";
import { type RecordingBackend, startRecordingBackend } from "../support/e2e/recording-backend.ts";
import { envoysOf } from "../support/processes.ts";
import { until } from "../support/sandbox/data-plane/test-data-plane.ts";

describe("An Envoy on Cloud Run behind API Gateway, declared with the SDK and deployed by the real engine", function () {
  this.timeout(600_000);
  let deployment: Deployment;
  let backend: RecordingBackend;
  let url: string;

  before(async () => {
    backend = await startRecordingBackend();
    deployment = await Deployment.start("run", "gcp-cloud-run", {
      hosts: { "https://erp.example.com": backend.url },
      oneProgramProcess: true,
    });
  });
  after(async () => {
    await deployment?.stop();
    backend?.close();
  });

  const services = () => deployment.sandbox.endpoints().filter(({ kind }) => kind === "gcp-cloud-run");

  it("carries the gateway's calls to the backend, and refuses a call to the service itself", async () => {
    await deployment.pulumi("preview");
    await deployment.pulumi("up", "--yes", "--skip-preview");
    url = String((await deployment.outputs()).url);
    const response = await fetch(`${url}/orders?a=1`, { headers: { authorization: "Bearer mine" } });
    assert.deepEqual([response.status, response.headers.get("x-version")], [201, "1"]);
    const [seen] = backend.seen;
    assert.deepEqual([seen?.url, seen?.host], ["/orders?a=1", "erp.example.com"]);
    assert.match(seen?.authorization ?? "", /^Bearer .+\.SIGNATURE_REMOVED_BY_GOOGLE$/);
    const [service] = services();
    assert.match(service?.name ?? "", /^orders-[0-9a-f]{10}$/);
    const direct = await fetch(`${service?.url}/orders`, { headers: { authorization: "Bearer mine" } });
    assert.equal(direct.status, 401);
    assert.equal((await fetch(`${service?.url}/orders`)).status, 403);
    assert.equal(backend.seen.length, 1);
  });

  it("shows no changes at a second preview and after a refresh", async () => {
    await deployment.pulumi("preview", "--expect-no-changes");
    await deployment.pulumi("refresh", "--yes", "--skip-preview", "--expect-no-changes");
  });

  it("refuses at preview what the sandbox does not serve, by name", async () => {
    for (const [env, refusal] of [
      [{ SERVICE: '{"ingress":"INGRESS_TRAFFIC_INTERNAL_ONLY"}' }, /"INGRESS_TRAFFIC_INTERNAL_ONLY" is not modelled/],
      [{ CONTAINER: '{"image":"envoyproxy/envoy:v1.36.2"}' }, /the image v1\.36\.2 is not modelled in the sandbox/],
      [{ CONTAINER: '{"ports":{"name":"h2c"}}' }, /"h2c" is not modelled in the sandbox/],
    ] as const) {
      const { code, output } = await deployment.pulumiWith(env, "preview");
      assert.notEqual(code, 0);
      assert.match(output, refusal);
    }
  });

  it("changes to a service of another name under load, and no request fails", async () => {
    const [old] = services();
    const answers = new Map<string, number>();
    let loading = true;
    const load = Promise.all(
      [1, 2, 3, 4].map(async () => {
        while (loading) {
          const response = await fetch(`${url}/orders`).catch(() => undefined);
          await response?.arrayBuffer();
          const answer = `${response?.status} ${response?.headers.get("x-version")}`;
          answers.set(answer, (answers.get(answer) ?? 0) + 1);
        }
      }),
    );
    try {
      const output = await deployment.pulumiIn({ VERSION: "2" }, "up", "--yes", "--skip-preview");
      assert.match(output, /companion.* replac/);
    } finally {
      loading = false;
      await load;
    }
    assert.deepEqual([...answers.keys()].sort(), ["201 1", "201 2"]);
    const [service, ...more] = services();
    assert.notEqual(service?.name, old?.name);
    assert.deepEqual(more, []);
    assert.equal((await fetch(`${url}/orders`)).headers.get("x-version"), "2");
    await until("the old Envoy ends", () => envoysOf(process.pid).length === 1);
  });

  it("leaves nothing after it is destroyed", async () => {
    await deployment.pulumi("destroy", "--yes", "--skip-preview");
    assert.deepEqual(deployment.sandbox.endpoints(), []);
    await until("Envoy ends", () => envoysOf(process.pid).length === 0);
  });
});
