import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { defineApi } from "../../../../components/api/define-api.ts";
import { http, open } from "../../../../components/api/description.ts";
import { PolygateError } from "../../../../components/api/problem.ts";
import { AwsApiDomain, type AwsApiDomainArgs } from "../../../../components/aws/domain/api-domain.ts";
import { disablesDefaultEndpoint, withoutDefaultEndpoint } from "../../../../components/aws/domain/default-endpoint.ts";
import type { AwsDomain } from "../../../../components/aws/domain/domain.ts";
import { AwsHttpApi } from "../../../../components/aws/http-api/http-api.ts";
import { AwsRestApi } from "../../../../components/aws/rest-api/rest-api.ts";
import type { Gateway } from "../../../../components/gateway/gateway.ts";

interface Registered {
  readonly type: string;
  readonly name: string;
  readonly inputs: Record<string, unknown>;
}

const registered: Registered[] = [];
const CERTIFICATE = "arn:aws:acm:eu-central-1:123456789012:certificate/0a1b2c3d";

const mocks: pulumi.runtime.Mocks = {
  call: () => ({}),
  newResource: ({ type, name, inputs }) => {
    registered.push({ type, name, inputs });
    const given = inputs as Record<string, Record<string, unknown> | undefined>;
    const proof = {
      domainName: given.domainName,
      resourceRecordName: `_name.${String(given.domainName)}.`,
      resourceRecordType: "CNAME",
      resourceRecordValue: "_value.acm-validations.aws.",
    };
    return {
      id: `${name}-id`,
      state: {
        ...inputs,
        arn: CERTIFICATE,
        fqdn: given.name,
        region: "eu-central-1",
        invokeUrl: "https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com/",
        executionArn: "arn:aws:execute-api:eu-central-1:123456789012:a1b2c3d4e5",
        domainValidationOptions: [proof],
        domainNameConfiguration: {
          ...given.domainNameConfiguration,
          targetDomainName: "d-1.execute-api.eu-central-1.amazonaws.com",
          hostedZoneId: "ZTARGET",
        },
        regionalDomainName: "d-2.execute-api.eu-central-1.amazonaws.com",
        regionalZoneId: "ZTARGET",
      },
    };
  },
};

const api = defineApi({
  version: 1,
  backends: { erp: http() },
  auth: { anyone: open("a test") },
  routes: { "GET /orders": { to: "erp", auth: "anyone" } },
});
const place = { api, backends: { erp: { url: "https://erp.example.com" } } };
const own = { name: "api.example.com", zoneId: "Z0123456789ABC" };
const handed = { name: "api.example.com", certificateArn: CERTIFICATE };

function value<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => void output.apply(resolve));
}

type ClassName = "AwsHttpApi" | "AwsRestApi";

function make(className: ClassName, domain: AwsDomain | undefined, more: object): Gateway {
  const given = { ...place, ...more, ...(domain === undefined ? {} : { domain }) };
  return className === "AwsHttpApi" ? new AwsHttpApi("shop", given) : new AwsRestApi("shop", given);
}

async function declare(className: ClassName, domain: AwsDomain | undefined, more: object = {}) {
  registered.length = 0;
  const gateway = make(className, domain, more);
  const url = await value(gateway.url);
  // The URL does not depend on the records, which are registered after the mapping.
  await new Promise((resolve) => setTimeout(resolve, 20));
  const named = (part: string) => registered.find(({ name }) => name === `shop-${part}`)?.inputs ?? {};
  const body = JSON.parse(String(named("api").body)) as Record<string, unknown>;
  return {
    gateway,
    url,
    hostname: await value(gateway.hostname),
    named,
    body,
    names: registered.map(({ name }) => name),
  };
}

function refusal(className: ClassName, domain: unknown, more: object = {}): readonly string[] {
  registered.length = 0;
  try {
    make(className, domain as AwsDomain, more);
  } catch (error) {
    assert.equal(registered.length, 0, "nothing was registered");
    if (error instanceof PolygateError)
      return error.problems.map(({ code, place, route }) => `${code} ${place ?? route}`);
    throw error;
  }
  return [];
}

const own7 = [
  "shop-certificate",
  "shop-certificate-record",
  "shop-certificate-validation",
  "shop-domain",
  "shop-domain-mapping",
  "shop-domain-alias-a",
  "shop-domain-alias-aaaa",
];

