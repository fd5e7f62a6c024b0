import assert from "node:assert/strict";
import type { Properties } from "../../../../sandbox/control-plane/property-value.ts";
import { restCloud, restDocument, served, types } from "../../../support/sandbox/control-plane/aws/rest-cloud.ts";
import type { Deployed, EngineStandIn, TestCloud } from "../../../support/sandbox/control-plane/engine-stand-in.ts";

const ACL = "aws:wafv2/webAcl:WebAcl";
const ASSOCIATION = "aws:wafv2/webAclAssociation:WebAclAssociation";
const visibilityConfig = { cloudwatchMetricsEnabled: true, metricName: "orders", sampledRequestsEnabled: false };

function limiting(limit: number): Properties {
  return {
    name: "limit",
    priority: 0,
    action: { block: {} },
    statement: { rateBasedStatement: { aggregateKeyType: "IP", evaluationWindowSec: 60, limit } },
    visibilityConfig,
  };
}

describe("web ACLs in the sandbox's aws provider", () => {
  let cloud: TestCloud;
  let aws: EngineStandIn;
  let stage: Deployed;

  beforeEach(async () => {
    cloud = await restCloud();
    aws = await cloud.provider("aws", { region: "eu-central-1" });
    const api = await aws.create(types.api, "orders", { name: "orders", body: restDocument(["GET /"]) });
    const deployment = await aws.create(types.deployment, "first", { restApi: api.id });
    stage = await aws.create(types.stage, "live", { restApi: api.id, deployment: deployment.id, stageName: "live" });
  });
  afterEach(() => cloud.close());

  const acl = (members: Properties = {}, name = "acl") =>
    aws.create(ACL, name, {
      scope: "REGIONAL",
      defaultAction: { allow: {} },
      visibilityConfig,
      rules: [limiting(10)],
      ...members,
    });
  const associate = (webAcl: Deployed, resourceArn = stage.outputs.arn) =>
    aws.create(ASSOCIATION, "association", {
      resourceArn: resourceArn as string,
      webAclArn: webAcl.outputs.arn as string,
    });
  const protecting = () => served(cloud)[0]?.stage.webAcl;

  it("have an ARN, a capacity and a generated name", async () => {
    const created = await acl();
    assert.match(created.outputs.name as string, /^acl-[0-9a-f]{7}$/);
    assert.equal(
      created.outputs.arn,
      `arn:aws:wafv2:eu-central-1:000000000000:regional/webacl/${created.outputs.name}/${created.id}`,
    );
    assert.equal(created.outputs.capacity, 2);
  });

  it("protect a stage in their present form while they are associated with it", async () => {
    const created = await acl();
    assert.equal(protecting(), undefined);
    const association = await associate(created);
    assert.equal(association.id, `${created.outputs.arn},${stage.outputs.arn}`);
    assert.deepEqual(protecting(), { id: created.id, defaultAction: { allow: {} }, rules: [limiting(10)] });
    await aws.update(created, { ...created.inputs, rules: [limiting(20)] });
    assert.deepEqual(protecting()?.rules, [limiting(20)]);
    assert.equal((await aws.read(stage))?.outputs.webAclArn, created.outputs.arn);
    await aws.delete(association);
    assert.equal(protecting(), undefined);
  });

  it("cannot be deleted while they protect a stage", async () => {
    const created = await acl();
    const association = await associate(created);
    await assert.rejects(aws.delete(created), /WAFAssociatedItemException/);
    await aws.delete(association);
    await aws.delete(created);
  });

  it("replace each other on a stage, whose protection ends with the first association that is deleted", async () => {
    const [first, second] = [await acl(), await acl({}, "other")];
    const old = await associate(first);
    await associate(second);
    assert.equal(protecting()?.id, second.id);
    await aws.delete(old);
    assert.equal(protecting(), undefined);
  });

  it("lose their association with the deletion of the stage", async () => {
    const created = await acl();
    await associate(created);
    await aws.delete(stage);
    await aws.delete(created);
  });

  it("are refused with arguments that AWS WAF refuses or the sandbox does not serve", async () => {
    await assert.rejects(
      acl({ rules: [limiting(9)] }),
      /WAFInvalidParameterException: rules\.0\.statement\.rateBasedStatement\.limit/,
    );
    const geo = { ...limiting(10), statement: { geoMatchStatement: { countryCodes: ["US"] } } };
    await assert.rejects(acl({ rules: [geo] }), /geoMatchStatement: is not served by the sandbox/);
    await assert.rejects(acl({ rules: [], ruleJson: "[]" }), /does not model ruleJson/);
    await assert.rejects(acl({ scope: "CLOUDFRONT" }), /the sandbox does not serve CloudFront/);
    await assert.rejects(acl({ scope: "GLOBAL" }), /expected scope to be one of CLOUDFRONT, REGIONAL/);
    await assert.rejects(acl({ rules: [{ ...limiting(10), statements: [] }] }), /unknown property "statements"/);
  });

  it("protect stages of REST APIs only", async () => {
    const created = await acl();
    const httpApi = "arn:aws:apigateway:eu-central-1::/apis/abcdefghij/stages/$default";
    await assert.rejects(associate(created, httpApi), /WAFInvalidParameterException.*RESOURCE_ARN/);
    const gone = "arn:aws:apigateway:eu-central-1::/restapis/abcdefghij/stages/live";
    await assert.rejects(associate(created, gone), /the stage .* does not exist/);
    await assert.rejects(
      aws.create(ASSOCIATION, "a", { resourceArn: stage.outputs.arn as string, webAclArn: `${created.outputs.arn}0` }),
      /WAFNonexistentItemException/,
    );
  });

  it("cannot consist of separate rule resources or of AWS WAF Classic", async () => {
    await assert.rejects(
      aws.create("aws:wafv2/webAclRule:WebAclRule", "r", {}),
      /put it into rules of aws\.wafv2\.WebAcl/,
    );
    await assert.rejects(
      aws.create("aws:wafregional/webAclAssociation:WebAclAssociation", "r", {}),
      /use aws\.wafv2\.WebAclAssociation/,
    );
  });
});
