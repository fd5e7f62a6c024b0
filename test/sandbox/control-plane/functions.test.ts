import assert from "node:assert/strict";
import type { Properties } from "../../../sandbox/control-plane/property-value.ts";
import { type EngineStandIn, type TestCloud, testCloud } from "../../support/sandbox/control-plane/engine-stand-in.ts";

const token = "aws:iam/getPolicyDocument:getPolicyDocument";

describe("a function that a stack calls", () => {
  let cloud: TestCloud;
  let aws: EngineStandIn;
  before(async () => {
    cloud = await testCloud();
    aws = await cloud.provider("aws", { region: "eu-central-1" });
  });
  after(() => cloud.close());

  const json = async (args: Properties) => String((await aws.invoke(token, args)).json);

  // The provider's own acceptance test (terraform-provider-aws, policy_document_data_source_test.go), in the form of this SDK.
  it("writes a policy document as the provider does", async () => {
    const result = await aws.invoke(token, {
      policyId: "policy_id",
      statements: [
        { sid: "1", actions: ["s3:GetBucketLocation", "s3:ListAllMyBuckets"], resources: ["arn:aws:s3:::*"] },
        {
          actions: ["s3:ListBucket"],
          resources: ["arn:aws:s3:::foo"],
          conditions: [{ test: "StringLike", variable: "s3:prefix", values: ["home/", "", "home/&{aws:username}/"] }],
          notPrincipals: [{ type: "AWS", identifiers: ["arn:blahblah:example"] }],
        },
        { effect: "Deny", notActions: ["s3:*"], notResources: ["arn:aws:s3:::*"] },
        { actions: ["kinesis:*"], principals: [{ type: "AWS", identifiers: ["*"] }] },
        { actions: ["firehose:*"], principals: [{ type: "*", identifiers: ["*"] }] },
      ],
    });
    const expected = {
      Version: "2012-10-17",
      Id: "policy_id",
      Statement: [
        {
          Sid: "1",
          Effect: "Allow",
          Action: ["s3:ListAllMyBuckets", "s3:GetBucketLocation"],
          Resource: "arn:aws:s3:::*",
        },
        {
          Effect: "Allow",
          Action: "s3:ListBucket",
          Resource: "arn:aws:s3:::foo",
          NotPrincipal: { AWS: "arn:blahblah:example" },
          Condition: { StringLike: { "s3:prefix": ["home/", "", "home/${aws:username}/"] } },
        },
        { Effect: "Deny", NotAction: "s3:*", NotResource: "arn:aws:s3:::*" },
        { Effect: "Allow", Action: "kinesis:*", Principal: { AWS: "*" } },
        { Effect: "Allow", Action: "firehose:*", Principal: "*" },
      ],
    };
    assert.equal(result.json, JSON.stringify(expected, null, 2));
    assert.equal(result.minifiedJson, JSON.stringify(expected));
    assert.match(String(result.id), /^\d+$/);
  });

  it("merges policy documents by their Sids", async () => {
    const base = await json({ statements: [{ sid: "A", actions: ["a:1"] }, { actions: ["b:1"] }] });
    const override = await json({ statements: [{ sid: "A", effect: "Deny", actions: ["a:2"] }] });
    const merged = await json({
      sourcePolicyDocuments: [base],
      statements: [{ sid: "C", actions: ["c:<1>"] }],
      overridePolicyDocuments: [override],
    });
    assert.deepEqual(JSON.parse(merged).Statement, [
      { Sid: "A", Effect: "Deny", Action: "a:2" },
      { Effect: "Allow", Action: "b:1" },
      { Sid: "C", Effect: "Allow", Action: "c:<1>" },
    ]);
    assert.match(merged, /c:\\u003c1\\u003e/);
    await assert.rejects(json({ sourcePolicyDocuments: [base, base] }), /duplicate Sid \(A\)/);
    await assert.rejects(json({ sourcePolicyDocuments: ["{"] }), /merging source document 0: /);
    await assert.rejects(json({ statements: [{ effect: "Maybe" }] }), /expected effect to be one of/);
  });

  it("writes an IAM policy of Google Cloud", async () => {
    const gcp = await cloud.provider("gcp");
    const { policyData } = await gcp.invoke("gcp:organizations/getIAMPolicy:getIAMPolicy", {
      bindings: [{ role: "roles/run.invoker", members: ["user:b@example.com", "allUsers"] }],
    });
    assert.equal(policyData, '{"bindings":[{"members":["allUsers","user:b@example.com"],"role":"roles/run.invoker"}]}');
  });

  it("returns the same keys of an Azure resource each time, and other ones of another resource", async () => {
    const azure = await cloud.provider("azure-native");
    const keys = async (accountName: string) =>
      (await azure.invoke("azure-native:storage:listStorageAccountKeys", { resourceGroupName: "g", accountName }))
        .keys as readonly Properties[];
    const [first, second] = await keys("shop");
    assert.match(String(first?.value), /^[A-Za-z0-9+/]{86}==$/);
    assert.notEqual(first?.value, second?.value);
    assert.deepEqual(await keys("shop"), [first, second]);
    assert.notDeepEqual(await keys("other"), [first, second]);
  });

  it("reads an Azure resource that a stack declared, by its names", async () => {
    const azure = await cloud.provider("azure-native", { location: "westeurope" });
    const group = await azure.create("azure-native:resources:ResourceGroup", "shop", {});
    const resourceGroupName = String(group.outputs.name);
    const address = await azure.create("azure-native:network:PublicIPAddress", "shop", { resourceGroupName });
    const app = await azure.create("azure-native:web:WebApp", "shop", { resourceGroupName, name: "shop-1" });
    const read = async (token: string, args: Properties) =>
      (await azure.invoke(token, { resourceGroupName, ...args })).id;
    const publicIpAddressName = String(address.outputs.name);
    assert.equal(await read("azure-native:network:getPublicIPAddress", { publicIpAddressName }), address.id);
    assert.equal(await read("azure-native:web/v20240401:getWebApp", { name: "SHOP-1" }), app.id);
    await assert.rejects(read("azure-native:web:getWebApp", { name: "shop-2" }), {
      message:
        "the sandbox does not answer azure-native:web:getWebApp, which reads from the cloud, except for resources that stacks " +
        "declare here; pass the value as configuration (new pulumi.Config()), or run this stack against the cloud",
    });
    await azure.delete(app);
    await assert.rejects(read("azure-native:web:getWebApp", { name: "shop-1" }), /does not answer/);
  });

  it("is named in one line when it reads from the cloud", async () => {
    for (const [sdk, unknown] of [
      ["aws", "aws:ec2/getAmi:getAmi"],
      ["azure-native", "azure-native:network:listVirtualNetworks"],
      ["gcp", "constructor"],
    ] as const) {
      const provider = await cloud.provider(sdk);
      await assert.rejects(provider.invoke(unknown), {
        message:
          `the sandbox does not answer ${unknown}, which reads from the cloud; pass the value as configuration ` +
          "(new pulumi.Config()), or run this stack against the cloud",
      });
    }
  });
});
