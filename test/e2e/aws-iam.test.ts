import assert from "node:assert/strict";
import { sign } from "../contract/world/signatures.ts";
import { Deployment } from "./deployment.ts";
import { type RecordingBackend, startRecordingBackend } from "./recording-backend.ts";

/** A user with a policy made of the gateways' ARNs, and one without. ALSO adds a route that the policy would cover as well. */
const program = `
import * as aws from "@pulumi/aws";
import { defineApi, http, iam, open } from "polygate";
import { AwsHttpApi, AwsRestApi } from "polygate/aws";

const also = process.env.ALSO === undefined ? {} : { "GET /orders/{id}/secrets": { to: "erp", auth: "services" } };
const api = defineApi({
  version: 1,
  backends: { erp: http() },
  auth: { services: iam(), anyone: open("a test") },
  default: { auth: "services" },
  routes: {
    "GET /orders/{id}": { to: "erp" },
    "POST /orders": { to: "erp" },
    "GET /prices": { to: "erp" },
    "GET /health": { to: "erp", auth: "anyone" },
    ...also,
  },
});
const args = { api, backends: { erp: { url: "https://erp.example.com" } } };
const gateways = { http: new AwsHttpApi("shop-http", args), rest: new AwsRestApi("shop-rest", args) };

const billing = new aws.iam.User("billing", { name: "billing" });
new aws.iam.UserPolicy("billing", {
  user: billing.name,
  policy: {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: "execute-api:Invoke",
        Resource: Object.values(gateways).flatMap((each) => [each.arnOf("GET /orders/{id}"), each.arnOf("POST /orders")]),
      },
    ],
  },
});
const billingKey = new aws.iam.AccessKey("billing", { user: billing.name });
const other = new aws.iam.User("other", { name: "other" });
const otherKey = new aws.iam.AccessKey("other", { user: other.name });

export const urls = { http: gateways.http.url, rest: gateways.rest.url };
export const arns = { http: gateways.http.invokeArn, rest: gateways.rest.invokeArn };
const shown = (key) => ({ accessKeyId: key.id, secretAccessKey: key.secret });
export const keys = { billing: shown(billingKey), other: shown(otherKey) };
`;

type Keys = Readonly<Record<"billing" | "other", { readonly accessKeyId: string; readonly secretAccessKey: string }>>;

// One stack through its life: each test goes on from the one before.
describe("AWS gateways that ask for signatures, deployed by the real engine", function () {
  this.timeout(180_000);
  let backend: RecordingBackend;
  let deployment: Deployment;
  let keys: Keys;
  let urls: Readonly<Record<"http" | "rest", string>>;

  before(async () => {
    backend = await startRecordingBackend();
    deployment = await Deployment.start("aws-iam", program, { hosts: { "https://erp.example.com": backend.url } });
    await deployment.pulumi("preview");
    await deployment.pulumi("up", "--yes", "--skip-preview");
    const output = await deployment.pulumiIn({}, "stack", "output", "--json", "--show-secrets");
    const shown = JSON.parse(output.slice(output.indexOf("{"))) as { readonly keys: Keys; readonly urls: typeof urls };
    ({ keys, urls } = shown);
  });

  after(async () => {
    await deployment?.stop();
    backend?.close();
  });

  async function call(kind: "http" | "rest", line: string, by?: keyof Keys, body = ""): Promise<number> {
    const [method = "", path = ""] = line.split(" ");
    const { host, pathname } = new URL(`${urls[kind]}${path}`);
    let headers: readonly (readonly [string, string])[] = [["host", host]];
    if (by !== undefined) {
      const order = { credentials: keys[by], region: "us-east-1", service: "execute-api", at: Date.now() };
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
    it(`let in whom a policy of their ARNs allows, and nobody else (${kind})`, async () => {
      assert.equal(await call(kind, "GET /orders/1", "billing"), 201);
      assert.equal(await call(kind, "POST /orders", "billing", '{"a":1}'), 201);
      assert.equal(await call(kind, "GET /prices", "billing"), 403);
      assert.equal(await call(kind, "GET /orders/1", "other"), 403);
      assert.equal(await call(kind, "GET /orders/1"), 403);
      assert.equal(await call(kind, "GET /health"), 201);
    });
  }

  it("keep the secret of a key out of the gateways' documents, and a secret in the stack", async () => {
    const resources = await deployment.resources();
    const text = JSON.stringify(resources);
    assert.ok(!text.includes(keys.billing.secretAccessKey));
    const arns = (await deployment.outputs()).arns as Readonly<Record<string, string>>;
    assert.match(arns.http ?? "", /^arn:aws:execute-api:us-east-1:000000000000:[a-z0-9]+\/\$default$/);
    assert.match(arns.rest ?? "", /^arn:aws:execute-api:us-east-1:000000000000:[a-z0-9]+\/live$/);
  });

  it("do not change when nothing changed", async () => {
    await deployment.pulumi("preview", "--expect-no-changes");
    await deployment.pulumi("refresh", "--yes", "--skip-preview", "--expect-no-changes");
  });

  it("refuse a new route at preview that a policy would let in as well", async () => {
    const { code, output } = await deployment.pulumiWith({ ALSO: "1" }, "preview");
    assert.notEqual(code, 0);
    assert.match(output, /GET \/orders\/\{id\}, aws: a wildcard in an ARN crosses slashes/);
    assert.match(output, /alsoAllows: \["GET \/orders\/\{id\}\/secrets"\]/);
    assert.match(output, /\[arn-allows-more\]/);
  });

  it("are gone when they are destroyed", async () => {
    await deployment.pulumi("destroy", "--yes", "--skip-preview");
    assert.deepEqual(deployment.sandbox.endpoints(), []);
  });
});
