import assert from "node:assert/strict";
import type { Properties } from "../../../../sandbox/control-plane/property-value.ts";
import { restCloud, restDocument, served, types } from "../../../support/sandbox/control-plane/aws/rest-cloud.ts";
import type { EngineStandIn, TestCloud } from "../../../support/sandbox/control-plane/engine-stand-in.ts";

const user = "aws:iam/user:User";
const accessKey = "aws:iam/accessKey:AccessKey";
const userPolicy = "aws:iam/userPolicy:UserPolicy";
const policy = "aws:iam/policy:Policy";
const attachment = "aws:iam/userPolicyAttachment:UserPolicyAttachment";

const statement = {
  Effect: "Allow",
  Action: "execute-api:Invoke",
  Resource: "arn:aws:execute-api:*:*:*/live/GET/orders",
};
const document = (...statements: readonly Properties[]) =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements });
const invoke = document(statement);
const signed = { "x-amazon-apigateway-auth": { type: "AWS_IAM" } };

describe("users of the sandbox's aws provider", () => {
  let cloud: TestCloud;
  let aws: EngineStandIn;

  beforeEach(async () => {
    cloud = await restCloud();
    aws = await cloud.provider("aws", { region: "eu-central-1" });
  });
  afterEach(() => cloud.close());

  const createUser = (inputs: Properties = {}) => aws.create(user, "billing", { name: "billing", ...inputs });

  async function api(operation: Readonly<Record<string, Properties>> = signed): Promise<void> {
    const body = restDocument(["GET /orders"], {}, operation);
    const { id } = await aws.create(types.api, "orders", { name: "orders", body });
    const deployment = await aws.create(types.deployment, "first", { restApi: id });
    await aws.create(types.stage, "live", { restApi: id, deployment: deployment.id, stageName: "live" });
  }

  it("have the provider's outputs, and so do their keys, policies and attachments", async () => {
    const person = await createUser({ path: "/apps/", tags: { a: "b" } });
    const { uniqueId, ...outputs } = person.outputs;
    assert.match(String(uniqueId), /^AIDA[0-9A-F]{17}$/);
    assert.deepEqual(outputs, {
      arn: "arn:aws:iam::000000000000:user/apps/billing",
      forceDestroy: false,
      name: "billing",
      path: "/apps/",
      permissionsBoundary: "",
      tags: { a: "b" },
      tagsAll: { a: "b" },
    });
    const key = await aws.create(accessKey, "key", { user: "billing" });
    assert.match(key.id, /^AKIA[A-Z2-7]{16}$/);
    assert.match(String(key.outputs.secret), /^[A-Za-z0-9+/]{40}$/);
    assert.equal(key.outputs.status, "Active");
    const inline = await aws.create(userPolicy, "inline", {
      name: "inline",
      user: "billing",
      policy: JSON.parse(invoke),
    });
    assert.equal(inline.id, "billing:inline");
    const managed = await aws.create(policy, "managed", { name: "managed", policy: invoke });
    assert.equal(managed.id, "arn:aws:iam::000000000000:policy/managed");
    const attached = await aws.create(attachment, "attached", { user: "billing", policyArn: managed.id });
    for (const each of [person, key, inline, attached]) {
      assert.deepEqual(await aws.diff(each, each.inputs), {}, each.id);
      assert.deepEqual(await aws.read(each), each);
    }
    assert.equal((await aws.read(managed))?.outputs.attachmentCount, 1);
    assert.deepEqual(await aws.diff(key, { ...key.inputs, status: "Inactive" }), { status: "add" });
    assert.deepEqual(
      await aws.diff(inline, { ...inline.inputs, policy: JSON.stringify(JSON.parse(invoke), null, 2) }),
      {},
    );
  });

  it("are the signers of APIs whose document requires signatures", async () => {
    const person = await createUser();
    const key = await aws.create(accessKey, "key", { user: "billing" });
    await aws.create(userPolicy, "inline", { name: "inline", user: "billing", policy: invoke });
    const managed = await aws.create(policy, "managed", {
      name: "managed",
      policy: document({ ...statement, Effect: "Deny" }),
    });
    await aws.create(attachment, "attached", { user: "billing", policyArn: managed.id });
    await aws.create(attachment, "admin", {
      user: "billing",
      policyArn: "arn:aws:iam::aws:policy/AmazonAPIGatewayInvokeFullAccess",
    });
    await api();
    const [gateway] = served(cloud);
    assert.deepEqual(
      gateway?.signers?.map(({ policies, ...signer }) => ({ ...signer, policies: policies.length })),
      [
        {
          accessKeyId: key.id,
          secretAccessKey: String(key.outputs.secret),
          active: true,
          principal: {
            arn: "arn:aws:iam::000000000000:user/billing",
            userId: person.outputs.uniqueId,
            name: "billing",
          },
          policies: 3,
        },
      ],
    );
    assert.deepEqual(gateway?.signers?.[0]?.policies.slice(0, 2), [invoke, managed.outputs.policy]);
    await aws.update(key, { ...key.inputs, status: "Inactive" });
    assert.equal(served(cloud)[0]?.signers?.[0]?.active, false);
    await aws.delete(key);
    assert.deepEqual(served(cloud)[0]?.signers, []);
  });

  it("give no secret to an API that does not require signatures", async () => {
    await createUser();
    await aws.create(accessKey, "key", { user: "billing" });
    await api({});
    assert.equal(served(cloud)[0]?.signers, undefined);
  });

  it("have at most two keys, whose secret IAM returns once", async () => {
    await createUser();
    const key = await aws.create(accessKey, "one", { user: "billing" });
    await aws.create(accessKey, "two", { user: "billing" });
    await assert.rejects(aws.create(accessKey, "three", { user: "billing" }), /LimitExceeded: .*AccessKeysPerUser: 2/);
    assert.equal((await aws.import(accessKey, "one", key.id))?.outputs.secret, undefined);
    await assert.rejects(aws.create(accessKey, "other", { user: "nobody" }), /NoSuchEntity: The user with name nobody/);
    await assert.rejects(
      aws.create(accessKey, "pgp", { user: "billing", pgpKey: "keybase:me" }),
      /does not model pgpKey/,
    );
  });

  it("are deleted without keys and policies, or together with them by forceDestroy", async () => {
    const person = await createUser();
    const key = await aws.create(accessKey, "key", { user: "billing" });
    const inline = await aws.create(userPolicy, "inline", { name: "inline", user: "billing", policy: invoke });
    await assert.rejects(aws.delete(person), /DeleteConflict: .*must detach all policies first/);
    await aws.delete(inline);
    await assert.rejects(aws.delete(person), /DeleteConflict: .*must delete access keys first/);
    await aws.delete(key);
    await aws.delete(person);
    const forced = await createUser({ forceDestroy: true });
    await aws.create(accessKey, "key", { user: "billing" });
    await aws.create(userPolicy, "inline", { name: "inline", user: "billing", policy: invoke });
    await aws.delete(forced);
    await api();
    assert.deepEqual(served(cloud)[0]?.signers, []);
  });

  it("have managed policies whose name is generated from a prefix, and is never one that exists", async () => {
    const first = await aws.create(policy, "managed", { namePrefix: "pre-", policy: invoke });
    const other = await aws.create(policy, "managed", { namePrefix: "pre-", policy: invoke });
    assert.match(first.id, /^arn:aws:iam::000000000000:policy\/pre-[0-9a-f]{26}$/);
    assert.match(other.id, /^arn:aws:iam::000000000000:policy\/pre-[0-9a-f]{26}$/);
    assert.notEqual(other.id, first.id);
  });

  it("cannot be renamed, created twice or bounded by an unknown policy", async () => {
    const person = await createUser();
    await assert.rejects(createUser(), /EntityAlreadyExists/);
    const renamed = await aws.check(
      person.urn.split("::")[2] ?? "",
      "user",
      { ...person.inputs, name: "other" },
      person.inputs,
    );
    assert.deepEqual(renamed.failures, ["name: the sandbox does not rename users; declare another user"]);
    const unknown = "arn:aws:iam::aws:policy/ReadOnlyAccess";
    await assert.rejects(
      aws.update(person, { ...person.inputs, permissionsBoundary: unknown }),
      /does not know the AWS managed policy ReadOnlyAccess/,
    );
    await assert.rejects(aws.create(attachment, "a", { user: "billing", policyArn: unknown }), /ReadOnlyAccess/);
    const missing = "arn:aws:iam::000000000000:policy/missing";
    await assert.rejects(aws.create(attachment, "a", { user: "billing", policyArn: missing }), /NoSuchEntity: Policy/);
    const bounds = await aws.create(policy, "bounds", { name: "bounds", policy: invoke });
    await aws.update(person, { ...person.inputs, permissionsBoundary: bounds.id });
    await aws.create(accessKey, "key", { user: "billing" });
    await api();
    assert.equal(served(cloud)[0]?.signers?.[0]?.boundary, invoke);
    await assert.rejects(aws.delete(bounds), /DeleteConflict/);
  });

  it("cannot have policies that the data plane does not evaluate, nor policies of groups", async () => {
    await createUser();
    const conditional = document({ ...statement, Condition: { Bool: { "aws:MultiFactorAuthPresent": "true" } } });
    for (const [type, inputs] of [
      [userPolicy, { name: "inline", user: "billing", policy: conditional }],
      [policy, { name: "managed", policy: conditional }],
    ] as const) {
      await assert.rejects(
        aws.create(type, "p", inputs),
        /MultiFactorAuthPresent: is a condition key that the sandbox does not/,
      );
    }
    const elsewhere = document({
      Effect: "Allow",
      Action: "s3:*",
      Resource: "*",
      Condition: { Bool: { "aws:x": "true" } },
    });
    await aws.create(userPolicy, "inline", { name: "inline", user: "billing", policy: elsewhere });
    await assert.rejects(
      aws.create("aws:iam/userGroupMembership:UserGroupMembership", "m", { user: "billing", groups: ["admins"] }),
      /does not model aws:iam\/userGroupMembership:UserGroupMembership/,
    );
  });
});
