import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { mock } from "node:test";
import { UnsupportedArtefact } from "../../sandbox/data-plane/interpreter.ts";
import { DataPlane } from "../../sandbox/data-plane/serving/server.ts";
import { Deployment } from "./deployment.ts";
import { type RecordingBackend, startRecordingBackend } from "./recording-backend.ts";

type Env = Readonly<Record<string, string>>;

// One stack through its life: each test goes on from the one before.
describe("a canary of an AwsRestApi, deployed by the real engine", function () {
  this.timeout(120_000);
  let deployment: Deployment;
  let backend: RecordingBackend;
  let url: string | undefined;

  before(async () => {
    backend = await startRecordingBackend();
    deployment = await Deployment.start("canary", "aws-canary", { hosts: { "https://erp.example.com": backend.url } });
  });

  after(async () => {
    await deployment?.stop();
    backend?.close();
  });

  afterEach(() => mock.restoreAll());

  /** Updates, while requests go on: none of them fails, and none gets by without a token. */
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

  async function refused(env: Env, said: RegExp): Promise<void> {
    const before = await deployed();
    for (const args of [["preview"], ["up", "--yes", "--skip-preview"]]) {
      const { code, output } = await deployment.pulumiWith(env, ...args);
      assert.notEqual(code, 0, output);
      assert.match(output, said);
      assert.doesNotMatch(output, /at new AwsRestApi|at CanaryRelease/);
    }
    assert.deepEqual(await deployed(), before);
  }

  const unchanged = (env: Env) => up(env, "--expect-no-changes");

  /** The gateway's resources with their ids. */
  async function deployed(): Promise<Readonly<Record<string, string | undefined>>> {
    const below = (await deployment.resources()).filter(({ urn }) => urn.includes("AwsRestApi$"));
    return Object.fromEntries(below.map(({ urn, id }) => [urn.split("::").at(-1) ?? "", id]));
  }

  /** Which versions answer, over many requests, of which none may fail, nor get by without a token. */
  async function versions(): Promise<readonly string[]> {
    const token = await deployment.sandbox.mintToken({ audience: "orders" });
    const found = new Set<string>();
    for (let round = 0; round < 40; round++) {
      const open = await fetch(`${url}/version`);
      assert.equal(open.status, 200);
      found.add(`answers ${((await open.json()) as { version: string }).version}`);
      const seen = backend.seen.length;
      assert.equal((await fetch(`${url}/orders/7`)).status, 401);
      assert.equal(backend.seen.length, seen, "nobody gets by without a token");
      const guarded = await fetch(`${url}/orders/7`, { headers: { authorization: `Bearer ${token}` } });
      assert.equal(guarded.status, 201);
      found.add(`asks ${backend.seen.at(-1)?.url}`);
    }
    return [...found].toSorted();
  }

  const only = (version: string) => [`answers ${version}`, `asks /v${version}/7`];
  const both = (one: string, other: string) => [...only(one), ...only(other)].toSorted();

  it("begins with a first deployment, of which both have the same", async () => {
    const output = await up({ CANARY: "50" });
    assert.match(output, /canary: No deployment is served yet/);
    url = (await deployment.outputs()).url as string;
    assert.deepEqual(await versions(), only("1"));
    await unchanged({ CANARY: "50" });
    const { cautions } = (await deployment.outputs()).report as { cautions: { what: string }[] };
    assert.match(
      cautions.map(({ what }) => what).join(),
      /With a canary, a change applies to about 50 % of the requests only/,
    );
  });

  it("is gone when it is taken away, with nothing else changed", async () => {
    const { "shop-canary-deployment": canary, ...rest } = await deployed();
    assert.ok(canary);
    await up({});
    assert.deepEqual(await deployed(), rest);
    await unchanged({});
  });

  it("begins at the next update where its import failed, and all is served meanwhile as it was", async () => {
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

  it("answers a share of the requests by the new description, and the others by the one from before", async () => {
    const before = await deployed();
    await deployment.pulumiIn({ CANARY: "50", VERSION: "2" }, "preview");
    await up({ CANARY: "50", VERSION: "2" });
    const { "shop-canary-deployment": canary, ...rest } = await deployed();
    assert.ok(canary);
    assert.deepEqual(rest, before, "the other deployment stays");
    assert.deepEqual(await versions(), both("1", "2"));
  });

  it("changes nothing while nothing changes", async () => {
    await unchanged({ CANARY: "50", VERSION: "2" });
    const preview = await deployment.pulumiWith({ CANARY: "50", VERSION: "2" }, "preview", "--expect-no-changes");
    assert.equal(preview.code, 0, preview.output);
    const refresh = ["refresh", "--yes", "--skip-preview", "--expect-no-changes"];
    await deployment.pulumiIn({ CANARY: "50", VERSION: "2" }, ...refresh);
  });

  it("tells the two apart in the access log, where the canary's lines stand by themselves too", async () => {
    const folder = join(deployment.sandbox.dir, "access-logs");
    const files = readdirSync(folder).map(decodeURIComponent);
    const [all, own] = [false, true].map((canary) => {
      const file = files.find((name) => name.endsWith("/Canary.log") === canary) ?? "";
      const lines = readFileSync(join(folder, `${encodeURIComponent(file.slice(0, -4))}.log`), "utf8")
        .trim()
        .split("\n");
      return lines.map((line) => (JSON.parse(line) as { canary: string }).canary);
    });
    assert.deepEqual(new Set(all?.slice(-100)), new Set(["true", "false"]));
    assert.deepEqual(new Set(own), new Set(["true"]));
  });

  it("is replaced by the next change, and with another share, beside what was there before", async () => {
    const { "shop-canary-deployment": canary, ...rest } = await deployed();
    await up({ CANARY: "25.5", VERSION: "3", EXTRA: "1" });
    const { "shop-canary-deployment": next, ...others } = await deployed();
    assert.notEqual(next, canary);
    assert.deepEqual(others, { ...others, ...rest });
    assert.deepEqual(await versions(), both("1", "3"));
    await unchanged({ CANARY: "25.5", VERSION: "3", EXTRA: "1" });
  });

  it("is refused, and leaves all as it was, where it would take away what the others still need", async () => {
    const env = { CANARY: "25.5", VERSION: "4" };
    await refused(
      { ...env, AUDIENCE: "other" },
      /auth\.staff, aws: .*would be deleted.*\n.*Deploy this change without canary/,
    );
    await refused(
      { ...env, LIMIT: "5" },
      /GET \/orders\/\{id\}, aws: .*would replace "none" by .*canary-changes-limit/s,
    );
    assert.deepEqual(await versions(), both("1", "3"));
  });

  it("ends when the description is as it was", async () => {
    const { "shop-deployment": stable } = await deployed();
    await up({ CANARY: "50" });
    assert.deepEqual(await versions(), only("1"));
    assert.equal((await deployed())["shop-deployment"], stable);
    await unchanged({ CANARY: "50" });
  });

  it("is promoted when it is taken away: all requests get the new description, and nothing is left of the old", async () => {
    await up({ CANARY: "50", VERSION: "6" });
    assert.deepEqual(await versions(), both("1", "6"));
    const before = await deployed();
    await up({ VERSION: "6" });
    assert.deepEqual(await versions(), only("6"));
    const after = await deployed();
    assert.equal(after["shop-canary-deployment"], undefined);
    assert.notEqual(after["shop-deployment"], before["shop-deployment"]);
    await unchanged({ VERSION: "6" });
  });

  it("lets a change that must hold for all be deployed without it", async () => {
    await up({ VERSION: "6", AUDIENCE: "other" });
    const of = async (audience: string) => {
      const token = await deployment.sandbox.mintToken({ audience });
      return (await fetch(`${url}/orders/7`, { headers: { authorization: `Bearer ${token}` } })).status;
    };
    assert.deepEqual([await of("orders"), await of("other")], [401, 201]);
  });

  it("goes with its gateway", async () => {
    await up({ CANARY: "50", VERSION: "7", AUDIENCE: "other" });
    await deployment.pulumi("destroy", "--yes", "--skip-preview");
    assert.deepEqual(deployment.sandbox.endpoints(), []);
  });
});
