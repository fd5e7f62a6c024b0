import assert from "node:assert/strict";
import { request } from "node:http";
import { text } from "node:stream/consumers";
import { sign } from "../contract/world/signatures.ts";
import { Deployment } from "../support/e2e/deployment.ts";
import { type RecordingBackend, startRecordingBackend } from "../support/e2e/recording-backend.ts";

const parent = "urn:pulumi:dev::policy::polygate:index:AwsRestApi$aws:apigateway";
const api = `${parent}/restApi:RestApi::orders-api`;
const snapshot = `${parent}/deployment:Deployment::orders-deployment`;

const from = (...cidrs: readonly string[]) => ({ FROM: JSON.stringify(cidrs) });
const invoke = { Principal: { AWS: "*" }, Action: "execute-api:Invoke", Resource: "*" };
const policy = (...cidrs: readonly string[]) => ({
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", ...invoke },
    { Effect: "Deny", ...invoke, Condition: { NotIpAddress: { "aws:SourceIp": cidrs } } },
  ],
});

// The tests share one stack: each continues where the previous one ended.
describe("AwsRestApi with allowFrom, deployed by the real engine", function () {
  this.timeout(600_000);
  let deployment: Deployment;
  let backend: RecordingBackend;
  let url: string;
  let id: string;

  before(async () => {
    backend = await startRecordingBackend();
    deployment = await Deployment.start("policy", "aws-policy", {
      hosts: { "https://erp.example.com": backend.url },
      oneProgramProcess: true,
    });
  });

  after(async () => {
    await deployment?.stop();
    backend?.close();
  });

  const up = async (environment: Readonly<Record<string, string>>) => {
    await deployment.pulumiIn(environment, "up", "--yes", "--skip-preview");
    ({ url, id } = (await deployment.outputs()) as { url: string; id: string });
  };
  const assertUnchanged = async (environment: Readonly<Record<string, string>>) => {
    for (const command of [["preview"], ["refresh", "--yes", "--skip-preview"]]) {
      await deployment.pulumiIn(environment, ...command, "--expect-no-changes");
    }
  };
  const outputs = async (urn: string) => (await deployment.resources()).find((each) => each.urn === urn)?.outputs ?? {};
  /** Returns the policy in the arguments of the API and the policy in its document. */
  const policies = async (): Promise<readonly unknown[]> => {
    const { policy: argument, body } = await outputs(api);
    const { "x-amazon-apigateway-policy": inDocument } = JSON.parse(body as string) as Record<string, unknown>;
    return [argument === "" || argument === undefined ? undefined : JSON.parse(argument as string), inDocument];
  };
  /** Returns the status, the exception and the body of the response to a client with this loopback address. */
  const ask = (localAddress: string, method = "GET"): Promise<readonly [number, unknown, string]> =>
    new Promise((resolve, reject) => {
      const preflight = { origin: "https://app.example.com", "access-control-request-method": "GET" };
      const headers = method === "OPTIONS" ? preflight : {};
      request(`${url}/orders/1`, { method, localAddress, headers }, (response) => {
        text(response).then(
          (body) => resolve([response.statusCode ?? 0, response.headers["x-amzn-errortype"], body]),
          reject,
        );
      })
        .once("error", reject)
        .end();
    });
  const statuses = async () => [(await ask("127.0.0.1"))[0], (await ask("127.0.0.2"))[0]];
  const denial = (method: string) => [
    403,
    "AccessDeniedException",
    `{"message":"User: anonymous is not authorized to perform: execute-api:Invoke on resource: arn:aws:execute-api:us-east-1:********0000:${id}/live/${method}/orders/1 with an explicit deny"}`,
  ];

  it("has no resource policy without allowFrom", async () => {
    await up({});
    assert.deepEqual(await policies(), [undefined, undefined]);
    assert.deepEqual(await statuses(), [201, 201]);
  });

  it("rejects requests and preflights from other addresses before they reach the backend", async () => {
    const { id: before } = (await deployment.resources()).find(({ urn }) => urn === snapshot) ?? {};
    await up(from("127.0.0.1/32"));
    assert.deepEqual(await policies(), [policy("127.0.0.1/32"), policy("127.0.0.1/32")]);
    const { id: after } = (await deployment.resources()).find(({ urn }) => urn === snapshot) ?? {};
    assert.notEqual(after, before);
    const seen = backend.seen.length;
    assert.deepEqual(await ask("127.0.0.2"), denial("GET"));
    assert.deepEqual(await ask("127.0.0.2", "OPTIONS"), denial("OPTIONS"));
    assert.equal(backend.seen.length, seen);
    assert.equal((await ask("127.0.0.1"))[0], 201);
    assert.equal((await ask("127.0.0.1", "OPTIONS"))[0], 204);
    await assertUnchanged(from("127.0.0.1/32"));
  });

  it("follows changes of the list", async () => {
    await up(from("192.0.2.0/24", "127.0.0.2/32"));
    assert.deepEqual(await statuses(), [403, 201]);
    await assertUnchanged(from("192.0.2.0/24", "127.0.0.2/32"));
  });

  it("refuses a transform that sets another policy or ignores changes of it, and keeps its policy", async () => {
    const all = { TRANSFORMED: JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...invoke }] }) };
    for (const command of [["preview"], ["up", "--yes", "--skip-preview"]]) {
      const { code, output } = await deployment.pulumiWith({ ...from("127.0.0.1/32"), ...all }, ...command);
      assert.notEqual(code, 0);
      assert.match(output, /The gateway "orders": 2 problems/);
      assert.match(output, /A transform may not change the property "policy" of the resource "orders-api"\./);
      assert.match(output, /A transform may not ignore changes of "policy" of the resource "orders-api"\./);
      assert.match(output, /Set allowFrom or privateTo\./);
      assert.doesNotMatch(output, /\bat .*\.ts:/);
    }
    assert.deepEqual(await policies(), [policy("127.0.0.1/32"), policy("127.0.0.1/32")]);
    assert.deepEqual(await statuses(), [201, 403]);
  });

  it("warns at preview of a network without public addresses, and rejects invalid networks", async () => {
    const { output } = await deployment.pulumiWith(from("127.0.0.1/32", "192.0.2.0/24"), "preview");
    assert.match(
      output,
      /No request on a public network comes from 127\.0\.0\.1\/32\. On AWS, this network allows nobody/,
    );
    const wrong = await deployment.pulumiWith(from("0.0.0.0/0", "192.0.2.1/24"), "preview");
    assert.notEqual(wrong.code, 0);
    assert.match(wrong.output, /allowFrom\.cidrs\[0\], aws: 0\.0\.0\.0\/0 contains every address/);
    assert.match(
      wrong.output,
      /allowFrom\.cidrs\[1\], aws: "192\.0\.2\.1\/24" does not begin with the network's first address/,
    );
  });

  it("accepts all addresses when allowFrom is removed, by a policy that denies none", async () => {
    await up({});
    assert.deepEqual(await policies(), [policy("0.0.0.0/0", "::/0"), policy("0.0.0.0/0", "::/0")]);
    assert.deepEqual(await statuses(), [201, 201]);
    await assertUnchanged({});
    await up({});
    assert.deepEqual(await statuses(), [201, 201]);
  });

  it("leaves no endpoint after it is destroyed", async () => {
    await up(from("127.0.0.1/32"));
    assert.deepEqual(await statuses(), [201, 403]);
    await deployment.pulumiIn(from("127.0.0.1/32"), "destroy", "--yes", "--skip-preview");
    assert.deepEqual(deployment.sandbox.endpoints(), []);
  });
});

