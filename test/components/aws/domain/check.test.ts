import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { defineApi } from "../../../../components/api/define-api.ts";
import { http, open } from "../../../../components/api/description.ts";
import type { AwsDomain } from "../../../../components/aws/domain/domain.ts";
import {
  CERTIFICATE,
  declare,
  existing,
  own,
  problemsOf,
  setMocks,
} from "../../../support/components/aws/domain/declared-domain.ts";

describe("the arguments of a custom domain on AWS", () => {
  before(setMocks);

  for (const className of ["AwsHttpApi", "AwsRestApi"] as const) {
    describe(`for ${className}`, () => {
      it("have all their errors reported at once, before any resource is registered", () => {
        assert.deepEqual(
          problemsOf(className, {
            name: "API.example.com",
            zoneId: "zone",
            certificateArn: "arn:aws:iam::123456789012:server-certificate/x",
            basePath: "/v1",
            keepExecuteApi: "",
            mutualTls: { truststoreUri: "https://trust/x", version: "1" },
            port: 443,
          }),
          [
            "unknown-property domain.port",
            "unknown-property domain.mutualTls.version",
            "bad-base-path domain.basePath",
            "empty domain.keepExecuteApi",
            "bad-domain-name domain.name",
            "bad-zone domain.zoneId",
            "bad-certificate domain.certificateArn",
            "bad-truststore domain.mutualTls.truststoreUri",
            "bad-domain domain",
            "mutual-tls-bypass domain.keepExecuteApi",
          ],
        );
      });

      it("must be a name and either a zone or a certificate, and no other members", () => {
        for (const [domain, ...codes] of [
          ["api.example.com", "bad-domain domain"],
          [{ ...own, name: pulumi.output("api.example.com") }, "bad-domain-name domain.name"],
          [{ name: "api.example.com" }, "bad-domain domain"],
          [{ ...own, ...existing }, "bad-domain domain"],
          [{ ...own, aliasZoneId: "Z0123456789ABC" }, "bad-domain domain.aliasZoneId"],
          [{ ...own, name: "*.example.com" }, "wildcard-domain domain.name"],
          [{ ...existing, name: "*.example.com" }, "wildcard-domain domain.name"],
          [{ ...own, mutualTls: {} }, "bad-truststore domain.mutualTls.truststoreUri"],
          [{ ...own, mutualTls: "s3://trust/x" }, "bad-truststore domain.mutualTls"],
          [{ shared: { name: "api.example.com", mutualTls: false }, zoneId: "Z1" }, "bad-domain domain.zoneId"],
        ] as const) {
          assert.deepEqual(problemsOf(className, domain), codes, JSON.stringify(domain));
        }
      });

      it("must contain a host in lower case, short enough for a new certificate", () => {
        const long = `${"a".repeat(53)}.example.com`;
        for (const name of ["", "localhost", "api.example.com.", "https://api.example.com", "a_b.example.com"]) {
          assert.deepEqual(problemsOf(className, { ...own, name }), ["bad-domain-name domain.name"], name);
        }
        for (const name of ["-a.example.com", "a..example.com", "192.0.2.1", `${"a".repeat(64)}.example.com`]) {
          assert.deepEqual(problemsOf(className, { ...own, name }), ["bad-domain-name domain.name"], name);
        }
        assert.equal(long.length, 65);
        assert.deepEqual(problemsOf(className, { ...own, name: long }), ["bad-domain-name domain.name"]);
        assert.deepEqual(problemsOf(className, { ...existing, name: `${"a.".repeat(122)}example.com` }), [
          "bad-domain-name domain.name",
        ]);
      });

      it("may contain a base path of the allowed characters, except the reserved ones", () => {
        for (const basePath of ["", "/", "a/", "a//b", "ä", "a b", "a/../b", ".", "x".repeat(301), 7]) {
          assert.deepEqual(
            problemsOf(className, { ...own, basePath }),
            ["bad-base-path domain.basePath"],
            String(basePath),
          );
        }
        for (const basePath of ["ping", "sping/v1"]) {
          assert.deepEqual(problemsOf(className, { ...own, basePath }), ["reserved-path domain.basePath"]);
        }
      });
    });
  }

  it("do not allow the paths of health checks for a REST API, and show a caution for an HTTP API", async () => {
    const pinged = defineApi({
      version: 1,
      backends: { erp: http() },
      auth: { anyone: open("a test") },
      routes: { "GET /ping": { to: "erp", auth: "anyone" } },
    });
    assert.deepEqual(problemsOf("AwsRestApi", own, { api: pinged }), ["reserved-path GET /ping"]);
    const { gateway } = await declare("AwsHttpApi", { ...own, basePath: "v1" }, { api: pinged });
    assert.deepEqual(
      gateway.report.cautions.map(({ route }) => route),
      ["domain.basePath", "GET /ping"],
    );
  });

  it("do not compile with both a zone and a certificate, with neither, or with a shared domain and a zone", () => {
    const check = (_domain: AwsDomain): void => {};
    check(own);
    check(existing);
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
});