describe("A custom domain on AWS", () => {
  before(() => pulumi.runtime.setMocks(mocks, "shops", "dev", false, "acme"));

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
        assert.deepEqual(names.filter((name) => !bare.includes(name)).toSorted(), own7.toSorted());
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
        assert.deepEqual(refusal(className, { ...own, keepExecuteApi: " " }), ["empty domain.keepExecuteApi"]);
        assert.deepEqual(refusal(className, { ...own, keepExecuteApi: true }), ["empty domain.keepExecuteApi"]);
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
        assert.deepEqual(await added(handed), ["shop-domain", "shop-domain-mapping"]);
        assert.deepEqual(await added({ ...handed, aliasZoneId: "Z0123456789ABC" }), [
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

      it("reports all errors at once, before any resource is registered", () => {
        assert.deepEqual(
          refusal(className, {
            name: "API.example.com",
            zoneId: "zone",
            certificateArn: "arn:aws:iam::123456789012:server-certificate/x",
            basePath: "/v1",
            keepExecuteApi: "",
            mutualTls: { truststoreUri: "https://trust/x", version: "1" },
            port: 443,
          }),
          [
            "bad-base-path domain.basePath",
            "empty domain.keepExecuteApi",
            "bad-domain domain.port",
            "bad-domain-name domain.name",
            "bad-zone domain.zoneId",
            "bad-certificate domain.certificateArn",
            "bad-domain domain.mutualTls.version",
            "bad-truststore domain.mutualTls.truststoreUri",
            "bad-domain domain",
            "mutual-tls-bypass domain.keepExecuteApi",
          ],
        );
      });

      it("requires a name and either a zone or a certificate, and rejects other members", () => {
        for (const [domain, ...codes] of [
          ["api.example.com", "bad-domain domain"],
          [{ ...own, name: pulumi.output("api.example.com") }, "bad-domain-name domain.name"],
          [{ name: "api.example.com" }, "bad-domain domain"],
          [{ ...own, ...handed }, "bad-domain domain"],
          [{ ...own, aliasZoneId: "Z0123456789ABC" }, "bad-domain domain.aliasZoneId"],
          [{ ...own, name: "*.example.com" }, "wildcard-domain domain.name"],
          [{ ...handed, name: "*.example.com" }, "wildcard-domain domain.name"],
          [{ ...own, mutualTls: {} }, "bad-truststore domain.mutualTls.truststoreUri"],
          [{ ...own, mutualTls: "s3://trust/x" }, "bad-truststore domain.mutualTls"],
          [{ shared: { name: "api.example.com", mutualTls: false }, zoneId: "Z1" }, "bad-domain domain.zoneId"],
        ] as const) {
          assert.deepEqual(refusal(className, domain), codes, JSON.stringify(domain));
        }
      });

      it("must be a host in lower case, short enough for a new certificate", () => {
        const long = `${"a".repeat(53)}.example.com`;
        for (const name of ["", "localhost", "api.example.com.", "https://api.example.com", "a_b.example.com"]) {
          assert.deepEqual(refusal(className, { ...own, name }), ["bad-domain-name domain.name"], name);
        }
        for (const name of ["-a.example.com", "a..example.com", "192.0.2.1", `${"a".repeat(64)}.example.com`]) {
          assert.deepEqual(refusal(className, { ...own, name }), ["bad-domain-name domain.name"], name);
        }
        assert.equal(long.length, 65);
        assert.deepEqual(refusal(className, { ...own, name: long }), ["bad-domain-name domain.name"]);
        assert.deepEqual(refusal(className, { ...handed, name: `${"a.".repeat(122)}example.com` }), [
          "bad-domain-name domain.name",
        ]);
      });

      it("accepts a base path of the allowed characters, and rejects the reserved ones", () => {
        for (const basePath of ["", "/", "a/", "a//b", "ä", "a b", "a/../b", ".", "x".repeat(301), 7]) {
          assert.deepEqual(
            refusal(className, { ...own, basePath }),
            ["bad-base-path domain.basePath"],
            String(basePath),
          );
        }
        for (const basePath of ["ping", "sping/v1"]) {
          assert.deepEqual(refusal(className, { ...own, basePath }), ["reserved-path domain.basePath"]);
        }
      });

      it("rejects an endpoint that would bypass its client certificates", async () => {
        const mutualTls = { truststoreUri: "s3://trust/partners.pem", truststoreVersion: "1" };
        const keepExecuteApi = "clients move";
        assert.deepEqual(refusal(className, { ...own, mutualTls, keepExecuteApi }), [
          "mutual-tls-bypass domain.keepExecuteApi",
        ]);
        const shared = { name: "api.example.com", mutualTls: true };
        assert.deepEqual(refusal(className, { shared, keepExecuteApi }), ["mutual-tls-bypass domain.keepExecuteApi"]);
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

      it("is tagged, and lets transforms change everything except its identity", async () => {
        const { named } = await declare(className, own, {
          tags: { team: "shop" },
          transform: {
            api: (args: { disableExecuteApiEndpoint?: unknown }) => {
              args.disableExecuteApiEndpoint = false;
            },
            certificate: (args: Record<string, unknown>) => {
              args.keyAlgorithm = "EC_prime256v1";
              args.domainName = "other.example.com";
            },
            domain: (args: Record<string, unknown>) => {
              args.domainName = "other.example.com";
              args.tags = { ...(args.tags as object), more: "yes" };
            },
            domainAlias: (args: Record<string, unknown>) => {
              args.healthCheckId = "check";
              args.name = "other.example.com";
            },
          },
        });
        assert.equal(named("api").disableExecuteApiEndpoint, true);
        assert.deepEqual(named("certificate").tags, { team: "shop" });
        assert.equal(named("certificate").keyAlgorithm, "EC_prime256v1");
        assert.equal(named("certificate").domainName, "api.example.com");
        assert.deepEqual(named("domain").tags, { team: "shop", more: "yes" });
        assert.equal(named("domain").domainName, "api.example.com");
        assert.equal(named("domain-alias-a").healthCheckId, "check");
        assert.equal(named("domain-alias-a").name, "api.example.com");
      });
    });
  }

  it("is Regional, with TLS 1.2 or newer, for both classes", async () => {
    const ownershipCertificateArn = `${CERTIFICATE}0`;
    const domain = { ...handed, mutualTls: { truststoreUri: "s3://trust/x.pem", ownershipCertificateArn } };
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
    const one = await declare("AwsRestApi", { ...handed, basePath: "v1" });
    assert.equal(type(), "aws:apigateway/basePathMapping:BasePathMapping");
    assert.equal(one.named("domain-mapping").basePath, "v1");
    const two = await declare("AwsRestApi", { ...handed, basePath: "shop/v1" });
    assert.equal(type(), "aws:apigatewayv2/apiMapping:ApiMapping");
    assert.equal(two.named("domain-mapping").apiMappingKey, "shop/v1");
  });

  it("rejects the paths of health checks for a REST API, and shows a caution for an HTTP API", async () => {
    const pinged = defineApi({
      version: 1,
      backends: { erp: http() },
      auth: { anyone: open("a test") },
      routes: { "GET /ping": { to: "erp", auth: "anyone" } },
    });
    assert.deepEqual(refusal("AwsRestApi", own, { api: pinged }), ["reserved-path GET /ping"]);
    const { gateway } = await declare("AwsHttpApi", { ...own, basePath: "v1" }, { api: pinged });
    assert.deepEqual(
      gateway.report.cautions.map(({ route }) => route),
      ["domain.basePath", "GET /ping"],
    );
  });

  it("does not compile with both a zone and a certificate, with neither, or with a shared domain and a zone", () => {
    const check = (_domain: AwsDomain): void => {};
    check(own);
    check(handed);
    // @ts-expect-error not both
    check({ ...own, certificateArn: CERTIFICATE });
    // @ts-expect-error at least one of them
    check({ name: "api.example.com" });
    // @ts-expect-error the records are already in the zone
    check({ ...own, aliasZoneId: "Z1" });
    // @ts-expect-error must be a reason
    check({ ...own, keepExecuteApi: true });
    // @ts-expect-error a shared domain is configured where it is declared
    check({ shared: { name: "api.example.com", mutualTls: false }, zoneId: "Z1" });
  });

  describe("that several gateways share", () => {
    const declared = async (args: AwsApiDomainArgs) => {
      registered.length = 0;
      const domain = new AwsApiDomain("shop", args);
      const target = await value(domain.target);
      await new Promise((resolve) => setTimeout(resolve, 20));
      return { domain, target };
    };

    it("is declared with its certificate and records, by its own component", async () => {
      const { domain, target } = await declared({ ...own, tags: { team: "shop" } });
      assert.deepEqual(registered.map(({ name }) => name).toSorted(), [
        "shop",
        ...own7.filter((name) => name !== "shop-domain-mapping").toSorted(),
      ]);
      assert.equal(registered[0]?.type, "polygate:index:AwsApiDomain");
      assert.equal(target, "d-1.execute-api.eu-central-1.amazonaws.com");
      assert.equal(domain.shared.mutualTls, false);
      assert.equal(await value(pulumi.output(domain.shared.name)), "api.example.com");
      assert.deepEqual(registered.find(({ name }) => name === "shop-domain")?.inputs.tags, { team: "shop" });
    });

    it("tells gateways whether clients need a certificate", async () => {
      const { domain } = await declared({ ...handed, mutualTls: { truststoreUri: "s3://trust/x.pem" } });
      assert.equal(domain.shared.mutualTls, true);
      assert.deepEqual(refusal("AwsHttpApi", { shared: domain.shared, keepExecuteApi: "clients move" }), [
        "mutual-tls-bypass domain.keepExecuteApi",
      ]);
    });

    it("reports all errors at once", () => {
      registered.length = 0;
      assert.throws(
        () => new AwsApiDomain("shop", { name: "*.example.com" } as unknown as AwsApiDomainArgs),
        (error) =>
          error instanceof PolygateError &&
          error.problems.map(({ code }) => code).join() === "wildcard-domain,bad-domain",
      );
      assert.equal(registered.length, 0);
    });
  });
});

describe("The setting that disables the endpoint which AWS gives an API", () => {
  it("is added to the document's server, and changes nothing else", () => {
    const document = JSON.stringify({ openapi: "3.0.1", info: { title: "x", version: "1" }, paths: {} });
    const changed = JSON.parse(withoutDefaultEndpoint(document));
    const { servers, ...rest } = changed;
    assert.deepEqual(rest, JSON.parse(document));
    assert.deepEqual(servers, [
      { url: "/", "x-amazon-apigateway-endpoint-configuration": { disableExecuteApiEndpoint: true } },
    ]);
    assert.equal(disablesDefaultEndpoint(JSON.stringify(changed)), true);
    for (const other of [document, undefined, "{", 1, '{"servers":[{}]}']) {
      assert.equal(disablesDefaultEndpoint(other), false);
    }
  });
});
