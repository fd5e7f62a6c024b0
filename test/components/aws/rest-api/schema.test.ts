import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { placeholders } from "../../../../components/api/binding/placeholders.ts";
import { normalise } from "../../../../components/api/check/normalise.ts";
import type { Api } from "../../../../components/api/checked-api.ts";
import { withoutDefaultEndpoint } from "../../../../components/aws/domain/default-endpoint.ts";
import { privateDocument } from "../../../../components/aws/rest-api/exposure/private.ts";
import { privatePolicy } from "../../../../components/aws/rest-api/exposure/private-policy.ts";
import { apis as generated, target } from "../../../support/components/aws/rest-api/generated.ts";

const schema = JSON.parse(readFileSync(new URL("x-amazon.schema.json", import.meta.url), "utf8"));
const validate = new Ajv2020({ strict: false, allErrors: true }).compile(schema);

/** Puts the HTTP backend of a description into a private network. */
function privately(api: Api): Api {
  const erp = { kind: "onPrem" } as const;
  const routes = api.routes.map((route) =>
    route.kind === "proxy" && route.backend === "erp" ? { ...route, backendKind: erp.kind } : route,
  );
  return { ...api, backends: { ...api.backends, erp }, routes };
}

const apis = fc.tuple(generated, fc.boolean()).map(([api, isPrivate]) => (isPrivate ? privately(api) : api));

describe("the document of a REST API", () => {
  it("uses AWS's extensions only as AWS documents them, whatever the description", () => {
    const met = { documents: 0, mock: 0, aws_proxy: 0, http_proxy: 0, token: 0, key: 0, link: 0 };
    fc.assert(
      fc.property(apis, (api) => {
        const { document } = target.compile(api, placeholders(api, target));
        const ids = ["vpce-0a1b2c3d", "vpce-0a1b2c3d4e5f67890"];
        const behindEndpoints = privateDocument(document, ids, privatePolicy(api, ids, ["10.0.0.0/16"]));
        for (const each of [document, withoutDefaultEndpoint(document), behindEndpoints]) {
          assert.ok(validate(JSON.parse(each)), JSON.stringify(validate.errors?.slice(0, 3)));
        }
        met.documents++;
        for (const type of ["mock", "aws_proxy", "http_proxy", "token"] as const) {
          if (document.includes(`"type": "${type}"`)) met[type]++;
        }
        if (document.includes('"api_key"')) met.key++;
        if (document.includes('"VPC_LINK"')) met.link++;
      }),
      { numRuns: 300 },
    );
    assert.ok(Math.min(...Object.values(met)) > 50, JSON.stringify(met));
  });

  it("requires a signature as AWS documents it, without a token", () => {
    const signed = normalise({
      version: 1,
      backends: { erp: { kind: "http" } },
      auth: { services: { kind: "iam" } },
      routes: { "GET /a/{id}": { to: "erp", auth: "services" } },
    });
    const { document } = target.compile(signed, placeholders(signed, target));
    assert.ok(validate(JSON.parse(document)), JSON.stringify(validate.errors));
    const both = JSON.parse(document);
    both.paths["/a/{id}"].get.security = [{ staff: [] }];
    assert.equal(validate(both), false);
  });

  it("is rejected with an undocumented member, a scope, or a mock that reads bytes", () => {
    fc.assert(
      fc.property(apis, fc.constantFrom("unknown", "scope", "bytes"), (api, fault) => {
        const document = JSON.parse(target.compile(api, placeholders(api, target)).document);
        const operations = Object.values(document.paths).flatMap((item) => Object.values(item as object));
        let changed = false;
        for (const operation of operations) {
          const integration = operation["x-amazon-apigateway-integration"];
          if (fault === "unknown") integration.timeOutInMillis = 1000;
          else if (fault === "bytes" && integration.type === "mock") delete integration.contentHandling;
          else if (fault === "scope" && operation.security !== undefined) operation.security = [{ staff: ["r"] }];
          else continue;
          changed = true;
        }
        assert.equal(validate(document), !changed);
      }),
      { numRuns: 100 },
    );
  });
});
