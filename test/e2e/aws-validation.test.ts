import assert from "node:assert/strict";
import { Deployment } from "./deployment.ts";
import { type RecordingBackend, startRecordingBackend } from "./recording-backend.ts";

/** CHECKS is what a body must look like, or nothing. */
const program = `
import { fromOpenApi } from "polygate";
import { AwsRestApi } from "polygate/aws";

const checks = process.env.CHECKS !== undefined;
const gateway = new AwsRestApi("orders", {
  api: fromOpenApi({
    openapi: "3.0.3",
    info: { title: "Orders", version: "1" },
    security: [],
    "x-polygate": { open: "a test", validate: checks },
    paths: {
      "/orders": {
        post: {
          responses: {},
          parameters: [{ name: "tenant", in: "query", required: true }],
          requestBody: {
            required: true,
            content: { "application/json": { schema: { $ref: "#/components/schemas/Order" } } },
          },
        },
      },
      "/notes": { post: { responses: {}, "x-polygate": { validate: false } } },
    },
    components: {
      schemas: {
        Order: { type: "object", required: ["article"], properties: { article: { type: "string", minLength: 2 } } },
      },
    },
  }),
  backends: { backend: { url: "https://erp.example.com" } },
  ...(checks ? { bodies: "text" } : {}),
});
export const { url } = gateway;
`;

// One stack through its life: each test goes on from the one before.
describe("AwsRestApi with checked requests, deployed by the real engine", function () {
  this.timeout(120_000);
  let deployment: Deployment;
  let backend: RecordingBackend;

  before(async () => {
    backend = await startRecordingBackend();
    deployment = await Deployment.start("validation", program, { hosts: { "https://erp.example.com": backend.url } });
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
    const { code, output } = await deployment.pulumiWith(
      { CHECKS: "yes" },
      "preview",
      "--refresh",
      "--expect-no-changes",
    );
    assert.equal(code, 0, output);
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
