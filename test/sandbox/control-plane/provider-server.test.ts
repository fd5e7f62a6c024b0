import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import grpc from "@grpc/grpc-js";
import providerGrpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import type * as rpc from "@pulumi/pulumi/proto/provider_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import { fromStruct, toStruct } from "../../../sandbox/control-plane/property-struct.ts";
import { type TestCloud, testCloud, urnOf } from "../../support/sandbox/control-plane/engine-stand-in.ts";

const require = createRequire(import.meta.url);

describe("a provider of the sandbox, as the engine meets it", () => {
  let cloud: TestCloud;
  beforeEach(async () => {
    cloud = await testCloud();
  });
  afterEach(() => cloud.close());

  it("lets an engine attach that did not start it", async () => {
    const aws = await cloud.provider("aws");
    await aws.attach();
  });

  it("rejects a call on a connection that was not configured", async () => {
    const port = /aws:(\d+)/.exec(cloud.debugProviders)?.[1];
    const client = new providerGrpc.ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure(), {
      "grpc.use_local_subchannel_pool": 1,
    });
    const request = new messages.CheckRequest();
    request.setUrn(urnOf("aws:apigatewayv2/api:Api", "orders"));
    request.setNews(toStruct({ protocolType: "HTTP" }));
    const refused = await new Promise<grpc.ServiceError | null>((resolve) => {
      client.check(request, (error: grpc.ServiceError | null) => resolve(error));
    });
    client.close();
    assert.match(refused?.details ?? "", /The aws provider on connection 127\.0\.0\.1:\d+ is not configured\./);
  });

  it("accepts neither secrets nor outputs, so that the engine unwraps them and marks the responses", async () => {
    const port = /aws:(\d+)/.exec(cloud.debugProviders)?.[1];
    const client = new providerGrpc.ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
    const response = await new Promise<rpc.ConfigureResponse>((resolve, reject) => {
      client.configure(new messages.ConfigureRequest(), (error, answer) => (error ? reject(error) : resolve(answer)));
    });
    client.close();
    assert.equal(response.getAcceptsecrets(), false);
    assert.equal(response.getAcceptoutputs(), false);
    assert.equal(response.getSupportspreview(), true);
  });

  it("reads the value of a wrapped secret", () => {
    const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value: ["hush"] };
    assert.deepEqual(fromStruct(toStruct({ a: { b: secret } })), { a: { b: ["hush"] } });
  });

  it("rejects an unknown region", async () => {
    await assert.rejects(cloud.provider("aws", { region: "Frankfurt" }), /invalid AWS Region: Frankfurt/);
  });

  it("uses the names that the engine proposes, and none when automatic naming is switched off", async () => {
    const aws = await cloud.provider("aws");
    const type = "aws:apigatewayv2/api:Api";
    const news = { protocolType: "HTTP" };
    assert.equal((await aws.check(type, "orders", news)).inputs.name, "orders-0001020");
    const proposed = await aws.check(type, "orders", news, undefined, { mode: "propose", name: "mine" });
    assert.equal(proposed.inputs.name, "mine");
    const disabled = await aws.check(type, "orders", news, undefined, { mode: "disable", name: "" });
    assert.equal(disabled.inputs.name, undefined);
  });

  it("refuses a program whose SDK has another major version, and names both versions", async () => {
    const { version } = JSON.parse(readFileSync(require.resolve("@pulumi/aws/package.json"), "utf8"));
    const [major] = version.split(".");
    const aws = await cloud.provider("aws");
    assert.deepEqual(await aws.checkConfig({ version: "6.83.1", region: "eu-central-1" }), [
      `version: the program uses @pulumi/aws 6.83.1, and the sandbox knows the resources of @pulumi/aws ${version}; ` +
        `use version ${major} of the SDK, or run this stack against the cloud`,
    ]);
    assert.deepEqual(await aws.checkConfig({ version: `${major}.0.0` }), []);
    assert.deepEqual(await aws.checkConfig({}), []);
  });

  it("replaces a provider, and all its resources, when its region changes", async () => {
    const aws = await cloud.provider("aws");
    assert.deepEqual(await aws.diffConfig({ region: "eu-central-1" }, { region: "us-east-1" }), {
      region: "update-replace",
    });
    assert.deepEqual(await aws.diffConfig({ region: "eu-central-1" }, { region: "eu-central-1", profile: "x" }), {
      profile: "add",
    });
  });
});
