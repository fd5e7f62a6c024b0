import assert from "node:assert/strict";
import { defineApi } from "../../../../components/api/define-api.ts";
import { http, jwt } from "../../../../components/api/description.ts";
import { PolygateError } from "../../../../components/api/problem.ts";
import { AwsRestApi } from "../../../../components/aws/rest-api/rest-api.ts";
import { refusalOf } from "../../../support/components/aws/rest-api/canary/canary-release.ts";
import { CanaryStack } from "../../../support/components/aws/rest-api/canary/canary-stack.ts";

const auth = { staff: jwt({ audiences: ["orders"] }) };
const routes = { "GET /orders": { to: "erp", auth: "staff" } } as const;
const proven = defineApi({ version: 1, backends: { erp: http({ trust: { clientCertificate: true } }) }, auth, routes });
const plain = defineApi({ version: 1, backends: { erp: http() }, auth, routes });
const proof = { kind: "clientCertificate" } as const;
const bound = {
  backends: { erp: { url: "https://erp.example.com", proof } },
  auth: { staff: { issuer: "https://login.example.com" } },
};
const certificateType = "aws:apigateway/clientCertificate:ClientCertificate";

function problemsOf(args: object): readonly string[] {
  try {
    new AwsRestApi("orders", args as never);
  } catch (error) {
    assert.ok(error instanceof PolygateError);
    return error.problems.map(({ code, place }) => `${code} ${place}`);
  }
  return [];
}

describe("a REST API that proves itself to a backend", () => {
  const children = (stack: CanaryStack, type: string) =>
    Object.entries(stack.state).flatMap(([urn, held]) =>
      urn.includes(type) ? [{ name: urn.split("::").at(-1) ?? "", ...held }] : [],
    );

  it("presents the certificate of the first label, and declares one for each of the others", async () => {
    const stack = new CanaryStack();
    await stack.up(proven, { ...bound, clientCertificates: ["2026", "2027"] } as never);
    const [old, next, ...others] = children(stack, certificateType);
    assert.deepEqual(
      [old?.name, next?.name, others],
      ["orders-client-certificate-2026", "orders-client-certificate-2027", []],
    );
    assert.equal(children(stack, ":Stage:")[0]?.inputs.clientCertificateId, old?.id);
    await stack.up(proven, { ...bound, clientCertificates: ["2027"] } as never);
    assert.deepEqual(
      children(stack, certificateType).map(({ name, id }) => [name, id]),
      [["orders-client-certificate-2027", next?.id]],
    );
    assert.equal(children(stack, ":Stage:")[0]?.inputs.clientCertificateId, next?.id);
  });

  it("has one certificate by default, and none without a backend that wants one", async () => {
    const stack = new CanaryStack();
    const gateway = await stack.up(proven, bound as never);
    assert.deepEqual(
      children(stack, certificateType).map(({ name }) => name),
      ["orders-client-certificate-first"],
    );
    assert.ok(gateway.report.cautions.some(({ what }) => what.includes("expires 365 days after its creation")));
    await stack.up(plain);
    assert.deepEqual(children(stack, certificateType), []);
    assert.equal(children(stack, ":Stage:")[0]?.inputs.clientCertificateId, undefined);
  });

  it("keeps the certificate that requests outside a canary need", async () => {
    const stack = new CanaryStack();
    await stack.up(proven, bound as never);
    assert.deepEqual(await refusalOf(stack, plain), ["canary-takes-certificate backends"]);
  });

  it("is refused with labels that name no certificates, or that nothing uses", () => {
    const at = "clientCertificates";
    for (const clientCertificates of [[], ["a", "a"], ["two words"], [5], "first"]) {
      assert.deepEqual(problemsOf({ api: proven, ...bound, clientCertificates }), [`bad-certificates ${at}`]);
    }
    const backends = { erp: { url: "https://erp.example.com" } };
    const unused = { api: plain, ...bound, backends, clientCertificates: ["first"] };
    assert.deepEqual(problemsOf(unused), [`certificates-not-used ${at}`]);
  });

  it("reports a missing proof, a proof of another kind and one that nobody wants", () => {
    const binding = (api: object, own: object) =>
      problemsOf({ api, ...bound, backends: { erp: { url: "https://erp.example.com", ...own } } });
    assert.deepEqual(binding(proven, {}), ["missing-proof backends.erp.proof"]);
    assert.deepEqual(binding(proven, { proof: { kind: "identityToken" } }), ["unknown-proof backends.erp.proof.kind"]);
    assert.deepEqual(binding(plain, { proof }), ["proof-not-used backends.erp.proof"]);
    assert.deepEqual(
      problemsOf({ api: proven, ...bound, backends: { erp: { url: "http://erp.example.com", proof } } }),
      ["proof-without-tls backends.erp.proof"],
    );
  });
});
