import assert from "node:assert/strict";
import type { FunctionArgs } from "@pulumi/aws/lambda/index.js";
import * as pulumi from "@pulumi/pulumi";
import { type ExecutionTransforms, functionExecution } from "../../../../components/aws/function/execution.ts";
import { contentHash, immutableFunction } from "../../../../components/aws/function/immutable-function.ts";
import { executionRules, functionRule } from "../../../../components/aws/function/transform-rules.ts";
import { ComponentTransforms } from "../../../../components/gateway/component-transforms.ts";
import type { Transform } from "../../../../components/gateway/transform.ts";

interface Registered {
  readonly type: string;
  readonly name: string;
  readonly inputs: Record<string, unknown>;
}

const registered: Registered[] = [];

const mocks: pulumi.runtime.Mocks = {
  call: () => ({}),
  newResource: ({ type, name, inputs }) => {
    registered.push({ type, name, inputs });
    // In earlier versions of the provider the ARNs of log groups ended in `:*`.
    const arn = `arn:of:${name}${type.endsWith("LogGroup") ? ":*" : ""}`;
    return { id: `${name}-id`, state: { ...inputs, arn, name } };
  },
};

const content = {
  files: { "index.mjs": "export const handler = async () => 1;", "b.json": "{}" },
  handler: "index.handler",
  timeoutSeconds: 3,
  memoryMegabytes: 128,
  purpose: "Tries functions:",
};

function value<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => void output.apply(resolve));
}

const rules = { check: functionRule, ...executionRules };
const transform = new ComponentTransforms<ExecutionTransforms & { check?: Transform<FunctionArgs> }>("a test", rules)
  .children;

async function declare(name: string, given: object = {}): Promise<readonly Registered[]> {
  registered.length = 0;
  const made = immutableFunction(
    `${name}-check`,
    { ...content, ...given },
    functionExecution(name, {}, transform),
    {},
    transform.check,
  );
  await value(made.urn);
  return [...registered];
}

describe("an immutable function", () => {
  before(() => pulumi.runtime.setMocks(mocks, "shops", "dev", false, "acme"));

  it("runs with a role that only Lambda can assume and that may only write to its own log", async () => {
    const [logs, role, policy, made] = await declare("shop");
    assert.deepEqual(
      [logs?.name, role?.name, policy?.name, made?.name],
      ["shop-logs", "shop-role", "shop-role-policy", "shop-check"],
    );
    assert.deepEqual(logs?.inputs, { retentionInDays: 30 });
    assert.deepEqual(JSON.parse(String(role?.inputs.assumeRolePolicy)).Statement, [
      { Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "lambda.amazonaws.com" } },
    ]);
    assert.equal(policy?.inputs.role, "shop-role-id");
    assert.deepEqual(JSON.parse(String(policy?.inputs.policy)).Statement, [
      { Effect: "Allow", Action: ["logs:CreateLogStream", "logs:PutLogEvents"], Resource: "arn:of:shop-logs:*" },
    ]);
    assert.equal(made?.inputs.role, "arn:of:shop-role");
    assert.deepEqual(made?.inputs.loggingConfig, { logFormat: "JSON", logGroup: "shop-logs" });
  });

  it("has a description that identifies its content, whatever the order of its files, and no explicit name", async () => {
    const described = async (given: object) => (await declare("shop", given))[3]?.inputs.description;
    const plain = await described({});
    assert.equal(plain, `Tries functions: ${await value(contentHash(content))}`);
    assert.equal((await declare("shop"))[3]?.inputs.name, undefined);
    assert.equal(await described({ files: Object.fromEntries(Object.entries(content.files).reverse()) }), plain);
    for (const other of [
      { files: { ...content.files, "b.json": "[]" } },
      { files: { ...content.files, "c.json": "{}" } },
      { handler: "index.other" },
      { timeoutSeconds: 4 },
      { memoryMegabytes: 256 },
    ]) {
      assert.notEqual(await described(other), plain, JSON.stringify(other));
    }
    assert.equal(String(await described({ purpose: "x".repeat(500) })).length, 255);
  });

  it("has a name that Lambda and IAM accept, with space for Pulumi's suffix", async () => {
    for (const name of ["Orders EU", "x".repeat(200), "shop/één"]) {
      const [logs, role, policy, made] = await declare(name);
      const names = [logs, role, policy, made].map((resource) => String(resource?.name));
      for (const given of names) assert.match(given, /^[A-Za-z0-9_-]{1,56}$/);
      assert.equal(new Set(names).size, 4);
    }
    assert.notEqual((await declare(`${"x".repeat(200)}a`))[3]?.name, (await declare(`${"x".repeat(200)}b`))[3]?.name);
  });
});
