import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { PolygateError } from "../../../../components/api/problem.ts";
import { AwsApiDomain, type AwsApiDomainArgs } from "../../../../components/aws/domain/api-domain.ts";
import {
  existing,
  own,
  ownResources,
  problemsOf,
  registered,
  setMocks,
  value,
} from "../../../support/components/aws/domain/declared-domain.ts";

describe("AwsApiDomain", () => {
  before(setMocks);

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
      ...ownResources.filter((name) => name !== "shop-domain-mapping").toSorted(),
    ]);
    assert.equal(registered[0]?.type, "polygate:index:AwsApiDomain");
    assert.equal(target, "d-1.execute-api.eu-central-1.amazonaws.com");
    assert.equal(domain.shared.mutualTls, false);
    assert.equal(await value(pulumi.output(domain.shared.name)), "api.example.com");
    assert.deepEqual(registered.find(({ name }) => name === "shop-domain")?.inputs.tags, { team: "shop" });
  });

  it("tells gateways whether clients need a certificate", async () => {
    const { domain } = await declared({ ...existing, mutualTls: { truststoreUri: "s3://trust/x.pem" } });
    assert.equal(domain.shared.mutualTls, true);
    assert.deepEqual(problemsOf("AwsHttpApi", { shared: domain.shared, keepExecuteApi: "clients move" }), [
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
