import assert from "node:assert/strict";
import type { Properties, PropertyValue } from "../../../../sandbox/control-plane/property-value.ts";
import { restCloud, types } from "../../../support/sandbox/control-plane/aws/rest-cloud.ts";
import type { EngineStandIn, TestCloud } from "../../../support/sandbox/control-plane/engine-stand-in.ts";

function policy(...statements: readonly Properties[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements as readonly PropertyValue[] });
}

const trust = policy({ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "lambda.amazonaws.com" } });
const logs = policy({ Effect: "Allow", Action: "logs:PutLogEvents", Resource: "*" });

describe("roles and log groups of the sandbox's aws provider", () => {
  let cloud: TestCloud;
  let aws: EngineStandIn;

  beforeEach(async () => {
    cloud = await restCloud();
    aws = await cloud.provider("aws", { region: "eu-central-1" });
  });
  afterEach(() => cloud.close());

  const role = (inputs: Properties = {}) =>
    aws.create(types.role, "run", { name: "run", assumeRolePolicy: trust, ...inputs });
  const rolePolicy = (inputs: Properties = {}) =>
    aws.create(types.rolePolicy, "logs", { name: "logs", role: "run", policy: logs, ...inputs });

  it("returns the provider's outputs of a role in every Region", async () => {
    const created = await role({ path: "/apps/", description: "runs", tags: { a: "b" } });
    const { createDate, uniqueId, ...outputs } = created.outputs;
    assert.match(String(createDate), /^\d{4}-/);
    assert.match(String(uniqueId), /^AROA[0-9A-F]{17}$/);
    assert.deepEqual(outputs, {
      arn: "arn:aws:iam::000000000000:role/apps/run",
      assumeRolePolicy: trust,
      description: "runs",
      forceDetachPolicies: false,
      inlinePolicies: [],
      managedPolicyArns: [],
      maxSessionDuration: 3600,
      name: "run",
      namePrefix: "",
      path: "/apps/",
      permissionsBoundary: "",
      tags: { a: "b" },
      tagsAll: { a: "b" },
    });
    assert.deepEqual(await aws.diff(created, created.inputs), {});
    assert.deepEqual(await aws.read(created), created);
    const elsewhere = await cloud.provider("aws", { region: "us-west-2" });
    assert.deepEqual((await elsewhere.import(types.role, "run", "run"))?.outputs.arn, outputs.arn);
  });

  it("accepts a policy as text or object and compares policies as JSON", async () => {
    const created = await role({ assumeRolePolicy: JSON.parse(trust) });
    assert.deepEqual(JSON.parse(String(created.outputs.assumeRolePolicy)), JSON.parse(trust));
    assert.deepEqual(
      await aws.diff(created, { ...created.inputs, assumeRolePolicy: JSON.stringify(JSON.parse(trust), null, 2) }),
      {},
    );
    const other = trust.replace("lambda", "apigateway");
    assert.deepEqual(await aws.diff(created, { ...created.inputs, assumeRolePolicy: other }), {
      assumeRolePolicy: "update",
    });
    assert.equal(
      (await aws.update(created, { ...created.inputs, assumeRolePolicy: other })).outputs.assumeRolePolicy,
      other,
    );
  });

  it("refuses names and policies that are malformed", async () => {
    const { failures } = await aws.check(types.role, "run", {
      name: "a b",
      assumeRolePolicy: "{",
      maxSessionDuration: 60,
    });
    assert.deepEqual(
      failures.map((failure) => failure.split(":")[0]),
      ["assumeRolePolicy", "name", "maxSessionDuration"],
    );
    for (const [assumeRolePolicy, reason] of [
      [policy(), /MalformedPolicyDocument: Syntax errors/],
      [policy({ Effect: "Allow", Action: "sts:AssumeRole" }), /must contain principals/],
      [
        policy({ Effect: "Allow", Action: "sts:AssumeRole", Principal: "*", Resource: "*" }),
        /prohibited field Resource/,
      ],
      [
        policy({ Effect: "allow", Action: "sts:AssumeRole", Principal: "*" }),
        /Effect must be Allow or Deny, is "allow"/,
      ],
    ] as const) {
      await assert.rejects(role({ assumeRolePolicy }), reason);
    }
    await role();
    await assert.rejects(role(), /EntityAlreadyExists: Role with name run already exists\./);
  });

  it("generates names from a prefix or from the resource", async () => {
    const prefixed = await aws.create(types.role, "a", { namePrefix: "pre-", assumeRolePolicy: trust });
    assert.match(String(prefixed.outputs.name), /^pre-[0-9a-f]{26}$/);
    const automatic = await aws.create(types.role, "b", { assumeRolePolicy: trust });
    assert.match(String(automatic.outputs.name), /^b-[0-9a-f]{7}$/);
    const { failures } = await aws.check(types.role, "c", { name: "c", namePrefix: "c-", assumeRolePolicy: trust });
    assert.deepEqual(failures, ['name: "name": conflicts with name_prefix']);
  });

  it("stores inline policies of a role and refuses to delete a role that has some", async () => {
    await assert.rejects(rolePolicy(), /NoSuchEntity: The role with name run cannot be found\./);
    const created = await role();
    const inline = await rolePolicy();
    assert.equal(inline.id, "run:logs");
    assert.deepEqual(await aws.diff(inline, inline.inputs), {});
    assert.deepEqual(await aws.read(inline), inline);
    assert.equal((await aws.import(types.rolePolicy, "logs", "run:logs"))?.outputs.policy, logs);
    const changed = policy({ Effect: "Deny", Action: "*", Resource: "*" });
    assert.equal((await aws.update(inline, { ...inline.inputs, policy: changed })).outputs.policy, changed);
    await assert.rejects(aws.delete(created), /DeleteConflict: Cannot delete entity, must delete policies first\./);
    await aws.delete(inline);
    await aws.delete(created);
    assert.deepEqual(cloud.store.list("aws/"), []);
  });

  it("refuses a role policy with a principal or without a resource", async () => {
    await role();
    const named = policy({ Effect: "Allow", Action: "*", Resource: "*", Principal: "*" });
    await assert.rejects(
      rolePolicy({ policy: named }),
      /MalformedPolicyDocument: Policy document should not specify a principal/,
    );
    await assert.rejects(rolePolicy({ policy: policy({ Effect: "Allow", Action: "*" }) }), /must contain resources/);
  });

  it("attaches managed policies and detaches them by forceDetachPolicies only", async () => {
    const policyArn = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole";
    const created = await role();
    const attached = await aws.create(types.rolePolicyAttachment, "basic", { role: "run", policyArn });
    assert.deepEqual(await aws.read(attached), attached);
    await assert.rejects(aws.delete(created), /must detach all policies first/);
    const forced = await aws.update(created, { ...created.inputs, forceDetachPolicies: true });
    await aws.delete(forced);
    assert.equal(await aws.read(attached), undefined);
  });

  it("stores log groups by Region with the retentions of CloudWatch Logs", async () => {
    const created = await aws.create(types.logGroup, "log", { name: "/apps/log", retentionInDays: 30 });
    assert.deepEqual(created.outputs, {
      arn: "arn:aws:logs:eu-central-1:000000000000:log-group:/apps/log",
      deletionProtectionEnabled: false,
      kmsKeyId: "",
      logGroupClass: "STANDARD",
      name: "/apps/log",
      namePrefix: "",
      region: "eu-central-1",
      retentionInDays: 30,
      skipDestroy: false,
      tags: {},
      tagsAll: {},
    });
    assert.deepEqual(await aws.read(created), created);
    assert.deepEqual(await aws.diff(created, { ...created.inputs, retentionInDays: 7 }), { retentionInDays: "update" });
    assert.equal((await aws.update(created, { ...created.inputs, retentionInDays: 7 })).outputs.retentionInDays, 7);
    await assert.rejects(
      aws.create(types.logGroup, "again", { name: "/apps/log" }),
      /ResourceAlreadyExistsException: The specified log group already exists/,
    );
    const { failures } = await aws.check(types.logGroup, "log", { name: "a b", retentionInDays: 31 });
    assert.equal(failures.length, 2);
    assert.match(failures[1] ?? "", /expected retentionInDays to be one of \[0 1 3 5 7 14 30 /);
    await aws.delete(created);
    assert.equal(await aws.read(created), undefined);
  });

  it("refuses to delete a protected log group and keeps one with skipDestroy", async () => {
    const kept = await aws.create(types.logGroup, "kept", { name: "kept", deletionProtectionEnabled: true });
    await assert.rejects(aws.delete(kept), /protected from deletion/);
    const left = await aws.create(types.logGroup, "left", { name: "left", skipDestroy: true });
    await aws.delete(left);
    assert.equal((await aws.read(left))?.id, "left");
  });
});
