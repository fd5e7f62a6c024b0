import assert from "node:assert/strict";
import { Deployment } from "../support/e2e/deployment.ts";
import { type RecordingBackend, startRecordingBackend } from "../support/e2e/recording-backend.ts";

// The tests share one stack: each continues where the previous one ended.
describe("AwsRestApi with validation, deployed by the real engine", function () {
  this.timeout(600_000);
  let deployment: Deployment;
  let backend: RecordingBackend;

  before(async () => {
    backend = await startRecordingBackend();
    deployment = await Deployment.start("validation", "aws-validation", {
      hosts: { "https://erp.example.com": backend.url },
      oneProgramProcess: true,
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

  it("rejects requests that do not match the OpenAPI document before they reach a backend", async () => {
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

  it("shows no changes at a preview with a refresh", async () => {
    await deployment.pulumiIn({ CHECKS: "yes" }, "preview", "--refresh", "--expect-no-changes");
  });

  it("accepts every request after validation is turned off", async () => {
    assert.equal((await up({})).code, 0);
    assert.equal(await post("/orders", "no json"), PASSED);
  });

  it("refuses validation on an existing API that treats bodies as bytes, and names the command that changes the API", async () => {
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

// The tests share one stack: each continues where the previous one ended.
describe("AwsRestApi with a cache, deployed by the real engine", function () {
  this.timeout(600_000);
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

  /** Sends the requests and returns how many reach the backend. */
  async function countReaching(...lines: readonly (readonly [string, string?])[]): Promise<number> {
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

  it("calls the backend once per cache key, and for every request to a route without a cache", async () => {
    await up({ CACHED: "yes" });
    assert.equal(await countReaching(["/prices/1"], ["/prices/1"], ["/prices/1?other=1"]), 1);
    assert.equal(
      await countReaching(["/prices/2"], ["/prices/1?currency=eur"], ["/prices/1", "id=1"], ["/prices/1", "id=2"]),
      4,
    );
    assert.equal(await countReaching(["/stock/1"], ["/stock/1"]), 2);
  });

  it("shows no changes at a preview with a refresh", async () => {
    await deployment.pulumiIn({ CACHED: "yes" }, "preview", "--refresh", "--expect-no-changes");
  });

  it("calls the backend for every request after the cache is removed, and leaves no resource after it is destroyed", async () => {
    await up({});
    assert.equal(await countReaching(["/prices/1"], ["/prices/1"]), 2);
    await up({ CACHED: "yes" });
    await deployment.pulumi("destroy", "--yes", "--skip-preview");
    assert.deepEqual(
      (await deployment.resources()).filter(({ urn }) => urn.includes("AwsRestApi")),
      [],
    );
  });
});
