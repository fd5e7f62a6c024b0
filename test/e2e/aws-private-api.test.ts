import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { mock } from "node:test";
import { UnsupportedArtefact } from "../../sandbox/data-plane/interpreter.ts";
import { DataPlane } from "../../sandbox/data-plane/serving/server.ts";
import { get, type TlsAnswer } from "../tls/request.ts";
import { Deployment } from "./deployment.ts";
import { type RecordingBackend, startRecordingBackend } from "./recording-backend.ts";

interface Outputs {
  readonly url: string;
  readonly id: string;
  readonly endpointUrls: Readonly<Record<string, string>>;
  readonly reportsUrl: string;
  readonly ids: { readonly here: string; readonly there: string };
}

const FORBIDDEN: TlsAnswer = { status: 403, body: '{"message":"Forbidden"}' };
const parent = "urn:pulumi:dev::private-api::polygate:index:AwsRestApi$aws:apigateway";

// One stack through its life: each test goes on from the one before.
describe("AwsRestApi behind VPC endpoints, deployed by the real engine", function () {
  this.timeout(120_000);
  let deployment: Deployment;
  let backend: RecordingBackend;
  let outputs: Outputs;

  before(async () => {
    backend = await startRecordingBackend();
    deployment = await Deployment.start("private-api", "aws-private-api", {
      hosts: { "https://erp.example.com": backend.url },
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
  const unchanged = async (env: Readonly<Record<string, string>>) => {
    const { code, output } = await run(env, "preview", "--expect-no-changes");
    assert.equal(code, 0, output);
  };
  const hostOf = (endpoint: string) => `${outputs.id}-${endpoint}.execute-api.eu-central-1.amazonaws.com`;
  /** Through the endpoint of this id: at its port, by the name that the URL has. */
  const through = (endpoint: string, url: string): Promise<TlsAnswer> => {
    const doors = deployment.sandbox.endpoints().flatMap(({ domains = [] }) => domains);
    const door = doors.find((each) => each.url.includes(`-${endpoint}.`));
    assert.ok(door, `${endpoint} is served`);
    return get(url, { ca: readFileSync(door.authority, "utf8"), port: Number(door.address.split(":")[1]) });
  };
  const here = (path: string) => through(outputs.ids.here, `${outputs.url}${path}`);
  const statusOf = async (path: string) => (await here(path)).status;
  const withDenial = (): TlsAnswer => ({
    status: 403,
    body: `{"message":"User: anonymous is not authorized to perform: execute-api:Invoke on resource: arn:aws:execute-api:eu-central-1:********0000:${outputs.id}/live/GET/orders/1 with an explicit deny"}`,
  });
  const resource = async (type: string, part: string) =>
    (await deployment.resources()).find(({ urn }) => urn === `${parent}/${type}::orders-${part}`);

  it("answers through its endpoint after the first update, guarded as ever", async () => {
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

  it("changes nothing more, also after a refresh", async () => {
    await unchanged({});
    await up({}, "--expect-no-changes");
    await deployment.pulumi("refresh", "--yes", "--skip-preview");
    await unchanged({});
  });

  it("answers through no other endpoint, and at none that anybody could reach", async () => {
    const seen = backend.seen.length;
    const shared = `https://${outputs.id}.execute-api.eu-central-1.amazonaws.com/live/orders/1`;
    assert.equal((await through(outputs.ids.here, shared)).status, 201);
    assert.deepEqual(await through(outputs.ids.there, shared), withDenial());
    assert.deepEqual(await through(outputs.ids.there, `${outputs.url}/orders/1`), FORBIDDEN);
    assert.equal((await through(outputs.ids.there, `${outputs.reportsUrl}/reports`)).status, 201);
    const [orders] = deployment.sandbox.endpoints().filter(({ name }) => name === "orders");
    const direct = await fetch(`${orders?.url}/live/orders/1`);
    assert.deepEqual({ status: direct.status, body: await direct.text() }, FORBIDDEN);
    assert.equal(backend.seen.length, seen + 2);
  });

  it("takes another description by another import alone, which leaves the API in peace", async () => {
    const before = await resource("deployment:Deployment", "deployment");
    await up({ NEW: "1" });
    assert.equal(await statusOf("/new"), 201);
    assert.equal(await statusOf("/orders/1"), 201);
    assert.notEqual((await resource("deployment:Deployment", "deployment"))?.id, before?.id);
    const { outputs: imported } = (await resource("restApiPut:RestApiPut", "import")) ?? {};
    assert.match(String(imported?.body), /"\/new"/);
    await unchanged({ NEW: "1" });
    await up({});
    assert.equal(await statusOf("/new"), 404);
  });

  it("goes on with what was served when an import fails, and tries again until one succeeds", async () => {
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
    await unchanged({ NEW: "1" });
  });

  it("goes on with what was served when the engine is killed after an import, and makes it again with the next update", async () => {
    const lost = await deployment.killedAt(
      {},
      ["up", "--yes", "--skip-preview"],
      ({ kind, urn }) => kind === "create" && urn.endsWith("RestApiPut::orders-import"),
    );
    assert.ok(lost !== undefined, "nothing was imported");
    assert.deepEqual([await statusOf("/orders/1"), await statusOf("/new")], [201, 201]);
    await up({});
    assert.deepEqual([await statusOf("/orders/1"), await statusOf("/new")], [201, 404]);
    await unchanged({});
  });

  it("follows the list of endpoints, without a change of the API itself", async () => {
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

  it("compares addresses within the VPC with the networks of allowFrom", async () => {
    await up({ FROM: "10.0.0.0/16" });
    assert.deepEqual(await here("/orders/1"), withDenial());
    await up({ FROM: "127.0.0.1/32" });
    assert.equal(await statusOf("/orders/1"), 201);
  });

  it("stays private, and a public one public: both are refused at preview, with what to do", async () => {
    const refused = async (env: Readonly<Record<string, string>>, rule: RegExp) => {
      const { code, output } = await run(env, "preview");
      assert.notEqual(code, 0);
      assert.match(output, rule);
      assert.match(output, /Give the gateway another name.*\[endpoint-type-changed\]/s);
    };
    await refused({ PUBLIC: "1" }, /privateTo, aws: The existing API is private/);
    assert.notEqual((await run({ PUBLIC: "1" }, "up", "--yes", "--skip-preview")).code, 0);
    assert.equal(await statusOf("/orders/1"), 201);
    await up({ LATER: "public" });
    await refused({ LATER: "private" }, /privateTo, aws: The existing API is public/);
    const [later] = deployment.sandbox.endpoints().filter(({ name }) => name === "later");
    assert.equal((await fetch(`${later?.url}/live/reports`)).status, 201);
  });

  it("says what is no endpoint, at preview and where the API is told of it", async () => {
    const { code, output } = await run({ TO: "vpc-0a1b2c3d" }, "preview");
    assert.notEqual(code, 0);
    assert.match(output, /privateTo\.vpcEndpoints\[0\], aws: "vpc-0a1b2c3d" is not the id of a VPC endpoint/);
    const absent = await run({ TO: "vpce-0123456789abcdef0" }, "up", "--yes", "--skip-preview");
    assert.notEqual(absent.code, 0);
    assert.match(absent.output, /the VPC endpoint vpce-0123456789abcdef0 does not exist/);
    assert.equal(await statusOf("/orders/1"), 201);
  });

  it("leaves nothing when it is destroyed", async () => {
    await deployment.pulumi("destroy", "--yes", "--skip-preview");
    assert.deepEqual(deployment.sandbox.endpoints(), []);
    assert.deepEqual(
      (await deployment.resources()).map(({ type }) => type),
      [],
    );
  });
});
