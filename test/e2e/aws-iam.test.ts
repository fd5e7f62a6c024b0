import assert from "node:assert/strict";
import { sign } from "../contract/world/signatures.ts";
import { Deployment } from "../support/e2e/deployment.ts";
import { type RecordingBackend, startRecordingBackend } from "../support/e2e/recording-backend.ts";

type Keys = Readonly<Record<"billing" | "other", { readonly accessKeyId: string; readonly secretAccessKey: string }>>;

// The tests share one stack: each continues where the previous one ended.
describe("AWS gateways that require signatures, deployed by the real engine", function () {
  this.timeout(600_000);
  let backend: RecordingBackend;
  let deployment: Deployment;
  let keys: Keys;
  let urls: Readonly<Record<"http" | "rest", string>>;

  before(async () => {
    backend = await startRecordingBackend();
    deployment = await Deployment.start("aws-iam", "aws-iam", {
      hosts: { "https://erp.example.com": backend.url },
      oneProgramProcess: true,
    });
    await deployment.pulumi("preview");
    await deployment.pulumi("up", "--yes", "--skip-preview");
    const output = await deployment.pulumiIn({}, "stack", "output", "--json", "--show-secrets");
    const outputs = JSON.parse(output.slice(output.indexOf("{"))) as {
      readonly keys: Keys;
      readonly urls: typeof urls;
    };
    ({ keys, urls } = outputs);
  });

  after(async () => {
    await deployment?.stop();
    backend?.close();
  });

  async function call(kind: "http" | "rest", line: string, caller?: keyof Keys, body = ""): Promise<number> {
    const [method = "", path = ""] = line.split(" ");
    const { host, pathname } = new URL(`${urls[kind]}${path}`);
    let headers: readonly (readonly [string, string])[] = [["host", host]];
    if (caller !== undefined) {
      const order = { credentials: keys[caller], region: "us-east-1", service: "execute-api", at: Date.now() };
      ({ headers } = await sign(order, { method, path: pathname, query: "", headers, body: Buffer.from(body) }));
    }
    const response = await fetch(`http://${host}${pathname}`, {
      method,
      headers: Object.fromEntries(headers.filter(([name]) => name !== "host")),
      ...(body === "" ? {} : { body }),
    });
    await response.body?.cancel();
    return response.status;
  }

  for (const kind of ["http", "rest"] as const) {
    it(`accept only callers whose policy allows the ARN of the route (${kind})`, async () => {
      assert.equal(await call(kind, "GET /orders/1", "billing"), 201);
      assert.equal(await call(kind, "POST /orders", "billing", '{"a":1}'), 201);
      assert.equal(await call(kind, "GET /prices", "billing"), 403);
      assert.equal(await call(kind, "GET /orders/1", "other"), 403);
      assert.equal(await call(kind, "GET /orders/1"), 403);
      assert.equal(await call(kind, "GET /health"), 201);
    });
  }

  it("keep the secret of an access key out of the stack's plain text", async () => {
    const resources = await deployment.resources();
    const text = JSON.stringify(resources);
    assert.ok(!text.includes(keys.billing.secretAccessKey));
    const arns = (await deployment.outputs()).arns as Readonly<Record<string, string>>;
    assert.match(arns.http ?? "", /^arn:aws:execute-api:us-east-1:000000000000:[a-z0-9]+\/\$default$/);
    assert.match(arns.rest ?? "", /^arn:aws:execute-api:us-east-1:000000000000:[a-z0-9]+\/live$/);
  });

  it("show no changes at a second preview and refresh", async () => {
    await deployment.pulumi("preview", "--expect-no-changes");
    await deployment.pulumi("refresh", "--yes", "--skip-preview", "--expect-no-changes");
  });

  it("refuse at preview a new route that an existing policy would also allow", async () => {
    const { code, output } = await deployment.pulumiWith({ ALSO: "1" }, "preview");
    assert.notEqual(code, 0);
    assert.match(output, /GET \/orders\/\{id\}, aws: Wildcards in an ARN match slashes/);
    assert.match(output, /alsoAllows: \["GET \/orders\/\{id\}\/secrets"\]/);
    assert.match(output, /\[arn-allows-more\]/);
  });

  it("leave no endpoint after they are destroyed", async () => {
    await deployment.pulumi("destroy", "--yes", "--skip-preview");
    assert.deepEqual(deployment.sandbox.endpoints(), []);
  });
});
