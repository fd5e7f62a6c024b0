import assert from "node:assert/strict";
import { mock } from "node:test";
import { UnsupportedArtefact } from "../../sandbox/data-plane/interpreter.ts";
import { DataPlane } from "../../sandbox/data-plane/serving/server.ts";
import { Deployment } from "../support/e2e/deployment.ts";
import { type RecordingBackend, startRecordingBackend } from "../support/e2e/recording-backend.ts";

// The provider saves a document even when its import fails, so that the next update would find nothing to do.
describe("AwsHttpApi after a failed import", function () {
  this.timeout(600_000);
  let deployment: Deployment;
  let backend: RecordingBackend;
  let url: string;

  before(async () => {
    backend = await startRecordingBackend();
    deployment = await Deployment.start("failed-import", "aws-failed-import", {
      hosts: { "https://shop.example.com": backend.url },
      oneProgramProcess: true,
    });
  });

  after(async () => {
    await deployment?.stop();
    backend.close();
  });

  afterEach(() => mock.restoreAll());

  /** Makes API Gateway reject every document from now on, as it does when an issuer does not answer. */
  function refuseImports(): void {
    mock.method(DataPlane.prototype, "validate", () => {
      throw new UnsupportedArtefact("paths", "refused by the test");
    });
  }

  const up = (env: Readonly<Record<string, string>>, ...args: string[]) =>
    deployment.pulumiWith(env, "up", "--yes", "--skip-preview", ...args);

  async function statusOf(path: string): Promise<number> {
    const { status, body } = await fetch(`${url}${path}`);
    await body?.cancel();
    return status;
  }

  it("imports the first description again at each update until the import succeeds", async () => {
    refuseImports();
    for (const attempt of [1, 2, 3]) {
      const { code, output } = await up({});
      assert.notEqual(code, 0, `attempt ${attempt}: ${output}`);
      assert.match(output, /reimporting API Gateway v2 API .*refused by the test/);
    }
    mock.restoreAll();
    const { code, output } = await up({});
    assert.equal(code, 0, output);
    url = (await deployment.outputs()).url as string;
    assert.equal(await statusOf("/old"), 201);
  });

  it("shows no changes after an import has succeeded", async () => {
    await deployment.pulumi("preview", "--expect-no-changes");
    assert.equal((await up({}, "--expect-no-changes")).code, 0);
    await deployment.pulumi("refresh", "--yes", "--skip-preview", "--expect-no-changes");
  });

  it("keeps serving the previous description, and imports again at each update until one succeeds", async () => {
    refuseImports();
    for (const attempt of [1, 2, 3]) {
      const { code, output } = await up({ NEW: "1" });
      assert.notEqual(code, 0, `attempt ${attempt}: ${output}`);
      assert.equal(await statusOf("/old"), 201);
      assert.equal(await statusOf("/new"), 404);
    }
    mock.restoreAll();
    const { code, output } = await up({ NEW: "1" });
    assert.equal(code, 0, output);
    assert.equal((await deployment.outputs()).url, url);
    assert.equal(await statusOf("/new"), 201);
    assert.equal((await deployment.pulumiWith({ NEW: "1" }, "preview", "--expect-no-changes")).code, 0);
  });

  it("can return to the previous description", async () => {
    refuseImports();
    assert.notEqual((await up({})).code, 0);
    mock.restoreAll();
    const { code, output } = await up({ NEW: "1" });
    assert.equal(code, 0, output);
    assert.equal(await statusOf("/new"), 201);
    assert.equal((await up({ NEW: "1" }, "--expect-no-changes")).code, 0);
    assert.equal((await up({})).code, 0);
    assert.equal(await statusOf("/new"), 404);
  });
});
