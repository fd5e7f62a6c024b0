import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CertificateAuthority } from "../../../../sandbox/certificate-authority.ts";
import type { DeployedGateway, GatewayArtefacts } from "../../../../sandbox/data-plane/artefacts.ts";
import type { MappedDomain } from "../../../../sandbox/data-plane/aws/artefacts/custom-domain.ts";
import type { AwsFunction } from "../../../../sandbox/data-plane/aws/artefacts/function.ts";
import { EXECUTION, restApi } from "../../../support/sandbox/data-plane/aws/rest-api/service.ts";
import { gateway, httpApi, TestDataPlane, to } from "../../../support/sandbox/data-plane/test-data-plane.ts";
import { TestAuthority } from "../../../support/tls/authority.ts";
import { get, type TlsAnswer } from "../../../support/tls/request.ts";

const NAME = "api.example.com";
const KEY = `aws/eu-west-1/domain/${NAME}`;
const FORBIDDEN: TlsAnswer = { status: 403, body: '{"message":"Forbidden"}' };
const NOT_FOUND: TlsAnswer = { status: 404, body: '{"message":"Not Found"}' };

const mapped = (basePath = "", members: Partial<MappedDomain> = {}): MappedDomain => ({
  key: KEY,
  name: NAME,
  basePath,
  ...members,
});

/** An HTTP API whose one route is `GET /orders`, and that answers by a custom domain. */
const orders = (domains: readonly MappedDomain[], name = "orders", path = "/backend"): DeployedGateway => ({
  ...gateway(httpApi({ "/orders": { get: to(path) } }), name),
  domains,
});

