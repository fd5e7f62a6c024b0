import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { normalise } from "../../../../../components/api/check/normalise.ts";
import { PolygateError } from "../../../../../components/api/problem.ts";
import { withoutRestOnly } from "../../../../../components/aws/http-api/rest-api-only.ts";
import { httpApiTarget } from "../../../../../components/aws/http-api/target.ts";
import { AwsRestApi, type PrivateTo } from "../../../../../components/aws/index.ts";
import type { RestApiOnlyArgs } from "../../../../../components/aws/rest-api/args.ts";
import { endpointIds, urlThrough } from "../../../../../components/aws/rest-api/exposure/endpoint-ids.ts";
import { refuseOtherEndpoint } from "../../../../../components/aws/rest-api/exposure/endpoint-type.ts";
import { apiKey, type Description, defineApi, http, iam, open } from "../../../../../components/index.ts";

interface Registered {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

const registered: Registered[] = [];
const [one, other] = ["vpce-0a1b2c3d4e5f67890", "vpce-0f9e8d7c"];

const mocks: pulumi.runtime.Mocks = {
  call: () => ({}),
  newResource: ({ type, name, inputs }) => {
    registered.push({ type, name, inputs });
    const id = name === "orders-api" ? "a1b2c3d4e5" : `${name}-id`;
    return {
      id,
      state: {
        ...inputs,
        region: "eu-central-1",
        binaryMediaTypes: [],
        invokeUrl: "https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com/live",
        executionArn: "arn:aws:execute-api:eu-central-1:123456789012:a1b2c3d4e5",
      },
    };
  },
};

const orders = defineApi({
  version: 1,
  title: "Orders",
  backends: { erp: http() },
  auth: { anyone: open("a test") },
  routes: { "GET /orders": { to: "erp", auth: "anyone" } },
});

function make(options: object, api: object = orders) {
  return new AwsRestApi("orders", {
    api: api as typeof orders,
    backends: { erp: { url: "https://erp.example.com" } },
    ...(options as RestApiOnlyArgs<Record<never, never>>),
  });
}

function value<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => void output.apply(resolve));
}

async function declare(options: object, api: object = orders) {
  registered.length = 0;
  const gateway = make(options, api);
  const [url, hostname, endpointUrls] = await Promise.all([
    value(gateway.url),
    value(gateway.hostname),
    value(gateway.endpointUrls),
  ]);
  await new Promise((resolve) => setTimeout(resolve, 20));
  const named = (part: string) => registered.find(({ name }) => name === `orders-${part}`)?.inputs ?? {};
  return { gateway, url, hostname, endpointUrls, named, names: registered.map(({ name }) => name) };
}

/** The codes and places of the problems, before anything is registered. */
function refusal(options: object, api: object = orders): readonly string[] {
  registered.length = 0;
  try {
    make(options, api);
  } catch (error) {
    if (!(error instanceof PolygateError)) throw error;
    assert.equal(registered.length, 0);
    return error.problems.map(({ code, place, route }) => [code, place, route].filter(Boolean).join(" "));
  }
  return [];
}

const to = (...vpcEndpoints: PrivateTo["vpcEndpoints"]) => ({ privateTo: { vpcEndpoints } });
const invoke = { Principal: { AWS: "*" }, Action: "execute-api:Invoke", Resource: "*" };
const through = (...ids: readonly string[]) => ({
  Effect: "Deny",
  ...invoke,
  Condition: { StringNotEquals: { "aws:SourceVpce": ids } },
});
const described = (members: Partial<Description>): Description =>
  ({
    version: 1,
    backends: { erp: { kind: "http" } },
    auth: { anyone: open("a test"), services: iam(), partners: apiKey() },
    ...members,
  }) as Description;
const statements = (body: unknown) => JSON.parse(String(body))["x-amazon-apigateway-policy"].Statement as unknown;

