import assert from "node:assert/strict";
import type { Properties } from "../../../../sandbox/control-plane/property-value.ts";
import { types as rest, restDocument } from "../../../support/sandbox/control-plane/aws/rest-cloud.ts";
import {
  type Deployed,
  type EngineStandIn,
  openApi,
  type TestCloud,
  testCloud,
} from "../../../support/sandbox/control-plane/engine-stand-in.ts";
import { TestAuthority } from "../../../support/tls/authority.ts";

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

describe("custom domains of the sandbox's aws provider", () => {
  let cloud: TestCloud;
  let aws: EngineStandIn;

  beforeEach(async () => {
    cloud = await testCloud();
    aws = await cloud.provider("aws", { region: "eu-central-1" });
  });
  afterEach(() => cloud.close());

  const requested = (inputs: Properties = {}, name = "api") =>
    aws.create(types.certificate, name, { domainName: NAME, validationMethod: "DNS", ...inputs });
  const option = (certificate: Deployed) =>
    (certificate.outputs.domainValidationOptions as readonly Record<string, string>[])[0] ?? {};
  const proof = (certificate: Deployed, inputs: Properties = {}, name = "proof") => {
    const { resourceRecordName = "", resourceRecordType = "", resourceRecordValue = "" } = option(certificate);
    const records = [resourceRecordValue];
    const recordInputs = {
      zoneId: "Z0ABC",
      name: resourceRecordName,
      type: resourceRecordType,
      ttl: 60,
      records,
      ...inputs,
    };
    return aws.create(types.record, name, recordInputs);
  };
  const issued = async () => {
    const certificate = await requested();
    await proof(certificate);
    return certificate;
  };
  const domain = (certificateArn: string, inputs: Properties = {}, configuration: Properties = {}) =>
    aws.create(types.domain, "domain", {
      domainName: NAME,
      domainNameConfiguration: {
        certificateArn,
        endpointType: "REGIONAL",
        securityPolicy: "TLS_1_2",
        ...configuration,
      },
      ...inputs,
    });
  const httpApi = async (name = "orders") => {
    const api = await aws.create("aws:apigatewayv2/api:Api", name, {
      name,
      protocolType: "HTTP",
      body: openApi(["GET /a"]),
    });
    const stage = await aws.create("aws:apigatewayv2/stage:Stage", name, {
      apiId: api.id,
      name: "$default",
      autoDeploy: true,
    });
    return { api, stage };
  };
  const restApi = async (name = "rest") => {
    const api = await aws.create(rest.api, name, { name, body: restDocument(["GET /a"]) });
    const deployment = await aws.create(rest.deployment, name, { restApi: api.id });
    const inputs = { restApi: api.id, stageName: "live", deployment: deployment.id };
    return { api, stage: await aws.create(rest.stage, name, inputs) };
  };
  const mapping = (apiId: string, inputs: Properties = {}, name = "mapping") =>
    aws.create(types.mapping, name, { domainName: NAME, apiId, stage: "$default", ...inputs });
  const domains = () => cloud.gateways.served.map((gateway) => gateway.domains);

  describe("a certificate", () => {
    it("returns its validation record and is issued once a zone contains it", async () => {
      const created = await requested();
      assert.match(created.id, /^arn:aws:acm:eu-central-1:000000000000:certificate\/[0-9a-f-]{36}$/);
      assert.equal(created.outputs.status, "PENDING_VALIDATION");
      assert.match(option(created).resourceRecordName ?? "", /^_[0-9a-f]{32}\.api\.example\.com\.$/);
      assert.equal(option(created).resourceRecordType, "CNAME");
      await proof(created);
      assert.equal((await aws.read(created))?.outputs.status, "ISSUED");
      assert.deepEqual(await aws.diff(created, created.inputs), {});
    });

    it("reports the provider's timeout at once when the validation record is missing or wrong", async () => {
      const created = await requested();
      const { resourceRecordName = "" } = option(created);
      const wait = (inputs: Properties = {}) =>
        aws.create(types.validation, "valid", { certificateArn: created.id, ...inputs });
      await assert.rejects(wait(), /timeout while waiting for state to become 'ISSUED'/);
      const wrong = await proof(created, { records: ["elsewhere.example.com"] });
      await assert.rejects(wait({ validationRecordFqdns: [resourceRecordName] }), /last state: 'PENDING_VALIDATION'/);
      await assert.rejects(
        wait({ validationRecordFqdns: ["_other.example.com"] }),
        /missing api\.example\.com DNS validation record: _[0-9a-f]{32}\.api\.example\.com/,
      );
      await aws.update(wrong, { ...wrong.inputs, records: [option(created).resourceRecordValue ?? ""] });
      const valid = await wait({ validationRecordFqdns: [resourceRecordName] });
      assert.deepEqual(await aws.diff(valid, valid.inputs), {});
      assert.notEqual(await aws.read(valid), undefined);
    });

    it("is replaced for another name and cannot be deleted while a domain uses it", async () => {
      const created = await issued();
      assert.deepEqual(await aws.diff(created, { ...created.inputs, domainName: "other.example.com" }), {
        domainName: "update-replace",
      });
      const used = await domain(created.id);
      await assert.rejects(aws.delete(created), /ResourceInUseException/);
      await aws.delete(used);
      await aws.delete(created);
      assert.equal(await aws.read(created), undefined);
    });

    it("requires a validation method and is either requested or imported", async () => {
      await assert.rejects(
        aws.create(types.certificate, "api", { domainName: NAME }),
        /`certificate_authority_arn` or `validation_method` must be set/,
      );
      const both = await aws.check(types.certificate, "api", { domainName: NAME, privateKey: "key" });
      assert.deepEqual(both.failures, [
        'domainName: exactly one of "domain_name,private_key" must be specified',
        'privateKey: "privateKey": conflicts with domain_name',
      ]);
    });
  });

  describe("a domain name", () => {
    it("requires an issued certificate of its Region that covers it", async () => {
      const pending = await requested();
      await assert.rejects(domain(pending.id), /not issued yet \(PENDING_VALIDATION\)/);
      await proof(pending);
      const other = await requested({ domainName: "*.example.org" }, "other");
      await proof(other, {}, "other");
      await assert.rejects(domain(other.id), /does not cover api\.example\.com/);
      await assert.rejects(
        domain("arn:aws:acm:us-east-1:123456789012:certificate/1"),
        /must be in Region eu-central-1/,
      );
      await assert.rejects(domain("arn:aws:acm:eu-central-1:000000000000:certificate/1"), /Could not find certificate/);
      const created = await domain(pending.id);
      assert.equal(created.id, NAME);
      const { targetDomainName, hostedZoneId } = created.outputs.domainNameConfiguration as Record<string, string>;
      assert.match(targetDomainName ?? "", /^d-[0-9a-f]{10}\.execute-api\.eu-central-1\.amazonaws\.com$/);
      assert.match(hostedZoneId ?? "", /^Z[0-9A-F]{20}$/);
      assert.deepEqual(await aws.diff(created, created.inputs), {});
      assert.deepEqual(await aws.read(created), created);
    });

    it("is unique in a Region across both resource types", async () => {
      const { id } = await issued();
      await domain(id);
      const inputs = {
        domainName: NAME,
        regionalCertificateArn: id,
        endpointConfiguration: { types: "REGIONAL" },
        securityPolicy: "TLS_1_2",
      };
      await assert.rejects(
        aws.create(types.restDomain, "again", inputs),
        /ConflictException: The domain name you provided already exists/,
      );
    });

    it("is replaced for another name and updated for another certificate", async () => {
      const { id } = await issued();
      const created = await domain(id);
      assert.deepEqual(await aws.diff(created, { ...created.inputs, domainName: "other.example.com" }), {
        domainName: "update-replace",
      });
      const next = await requested({ tags: { next: "yes" } }, "next");
      const configuration = created.inputs.domainNameConfiguration as Properties;
      const changed = await aws.update(created, {
        ...created.inputs,
        domainNameConfiguration: { ...configuration, certificateArn: next.id },
      });
      assert.equal((changed.outputs.domainNameConfiguration as Properties).certificateArn, next.id);
    });

    it("of a REST API must be Regional and without unserved features", async () => {
      const { id } = await issued();
      const make = (inputs: Properties) =>
        aws.create(types.restDomain, "domain", { domainName: NAME, regionalCertificateArn: id, ...inputs });
      const endpointConfiguration = { types: "REGIONAL" };
      await assert.rejects(make({}), /does not serve EDGE domains/);
      await assert.rejects(make({ endpointConfiguration, securityPolicy: "TLS_1_0" }), /security policy TLS_1_0/);
      await assert.rejects(
        make({ endpointConfiguration, routingMode: "ROUTING_RULE_ONLY" }),
        /does not serve routing rules/,
      );
      const created = await make({ endpointConfiguration, securityPolicy: "TLS_1_2" });
      assert.match(String(created.outputs.regionalDomainName), /^d-/);
      assert.deepEqual(await aws.diff(created, created.inputs), {});
      assert.deepEqual(await aws.read(created), created);
    });
  });

  describe("a mapping", () => {
    it("maps a domain to a stage while it exists", async () => {
      await domain((await issued()).id);
      const { api } = await httpApi();
      assert.deepEqual(domains(), [undefined]);
      const created = await mapping(api.id, { apiMappingKey: "shop/v2" });
      const key = `aws/eu-central-1/domain/${NAME}`;
      assert.deepEqual(domains(), [[{ key, name: NAME, basePath: "shop/v2" }]]);
      assert.deepEqual(await aws.diff(created, created.inputs), {});
      assert.deepEqual(await aws.read(created), created);
      assert.deepEqual((await aws.import(types.mapping, "mapping", `${created.id}/${NAME}`))?.outputs, created.outputs);
      const { apiMappingKey: _, ...bare } = created.inputs;
      assert.deepEqual(await aws.diff(created, bare), { apiMappingKey: "delete" });
      const moved = await aws.update(created, bare);
      assert.deepEqual(domains(), [[{ key, name: NAME, basePath: "" }]]);
      await aws.delete(moved);
      assert.deepEqual(domains(), [undefined]);
    });

    it("maps to either kind of API, with one path segment in the type of REST APIs", async () => {
      await domain((await issued()).id);
      const { api } = await restApi();
      const restMapping = (inputs: Properties) =>
        aws.create(types.restMapping, "own", { domainName: NAME, restApi: api.id, stageName: "live", ...inputs });
      const created = await restMapping({ basePath: "v1" });
      assert.equal(created.id, `${NAME}/v1`);
      assert.deepEqual(await aws.diff(created, created.inputs), {});
      assert.deepEqual(await aws.read(created), created);
      const moved = await aws.update(created, { ...created.inputs, basePath: "v3" });
      assert.deepEqual(await aws.read(moved), moved);
      await assert.rejects(restMapping({ basePath: "shop/v1" }), /more than one level/);
      await mapping(api.id, { stage: "live", apiMappingKey: "shop/v1" });
      assert.deepEqual(
        domains()[0]?.map(({ basePath }) => basePath),
        ["v3", "shop/v1"],
      );
      const { api: http } = await httpApi();
      await assert.rejects(restMapping({ restApi: http.id, basePath: "v2" }), /Invalid API identifier/);
    });

    it("requires a domain, an API, a stage, a free base path and valid characters", async () => {
      const { api } = await httpApi();
      await assert.rejects(mapping(api.id), /Invalid domain name identifier specified/);
      await domain((await issued()).id);
      await assert.rejects(mapping("absent"), /Invalid API identifier specified/);
      await assert.rejects(
        mapping(api.id, { stage: "absent" }),
        /BadRequestException: Invalid stage identifier specified/,
      );
      for (const apiMappingKey of ["/", "a//b", "a/", "a b", "ä"]) {
        await assert.rejects(mapping(api.id, { apiMappingKey }), /may contain only letters, numbers/, apiMappingKey);
      }
      await mapping(api.id, { apiMappingKey: "v1" });
      await assert.rejects(
        mapping((await httpApi("second")).api.id, { apiMappingKey: "v1" }, "second"),
        /ConflictException: The base path "v1" already exists/,
      );
    });

    it("must be deleted before its domain, stage and API", async () => {
      const used = await domain((await issued()).id);
      const { api, stage } = await httpApi();
      const created = await mapping(api.id);
      await assert.rejects(aws.delete(used), /remove all base path mappings/);
      await assert.rejects(aws.delete(stage), /remove all base path mappings/);
      await assert.rejects(aws.delete(api), /remove all base path mappings/);
      for (const deployed of [created, stage, api, used]) await aws.delete(deployed);
      const second = await restApi();
      const domainAgain = await domain((await requested({}, "again")).id);
      const inputs = { domainName: NAME, restApi: second.api.id, stageName: "live" };
      const restMapping = await aws.create(types.restMapping, "own", inputs);
      await assert.rejects(aws.delete(second.stage), /remove all base path mappings/);
      await assert.rejects(aws.delete(second.api), /remove all base path mappings/);
      for (const deployed of [restMapping, second.stage, second.api, domainAgain]) await aws.delete(deployed);
      assert.deepEqual(cloud.gateways.served, []);
    });
  });

  describe("mutual TLS", () => {
    const authority = new TestAuthority("Partners");
    const truststoreUri = "s3://trust/partners.pem";
    const mutualTlsAuthentication = { truststoreUri };
    const store = (content: string) =>
      aws.create(types.object, "partners", { bucket: "trust", key: "partners.pem", content });

    it("uses the truststore as it was when the domain was last changed", async () => {
      const uploaded = await store(`comment\n${authority.cert}`);
      const created = await domain((await issued()).id, { mutualTlsAuthentication });
      const { api } = await httpApi();
      await mapping(api.id);
      const truststore = () => domains()[0]?.[0]?.truststore?.trim();
      assert.equal(truststore(), authority.cert.trim());
      const next = new TestAuthority("Others").cert;
      const changed = await aws.update(uploaded, { ...uploaded.inputs, content: next });
      assert.notEqual(changed.outputs.versionId, uploaded.outputs.versionId);
      assert.equal(truststore(), authority.cert.trim(), "the domain was not updated");
      const truststoreVersion = String(changed.outputs.versionId);
      const told = await aws.update(created, {
        ...created.inputs,
        mutualTlsAuthentication: { truststoreUri, truststoreVersion },
      });
      assert.equal(truststore(), next.trim());
      const { mutualTlsAuthentication: _, ...without } = told.inputs;
      assert.deepEqual(await aws.diff(told, without), { mutualTlsAuthentication: "delete" });
      await aws.update(told, without);
      assert.equal(truststore(), undefined);
    });

    it("requires a truststore that exists in its version and contains a certificate", async () => {
      const { id } = await issued();
      const refused = (settings: Properties) => domain(id, { mutualTlsAuthentication: settings });
      await assert.rejects(refused({ truststoreUri: "https://trust/x" }), /must be s3:\/\/BUCKET\/KEY/);
      await assert.rejects(refused({ truststoreUri }), /Unable to access the truststore .* aws\.s3\.BucketObjectv2/);
      await store("no certificate");
      await assert.rejects(refused({ truststoreUri }), /holds no valid certificate/);
      await assert.rejects(refused({ truststoreUri, truststoreVersion: "1" }), /\(version 1\)/);
    });

    it("requires an ownership certificate when the domain's own is imported", async () => {
      await store(authority.cert);
      const { cert, key } = authority.client(NAME);
      const imported = await aws.create(types.certificate, "imported", { certificateBody: cert, privateKey: key });
      assert.equal(imported.outputs.type, "IMPORTED");
      await assert.rejects(
        domain(imported.id, { mutualTlsAuthentication }),
        /ownershipVerificationCertificateArn must be/,
      );
      const { id } = await issued();
      const proven = { ownershipVerificationCertificateArn: id };
      assert.equal((await domain(imported.id, { mutualTlsAuthentication }, proven)).id, NAME);
    });
  });
});