describe("A custom domain", () => {
  let stand: TestDataPlane;
  let authority: CertificateAuthority;

  before(async () => {
    authority = await CertificateAuthority.create();
  });
  beforeEach(async () => {
    stand = await new TestDataPlane().start({ authority: async () => authority });
  });
  afterEach(() => stand.close());

  const ask = (path: string, options: Partial<Parameters<typeof get>[1]> = {}) =>
    get(`https://${NAME}${path}`, { ca: authority.certificate, port: stand.ports.get(KEY) ?? 0, ...options });

  it("answers over TLS at a port of its own, with a certificate for its name", async () => {
    await stand.dataPlane.apply([orders([mapped()])]);
    assert.deepEqual(await ask("/orders"), { status: 200, body: "from the backend" });
    assert.equal(stand.backend.last.url, "/backend");
    await assert.rejects(ask("/orders", { ca: new TestAuthority("another").cert }), /unable to verify|self-signed/);
    assert.deepEqual(stand.dataPlane.list()[0]?.domains, [
      { url: "https://api.example.com", port: stand.ports.get(KEY), clientCertificate: false },
    ]);
    assert.equal(stand.log.at(-1)?.gateway, NAME);
  });

  it("keeps its port over changes and restarts, until its last mapping is removed", async () => {
    await stand.dataPlane.apply([orders([mapped()])]);
    const port = stand.ports.get(KEY);
    await stand.dataPlane.apply([orders([mapped("v2")])]);
    assert.deepEqual(await ask("/orders"), FORBIDDEN);
    assert.equal((await ask("/v2/orders")).status, 200);
    await stand.dataPlane.close();
    stand.dataPlane = stand.newDataPlane({ authority: async () => authority });
    await stand.dataPlane.apply([orders([mapped("v2")])]);
    assert.equal(stand.ports.get(KEY), port);
    assert.equal((await ask("/v2/orders")).status, 200);
    await stand.dataPlane.apply([orders([])]);
    await assert.rejects(ask("/v2/orders"), /ECONNREFUSED/);
    assert.equal((await fetch(`${stand.dataPlane.url("aws/eu-west-1/orders")}/orders`)).status, 200);
  });

  it("selects the API with the longest base path, and removes the base path", async () => {
    await stand.dataPlane.apply([
      orders([mapped()], "root", "/root"),
      orders([mapped("shop")], "shop", "/shop"),
      orders([mapped("shop/v2")], "second", "/second"),
    ]);
    for (const [path, backend] of [
      ["/orders", "/root"],
      ["/shop/orders", "/shop"],
      ["/shop/v2/orders", "/second"],
    ] as const) {
      assert.equal((await ask(path)).status, 200, path);
      assert.equal(stand.backend.last.url, backend);
    }
    assert.deepEqual(await ask("/shop/v1/orders"), NOT_FOUND, "another of the shop's paths, not the root's");
    assert.deepEqual(await ask("/shop"), NOT_FOUND);
    assert.deepEqual(await ask("/shopping/orders"), FORBIDDEN, "which API would see which path is not documented");
    assert.deepEqual(await ask("/Shop/orders"), NOT_FOUND, "the root's, as it is spelt otherwise");
    assert.equal(stand.backend.seen.length, 3);
  });

  it("rejects a path without a mapping, and another host", async () => {
    await stand.dataPlane.apply([orders([mapped("v1")])]);
    assert.deepEqual(await ask("/orders"), FORBIDDEN);
    assert.deepEqual(await ask("/v1/orders", { headers: { host: "other.example.com" } }), FORBIDDEN);
    assert.deepEqual(await ask("/v1/orders", { headers: { host: `${NAME}:443` } }), {
      status: 200,
      body: "from the backend",
    });
    assert.equal(stand.backend.seen.length, 1);
  });

  it("needs no stage in the path, whatever the stage's name", async () => {
    const http = gateway(httpApi({ "/orders": { get: to("/http") } }, { stage: { name: "live" } }), "http");
    const rest: DeployedGateway = {
      ...http,
      key: "aws/eu-west-1/rest",
      name: "rest",
      artefacts: restApi({
        "/orders": {
          get: {
            responses: {},
            "x-amazon-apigateway-integration": {
              type: "http_proxy",
              httpMethod: "GET",
              uri: "https://backend.example.com/rest",
            },
          },
        },
      }),
      domains: [mapped("rest")],
    };
    await stand.dataPlane.apply([{ ...http, domains: [mapped()] }, rest]);
    assert.equal((await ask("/orders")).status, 200);
    assert.equal(stand.backend.last.url, "/http");
    assert.deepEqual(await ask("/live/orders"), NOT_FOUND);
    assert.equal((await ask("/rest/orders")).status, 200);
    assert.equal(stand.backend.last.url, "/rest");
    assert.deepEqual(await ask("/rest/prod/orders"), {
      status: 403,
      body: '{"message":"Missing Authentication Token"}',
    });
  });

  it("is in the events of functions, with the base path that routes do not match", async () => {
    const functionArn = "arn:aws:lambda:eu-west-1:123456789012:function:echo";
    const code = "exports.handler = async (event) => ({ statusCode: 200, body: JSON.stringify(event) });";
    const echo: AwsFunction = {
      arn: functionArn,
      runtime: "nodejs22.x",
      handler: "index.handler",
      timeoutSeconds: 3,
      memoryMegabytes: 128,
      environment: {},
      files: { "index.js": Buffer.from(code).toString("base64") },
      permissions: [{ principal: "apigateway.amazonaws.com", sourceArn: `${EXECUTION}/*` }],
    };
    const invoke = (payloadFormatVersion?: string) => ({
      get: {
        responses: {},
        "x-amazon-apigateway-integration": {
          type: "aws_proxy",
          httpMethod: "POST",
          uri: `arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/${functionArn}/invocations`,
          ...(payloadFormatVersion === undefined ? {} : { payloadFormatVersion }),
        },
      },
    });
    const executionArn = EXECUTION;
    const functions = { [functionArn]: echo };
    const api = (name: string, artefacts: GatewayArtefacts, domain: MappedDomain): DeployedGateway => ({
      ...gateway(httpApi({}), name),
      artefacts,
      domains: [domain],
    });
    const two = { ...httpApi({ "/orders": invoke("2.0") }), executionArn, functions };
    const one = { ...httpApi({ "/orders": invoke("1.0") }), executionArn, functions };
    const rest = { ...restApi({ "/orders": invoke() }), functions };
    await stand.dataPlane.apply([
      api("two", two, mapped("shop/v2")),
      api("one", one, mapped("shop/v1")),
      api("rest", rest, mapped("rest")),
    ]);
    const event = async (path: string) => {
      const { status, body } = await ask(path);
      assert.equal(status, 200, `${body} ${stand.log.at(-1)?.reason}`);
      return JSON.parse(body);
    };
    const { rawPath, requestContext } = await event("/shop/v2/orders");
    assert.equal(rawPath, "/shop/v2/orders");
    const { domainName, domainPrefix, routeKey } = requestContext;
    assert.deepEqual(
      [domainName, domainPrefix, routeKey, requestContext.http.path],
      [NAME, "api", "GET /orders", "/shop/v2/orders"],
    );
    for (const [path, stage] of [
      ["/shop/v1/orders", "$default"],
      ["/rest/orders", "prod"],
    ] as const) {
      const { path: itsPath, resource, requestContext: context } = await event(path);
      assert.deepEqual(
        [itsPath, resource, context.path, context.domainName, context.domainPrefix, context.stage],
        [path, "/orders", path, NAME, "api", stage],
      );
    }
  });

  it("is the only endpoint of an API whose default endpoint is disabled", async () => {
    const http = orders([mapped("http")], "http");
    const rest: DeployedGateway = {
      ...http,
      key: "aws/eu-west-1/rest",
      artefacts: { ...restApi({}), defaultEndpointDisabled: true },
      domains: [],
    };
    const disabled = { ...http, artefacts: { ...http.artefacts, defaultEndpointDisabled: true } } as DeployedGateway;
    await stand.dataPlane.apply([disabled, rest]);
    const direct = async (key: string, path: string) => {
      const response = await fetch(`${stand.dataPlane.url(key)}${path}`);
      return { status: response.status, body: await response.text() };
    };
    assert.deepEqual(await direct(http.key, "/orders"), NOT_FOUND);
    assert.deepEqual(await direct(rest.key, "/prod/orders"), FORBIDDEN);
    assert.equal(stand.backend.seen.length, 0);
    assert.equal(stand.log.at(-1)?.reason, "the default endpoint is disabled");
    assert.equal((await ask("/http/orders")).status, 200);
    await stand.dataPlane.apply([http]);
    assert.equal((await direct(http.key, "/orders")).status, 200);
  });

  it("counts the requests of an API together, whichever endpoint they use", async () => {
    const throttle = { throttlingRateLimit: 0.001, throttlingBurstLimit: 2 };
    const api = gateway(httpApi({ "/orders": { get: to("/") } }, { stage: { defaultRouteSettings: throttle } }));
    await stand.dataPlane.apply([{ ...api, domains: [mapped()] }]);
    assert.equal((await ask("/orders")).status, 200);
    assert.equal((await fetch(`${stand.dataPlane.url(api.key)}/orders`)).status, 200);
    assert.equal((await ask("/orders")).status, 429);
  });

  describe("with mutual TLS", () => {
    const trusted = new TestAuthority("Partners");
    const stranger = new TestAuthority("Partners");

    it("accepts only clients whose certificate the truststore's authorities issued", async () => {
      await stand.dataPlane.apply([orders([mapped("", { truststore: trusted.cert })])]);
      assert.equal((await ask("/orders", { client: trusted.client("acme") })).status, 200);
      const refused = [
        undefined,
        stranger.client("acme"),
        trusted.client("acme", { valid: [-7200, -3600] }),
        trusted.client("acme", { valid: [3600, 7200] }),
        trusted.client("acme", { rsaBits: 1024 }),
      ];
      for (const client of refused) {
        assert.deepEqual(await ask("/orders", client === undefined ? {} : { client }).catch(closed), FORBIDDEN);
      }
      assert.equal(stand.backend.seen.length, 1);
      assert.equal(stand.dataPlane.list()[0]?.domains?.[0]?.clientCertificate, true);
    });

    it("uses a changed truststore for new connections, on the same port", async () => {
      await stand.dataPlane.apply([orders([mapped("", { truststore: trusted.cert })])]);
      const port = stand.ports.get(KEY);
      await stand.dataPlane.apply([orders([mapped("", { truststore: stranger.cert })])]);
      assert.equal(stand.ports.get(KEY), port);
      assert.deepEqual(await ask("/orders", { client: trusted.client("acme") }), FORBIDDEN);
      assert.equal((await ask("/orders", { client: stranger.client("acme") })).status, 200);
      await stand.dataPlane.apply([orders([mapped()])]);
      assert.equal((await ask("/orders")).status, 200);
    });
  });
});

/** A client's own TLS may refuse to speak with so weak a key. */
function closed(error: Error): TlsAnswer {
  return /key too small|ee key too small/i.test(error.message) ? FORBIDDEN : { status: 0, body: error.message };
}

describe("The sandbox's certificate authority", () => {
  it("is the same after a restart, so that clients need to trust it only once", async () => {
    const folder = mkdtempSync(join(tmpdir(), "polygate-authority-"));
    const first = await CertificateAuthority.open(folder);
    const second = await CertificateAuthority.open(folder);
    assert.equal(second.certificate, first.certificate);
    rmSync(folder, { recursive: true });
  });
});
