import assert from "node:assert/strict";
import { Deployment } from "../support/e2e/deployment.ts";
import { type RecordingBackend, startRecordingBackend } from "../support/e2e/recording-backend.ts";

const child = (type: string, name: string) =>
  `urn:pulumi:dev::rest::polygate:index:AwsRestApi$aws:${type}::orders-${name}`;

// The tests share one stack: each continues where the previous one ended.
describe("AwsRestApi, deployed by the real engine", function () {
  this.timeout(600_000);
  let deployment: Deployment;
  let backend: RecordingBackend;
  let url: string;
  let keys: Readonly<Record<string, string>>;

  before(async () => {
    backend = await startRecordingBackend();
    deployment = await Deployment.start("rest", "aws-rest", {
      hosts: { "https://erp.example.com": backend.url },
      oneProgramProcess: true,
    });
  });

  after(async () => {
    await deployment?.stop();
    backend?.close();
  });

  interface RequestParts {
    readonly token?: string;
    readonly key?: string;
    readonly body?: string;
  }

  function call(line: string, { token, key, body }: RequestParts = {}): Promise<Response> {
    const [method = "", path = ""] = line.split(" ");
    return fetch(`${url}${path}`, {
      method,
      ...(body === undefined ? {} : { body }),
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(key === undefined ? {} : { "x-api-key": key }),
      },
    });
  }

  async function statusOf(...request: Parameters<typeof call>): Promise<number> {
    const { status, body } = await call(...request);
    await body?.cancel();
    return status;
  }

  it("is a component with the documented children", async () => {
    await deployment.pulumi("preview");
    await deployment.pulumi("up", "--yes", "--skip-preview");
    const below = (await deployment.resources()).map(({ urn }) => urn).filter((urn) => urn.includes("AwsRestApi$"));
    assert.deepEqual(below.filter((urn) => !urn.includes("authorizer-")).toSorted(), [
      child("apigateway/apiKey:ApiKey", "consumer-acme"),
      child("apigateway/apiKey:ApiKey", "consumer-bolt"),
      child("apigateway/deployment:Deployment", "deployment"),
      child("apigateway/methodSettings:MethodSettings", "throttle-*/*"),
      child("apigateway/methodSettings:MethodSettings", "throttle-~1orders/POST"),
      child("apigateway/restApi:RestApi", "api"),
      child("apigateway/stage:Stage", "stage"),
      child("apigateway/usagePlan:UsagePlan", "plan-free"),
      child("apigateway/usagePlan:UsagePlan", "plan-paid"),
      child("apigateway/usagePlanKey:UsagePlanKey", "consumer-acme-plan"),
      child("apigateway/usagePlanKey:UsagePlanKey", "consumer-bolt-plan"),
      child("lambda/permission:Permission", "backend-shipping-permission"),
    ]);
    // There are three requirements: staff with a scope, staff without a scope, and both.
    const authorizers = below.filter((urn) => urn.includes("authorizer-")).map((urn) => urn.split("::")[2]);
    assert.deepEqual(
      authorizers.toSorted(),
      [
        ...["cloudwatch/logGroup:LogGroup", "iam/role:Role", "iam/rolePolicy:RolePolicy"],
        ...Array<string>(3).fill("lambda/function:Function"),
        ...Array<string>(3).fill("lambda/permission:Permission"),
      ].map((type) => `polygate:index:AwsRestApi$aws:${type}`),
    );
    const outputs = await deployment.outputs();
    url = outputs.url as string;
    const secrets = await deployment.pulumi("stack", "output", "apiKeys", "--json", "--show-secrets");
    keys = JSON.parse(secrets) as typeof keys;
    assert.doesNotMatch(await deployment.pulumi("stack", "output", "--json"), /bolt-bolt/);
    assert.equal(outputs.region, "us-east-1");
    assert.equal(keys.bolt, "bolt-bolt-bolt-bolt-bolt");
  });

  it("shows no changes at a second preview, update and refresh", async () => {
    await deployment.pulumi("preview", "--expect-no-changes");
    await deployment.pulumi("up", "--yes", "--skip-preview", "--expect-no-changes");
    await deployment.pulumi("refresh", "--yes", "--skip-preview", "--expect-no-changes");
  });

  it("accepts valid tokens only, and serves no unknown route", async () => {
    const { sandbox } = deployment;
    const good = { audience: "orders", scope: "orders:read" };
    const line = "GET /orders/a%20b?x=1";
    assert.equal(await statusOf(line, { token: await sandbox.mintToken(good) }), 201);
    assert.equal(backend.seen.at(-1)?.url, "/base/v1/a%20b/all?x=1");
    assert.equal(await statusOf(line), 401);
    assert.equal(await statusOf(line, { token: "a.b.c" }), 401);
    assert.equal(await statusOf(line, { token: await sandbox.mintToken({ ...good, audience: "other" }) }), 401);
    assert.equal(await statusOf(line, { token: await sandbox.mintToken({ ...good, expiresInSeconds: -90 }) }), 401);
    assert.equal(await statusOf(line, { token: await sandbox.mintToken({ ...good, scope: "orders:write" }) }), 403);
    const token = await sandbox.mintToken(good);
    for (const unknown of ["GET /unknown", "DELETE /orders/1", "GET /ORDERS/1", "OPTIONS /orders"]) {
      assert.equal(await statusOf(unknown, { token }), 404, unknown);
    }
  });

  it("accepts created and supplied keys, within the limits of their plans", async () => {
    assert.equal(await statusOf("GET /prices"), 401);
    assert.equal(await statusOf("GET /prices", { key: "no-such-key-no-such-key" }), 401);
    const acme = { key: keys.acme ?? "" };
    const statuses: number[] = [];
    for (let index = 0; index < 4; index++) statuses.push(await statusOf("GET /prices", acme));
    assert.deepEqual(statuses, [201, 201, 201, 429]);
    const token = await deployment.sandbox.mintToken({ audience: "orders" });
    const bolt = { key: keys.bolt ?? "" };
    assert.equal(await statusOf("GET /secrets", bolt), 401);
    assert.equal(await statusOf("GET /secrets", { token }), 401);
    assert.equal(await statusOf("GET /secrets", { ...bolt, token }), 201);
    assert.equal(await statusOf("GET /prices", bolt), 201);
    const spent = await call("GET /prices", bolt);
    assert.deepEqual([spent.status, await spent.json()], [429, { message: "Limit Exceeded" }]);
  });

  it("calls functions, sends replies and limits a route", async () => {
    const token = await deployment.sandbox.mintToken({ audience: "orders" });
    const shipped = await call("POST /shipments/7", { token, body: "{}" });
    assert.deepEqual([shipped.status, await shipped.text()], [200, "shipped /shipments/7"]);
    assert.equal(await statusOf("POST /shipments/7", { body: "{}" }), 401);
    const health = await call("GET /health");
    assert.deepEqual([health.status, await health.json()], [200, { ok: true }]);
    const statuses: number[] = [];
    for (let index = 0; index < 3; index++) statuses.push(await statusOf("POST /orders", { token, body: "{}" }));
    assert.deepEqual(statuses, [201, 201, 429]);
  });

  it("adds, renames and removes a route with a limit in one update", async () => {
    const limited = (requests: number) => ({
      to: "erp",
      auth: "anyone",
      limits: [{ requests, per: "minute", by: "route" }],
    });
    for (const extra of [
      { "GET /a": limited(1), "GET /b": limited(2) },
      { "GET /c": limited(1), "GET /b": limited(1) },
      {},
    ]) {
      await deployment.pulumiIn({ EXTRA: JSON.stringify(extra) }, "up", "--yes", "--skip-preview");
      for (const path of ["a", "b", "c"]) {
        const route = extra[`GET /${path}` as keyof typeof extra] as ReturnType<typeof limited> | undefined;
        assert.equal(await statusOf(`GET /${path}`), route === undefined ? 404 : 201, path);
      }
    }
    const settings = (await deployment.resources()).filter(({ type }) => type.endsWith(":MethodSettings"));
    assert.equal(settings.length, 2);
  });

  it("accepts the key of an added consumer, and rejects it after the consumer is removed", async () => {
    const second = { CONSUMERS: JSON.stringify({ bolt2: { plan: "free", value: "bolt-two-bolt-two-bolt-two" } }) };
    const output = await deployment.pulumiIn(second, "up", "--yes", "--skip-preview");
    assert.doesNotMatch(output, /bolt-two/);
    assert.equal(await statusOf("GET /prices", { key: "bolt-two-bolt-two-bolt-two" }), 201);
    await deployment.pulumi("up", "--yes", "--skip-preview");
    assert.equal(await statusOf("GET /prices", { key: "bolt-two-bolt-two-bolt-two" }), 401);
  });

  it("has as many resources with 300 routes as with 10", async () => {
    const before = (await deployment.resources()).length;
    const routes = Array.from({ length: 290 }, (_, index) => [`GET /r${index}`, { to: "erp", auth: "staff" }]);
    await deployment.pulumiIn({ EXTRA: JSON.stringify(Object.fromEntries(routes)) }, "up", "--yes", "--skip-preview");
    assert.equal((await deployment.resources()).length, before);
    const token = await deployment.sandbox.mintToken({ audience: "orders" });
    assert.equal(await statusOf("GET /r289", { token }), 201);
    assert.equal(await statusOf("GET /r289"), 401);
  });

  it("moves to one function that decides by route, where the routes require more tokens than AWS allows authorizers", async () => {
    const functions = async () =>
      (await deployment.resources()).filter(
        ({ urn }) => /orders-authorizer-[^:]*$/.test(urn) && urn.includes("lambda/function"),
      );
    const routes = Array.from({ length: 40 }, (_, index) => {
      const scopes = [`only:${index}`, "orders:read"];
      return [`GET /scoped/${index}`, { to: "erp", auth: "staff", scopes: index % 2 === 0 ? scopes : { all: scopes } }];
    });
    await deployment.pulumiIn({ EXTRA: JSON.stringify(Object.fromEntries(routes)) }, "up", "--yes", "--skip-preview");
    assert.equal((await functions()).length, 1);
    const token = await deployment.sandbox.mintToken({ audience: "orders", scope: "orders:read only:7" });
    for (const [line, status] of [
      ["GET /scoped/6", 201],
      ["GET /scoped/7", 201],
      ["GET /scoped/9", 403],
      ["GET /orders/1", 201],
      ["GET /secrets", 401],
    ] as const) {
      assert.equal(await statusOf(line, { token }), status, line);
      assert.equal(await statusOf(line), 401, line);
    }
    await deployment.pulumi("up", "--yes", "--skip-preview");
    assert.equal((await functions()).length, 3);
    assert.equal(await statusOf("GET /orders/1", { token }), 201);
    assert.equal(await statusOf("GET /scoped/7", { token }), 404);
  });

  it("refuses unsupported routes and invalid consumers at preview, without a stack trace", async () => {
    for (const [env, message] of [
      [
        { EXTRA: JSON.stringify({ "GET /slow": { to: "erp", auth: "staff", timeoutSeconds: 60 } }) },
        /GET \/slow, aws: .*29 seconds.* 60/,
      ],
      [
        { CONSUMERS: JSON.stringify({ eve: { plan: "gold" } }) },
        /consumers\.eve\.plan: The description does not declare the plan "gold"/,
      ],
      [
        { CONSUMERS: JSON.stringify({ eve: { plan: "free", value: "short" } }) },
        /consumers\.eve\.value: A key has to consist of 20 to 128/,
      ],
      [{ CONSUMERS: JSON.stringify({ "e v e": { plan: "free" } }) }, /consumers\.e v e: A consumer's name is/],
    ] as const) {
      const { code, output } = await deployment.pulumiWith(env, "preview");
      assert.notEqual(code, 0);
      assert.match(output, message);
      assert.doesNotMatch(output, /at new AwsRestApi/);
    }
  });

  it("leaves no endpoint after it is destroyed", async () => {
    await deployment.pulumi("destroy", "--yes", "--skip-preview");
    assert.deepEqual(deployment.sandbox.endpoints(), []);
    await assert.rejects(call("GET /health"));
  });
});
