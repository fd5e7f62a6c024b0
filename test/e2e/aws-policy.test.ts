import assert from "node:assert/strict";
import { request } from "node:http";
import { text } from "node:stream/consumers";
import { sign } from "../contract/world/signatures.ts";
import { Deployment } from "./deployment.ts";
import { type RecordingBackend, startRecordingBackend } from "./recording-backend.ts";

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

// One stack through its life: each test goes on from the one before.
describe("AwsRestApi that allows some addresses, deployed by the real engine", function () {
  this.timeout(120_000);
  let deployment: Deployment;
  let backend: RecordingBackend;
  let url: string;
  let id: string;

  before(async () => {
    backend = await startRecordingBackend();
    deployment = await Deployment.start("policy", "aws-policy", { hosts: { "https://erp.example.com": backend.url } });
  });

  after(async () => {
    await deployment?.stop();
    backend?.close();
  });

  const up = async (environment: Readonly<Record<string, string>>) => {
    await deployment.pulumiIn(environment, "up", "--yes", "--skip-preview");
    ({ url, id } = (await deployment.outputs()) as { url: string; id: string });
  };
  const unchanged = async (environment: Readonly<Record<string, string>>) => {
    for (const command of [["preview"], ["refresh", "--yes", "--skip-preview"]]) {
      await deployment.pulumiIn(environment, ...command, "--expect-no-changes");
    }
  };
  const outputs = async (urn: string) => (await deployment.resources()).find((each) => each.urn === urn)?.outputs ?? {};
  const stated = async (): Promise<readonly unknown[]> => {
    const { policy: argument, body } = await outputs(api);
    const { "x-amazon-apigateway-policy": inDocument } = JSON.parse(body as string) as Record<string, unknown>;
    return [argument === "" || argument === undefined ? undefined : JSON.parse(argument as string), inDocument];
  };
  /** Status, exception and body of what a client at this address of the machine is answered. */
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
  const denied = (method: string) => [
    403,
    "AccessDeniedException",
    `{"message":"User: anonymous is not authorized to perform: execute-api:Invoke on resource: arn:aws:execute-api:us-east-1:********0000:${id}/live/${method}/orders/1 with an explicit deny"}`,
  ];

  it("has no policy where nothing asks for one", async () => {
    await up({});
    assert.deepEqual(await stated(), [undefined, undefined]);
    assert.deepEqual(await statuses(), [201, 201]);
  });

  it("refuses other addresses before the backend sees anything, and preflights too", async () => {
    const { id: before } = (await deployment.resources()).find(({ urn }) => urn === snapshot) ?? {};
    await up(from("127.0.0.1/32"));
    assert.deepEqual(await stated(), [policy("127.0.0.1/32"), policy("127.0.0.1/32")]);
    const { id: after } = (await deployment.resources()).find(({ urn }) => urn === snapshot) ?? {};
    assert.notEqual(after, before);
    const seen = backend.seen.length;
    assert.deepEqual(await ask("127.0.0.2"), denied("GET"));
    assert.deepEqual(await ask("127.0.0.2", "OPTIONS"), denied("OPTIONS"));
    assert.equal(backend.seen.length, seen);
    assert.equal((await ask("127.0.0.1"))[0], 201);
    assert.equal((await ask("127.0.0.1", "OPTIONS"))[0], 204);
    await unchanged(from("127.0.0.1/32"));
  });

  it("follows the list", async () => {
    await up(from("192.0.2.0/24", "127.0.0.2/32"));
    assert.deepEqual(await statuses(), [403, 201]);
    await unchanged(from("192.0.2.0/24", "127.0.0.2/32"));
  });

  it("keeps its policy, whatever a transform does to it", async () => {
    const all = { TRANSFORMED: JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...invoke }] }) };
    await up({ ...from("127.0.0.1/32"), ...all });
    assert.deepEqual(await stated(), [policy("127.0.0.1/32"), policy("127.0.0.1/32")]);
    assert.deepEqual(await statuses(), [201, 403]);
  });

  it("says at preview which networks allow nobody at AWS, and what is no network", async () => {
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

  it("lets everybody in again without the list, by a policy that refuses nobody", async () => {
    await up({});
    assert.deepEqual(await stated(), [policy("0.0.0.0/0", "::/0"), policy("0.0.0.0/0", "::/0")]);
    assert.deepEqual(await statuses(), [201, 201]);
    await unchanged({});
    await up({});
    assert.deepEqual(await statuses(), [201, 201]);
  });

  it("is gone when it is destroyed", async () => {
    await up(from("127.0.0.1/32"));
    assert.deepEqual(await statuses(), [201, 403]);
    await deployment.pulumiIn(from("127.0.0.1/32"), "destroy", "--yes", "--skip-preview");
    assert.deepEqual(deployment.sandbox.endpoints(), []);
  });
});

describe("AwsRestApi that allows some addresses and asks for signatures, deployed by the real engine", function () {
  this.timeout(120_000);
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

  it("lets in who may by his own policies, from there alone, and opens nothing to others who sign", async () => {
    const { output } = await deployment.pulumiWith({}, "stack", "output", "--json", "--show-secrets");
    const { url, keys } = JSON.parse(output.slice(output.indexOf("{"))) as {
      readonly url: string;
      readonly keys: Readonly<Record<string, { readonly accessKeyId: string; readonly secretAccessKey: string }>>;
    };
    const { host, pathname: path } = new URL(`${url}/orders`);
    const ask = async (localAddress: string, by: string): Promise<number | undefined> => {
      const credentials = keys[by] ?? { accessKeyId: "", secretAccessKey: "" };
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

  it("refuses at preview an open route beside them, for which AWS would let in whoever has signed", async () => {
    const { code, output } = await deployment.pulumiWith({ OPEN: "1" }, "preview");
    assert.notEqual(code, 0);
    assert.match(output, /GET \/orders, allowFrom, aws: The resource policy would have to allow everybody/);
    assert.match(output, /\[allow-from-opens-iam\]/);
  });
});
