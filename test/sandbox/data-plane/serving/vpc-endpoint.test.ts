import assert from "node:assert/strict";
import { CertificateAuthority } from "../../../../sandbox/certificate-authority.ts";
import type { DeployedGateway } from "../../../../sandbox/data-plane/artefacts.ts";
import type { ReachingEndpoint } from "../../../../sandbox/data-plane/aws/artefacts/vpc-endpoint.ts";
import { sign } from "../../../contract/world/signatures.ts";
import { mock, restApi, to } from "../../../support/sandbox/data-plane/aws/rest-api/service.ts";
import { gateway, httpApi, TestDataPlane } from "../../../support/sandbox/data-plane/test-data-plane.ts";
import { get, type TlsAnswer } from "../../../support/tls/request.ts";

const DOMAIN = "execute-api.eu-west-1.amazonaws.com";
const [HERE, THERE] = ["vpce-0a1b2c3d", "vpce-0f9e8d7c"] as const;
const FORBIDDEN: TlsAnswer = { status: 403, body: '{"message":"Forbidden"}' };

const invoke = { Principal: "*", Action: "execute-api:Invoke", Resource: "*" };
const allow = { Effect: "Allow", ...invoke };
const policyOf = (...statements: readonly object[]) => JSON.stringify({ Version: "2012-10-17", Statement: statements });
const deny = (operator: string, key: string, value: string) => ({
  Effect: "Deny",
  ...invoke,
  Condition: { [operator]: { [key]: value } },
});
const through = (endpoint: string) => policyOf(allow, deny("StringNotEquals", "aws:SourceVpce", endpoint));

const endpoint = (id: string, api: string, associated: boolean): ReachingEndpoint => {
  const own = `${api}-${id}.${DOMAIN}`;
  return {
    key: `aws/eu-west-1/vpc-endpoint/${id}`,
    id,
    vpcId: "vpc-0a1b2c3d",
    certificateName: `*.${DOMAIN}`,
    hosts: [`${api}.${DOMAIN}`, ...(associated ? [own] : [])],
    ...(associated ? { url: `https://${own}/prod` } : {}),
  };
};

/** A private API with `GET /a`, associated with the first endpoint. */
const orders = (policy: string, name = "orders"): DeployedGateway => {
  const told = { "application/json": "$context.identity.vpceId $context.identity.vpcId" };
  const paths = {
    "/a": { get: to("/a") },
    "/who": { get: mock(200, { responseTemplates: told }) },
  };
  return {
    ...gateway(httpApi({}), name),
    artefacts: restApi(paths, { policy, private: true }),
    vpcEndpoints: [endpoint(HERE, name, true), endpoint(THERE, name, false)],
  };
};

