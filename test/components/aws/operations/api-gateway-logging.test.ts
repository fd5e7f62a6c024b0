import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { AwsApiGatewayLogging } from "../../../../components/aws/operations/api-gateway-logging.ts";

interface Registered {
  readonly type: string;
  readonly name: string;
  readonly inputs: Record<string, unknown>;
}

const registered: Registered[] = [];

/** Its resources, after all of them were registered. */
async function declare(args: ConstructorParameters<typeof AwsApiGatewayLogging>[1]): Promise<readonly Registered[]> {
  registered.length = 0;
  const { roleArn } = new AwsApiGatewayLogging("logging", args);
  assert.equal(await new Promise((resolve) => void roleArn.apply(resolve)), "arn:of:logging-role");
  while (registered.length < 4) await new Promise((resolve) => setImmediate(resolve));
  return [...registered].sort((one, other) => (one.name < other.name ? -1 : 1));
}

describe("AwsApiGatewayLogging", () => {
  before(() =>
    pulumi.runtime.setMocks(
      {
        call: () => ({}),
        newResource: ({ type, name, inputs }) => {
          registered.push({ type, name, inputs });
          return { id: `${name}-id`, state: { ...inputs, arn: `arn:of:${name}` } };
        },
      },
      "shops",
      "dev",
      false,
    ),
  );

  it("declares a role that only API Gateway can assume, its permission to write logs, and the account setting", async () => {
    const [component, account, role, policy] = await declare({});
    assert.equal(component?.type, "polygate:index:AwsApiGatewayLogging");
    assert.deepEqual(account, {
      type: "aws:apigateway/account:Account",
      name: "logging-account",
      inputs: { cloudwatchRoleArn: "arn:of:logging-role" },
    });
    assert.deepEqual(JSON.parse(String(role?.inputs.assumeRolePolicy)), {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "apigateway.amazonaws.com" } }],
    });
    const [statement] = JSON.parse(String(policy?.inputs.policy)).Statement;
    assert.equal(policy?.inputs.role, "logging-role-id");
    assert.ok(
      statement.Action.every((action: string) => /^logs:(?:Create|Describe|Put|Get|Filter)Log\w+$/.test(action)),
    );
  });

  it("tags its role", async () => {
    const [, , role] = await declare({ tags: { team: "platform" } });
    assert.deepEqual(role?.inputs.tags, { team: "platform" });
  });
});
