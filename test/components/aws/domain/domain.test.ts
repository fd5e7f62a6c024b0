import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { disablesDefaultEndpoint } from "../../../../components/aws/domain/default-endpoint.ts";
import type { AwsDomain } from "../../../../components/aws/domain/domain.ts";
import {
  CERTIFICATE,
  declare,
  existing,
  own,
  ownResources,
  problemsOf,
  registered,
  setMocks,
} from "../../../support/components/aws/domain/declared-domain.ts";

describe("A custom domain on AWS", () => {
  before(setMocks);

  it("is mapped to a REST API only after its web ACL is attached", async () => {
    const { names } = await declare("AwsRestApi", own, { firewall: {} });
    const order = ["shop-stage", "shop-web-acl-association", "shop-domain-mapping", "shop-domain-alias-a"];
    assert.deepEqual(
      names.filter((name) => order.includes(name)),
      order,
    );
  });

  for (const className of ["AwsHttpApi", "AwsRestApi"] as const) {
    describe(`of ${className}`, () => {
      it("adds the certificate, its validation, the domain, the mapping and two records, with stable names", async () => {
        const { names: bare } = await declare(className, undefined);
        const { names } = await declare(className, own);
        assert.deepEqual(names.filter((name) => !bare.includes(name)).toSorted(), ownResources.toSorted());
        assert.deepEqual(
          bare,
          names.filter((name) => bare.includes(name)),
          "nothing else changes",
        );
      });

      it("is the gateway's only URL", async () => {
        const { url, hostname, named, body } = await declare(className, { ...own, basePath: "v1" });
        assert.equal(url, "https://api.example.com/v1");
        assert.equal(hostname, "api.example.com");
        assert.equal(named("api").disableExecuteApiEndpoint, true);
        assert.equal(disablesDefaultEndpoint(JSON.stringify(body)), true);
      });

      it("does not affect a gateway without one", async () => {
        const { named, body, url } = await declare(className, undefined);
        assert.equal("disableExecuteApiEndpoint" in named("api"), false);
        assert.equal("servers" in body, false);
        assert.match(url, /execute-api/);
      });

      it("keeps the other endpoint only with a reason", async () => {
        const { named, body } = await declare(className, { ...own, keepExecuteApi: "clients move until March" });
        assert.equal(named("api").disableExecuteApiEndpoint, false);
        assert.equal("servers" in body, false);
        assert.deepEqual(problemsOf(className, { ...own, keepExecuteApi: " " }), ["empty domain.keepExecuteApi"]);
        assert.deepEqual(problemsOf(className, { ...own, keepExecuteApi: true }), ["empty domain.keepExecuteApi"]);
      });

      it("is created after its certificate is validated, and gets its records after the mapping", async () => {
        const { named, names } = await declare(className, own);
        assert.deepEqual(named("certificate"), { domainName: "api.example.com", validationMethod: "DNS" });
        assert.deepEqual(named("certificate-record"), {
          zoneId: own.zoneId,
          name: "_name.api.example.com.",
          type: "CNAME",
          records: ["_value.acm-validations.aws."],
          ttl: 300,
          allowOverwrite: true,
        });
        const target = className === "AwsHttpApi" ? "d-1" : "d-2";
        for (const type of ["A", "AAAA"]) {
          assert.deepEqual(named(`domain-alias-${type.toLowerCase()}`), {
            zoneId: own.zoneId,
            name: "api.example.com",
            type,
            aliases: [
              {
                name: `${target}.execute-api.eu-central-1.amazonaws.com`,
                zoneId: "ZTARGET",
                evaluateTargetHealth: false,
              },
            ],
          });
        }
        const order = (part: string) => names.indexOf(`shop-${part}`);
        assert.ok(order("certificate-validation") < order("domain"));
        assert.ok(order("domain") < order("stage"), "the endpoint keeps answering until the domain exists");
        assert.ok(order("stage") < order("domain-mapping"));
        assert.ok(order("domain-mapping") < order("domain-alias-a"));
      });

      it("accepts an existing certificate, and a zone for the records only", async () => {
        const bare = (await declare(className, undefined)).names;
        const added = async (domain: AwsDomain) =>
          (await declare(className, domain)).names.filter((name) => !bare.includes(name)).toSorted();
        assert.deepEqual(await added(existing), ["shop-domain", "shop-domain-mapping"]);
        assert.deepEqual(await added({ ...existing, aliasZoneId: "Z0123456789ABC" }), [
          "shop-domain",
          "shop-domain-alias-a",
          "shop-domain-alias-aaaa",
          "shop-domain-mapping",
        ]);
      });

      it("accepts a shared domain, and adds only the mapping", async () => {
        const bare = (await declare(className, undefined)).names;
        const record = { name: "api.example.com", mutualTls: false };
        for (const shared of [record, pulumi.output(record), { ...record, name: pulumi.output("api.example.com") }]) {
          const { url, names, named } = await declare(className, { shared, basePath: "shop" });
          assert.equal(url, "https://api.example.com/shop");
          assert.deepEqual(
            names.filter((name) => !bare.includes(name)),
            ["shop-domain-mapping"],
          );
          assert.equal(named("api").disableExecuteApiEndpoint, true);
        }
      });

      it("rejects an endpoint that would bypass its client certificates", async () => {
        const mutualTls = { truststoreUri: "s3://trust/partners.pem", truststoreVersion: "1" };
        const keepExecuteApi = "clients move";
        assert.deepEqual(problemsOf(className, { ...own, mutualTls, keepExecuteApi }), [
          "mutual-tls-bypass domain.keepExecuteApi",
        ]);
        const shared = { name: "api.example.com", mutualTls: true };
        assert.deepEqual(problemsOf(className, { shared, keepExecuteApi }), [
          "mutual-tls-bypass domain.keepExecuteApi",
        ]);
        const { named } = await declare(className, { ...own, mutualTls });
        assert.deepEqual(named("domain").mutualTlsAuthentication, mutualTls);
      });

      it("shows a caution for a truststore without a version", async () => {
        const truststoreUri = "s3://trust/partners.pem";
        const cautions = async (mutualTls: { truststoreUri: string; truststoreVersion?: string }) =>
          (await declare(className, { ...own, mutualTls })).gateway.report.cautions.map(({ route }) => route);
        assert.deepEqual(await cautions({ truststoreUri }), ["domain.mutualTls"]);
        assert.deepEqual(await cautions({ truststoreUri, truststoreVersion: "1" }), []);
      });

      it("is tagged, and a transform may add tags", async () => {
        const { named } = await declare(className, own, {
          tags: { team: "shop" },
          transform: {
            domain: (args: Record<string, unknown>) => {
              args.tags = { ...(args.tags as object), more: "yes" };
            },
          },
        });
        assert.deepEqual(named("certificate").tags, { team: "shop" });
        assert.deepEqual(named("domain").tags, { team: "shop", more: "yes" });
      });
    });
  }

  it("is Regional, with TLS 1.2 or newer, for both classes", async () => {
    const ownershipCertificateArn = `${CERTIFICATE}0`;
    const domain = { ...existing, mutualTls: { truststoreUri: "s3://trust/x.pem", ownershipCertificateArn } };
    const v2 = await declare("AwsHttpApi", domain);
    assert.deepEqual(v2.named("domain"), {
      domainName: "api.example.com",
      domainNameConfiguration: {
        certificateArn: CERTIFICATE,
        endpointType: "REGIONAL",
        ipAddressType: "dualstack",
        securityPolicy: "TLS_1_2",
        ownershipVerificationCertificateArn: ownershipCertificateArn,
      },
      mutualTlsAuthentication: { truststoreUri: "s3://trust/x.pem" },
    });
    assert.deepEqual(v2.named("domain-mapping"), {
      domainName: "api.example.com",
      apiId: "shop-api-id",
      stage: "$default",
    });
    const v1 = await declare("AwsRestApi", domain);
    assert.deepEqual(v1.named("domain"), {
      domainName: "api.example.com",
      regionalCertificateArn: CERTIFICATE,
      endpointConfiguration: { types: "REGIONAL", ipAddressType: "dualstack" },
      securityPolicy: "TLS_1_2",
      ownershipVerificationCertificateArn: ownershipCertificateArn,
      mutualTlsAuthentication: { truststoreUri: "s3://trust/x.pem" },
    });
    assert.deepEqual(v1.named("domain-mapping"), {
      domainName: "api.example.com",
      restApi: "shop-api-id",
      stageName: "live",
    });
  });

  it("is mapped to a REST API with an API mapping if the base path has several segments", async () => {
    const type = () => registered.find(({ name }) => name === "shop-domain-mapping")?.type;
    const one = await declare("AwsRestApi", { ...existing, basePath: "v1" });
    assert.equal(type(), "aws:apigateway/basePathMapping:BasePathMapping");
    assert.equal(one.named("domain-mapping").basePath, "v1");
    const two = await declare("AwsRestApi", { ...existing, basePath: "shop/v1" });
    assert.equal(type(), "aws:apigatewayv2/apiMapping:ApiMapping");
    assert.equal(two.named("domain-mapping").apiMappingKey, "shop/v1");
  });
});
