import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { restCloud, restDocument, served, types } from "../../../support/sandbox/control-plane/aws/rest-cloud.ts";
import type { EngineStandIn, TestCloud } from "../../../support/sandbox/control-plane/engine-stand-in.ts";

describe("client certificates of the sandbox's aws provider", () => {
  let cloud: TestCloud;
  let aws: EngineStandIn;

  beforeEach(async () => {
    cloud = await restCloud();
    aws = await cloud.provider("aws", { region: "eu-central-1" });
  });
  afterEach(() => cloud.close());

  it("are self-signed, valid for 365 days, and never show their key", async () => {
    const created = await aws.create(types.clientCertificate, "first", { description: "orders" });
    const { outputs } = created;
    const certificate = new X509Certificate(String(outputs.pemEncodedCertificate));
    assert.ok(certificate.verify(certificate.publicKey));
    const days = (certificate.validToDate.getTime() - certificate.validFromDate.getTime()) / 86_400_000;
    assert.equal(days, 365);
    assert.equal(new Date(String(outputs.expirationDate)).getTime(), certificate.validToDate.getTime());
    assert.doesNotMatch(JSON.stringify(outputs), /PRIVATE KEY/);
    assert.deepEqual((await aws.read(created))?.outputs, outputs);
  });

  it("are presented by the stage that names them, which must exist, and cannot be deleted before the stage leaves them", async () => {
    const certificate = await aws.create(types.clientCertificate, "first", {});
    const api = await aws.create(types.api, "orders", { name: "orders", body: restDocument(["GET /a"]) });
    const deployment = await aws.create(types.deployment, "deployed", { restApi: api.id });
    const stage = { restApi: api.id, deployment: deployment.id, stageName: "live" };
    const missing = aws.create(types.stage, "live", { ...stage, clientCertificateId: "abc123" });
    await assert.rejects(missing, /NotFoundException: Invalid client certificate identifier specified/);
    const live = await aws.create(types.stage, "live", { ...stage, clientCertificateId: certificate.id });
    const [artefacts] = served(cloud);
    assert.equal(artefacts?.stage.clientCertificate?.certificate, certificate.outputs.pemEncodedCertificate);
    await assert.rejects(aws.delete(certificate), /BadRequestException: the stage live of API/);
    await aws.delete(live);
    await aws.delete(certificate);
  });
});
