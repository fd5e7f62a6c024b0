import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { mock } from "node:test";
import { UnsupportedArtefact } from "../../sandbox/data-plane/interpreter.ts";
import { DataPlane } from "../../sandbox/data-plane/serving/server.ts";
import { Deployment } from "../support/e2e/deployment.ts";
import { type RecordingBackend, startRecordingBackend } from "../support/e2e/recording-backend.ts";
import { get, type TlsAnswer } from "../support/tls/request.ts";

interface Outputs {
  readonly url: string;
  readonly id: string;
  readonly endpointUrls: Readonly<Record<string, string>>;
  readonly reportsUrl: string;
  readonly ids: { readonly here: string; readonly there: string };
}

const FORBIDDEN: TlsAnswer = { status: 403, body: '{"message":"Forbidden"}' };
const parent = "urn:pulumi:dev::private-api::polygate:index:AwsRestApi$aws:apigateway";

// The tests share one stack: each continues where the previous one ended.
describe("AwsRestApi behind VPC endpoints, deployed by the real engine", function () {
  this.timeout(600_000);
  let deployment: Deployment;
  let backend: RecordingBackend;
  let outputs: Outputs;

  before(async () => {
    backend = await startRecordingBackend();
    deployment = await Deployment.start("private-api", "aws-private-api", {
      hosts: { "https://erp.example.com": backend.url },
      oneProgramProcess: true,
    });
    await deployment.pulumi("config", "set", "aws:region", "eu-central-1");
  });
  after(async () => {
    await deployment?.stop();
    backend?.close();
  });
  afterEach(() => mock.restoreAll());

  const run = (env: Readonly<Record<string, string>>, ...args: string[]) => deployment.pulumiWith(env, ...args);
  const up = async (env: Readonly<Record<string, string>>, ...args: string[]) => {
    const { code, output } = await run(env, "up", "--yes", "--skip-preview", ...args);
    assert.equal(code, 0, output);
    outputs = (await deployment.outputs()) as unknown as Outputs;
  };
  const assertUnchanged = async (env: Readonly<Record<string, string>>) => {
    const { code, output } = await run(env, "preview", "--expect-no-changes");
    assert.equal(code, 0, output);
  };
  const hostOf = (endpoint: string) => `${outputs.id}-${endpoint}.execute-api.eu-central-1.amazonaws.com`;
  /** Sends a GET through the VPC endpoint with this id. */
  const through = (endpoint: string, url: string): Promise<TlsAnswer> => {
    const domains = deployment.sandbox.endpoints().flatMap(({ domains = [] }) => domains);
    const domain = domains.find((each) => each.url.includes(`-${endpoint}.`));
    assert.ok(domain, `${endpoint} is not served`);
    return get(url, { ca: readFileSync(domain.authority, "utf8"), port: Number(domain.address.split(":")[1]) });
  };
  const here = (path: string) => through(outputs.ids.here, `${outputs.url}${path}`);
  const statusOf = async (path: string) => (await here(path)).status;
  const denial = (): TlsAnswer => ({
    status: 403,
    body: `{"message":"User: anonymous is not authorized to perform: execute-api:Invoke on resource: arn:aws:execute-api:eu-central-1:********0000:${outputs.id}/live/GET/orders/1 with an explicit deny"}`,
  });
  const resource = async (type: string, part: string) =>
    (await deployment.resources()).find(({ urn }) => urn === `${parent}/${type}::orders-${part}`);

  it("serves its VPC endpoint after the first update, with its authentication", async () => {
    assert.match(await deployment.pulumi("preview"), /RestApiPut\s+orders-import\s+create/);
    await up({});
    assert.equal(outputs.url, `https://${hostOf(outputs.ids.here)}/live`);
    assert.deepEqual(outputs.endpointUrls, { [outputs.ids.here]: outputs.url });
    assert.equal(await statusOf("/orders/1"), 201);
    assert.equal(await statusOf("/staff"), 401);
    assert.deepEqual(
      backend.seen.map(({ url }) => url),
      ["/orders/1"],
    );
  });

  it("shows no changes at a second preview and update, also after a refresh", async () => {
    await assertUnchanged({});
    await up({}, "--expect-no-changes");
    await deployment.pulumi("refresh", "--yes", "--skip-preview");
    await assertUnchanged({});
  });

  it("serves no other VPC endpoint, and no public endpoint", async () => {
    const seen = backend.seen.length;
    const shared = `https://${outputs.id}.execute-api.eu-central-1.amazonaws.com/live/orders/1`;
    assert.equal((await through(outputs.ids.here, shared)).status, 201);
    assert.deepEqual(await through(outputs.ids.there, shared), denial());
    assert.deepEqual(await through(outputs.ids.there, `${outputs.url}/orders/1`), FORBIDDEN);
    assert.equal((await through(outputs.ids.there, `${outputs.reportsUrl}/reports`)).status, 201);
    const [orders] = deployment.sandbox.endpoints().filter(({ name }) => name === "orders");
    const direct = await fetch(`${orders?.url}/live/orders/1`);
    assert.deepEqual({ status: direct.status, body: await direct.text() }, FORBIDDEN);
    assert.equal(backend.seen.length, seen + 2);
  });

  it("deploys another description by a new import, without a change of the API itself", async () => {
    const before = await resource("deployment:Deployment", "deployment");
    await up({ NEW: "1" });
    assert.equal(await statusOf("/new"), 201);
    assert.equal(await statusOf("/orders/1"), 201);
    assert.notEqual((await resource("deployment:Deployment", "deployment"))?.id, before?.id);
    const { outputs: imported } = (await resource("restApiPut:RestApiPut", "import")) ?? {};
    assert.match(String(imported?.body), /"\/new"/);
    await assertUnchanged({ NEW: "1" });
    await up({});
    assert.equal(await statusOf("/new"), 404);
  });

  it("keeps serving the previous description when an import fails, and imports again until one succeeds", async () => {
    for (const attempt of [1, 2]) {
      mock.method(DataPlane.prototype, "validate", () => {
        throw new UnsupportedArtefact("paths", "refused by the test");
      });
      const { code, output } = await run({ NEW: "1" }, "up", "--yes", "--skip-preview");
      mock.restoreAll();
      assert.notEqual(code, 0, `attempt ${attempt}: ${output}`);
      assert.match(output, /API Gateway Rest API Put .*refused by the test/);
      assert.deepEqual([await statusOf("/orders/1"), await statusOf("/new")], [201, 404]);
    }
    await up({ NEW: "1" });
    assert.equal(await statusOf("/new"), 201);
    await assertUnchanged({ NEW: "1" });
  });

  it("keeps serving the previous description when the engine is killed after an import, and imports again at the next update", async () => {
    const lost = await deployment.killedAt(
      {},
      ["up", "--yes", "--skip-preview"],
      ({ kind, urn }) => kind === "create" && urn.endsWith("RestApiPut::orders-import"),
    );
    assert.ok(lost !== undefined, "the engine imported nothing");
    assert.deepEqual([await statusOf("/orders/1"), await statusOf("/new")], [201, 201]);
    await up({});
    assert.deepEqual([await statusOf("/orders/1"), await statusOf("/new")], [201, 404]);
    await assertUnchanged({});
  });

  it("follows changes of the list of VPC endpoints", async () => {
    await up({ TO: "there here" });
    assert.equal(outputs.url, `https://${hostOf(outputs.ids.there)}/live`);
    const urls = outputs.endpointUrls;
    assert.deepEqual(urls, {
      [outputs.ids.there]: outputs.url,
      [outputs.ids.here]: `https://${hostOf(outputs.ids.here)}/live`,
    });
    for (const [endpoint, url] of Object.entries(urls)) {
      assert.equal((await through(endpoint, `${url}/orders/1`)).status, 201);
    }
    await up({});
    assert.equal(await statusOf("/orders/1"), 201);
    assert.deepEqual(await through(outputs.ids.there, `${urls[outputs.ids.there]}/orders/1`), FORBIDDEN);
  });

  it("applies allowFrom to addresses in the VPC", async () => {
    await up({ FROM: "10.0.0.0/16" });
    assert.deepEqual(await here("/orders/1"), denial());
    await up({ FROM: "127.0.0.1/32" });
    assert.equal(await statusOf("/orders/1"), 201);
  });

  it("refuses at preview to turn a private API public or a public API private, with a remedy", async () => {
    const assertRefused = async (env: Readonly<Record<string, string>>, rule: RegExp) => {
      const { code, output } = await run(env, "preview");
      assert.notEqual(code, 0);
      assert.match(output, rule);
      assert.match(output, /Give the gateway another name.*\[endpoint-type-changed\]/s);
    };
    await assertRefused({ PUBLIC: "1" }, /privateTo, aws: The existing API is private/);
    assert.notEqual((await run({ PUBLIC: "1" }, "up", "--yes", "--skip-preview")).code, 0);
    assert.equal(await statusOf("/orders/1"), 201);
    await up({ LATER: "public" });
    await assertRefused({ LATER: "private" }, /privateTo, aws: The existing API is public/);
    const [later] = deployment.sandbox.endpoints().filter(({ name }) => name === "later");
    assert.equal((await fetch(`${later?.url}/live/reports`)).status, 201);
  });

  it("rejects an invalid VPC endpoint id at preview, and an unknown one at the update", async () => {
    const { code, output } = await run({ TO: "vpc-0a1b2c3d" }, "preview");
    assert.notEqual(code, 0);
    assert.match(output, /privateTo\.vpcEndpoints\[0\], aws: "vpc-0a1b2c3d" is not the id of a VPC endpoint/);
    const absent = await run({ TO: "vpce-0123456789abcdef0" }, "up", "--yes", "--skip-preview");
    assert.notEqual(absent.code, 0);
    assert.match(absent.output, /the VPC endpoint vpce-0123456789abcdef0 does not exist/);
    assert.equal(await statusOf("/orders/1"), 201);
  });

  it("leaves no endpoint and no resource after it is destroyed", async () => {
    await deployment.pulumi("destroy", "--yes", "--skip-preview");
    assert.deepEqual(deployment.sandbox.endpoints(), []);
    assert.deepEqual(
      (await deployment.resources()).map(({ type }) => type),
      [],
    );
  });
});
