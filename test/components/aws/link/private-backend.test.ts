import assert from "node:assert/strict";
import type { Bindings } from "../../../../components/api/binding/binding.ts";
import { carry } from "../../../../components/api/capability/carry.ts";
import { normalise } from "../../../../components/api/check/normalise.ts";
import { PolygateError, type Problem } from "../../../../components/api/problem.ts";
import { httpApiTarget } from "../../../../components/aws/http-api/target.ts";
import { restApiTarget } from "../../../../components/aws/rest-api/target.ts";
import type { Target } from "../../../../components/gateway/target.ts";

const httpApi = httpApiTarget({ name: "shop" });
const restApi = restApiTarget({ name: "shop" });

const account = "arn:aws:elasticloadbalancing:eu-central-1:123456789012";
const link = {
  kind: "aws-vpc-link",
  vpcLinkId: "a1b2c3d4e5",
  listenerArn: `${account}:listener/net/erp/0123456789abcdef/fedcba9876543210`,
  loadBalancerArn: `${account}:loadbalancer/net/erp/0123456789abcdef`,
};
const service = "arn:aws:servicediscovery:eu-central-1:123456789012:service/srv-0a1b2c3d4e5f6a7b";

const description = {
  version: 1,
  backends: { erp: { kind: "onPrem" }, shop: { kind: "http" } },
  auth: { anyone: { kind: "open", reason: "a test" } },
  default: { auth: "anyone" },
  routes: {
    "GET /orders/{id}": { to: "erp", path: "/v1/items/{id}", requestHeaders: { set: { "x-shop": "eu" } } },
    "GET /a": { to: "erp" },
    "GET /b": { to: "erp" },
    "GET /c": { to: "shop" },
  },
};

function bindings(url: string, given: Readonly<Record<string, string>> = link): Bindings {
  return { backends: { erp: { url, link: given }, shop: { url: "https://shop.example.com" } }, auth: {} };
}

function compiled<Document extends { readonly document: string }>(
  target: Target<Document>,
  bound: Bindings,
  more: object = {},
) {
  const { api } = carry(normalise({ ...description, ...more }), target.capabilities, {}, target.check);
  return JSON.parse(target.compile(api, bound).document);
}

function refused(
  target: Target<{ readonly document: string }>,
  bound: Bindings,
  more: object = {},
): readonly Problem[] {
  try {
    compiled(target, bound, more);
  } catch (error) {
    if (error instanceof PolygateError) return error.problems;
    throw error;
  }
  return [];
}

const extension = "x-amazon-apigateway-integration";
const url = "https://erp.example.com:8443/base/";

describe("a private backend of an HTTP API", () => {
  /** The integration of an operation, and how many there are. */
  function integrations(bound: Bindings) {
    const { paths, components } = compiled(httpApi, bound);
    const all = components[`${extension}s`];
    const of = (path: string) => all[paths[path].get[extension].$ref.split("/").at(-1)];
    return { of, all: Object.values<{ connectionType?: string }>(all) };
  }

  it("is a listener behind a VPC link, which receives the backend's host and path over TLS with its host name", () => {
    const { of } = integrations(bindings(url));
    const integration = {
      type: "http_proxy",
      httpMethod: "ANY",
      uri: link.listenerArn,
      connectionType: "VPC_LINK",
      connectionId: "a1b2c3d4e5",
      tlsConfig: { serverNameToVerify: "erp.example.com" },
      payloadFormatVersion: "1.0",
      timeoutInMillis: 15_000,
    };
    assert.deepEqual(of("/a"), {
      ...integration,
      requestParameters: {
        "overwrite:path": "/base${request.path}",
        "overwrite:header.host": "erp.example.com:8443",
      },
    });
    assert.deepEqual(of("/orders/{id}").requestParameters, {
      "overwrite:path": "/base/v1/items/${request.path.id}",
      "overwrite:header.host": "erp.example.com:8443",
      "overwrite:header.x-shop": "eu",
    });
  });

  it("always has a path mapping, because the stage's name would precede the path without it", () => {
    assert.equal(
      integrations(bindings("https://erp.example.com")).of("/a").requestParameters["overwrite:path"],
      "$request.path",
    );
  });

  it("is reached without TLS if its URL has the scheme http", () => {
    const { of } = integrations(bindings("http://10.20.0.5:8080"));
    assert.equal(of("/a").tlsConfig, undefined);
    assert.equal(of("/a").requestParameters["overwrite:header.host"], "10.20.0.5:8080");
  });

  it("may be a service in AWS Cloud Map", () => {
    const given = { kind: "aws-cloud-map", vpcLinkId: "a1b2c3d4e5", serviceArn: service };
    const { of } = integrations(bindings(url, given));
    assert.deepEqual([of("/a").uri, of("/a").connectionId], [service, "a1b2c3d4e5"]);
  });

  it("shares an integration between routes with equal destinations, and does not affect public backends", () => {
    const { of, all } = integrations(bindings(url));
    assert.equal(of("/a"), of("/b"));
    assert.equal(all.filter(({ connectionType }) => connectionType === "VPC_LINK").length, 2);
    assert.deepEqual(of("/c"), {
      type: "http_proxy",
      httpMethod: "ANY",
      uri: "https://shop.example.com",
      payloadFormatVersion: "1.0",
      timeoutInMillis: 15_000,
      requestParameters: { "overwrite:path": "$request.path" },
    });
  });
});

