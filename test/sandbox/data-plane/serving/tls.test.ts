import assert from "node:assert/strict";
import { CertificateAuthority } from "../../../../sandbox/certificate-authority.ts";
import type { DeployedGateway } from "../../../../sandbox/data-plane/artefacts.ts";
import type { AwsFunction } from "../../../../sandbox/data-plane/aws/artefacts/function.ts";
import { gateway, httpApi, TestDataPlane, to } from "../../../support/sandbox/data-plane/test-data-plane.ts";
import { TestAuthority } from "../../../support/tls/authority.ts";
import { get } from "../../../support/tls/request.ts";

const EXECUTION = "arn:aws:execute-api:eu-west-1:123456789012:caller";
const FUNCTION = "arn:aws:lambda:eu-west-1:123456789012:function:caller";

/** A gateway over TLS with the one route `GET /orders`. */
const secure: DeployedGateway = {
  ...gateway(httpApi({ "/orders": { get: to("/backend") } }), "secure"),
  scheme: "https",
};

describe("A gateway over TLS", function () {
  this.timeout(60_000);
  let stand: TestDataPlane;
  let authority: CertificateAuthority;

  before(async () => {
    authority = await CertificateAuthority.create();
  });
  beforeEach(async () => {
    stand = await new TestDataPlane().start({ authority: async () => authority });
  });
  afterEach(() => stand.close());

  it("answers at an https URL with a certificate for its address, and only to clients that trust it", async () => {
    await stand.dataPlane.apply([secure]);
    const url = stand.dataPlane.url(secure.key);
    const port = stand.ports.get(secure.key) ?? 0;
    assert.equal(url, `https://127.0.0.1:${port}`);
    assert.equal(stand.dataPlane.list()[0]?.url, url);
    assert.deepEqual(await get(`${url}/orders`, { ca: authority.certificate, port }), {
      status: 200,
      body: "from the backend",
    });
    const other = new TestAuthority("another").cert;
    await assert.rejects(get(`${url}/orders`, { ca: other, port }), /unable to verify|self-signed/);
    await assert.rejects(fetch(`http://127.0.0.1:${port}/orders`));
  });

  it("has its URL before it is deployed", async () => {
    const port = await stand.dataPlane.reserve(secure.key, "https");
    assert.equal(stand.dataPlane.url(secure.key), `https://127.0.0.1:${port}`);
    const before = await get(`https://127.0.0.1:${port}/orders`, { ca: authority.certificate, port });
    assert.equal(before.status, 404);
    await stand.dataPlane.apply([secure]);
    assert.equal(stand.dataPlane.url(secure.key), `https://127.0.0.1:${port}`);
    assert.equal((await get(`https://127.0.0.1:${port}/orders`, { ca: authority.certificate, port })).status, 200);
  });

  it("can be the backend of another gateway", async () => {
    const url = await reservedUrl();
    const front = gateway(httpApi({ "/front": { get: httpProxy(`${url}/orders`) } }), "front");
    await stand.dataPlane.apply([secure, front]);
    const response = await fetch(`${stand.dataPlane.url(front.key)}/front`);
    assert.deepEqual([response.status, await response.text()], [200, "from the backend"]);
  });

  it("can be called by a function", async () => {
    const url = await reservedUrl();
    const caller = {
      ...gateway(httpApi({ "/call": { get: lambdaProxy() } }), "caller"),
      artefacts: {
        ...httpApi({ "/call": { get: lambdaProxy() } }),
        executionArn: EXECUTION,
        functions: { [FUNCTION]: calling(`${url}/orders`) },
      },
    };
    await stand.dataPlane.apply([secure, caller]);
    const response = await fetch(`${stand.dataPlane.url(caller.key)}/call`);
    assert.deepEqual([response.status, await response.text()], [200, "from the backend"]);
  });

  async function reservedUrl(): Promise<string> {
    await stand.dataPlane.reserve(secure.key, "https");
    return stand.dataPlane.url(secure.key);
  }
});

function httpProxy(uri: string): object {
  return {
    "x-amazon-apigateway-integration": { type: "HTTP_PROXY", httpMethod: "ANY", uri, payloadFormatVersion: "1.0" },
  };
}

function lambdaProxy(): object {
  const uri = `arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/${FUNCTION}/invocations`;
  return {
    "x-amazon-apigateway-integration": { type: "AWS_PROXY", httpMethod: "POST", uri, payloadFormatVersion: "2.0" },
  };
}

function calling(url: string): AwsFunction {
  const code = `exports.handler = async () => ({ statusCode: 200, body: await (await fetch("${url}")).text() });`;
  return {
    arn: FUNCTION,
    runtime: "nodejs22.x",
    handler: "index.handler",
    timeoutSeconds: 10,
    memoryMegabytes: 128,
    environment: {},
    files: { "index.js": Buffer.from(code).toString("base64") },
    permissions: [{ principal: "apigateway.amazonaws.com", sourceArn: `${EXECUTION}/*` }],
  };
}
