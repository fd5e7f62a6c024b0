import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { mock } from "node:test";
import { UnsupportedArtefact } from "../../sandbox/data-plane/interpreter.ts";
import { DataPlane } from "../../sandbox/data-plane/serving/server.ts";
import { Deployment } from "../support/e2e/deployment.ts";
import { type RecordingBackend, startRecordingBackend } from "../support/e2e/recording-backend.ts";

type Env = Readonly<Record<string, string>>;

// The tests share one stack: each continues where the previous one ended.
describe("a canary of AwsRestApi, deployed by the real engine", function () {
  this.timeout(600_000);
  let deployment: Deployment;
  let backend: RecordingBackend;
  let url: string | undefined;

  before(async () => {
    backend = await startRecordingBackend();
    deployment = await Deployment.start("canary", "aws-canary", {
      hosts: { "https://erp.example.com": backend.url },
      oneProgramProcess: true,
    });
  });

  after(async () => {
    await deployment?.stop();
    backend?.close();
  });

  afterEach(() => mock.restoreAll());

  /** Updates the stack while requests are sent: none fails, and none reaches a guarded route without a token. */
  async function up(env: Env, ...args: readonly string[]): Promise<string> {
    let done = false;
    const updated = deployment.pulumiWith(env, "up", "--yes", "--skip-preview", ...args).finally(() => (done = true));
    while (url !== undefined && !done) {
      for (const [path, status] of [
        ["/version", 200],
        ["/orders/7", 401],
      ] as const) {
        const answer = await fetch(`${url}${path}`);
        assert.deepEqual([path, answer.status], [path, status]);
        await answer.arrayBuffer();
      }
    }
    const { code, output } = await updated;
    assert.equal(code, 0, output);
    return output;
  }

  async function assertRefused(env: Env, message: RegExp): Promise<void> {
    const before = await deployed();
    for (const args of [["preview"], ["up", "--yes", "--skip-preview"]]) {
      const { code, output } = await deployment.pulumiWith(env, ...args);
      assert.notEqual(code, 0, output);
      assert.match(output, message);
      assert.doesNotMatch(output, /at new AwsRestApi|at CanaryRelease/);
    }
    assert.deepEqual(await deployed(), before);
  }

  const assertUnchanged = (env: Env) => up(env, "--expect-no-changes");

  /** Returns the ids of the gateway's resources, by name. */
  async function deployed(): Promise<Readonly<Record<string, string | undefined>>> {
    const below = (await deployment.resources()).filter(({ urn }) => urn.includes("AwsRestApi$"));
    return Object.fromEntries(below.map(({ urn, id }) => [urn.split("::").at(-1) ?? "", id]));
  }

  /** Returns the versions that answer many requests. No request may fail, and none may reach a guarded route without a token. */
  async function versions(): Promise<readonly string[]> {
    const token = await deployment.sandbox.mintToken({ audience: "orders" });
    const found = new Set<string>();
    for (let round = 0; round < 40; round++) {
      const open = await fetch(`${url}/version`);
      assert.equal(open.status, 200);
      found.add(`reply ${((await open.json()) as { version: string }).version}`);
      const seen = backend.seen.length;
      assert.equal((await fetch(`${url}/orders/7`)).status, 401);
      assert.equal(backend.seen.length, seen, "a request without a token reached the backend");
      const guarded = await fetch(`${url}/orders/7`, { headers: { authorization: `Bearer ${token}` } });
      assert.equal(guarded.status, 201);
      found.add(`backend path ${backend.seen.at(-1)?.url}`);
    }
    return [...found].toSorted();
  }

  const only = (version: string) => [`backend path /v${version}/7`, `reply ${version}`];
  const both = (one: string, other: string) => [...only(one), ...only(other)].toSorted();

  it("serves all requests from the first deployment, with a caution that no canary starts yet", async () => {
    const output = await up({ CANARY: "50" });
    assert.match(output, /canary: No deployment is served yet/);
    url = (await deployment.outputs()).url as string;
    assert.deepEqual(await versions(), only("1"));
    await assertUnchanged({ CANARY: "50" });
    const { cautions } = (await deployment.outputs()).report as { cautions: { what: string }[] };
    assert.match(
      cautions.map(({ what }) => what).join(),
      /With a canary, a change applies to about 50 % of the requests only/,
    );
  });

  it("can be removed without a change of another resource", async () => {
    const { "shop-canary-deployment": canary, ...rest } = await deployed();
    assert.ok(canary);
    await up({});
    assert.deepEqual(await deployed(), rest);
    await assertUnchanged({});
  });

  it("keeps serving the previous description when an import fails, and starts at the next update that succeeds", async () => {
    mock.method(DataPlane.prototype, "validate", () => {
      throw new UnsupportedArtefact("paths", "refused by the test");
    });
    for (let attempt = 0; attempt < 2; attempt++) {
      const { code, output } = await deployment.pulumiWith(
        { CANARY: "50", VERSION: "2" },
        ...["up", "--yes", "--skip-preview"],
      );
      assert.notEqual(code, 0);
      assert.match(output, /refused by the test/);
    }
    mock.restoreAll();
    assert.deepEqual(await versions(), only("1"));
  });

  it("serves a share of the requests by the new description and the rest by the previous one", async () => {
    const before = await deployed();
    await deployment.pulumiIn({ CANARY: "50", VERSION: "2" }, "preview");
    await up({ CANARY: "50", VERSION: "2" });
    const { "shop-canary-deployment": canary, ...rest } = await deployed();
    assert.ok(canary);
    assert.deepEqual(rest, before, "another resource changed");
    assert.deepEqual(await versions(), both("1", "2"));
  });

  it("shows no changes at a second update, preview and refresh", async () => {
    await assertUnchanged({ CANARY: "50", VERSION: "2" });
    const preview = await deployment.pulumiWith({ CANARY: "50", VERSION: "2" }, "preview", "--expect-no-changes");
    assert.equal(preview.code, 0, preview.output);
    const refresh = ["refresh", "--yes", "--skip-preview", "--expect-no-changes"];
    await deployment.pulumiIn({ CANARY: "50", VERSION: "2" }, ...refresh);
  });

  it("marks its requests in the access log, and also logs them in a log of its own", async () => {
    const folder = join(deployment.sandbox.dir, "access-logs");
    const files = readdirSync(folder).map(decodeURIComponent);
    const [allLines, canaryLines] = [false, true].map((canary) => {
      const file = files.find((name) => name.endsWith("/Canary.log") === canary) ?? "";
      const lines = readFileSync(join(folder, `${encodeURIComponent(file.slice(0, -4))}.log`), "utf8")
        .trim()
        .split("\n");
      return lines.map((line) => (JSON.parse(line) as { canary: string }).canary);
    });
    assert.deepEqual(new Set(allLines?.slice(-100)), new Set(["true", "false"]));
    assert.deepEqual(new Set(canaryLines), new Set(["true"]));
  });

  it("is replaced by the next change, with a new percentage, while the stable deployment stays", async () => {
    const { "shop-canary-deployment": canary, ...rest } = await deployed();
    await up({ CANARY: "25.5", VERSION: "3", EXTRA: "1" });
    const { "shop-canary-deployment": next, ...others } = await deployed();
    assert.notEqual(next, canary);
    assert.deepEqual(others, { ...others, ...rest });
    assert.deepEqual(await versions(), both("1", "3"));
    await assertUnchanged({ CANARY: "25.5", VERSION: "3", EXTRA: "1" });
  });

  it("is refused, with nothing changed, when the stable deployment still needs what would be removed", async () => {
    const env = { CANARY: "25.5", VERSION: "4" };
    await assertRefused(
      { ...env, AUDIENCE: "other" },
      /auth\.staff, aws: .*would be deleted.*\n.*Deploy this change without canary/,
    );
    await assertRefused(
      { ...env, LIMIT: "5" },
      /GET \/orders\/\{id\}, aws: .*would replace "none" by .*canary-changes-limit/s,
    );
    assert.deepEqual(await versions(), both("1", "3"));
  });

  it("ends when the previous description is deployed again", async () => {
    const { "shop-deployment": stable } = await deployed();
    await up({ CANARY: "50" });
    assert.deepEqual(await versions(), only("1"));
    assert.equal((await deployed())["shop-deployment"], stable);
    await assertUnchanged({ CANARY: "50" });
  });

  it("is promoted when it is removed: the new description serves all requests", async () => {
    await up({ CANARY: "50", VERSION: "6" });
    assert.deepEqual(await versions(), both("1", "6"));
    const before = await deployed();
    await up({ VERSION: "6" });
    assert.deepEqual(await versions(), only("6"));
    const after = await deployed();
    assert.equal(after["shop-canary-deployment"], undefined);
    assert.notEqual(after["shop-deployment"], before["shop-deployment"]);
    await assertUnchanged({ VERSION: "6" });
  });

  it("can be left out to deploy a change that a canary does not support", async () => {
    await up({ VERSION: "6", AUDIENCE: "other" });
    const statusFor = async (audience: string) => {
      const token = await deployment.sandbox.mintToken({ audience });
      return (await fetch(`${url}/orders/7`, { headers: { authorization: `Bearer ${token}` } })).status;
    };
    assert.deepEqual([await statusFor("orders"), await statusFor("other")], [401, 201]);
  });

  it("is deleted with its gateway", async () => {
    await up({ CANARY: "50", VERSION: "7", AUDIENCE: "other" });
    await deployment.pulumi("destroy", "--yes", "--skip-preview");
    assert.deepEqual(deployment.sandbox.endpoints(), []);
  });
});