describe("a private backend of a REST API", () => {
  it("is a load balancer behind a VPC link, which receives the backend's URL and path", () => {
    const { paths } = compiled(restApi, bindings(url));
    assert.deepEqual(paths["/orders/{id}"].get[extension], {
      type: "http_proxy",
      httpMethod: "GET",
      uri: "https://erp.example.com:8443/base/v1/items/{id}",
      connectionType: "VPC_LINK",
      connectionId: "a1b2c3d4e5",
      integrationTarget: link.loadBalancerArn,
      passthroughBehavior: "when_no_match",
      timeoutInMillis: 15_000,
      requestParameters: {
        "integration.request.path.id": "method.request.path.id",
        "integration.request.header.x-shop": "'eu'",
      },
    });
    assert.equal(paths["/c"].get[extension].connectionType, "INTERNET");
    assert.equal(paths["/c"].get[extension].integrationTarget, undefined);
  });

  it("cannot be a service of AWS Cloud Map, even if the link was not checked", () => {
    const given = { kind: "aws-cloud-map", vpcLinkId: "a1b2c3d4e5", serviceArn: service };
    assert.throws(() => compiled(restApi, bindings(url, given)), RangeError);
  });
});

for (const [className, target] of [
  ["an HTTP API", httpApi],
  ["a REST API", restApi],
] as const) {
  describe(`a private backend of ${className} is rejected`, () => {
    it("with TLS to an IP address, for which a certificate has no host name", () => {
      for (const address of ["10.20.0.5", "[fd00::1]"]) {
        const [problem, ...others] = refused(target, bindings(`https://${address}:8443`));
        assert.deepEqual(
          [problem?.code, problem?.place, problem?.feature, others],
          ["nameless-certificate", "backends.erp.url", "backend.onPrem", []],
        );
        assert.deepEqual(refused(target, bindings(`http://${address}:8443`)), []);
      }
    });

    it("if it needs more VPC links than an account may have, and backends may share one", () => {
      const names = Array.from({ length: 11 }, (_, index) => `erp${index}`);
      const more = {
        backends: Object.fromEntries(names.map((name) => [name, { kind: "onPrem" }])),
        routes: Object.fromEntries(names.map((name) => [`GET /${name}`, { to: name }])),
      };
      const bound = (idOf: (index: number) => string): Bindings => ({
        backends: Object.fromEntries(
          names.map((name, index) => [name, { url, link: { ...link, vpcLinkId: idOf(index) } }]),
        ),
        auth: {},
      });
      assert.deepEqual(
        refused(
          target,
          bound(() => "a1"),
          more,
        ),
        [],
      );
      assert.deepEqual(
        refused(
          target,
          bound((index) => `a${Math.min(index, 9)}`),
          more,
        ),
        [],
      );
      const [problem, ...others] = refused(
        target,
        bound((index) => `a${index}`),
        more,
      );
      assert.deepEqual([problem?.code, others], ["too-many-vpc-links", []]);
      assert.match(problem?.rule ?? "", /uses 11 VPC links\. API Gateway allows 10/);
    });

    it("if the document cannot express its path", () => {
      const dollar = refused(target, bindings("https://erp.example.com/a$b")).map(({ code }) => code);
      assert.deepEqual(dollar, target === httpApi ? ["dollar"] : []);
      const port = refused(target, bindings("https://erp.example.com:22")).map(({ code }) => code);
      assert.deepEqual(port, target === httpApi ? [] : ["backend-port"]);
    });
  });
}
