import assert from "node:assert/strict";
import type { Properties } from "../../../../sandbox/control-plane/property-value.ts";
import {
  type EngineStandIn,
  type TestCloud,
  testCloud,
} from "../../../support/sandbox/control-plane/engine-stand-in.ts";

const types = {
  certificate: "aws:acm/certificate:Certificate",
  validation: "aws:acm/certificateValidation:CertificateValidation",
  record: "aws:route53/record:Record",
  zone: "aws:route53/zone:Zone",
  domain: "aws:apigatewayv2/domainName:DomainName",
  mapping: "aws:apigatewayv2/apiMapping:ApiMapping",
  restDomain: "aws:apigateway/domainName:DomainName",
  restMapping: "aws:apigateway/basePathMapping:BasePathMapping",
  object: "aws:s3/bucketObjectv2:BucketObjectv2",
} as const;

const NAME = "api.example.com";

describe("Route 53 of the sandbox's aws provider", () => {
  let cloud: TestCloud;
  let aws: EngineStandIn;

  beforeEach(async () => {
    cloud = await testCloud();
    aws = await cloud.provider("aws", { region: "eu-central-1" });
  });
  afterEach(() => cloud.close());

  describe("a zone", () => {
    const inputs = { name: "example.com", vpcs: [{ vpcId: "vpc-a" }] };

    it("is replaced for another name, but not for another spelling of its name", async () => {
      const created = await aws.create(types.zone, "zone", { name: "Example.com." });
      assert.deepEqual(await aws.diff(created, { name: "example.com" }), {});
      assert.deepEqual(await aws.diff(created, { name: "example.org" }), { name: "update-replace" });
      assert.deepEqual(await aws.diff(created, { ...created.inputs, delegationSetId: "N1" }), {
        delegationSetId: "add-replace",
      });
    });

    it("changes its VPCs in place, and stays private or public", async () => {
      const created = await aws.create(types.zone, "zone", inputs);
      const more = { ...inputs, vpcs: [{ vpcId: "vpc-b" }, { vpcId: "vpc-a" }] };
      assert.deepEqual(await aws.diff(created, { ...inputs, vpcs: [{ vpcId: "vpc-b" }] }), {
        "vpcs[0].vpcId": "update",
      });
      const updated = await aws.update(created, more);
      assert.deepEqual(await aws.diff(updated, { ...more, vpcs: more.vpcs.toReversed() }), {});
      await assert.rejects(aws.update(updated, { name: "example.com" }), /LastVPCAssociation/);
      const open = await aws.create(types.zone, "open", { name: "example.com" });
      await assert.rejects(aws.update(open, inputs), /PublicZoneVPCAssociation/);
      const { failures } = await aws.check(types.zone, "zone", { ...inputs, delegationSetId: "N1" });
      assert.deepEqual(failures, ['delegationSetId: "delegationSetId": conflicts with vpc']);
    });
  });

  describe("a record", () => {
    it("is unique in its zone unless allowOverwrite is set", async () => {
      const zone = await aws.create(types.zone, "zone", { name: "example.com" });
      const inputs = { zoneId: zone.outputs.zoneId ?? "", name: "www", type: "A", ttl: 60, records: ["192.0.2.1"] };
      const created = await aws.create(types.record, "one", inputs);
      assert.equal(created.outputs.fqdn, "www.example.com");
      await assert.rejects(
        aws.create(types.record, "two", { ...inputs, name: "www.example.com." }),
        /InvalidChangeBatch.*www\.example\.com\..*already exists/,
      );
      await aws.create(types.record, "two", { ...inputs, allowOverwrite: true });
      await assert.rejects(aws.delete(zone), /HostedZoneNotEmpty/);
      assert.deepEqual(await aws.diff(created, created.inputs), {});
      await aws.delete(created);
      await aws.delete(zone);
    });

    it("may belong to a zone from getZone", async () => {
      const look = (args: Properties) => aws.invoke("aws:route53/getZone:getZone", args);
      const { zoneId, name } = await look({ name: "Example.com." });
      assert.match(String(zoneId), /^Z[0-9A-F]{20}$/);
      assert.equal(name, "example.com");
      assert.deepEqual(await look({ name: "example.com" }), await look({ name: "Example.com." }));
      assert.notEqual((await look({ name: "example.org" })).zoneId, zoneId);
      const inputs = { zoneId: String(zoneId), name: NAME, type: "A", ttl: 60, records: ["192.0.2.1"] };
      assert.equal((await aws.create(types.record, "one", inputs)).outputs.fqdn, NAME);
    });

    it("is imported by zone, name and type, even if the name contains underscores", async () => {
      const { zoneId } = (await aws.create("aws:route53/zone:Zone", "zone", { name: "example.com" })).outputs;
      const inputs = { zoneId: String(zoneId), name: "_a._b.example.com.", type: "CNAME", ttl: 60, records: ["c."] };
      const created = await aws.create(types.record, "one", inputs);
      const found = await aws.import(types.record, "one", `${zoneId}__a._b.example.com._CNAME`);
      assert.deepEqual(
        { ...found?.outputs, zoneId: "" },
        { fqdn: "_a._b.example.com", name: "_a._b.example.com", type: "CNAME", ttl: 60, records: ["c."], zoneId: "" },
      );
      assert.deepEqual(await aws.diff({ ...created, outputs: found?.outputs ?? {} }, created.inputs), {});
      assert.equal(await aws.import(types.record, "one", `${zoneId}__a._b.example.com_A`), undefined);
      await assert.rejects(aws.import(types.record, "one", "one"), /unexpected format of ID \(one\), expected ZONEID_/);
    });

    it("requires either records with a TTL or an alias", async () => {
      const { failures } = await aws.check(types.record, "one", { zoneId: "Z0ABC", name: NAME, type: "A" });
      assert.deepEqual(failures, [
        'records: exactly one of "alias,records" must be specified',
        'ttl: "records": all of `records,ttl` must be specified',
      ]);
      const aliases = [
        { name: "D-abc.execute-api.eu-central-1.amazonaws.com.", zoneId: "Z1", evaluateTargetHealth: false },
      ];
      const created = await aws.create(types.record, "one", { zoneId: "Z0ABC", name: NAME, type: "A", aliases });
      assert.equal(created.id, `Z0ABC_${NAME}_A`);
      assert.notEqual(await aws.read(created), undefined);
    });
  });
});