describe("A VPC endpoint of a private API", () => {
  let stand: TestDataPlane;
  let authority: CertificateAuthority;

  before(async () => {
    authority = await CertificateAuthority.create();
  });
  beforeEach(async () => {
    stand = await new TestDataPlane().start({ authority: async () => authority });
  });
  afterEach(() => stand.close());

  const ask = (id: string, host: string, path = "/prod/a", headers: Readonly<Record<string, string>> = {}) => {
    const port = stand.ports.get(`aws/eu-west-1/vpc-endpoint/${id}`) ?? 0;
    return get(`https://${host}.${DOMAIN}${path}`, { ca: authority.certificate, port, headers });
  };
  const passed: TlsAnswer = { status: 200, body: "from the backend" };

  it("serves the API at its hosts, over TLS at a port of its own, with the stage in the path", async () => {
    await stand.dataPlane.apply([orders(through(HERE))]);
    assert.deepEqual(await ask(HERE, `orders-${HERE}`), passed);
    assert.deepEqual(await ask(HERE, "orders"), passed);
    assert.deepEqual(await ask(HERE, "orders", "/a"), FORBIDDEN);
    assert.deepEqual(await ask(HERE, "others"), FORBIDDEN);
    assert.match(stand.log.at(-1)?.reason ?? "", /vpce-0a1b2c3d reaches no private API at the host others\./);
    assert.deepEqual(stand.dataPlane.list()[0]?.domains, [
      {
        url: `https://orders-${HERE}.${DOMAIN}/prod`,
        port: stand.ports.get(`aws/eu-west-1/vpc-endpoint/${HERE}`),
        clientCertificate: false,
      },
    ]);
  });

  it("is the only endpoint: the API's own port rejects requests before its policy and its routes", async () => {
    await stand.dataPlane.apply([orders(policyOf(allow))]);
    for (const path of ["/prod/a", "/prod/none", "/other"]) {
      const response = await fetch(`${stand.dataPlane.url("aws/eu-west-1/orders")}${path}`);
      assert.deepEqual({ status: response.status, body: await response.text() }, FORBIDDEN);
    }
    assert.equal(stand.log.at(-1)?.decision, "no route");
    assert.equal(stand.backend.seen.length, 0);
  });

  it("provides the policy with its id, its VPC and the client's private address", async () => {
    for (const [policy, here, there] of [
      [through(HERE), 200, 403],
      [through(THERE), 403, 200],
      [policyOf(allow, deny("StringNotEquals", "aws:SourceVpc", "vpc-0a1b2c3d")), 200, 200],
      [policyOf(allow, deny("StringEquals", "aws:SourceVpc", "vpc-0a1b2c3d")), 403, 403],
      [policyOf(allow, deny("NotIpAddress", "aws:VpcSourceIp", "127.0.0.1/32")), 200, 200],
      [policyOf(allow, deny("NotIpAddress", "aws:VpcSourceIp", "10.0.0.0/8")), 403, 403],
      [policyOf(allow, deny("NotIpAddress", "aws:SourceIp", "127.0.0.1/32")), 403, 403],
    ] as const) {
      await stand.dataPlane.apply([orders(policy)]);
      const statuses = [(await ask(HERE, "orders")).status, (await ask(THERE, "orders")).status];
      assert.deepEqual(statuses, [here, there], policy);
    }
  });

  it("accepts a signer by the signer's own policies when the API's policy only denies", async () => {
    const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" };
    const principal = { arn: "arn:aws:iam::123456789012:user/billing", userId: "AIDAEXAMPLE", name: "billing" };
    const only = policyOf(deny("StringNotEquals", "aws:SourceVpce", HERE));
    const signed = { "/a": { get: to("/a", {}, { "x-amazon-apigateway-auth": { type: "AWS_IAM" } }) } };
    const status = async (id: string, allowed: object): Promise<number> => {
      const signers = [{ ...credentials, active: true, principal, policies: [policyOf(allowed)] }];
      await stand.dataPlane.apply([
        { ...orders(only), artefacts: restApi(signed, { policy: only, private: true, signers }) },
      ]);
      const order = { credentials, region: "eu-west-1", service: "execute-api", at: Date.now() };
      const parts = { method: "GET", path: "/prod/a", query: "", body: Buffer.alloc(0) };
      const made = await sign(order, { ...parts, headers: [["host", `orders.${DOMAIN}`]] });
      return (await ask(id, "orders", "/prod/a", Object.fromEntries(made.headers))).status;
    };
    const may = { Effect: "Allow", Action: "execute-api:Invoke", Resource: "*" };
    const from = (endpoint: string) => ({ ...may, Condition: { StringEquals: { "aws:SourceVpce": endpoint } } });
    assert.equal(await status(HERE, may), 200);
    assert.equal(await status(THERE, may), 403);
    assert.equal(await status(HERE, from(HERE)), 200);
    assert.equal(await status(HERE, from(THERE)), 403);
    assert.equal(await status(HERE, { ...may, Action: "s3:GetObject" }), 403);
    await stand.dataPlane.apply([orders(policyOf(deny("StringNotEquals", "aws:SourceVpce", HERE)))]);
    assert.equal((await ask(HERE, "orders")).status, 403, "and nobody else");
  });

  it("is available to the API's templates", async () => {
    await stand.dataPlane.apply([orders(through(HERE))]);
    assert.deepEqual(await ask(HERE, "orders", "/prod/who"), { status: 200, body: `${HERE} vpc-0a1b2c3d` });
  });

  it("serves several APIs at one port, which it keeps until the last is removed", async () => {
    await stand.dataPlane.apply([orders(through(HERE)), orders(through(THERE), "reports")]);
    const port = stand.ports.get(`aws/eu-west-1/vpc-endpoint/${HERE}`);
    assert.deepEqual((await ask(HERE, `reports-${HERE}`)).status, 403);
    assert.deepEqual(await ask(THERE, "reports"), passed);
    await stand.dataPlane.apply([orders(through(HERE))]);
    assert.deepEqual(await ask(HERE, "orders"), passed);
    assert.deepEqual(await ask(THERE, "reports"), FORBIDDEN);
    assert.equal(stand.ports.get(`aws/eu-west-1/vpc-endpoint/${HERE}`), port);
    await stand.dataPlane.apply([]);
    await assert.rejects(ask(HERE, "orders"), /ECONNREFUSED/);
  });
});