describe("a private REST API", () => {
  before(() => pulumi.runtime.setMocks(mocks, "shops", "dev", false, "acme"));

  it("has arguments only for what an import cannot set, and a resource of its own that imports the document", async () => {
    const { named } = await declare(to(one, pulumi.output(other)));
    assert.deepEqual(named("api"), {
      name: "orders",
      endpointConfiguration: { types: "PRIVATE", ipAddressType: "dualstack" },
    });
    const { body, ...others } = named("import");
    assert.deepEqual(others, { restApiId: "a1b2c3d4e5", failOnWarnings: true });
    const document = JSON.parse(String(body)) as Record<string, unknown>;
    assert.deepEqual(document.info, { title: "orders", version: "1", description: "Orders" });
    assert.deepEqual(document.servers, [
      { url: "/", "x-amazon-apigateway-endpoint-configuration": { vpcEndpointIds: [one, other] } },
    ]);
    assert.deepEqual(document["x-amazon-apigateway-binary-media-types"], ["*/*"]);
    assert.equal(document["x-amazon-apigateway-api-key-source"], "HEADER");
    assert.deepEqual(document["x-amazon-apigateway-policy"], {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", ...invoke }, through(one, other)],
    });
  });

  it("is deployed after its import, which is its only additional resource", async () => {
    const { names: bare } = await declare({});
    const { names } = await declare(to(one));
    assert.deepEqual(names.toSorted(), [...bare, "orders-import"].toSorted());
    assert.ok(names.indexOf("orders-import") < names.indexOf("orders-deployment"));
  });

  it("has the URL of its first endpoint, and a URL for each endpoint", async () => {
    const { url, hostname, endpointUrls } = await declare(to(other, one, pulumi.output(other)));
    const urlOf = (id: string) => `https://a1b2c3d4e5-${id}.execute-api.eu-central-1.amazonaws.com/live`;
    assert.equal(url, urlOf(other));
    assert.equal(hostname, new URL(urlOf(other)).host);
    assert.deepEqual(endpointUrls, { [other]: urlOf(other), [one]: urlOf(one) });
    assert.throws(() => urlThrough(one, "a1b2c3d4e5", "https://example.com/live"), RangeError);
  });

  it("differs from a public API, which has no import of its own, no policy and no endpoints", async () => {
    const { url, endpointUrls, named, names } = await declare({});
    assert.equal(url, "https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com/live");
    assert.deepEqual(endpointUrls, {});
    assert.equal(names.includes("orders-import"), false);
    assert.deepEqual(named("api").endpointConfiguration, { types: "REGIONAL" });
    assert.doesNotMatch(String(named("api").body), /x-amazon-apigateway-(?:policy|endpoint)/);
  });

  it("can be changed by transforms, in what no import sets back", async () => {
    const { named } = await declare({
      ...to(one),
      tags: { team: "orders" },
      transform: {
        import: (args: Record<string, unknown>) => {
          args.triggers = { once: "1" };
        },
      },
    });
    assert.deepEqual(named("api"), {
      name: "orders",
      endpointConfiguration: { types: "PRIVATE", ipAddressType: "dualstack" },
      tags: { team: "orders" },
    });
    assert.deepEqual(named("import").triggers, { once: "1" });
    assert.throws(
      () =>
        make({
          ...to(one),
          transform: { api: (args: object) => Object.assign(args, { minimumCompressionSize: "0" }) },
        }),
      /"minimumCompressionSize" of the resource "orders-api"\.\n {4}.*A transform may change tags\./,
    );
  });

  it("compares addresses within the VPC with allowFrom, and accepts private networks without a caution", async () => {
    const { gateway, named } = await declare({ ...to(one), allowFrom: { cidrs: ["10.0.0.0/16"] } });
    assert.deepEqual(statements(named("import").body), [
      { Effect: "Allow", ...invoke },
      through(one),
      { Effect: "Deny", ...invoke, Condition: { NotIpAddress: { "aws:VpcSourceIp": ["10.0.0.0/16"] } } },
    ]);
    assert.deepEqual(gateway.report.cautions, []);
  });

  it("allows nobody if a route requires signatures, so that the callers' policies decide, with a caution", async () => {
    const api = described({ auth: { services: iam() }, routes: { "GET /orders": { to: "erp", auth: "services" } } });
    const { gateway, named } = await declare(to(one), api);
    assert.deepEqual(statements(named("import").body), [through(one)]);
    assert.deepEqual(
      gateway.report.cautions.map(({ route }) => route),
      ["GET /orders"],
    );
  });

  it("is refused if its policy would accept every signed request", () => {
    const api = described({
      auth: { services: iam(), anyone: open("a test") },
      routes: { "GET /orders": { to: "erp", auth: "services" }, "GET /health": { to: "erp", auth: "anyone" } },
    });
    assert.deepEqual(refusal(to(one), api), ["private-opens-iam privateTo GET /orders"]);
    assert.deepEqual(refusal({ ...to(one), allowFrom: { cidrs: ["10.0.0.0/16"] } }, api), [
      "allow-from-opens-iam allowFrom GET /orders",
    ]);
  });

  it("is refused together with what private APIs do not have, or are not documented to have", async () => {
    const domain = { name: "api.example.com", zoneId: "Z0123456789ABCDEFGHIJ" };
    const api = described({
      auth: { anyone: open("a test") },
      routes: {
        "GET /orders": { to: "erp", auth: "anyone", limits: [{ requests: 100, per: "minute", by: "ip" }] },
      },
    });
    assert.deepEqual(refusal({ ...to(one), domain, firewall: {} }), [
      "private-domain domain",
      "private-firewall firewall",
    ]);
    assert.deepEqual(refusal(to(one), api), ["not-carried GET /orders"]);
    assert.deepEqual(refusal({ ...to(one), waive: { limits: "the security group of the endpoint" } }, api), []);
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(
      registered.some(({ name }) => name.startsWith("orders-web-acl")),
      false,
      "and none counts them",
    );
  });

  it("is refused with every problem at once", () => {
    for (const given of [true, [one], pulumi.output({ vpcEndpoints: [one] })]) {
      assert.deepEqual(refusal({ privateTo: given }), ["bad-private-to privateTo"]);
    }
    for (const vpcEndpoints of [[], one, pulumi.output([one]), undefined]) {
      assert.deepEqual(refusal({ privateTo: { vpcEndpoints } }), ["bad-private-to privateTo.vpcEndpoints"]);
    }
    const vpcEndpoints = [one, "vpc-0a1b2c3d", 7, one, 'vpce-0a1b2c3d"', "vpce-0A1B2C3D"];
    assert.deepEqual(refusal({ privateTo: { vpcEndpoints, vpcs: [] } }), [
      "unknown-property privateTo.vpcs",
      ...[1, 2, 3, 4, 5].map((index) => `bad-private-to privateTo.vpcEndpoints[${index}]`),
    ]);
    const many = Array.from({ length: 400 }, (_, index) => `vpce-${index.toString(16).padStart(17, "0")}`);
    assert.deepEqual(refusal(to(...many)), ["bad-private-to privateTo.vpcEndpoints"]);
    assert.deepEqual(refusal(to(...many.slice(0, 300))), []);
  });

  it("refuses a value that turns out not to be an id, before it is used in a policy or a URL", async () => {
    const resolved = (id: string) =>
      (
        endpointIds("a test", { vpcEndpoints: [pulumi.output(id)] }) as unknown as { promise(): Promise<unknown> }
      ).promise();
    assert.deepEqual(await resolved(one), [one]);
    await assert.rejects(resolved("*"), /privateTo\.vpcEndpoints\[0\], aws: "\*" is not the id of a VPC endpoint/);
    await assert.rejects(resolved(""), /"" is not the id of a VPC endpoint/);
  });

  it("cannot become public, nor can a public API become private", () => {
    for (const [wanted, recorded] of [
      ["private", { types: "REGIONAL" }],
      ["private", { types: "EDGE", ipAddressType: "ipv4" }],
      ["public", { types: "PRIVATE", ipAddressType: "dualstack" }],
    ] as const) {
      assert.throws(
        () => refuseOtherEndpoint("a test", wanted, recorded),
        (error: PolygateError) => error.problems.map(({ code }) => code).join() === "endpoint-type-changed",
      );
    }
    assert.equal(refuseOtherEndpoint("a test", "private", { types: "PRIVATE" }), true);
    assert.equal(refuseOtherEndpoint("a test", "private", undefined), true);
    assert.equal(refuseOtherEndpoint("a test", "public", { types: "REGIONAL" }), true);
    assert.equal(refuseOtherEndpoint("a test", "public", undefined), true);
  });

  it("is refused by an HTTP API", () => {
    const [problem, ...others] = withoutRestOnly(httpApiTarget({ name: "orders" }), to(one)).check(normalise(orders));
    assert.deepEqual([problem?.code, problem?.place, others], ["rest-only", "privateTo", []]);
    assert.match(problem?.remedy ?? "", /AwsRestApi/);
  });
});
