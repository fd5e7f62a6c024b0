import assert from "node:assert/strict";
import { Deployment } from "./deployment.ts";
import { type RecordingBackend, startRecordingBackend } from "./recording-backend.ts";

// One stack through its life: each test goes on from the one before.
describe("AwsRestApi with checked requests, deployed by the real engine", function () {
  this.timeout(120_000);
  let deployment: Deployment;
  let backend: RecordingBackend;

  before(async () => {
    backend = await startRecordingBackend();
    deployment = await Deployment.start("validation", "aws-validation", {
      hosts: { "https://erp.example.com": backend.url },
    });
  });

  after(async () => {
    await deployment?.stop();
    backend?.close();
  });

  const up = (env: Readonly<Record<string, string>>) => deployment.pulumiWith(env, "up", "--yes", "--skip-preview");

  async function post(path: string, body: string, type = "application/json"): Promise<string> {
    const { url } = await deployment.outputs();
    const answer = await fetch(`${url}${path}`, { method: "POST", body, headers: { "content-type": type } });
    return `${answer.status} ${await answer.text()}`;
  }

  const WRONG = '400 {"message":"Invalid request body"}';
  const PASSED = "201 from the backend";

  it("refuses what the document does not describe, before a backend is touched", async () => {
    assert.equal((await up({ CHECKS: "yes" })).code, 0);
    assert.equal(await post("/orders?tenant=a", '{"article":"ab"}'), PASSED);
    const { length } = backend.seen;
    assert.equal(await post("/orders?tenant=a", '{"article":"a"}'), WRONG);
    assert.equal(await post("/orders?tenant=a", "no json", "text/plain"), WRONG);
    assert.equal(await post("/orders?tenant=a", ""), WRONG);
    assert.equal(
      await post("/orders", '{"article":"ab"}'),
      '400 {"message":"Missing required request parameters: [tenant]"}',
    );
    assert.equal(backend.seen.length, length);
    assert.equal(await post("/notes", "anything", "text/plain"), PASSED);
  });

  it("finds nothing to change in what it made", async () => {
    await deployment.pulumiIn({ CHECKS: "yes" }, "preview", "--refresh", "--expect-no-changes");
  });

  it("stops being checked when that is taken away", async () => {
    assert.equal((await up({})).code, 0);
    assert.equal(await post("/orders", "no json"), PASSED);
  });

  it("is not switched to by an API that takes bodies as bytes, whose checks might not hold, until somebody has changed that", async () => {
    const { code, output } = await up({ CHECKS: "yes" });
    assert.notEqual(code, 0);
    assert.match(output, /bodies-as-bytes/);
    assert.match(
      output,
      /aws apigateway update-rest-api --rest-api-id \w+ --patch-operations op=remove,path=\/binaryMediaTypes\/\*~1\*/,
    );
    assert.equal(await post("/orders", "no json"), PASSED);
  });
});

// One stack through its life: each test goes on from the one before.
describe("AwsRestApi with a cache, deployed by the real engine", function () {
  this.timeout(120_000);
  let deployment: Deployment;
  let backend: RecordingBackend;

  before(async () => {
    backend = await startRecordingBackend();
    deployment = await Deployment.start("cache", "aws-cache", { hosts: { "https://erp.example.com": backend.url } });
  });

  after(async () => {
    await deployment?.stop();
    backend?.close();
  });

  /** How many of these requests reach the backend. */
  async function reaching(...lines: readonly (readonly [string, string?])[]): Promise<number> {
    const { url } = await deployment.outputs();
    const before = backend.seen.length;
    for (const [path, cookie] of lines) {
      const answer = await fetch(`${url}${path}`, { headers: cookie === undefined ? {} : { cookie } });
      assert.equal(await answer.text(), "from the backend");
    }
    return backend.seen.length - before;
  }

  const up = async (env: Readonly<Record<string, string>>) => {
    await deployment.pulumiIn(env, "up", "--yes", "--skip-preview");
  };

  it("asks the backend once for what has one answer, and again for every other, and on other routes always", async () => {
    await up({ CACHED: "yes" });
    assert.equal(await reaching(["/prices/1"], ["/prices/1"], ["/prices/1?other=1"]), 1);
    assert.equal(
      await reaching(["/prices/2"], ["/prices/1?currency=eur"], ["/prices/1", "id=1"], ["/prices/1", "id=2"]),
      4,
    );
    assert.equal(await reaching(["/stock/1"], ["/stock/1"]), 2);
  });

  it("finds nothing to change in what it made", async () => {
    await deployment.pulumiIn({ CACHED: "yes" }, "preview", "--refresh", "--expect-no-changes");
  });

  it("asks each time when the cache is taken away, and goes as a whole", async () => {
    await up({});
    assert.equal(await reaching(["/prices/1"], ["/prices/1"]), 2);
    await up({ CACHED: "yes" });
    await deployment.pulumi("destroy", "--yes", "--skip-preview");
    assert.deepEqual(
      (await deployment.resources()).filter(({ urn }) => urn.includes("AwsRestApi")),
      [],
    );
  });
});
