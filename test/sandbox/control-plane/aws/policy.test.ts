import assert from "node:assert/strict";
import { equivalentPolicies } from "../../../../sandbox/control-plane/aws/apigateway/rest-api/policy.ts";
import type { Properties } from "../../../../sandbox/control-plane/property-value.ts";
import { restCloud, restDocument, served, types } from "../../../support/sandbox/control-plane/aws/rest-cloud.ts";
import {
  type Deployed,
  type EngineStandIn,
  InitError,
  type TestCloud,
} from "../../../support/sandbox/control-plane/engine-stand-in.ts";

const policyOf = (Resource: unknown = "*", Effect = "Allow", members: Properties = {}) =>
  ({
    Version: "2012-10-17",
    Statement: [{ Effect, Principal: { AWS: "*" }, Action: "execute-api:Invoke", Resource, ...members }],
  }) as unknown as Properties;
const written = (...given: Parameters<typeof policyOf>) => JSON.stringify(policyOf(...given));
const EXTENSION = "x-amazon-apigateway-policy";

describe("Resource policies of the sandbox's aws provider", () => {
  let cloud: TestCloud;
  let aws: EngineStandIn;

  beforeEach(async () => {
    cloud = await restCloud();
    aws = await cloud.provider("aws", { region: "eu-central-1" });
  });
  afterEach(() => cloud.close());

  const api = (inputs: Properties = {}) =>
    aws.create(types.api, "orders", { name: "orders", body: restDocument(["GET /a"]), ...inputs });
  const arnOf = ({ id }: Deployed) => `arn:aws:execute-api:eu-central-1:000000000000:${id}`;
  /** Deploys the API and returns the served policy. */
  const deployed = async (created: Deployed, name = "deployed"): Promise<unknown> => {
    const { id } = await aws.create(types.deployment, name, { restApi: created.id });
    await aws.create(types.stage, "live", { restApi: created.id, deployment: id, stageName: "live" });
    const [{ policy } = {}] = served(cloud);
    return policy === undefined ? undefined : JSON.parse(policy);
  };

  it("are accepted as text or object, without a difference for the resource *", async () => {
    for (const policy of [written(), policyOf()]) {
      const created = await api({ policy });
      assert.deepEqual(JSON.parse(created.outputs.policy as string), policyOf());
      assert.deepEqual(await aws.diff(created, created.inputs), {});
      const read = await aws.read(created);
      assert.equal(read?.outputs.policy, created.outputs.policy);
    }
  });

  it("are returned with whole ARNs, which differ at every update from a short form", async () => {
    const created = await api({ policy: written("execute-api:/*") });
    assert.deepEqual(JSON.parse(created.outputs.policy as string), policyOf(`${arnOf(created)}/*`));
    assert.deepEqual(await aws.diff(created, created.inputs), { policy: "update" });
    const again = await aws.update(created, created.inputs);
    assert.deepEqual(await aws.diff(again, again.inputs), { policy: "update" });
    assert.deepEqual(await deployed(again), policyOf(`${arnOf(created)}/*`));
  });

  it("come from the argument, or from the document without an argument", async () => {
    const body = restDocument(["GET /a"], { [EXTENSION]: policyOf("execute-api:/*", "Deny") });
    const created = await api({ body });
    assert.deepEqual(JSON.parse(created.outputs.policy as string), policyOf(`${arnOf(created)}/*`, "Deny"));
    const stated = await aws.update(created, { ...created.inputs, policy: written() });
    assert.deepEqual(JSON.parse(stated.outputs.policy as string), policyOf());
    const imported = await aws.update(stated, { ...stated.inputs, body: body.replace("/a", "/b") });
    assert.deepEqual(JSON.parse(imported.outputs.policy as string), policyOf());
  });

  it("stay when the program omits them, because the provider computes the argument", async () => {
    const created = await api({ policy: written("*", "Deny") });
    const { policy: _policy, ...others } = created.inputs;
    for (const inputs of [others, { ...others, policy: "" }]) {
      const left = await aws.update(created, { ...inputs, body: restDocument(["GET /b"]) });
      assert.deepEqual(JSON.parse(left.outputs.policy as string), policyOf("*", "Deny"));
    }
  });

  it("take effect with the next deployment", async () => {
    const created = await api();
    assert.equal(await deployed(created), undefined);
    const stated = await aws.update(created, { ...created.inputs, policy: written("*", "Deny") });
    assert.equal(served(cloud)[0]?.policy, undefined);
    const { id } = await aws.create(types.deployment, "second", { restApi: stated.id });
    const live = { restApi: created.id, deployment: id, stageName: "live" };
    const stage = await aws.import(types.stage, "live", `${created.id}/live`);
    assert.ok(stage !== undefined);
    await aws.update(stage, { ...stage.inputs, ...live });
    assert.deepEqual(JSON.parse(served(cloud)[0]?.policy ?? ""), policyOf("*", "Deny"));
  });

  it("are refused when they are invalid, too long, or not evaluated by the sandbox", async () => {
    const condition = (value: unknown) => ({ Condition: value }) as unknown as Properties;
    for (const [policy, reason] of [
      ["{}", /BadRequestException: Invalid policy document: policy\.Version: is not a version of IAM$/],
      [written("*", "Maybe"), /policy\.Statement\.0\.Effect: must be Allow or Deny$/],
      [
        written("*", "Deny", condition({ Bool: { "aws:SecureTransport": "false" } })),
        /is a condition that the sandbox does not evaluate$/,
      ],
      [written("*", "Allow", { Sid: "x".repeat(8_192) }), /policy: has more than 8192 characters$/],
    ] as const) {
      await assert.rejects(api({ policy }), reason);
      const created = await api();
      await assert.rejects(aws.update(created, { ...created.inputs, policy }), reason);
      if (policy === "{}") continue;
      const body = restDocument(["GET /b"], { [EXTENSION]: JSON.parse(policy) });
      await assert.rejects(aws.update(created, { ...created.inputs, body }), InitError);
    }
    const { failures } = await aws.check(types.api, "orders", { name: "orders", policy: "no" });
    assert.match(failures.join(), /"policy" contains an invalid JSON policy/);
  });

  it("are equivalent in any order and with a single value as a list, and not otherwise", () => {
    const left = '{"Version":"1","Statement":[{"Action":["a","b"],"Resource":"x"},{"Action":"c"}]}';
    const right = '{"Statement":[{"Action":["c"]},{"Resource":["x"],"Action":["b","a"]}],"Version":"1"}';
    assert.ok(equivalentPolicies(left, right));
    for (const other of [left.replace('"x"', '"y"'), left.replace('"b"', '"a"'), "", "no"]) {
      assert.equal(equivalentPolicies(left, other), false);
    }
  });
});