describe("AwsRestApi with allowFrom and signatures, deployed by the real engine", function () {
  this.timeout(600_000);
  let deployment: Deployment;
  let backend: RecordingBackend;

  before(async () => {
    backend = await startRecordingBackend();
    const hosts = { "https://erp.example.com": backend.url };
    deployment = await Deployment.start("policy-iam", "aws-policy-iam", { hosts });
    await deployment.pulumi("up", "--yes", "--skip-preview");
  });

  after(async () => {
    await deployment?.stop();
    backend?.close();
  });

  it("accepts only allowed addresses and only callers whose own policy allows the route", async () => {
    const { output } = await deployment.pulumiWith({}, "stack", "output", "--json", "--show-secrets");
    const { url, keys } = JSON.parse(output.slice(output.indexOf("{"))) as {
      readonly url: string;
      readonly keys: Readonly<Record<string, { readonly accessKeyId: string; readonly secretAccessKey: string }>>;
    };
    const { host, pathname: path } = new URL(`${url}/orders`);
    const ask = async (localAddress: string, caller: string): Promise<number | undefined> => {
      const credentials = keys[caller] ?? { accessKeyId: "", secretAccessKey: "" };
      const order = { credentials, region: "us-east-1", service: "execute-api", at: Date.now() };
      const parts = { method: "GET", path, query: "", body: Buffer.alloc(0) };
      const { headers } = await sign(order, { ...parts, headers: [["host", host]] });
      return await new Promise((resolve, reject) => {
        request(`http://${host}${path}`, { localAddress, headers: Object.fromEntries(headers) }, (response) => {
          response.resume();
          resolve(response.statusCode);
        })
          .once("error", reject)
          .end();
      });
    };
    assert.equal(await ask("127.0.0.1", "billing"), 201);
    assert.equal(await ask("127.0.0.2", "billing"), 403);
    assert.equal(await ask("127.0.0.1", "other"), 403);
    assert.equal(backend.seen.length, 1);
  });

  it("refuses at preview an open route beside signed ones, because its policy would allow every signed request", async () => {
    const { code, output } = await deployment.pulumiWith({ OPEN: "1" }, "preview");
    assert.notEqual(code, 0);
    assert.match(output, /GET \/orders, allowFrom, aws: The resource policy would have to allow everybody/);
    assert.match(output, /\[allow-from-opens-iam\]/);
  });
});
