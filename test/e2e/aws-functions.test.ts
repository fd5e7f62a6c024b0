import assert from "node:assert/strict";
import { Deployment } from "../support/e2e/deployment.ts";

// The tests share one stack: each continues where the previous one ended.
describe("AwsHttpApi with functions, deployed by the real engine", function () {
  this.timeout(600_000);
  let deployment: Deployment;
  let url: string;

  before(async () => {
    deployment = await Deployment.start("aws-functions", "aws-functions", { oneProgramProcess: true });
    await deployment.pulumi("preview");
    await deployment.pulumi("up", "--yes", "--skip-preview");
    url = (await deployment.outputs()).url as string;
  });

  after(() => deployment?.stop());

  const call = (line: string, token?: string, body?: string): Promise<Response> => {
    const [method = "", path = ""] = line.split(" ");
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    return fetch(`${url}${path}`, { method, headers, redirect: "manual", ...(body === undefined ? {} : { body }) });
  };

  it("invokes a function with the request as received, after the route's authentication", async () => {
    const open = await call("GET /shipping/a%20b?x=1&y");
    assert.equal(open.status, 200);
    assert.equal(open.headers.get("x-route"), "GET /shipping/{id}");
    const [, query, parameters] = (await open.json()) as unknown[];
    assert.deepEqual([query, parameters], ["x=1&y", { id: "a b" }]);
    const refused = await call("POST /shipping", undefined, "{}");
    assert.equal(refused.status, 401);
    await refused.body?.cancel();
    const token = await deployment.sandbox.mintToken({ audience: "shop" });
    const guarded = await call("POST /shipping", token, '{"a":1}');
    assert.equal(guarded.headers.get("x-subject"), "shop");
    assert.equal(((await guarded.json()) as unknown[])[3], '{"a":1}');
  });

  it("sends replies with their status, headers and body, and without a body where none is declared", async () => {
    const health = await call("GET /health");
    assert.deepEqual([health.status, health.headers.get("content-type")], [200, "application/json"]);
    assert.equal(await health.text(), '{"answer":"one"}');
    const head = await call("HEAD /health");
    assert.deepEqual([head.status, head.headers.get("x-answer"), await head.text()], [200, "head", ""]);
    const moved = await call("GET /moved/1");
    assert.deepEqual([moved.status, moved.headers.get("location")], [302, "https://shop.example.com/"]);
    await moved.body?.cancel();
    const refused = await call("DELETE /health");
    assert.equal(refused.status, 401);
    await refused.body?.cancel();
    const token = await deployment.sandbox.mintToken({ audience: "shop" });
    const deleted = await call("DELETE /health", token);
    assert.deepEqual([deleted.status, await deleted.text()], [204, ""]);
  });

  it("shows no changes at a second preview and refresh", async () => {
    await deployment.pulumi("preview", "--expect-no-changes");
    await deployment.pulumi("refresh", "--yes", "--skip-preview", "--expect-no-changes");
  });

  it("switches from one reply to the next without failing a request", async () => {
    const answers: string[] = [];
    const updated = deployment.pulumiWith({ ANSWER: "two" }, "up", "--yes", "--skip-preview");
    let done = false;
    void updated.then(() => (done = true));
    const callHealth = async (): Promise<void> => {
      const response = await call("GET /health");
      assert.equal(response.status, 200);
      answers.push(((await response.json()) as { answer: string }).answer);
    };
    while (!done) await callHealth();
    await callHealth();
    const { code, output } = await updated;
    assert.equal(code, 0, output);
    assert.deepEqual(answers, answers.toSorted());
    assert.deepEqual(new Set(answers), new Set(["one", "two"]));
    const replyResources = (await deployment.resources()).filter(({ urn }) => urn.includes("::shop-replies"));
    assert.deepEqual(replyResources.map(({ urn }) => urn.split("::").at(-1)).toSorted(), [
      "shop-replies",
      "shop-replies-logs",
      "shop-replies-permission",
      "shop-replies-role",
      "shop-replies-role-policy",
    ]);
    assert.equal((await deployment.pulumiWith({ ANSWER: "two" }, "preview", "--expect-no-changes")).code, 0);
  });

  it("leaves no endpoint after it is destroyed", async () => {
    await deployment.pulumi("destroy", "--yes", "--skip-preview");
    assert.deepEqual(deployment.sandbox.endpoints(), []);
  });
});
