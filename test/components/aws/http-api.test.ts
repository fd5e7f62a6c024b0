import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { AwsHttpApi, type AwsHttpApiArgs } from "../../../components/aws/index.ts";
import type { Gateway } from "../../../components/gateway.ts";
import { PolygateError } from "../../../components/spec/error.ts";
import { orders, ordersBindings } from "./orders.ts";

interface Registered {
  readonly type: string;
  readonly name: string;
  readonly inputs: Record<string, unknown>;
}

const registered: Registered[] = [];

const mocks: pulumi.runtime.Mocks = {
  call: () => ({}),
  newResource: ({ type, name, inputs }) => {
    registered.push({ type, name, inputs });
    const invokeUrl = "https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com/";
    return { id: `${name}-id`, state: { ...inputs, region: "eu-central-1", invokeUrl } };
  },
};

const args: AwsHttpApiArgs<typeof orders.backends, typeof orders.auth> = {
  api: orders,
  backends: ordersBindings.backends,
  auth: ordersBindings.auth,
};

function value<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => void output.apply(resolve));
}

/** The gateway, and what was registered for it, once all of that was. */
async function declare(
  name: string,
  given: object = {},
): Promise<{ gateway: Gateway; resources: readonly Registered[] }> {
  registered.length = 0;
  const gateway = new AwsHttpApi(name, { ...args, ...given });
  await value(gateway.url);
  return { gateway, resources: [...registered] };
}

function refusal(given: object): readonly string[] {
  registered.length = 0;
  try {
    new AwsHttpApi("orders", { ...args, ...given });
  } catch (error) {
    assert.equal(registered.length, 0);
    if (error instanceof PolygateError) return error.problems.map(({ code, place }) => `${code} ${place ?? ""}`.trim());
    throw error;
  }
  return [];
}

describe("AwsHttpApi", () => {
  before(() => pulumi.runtime.setMocks(mocks, "shops", "dev", false, "acme"));

  it("is an API, its deployment and its stage under one component, by names that stay", async () => {
    const { gateway, resources } = await declare("orders-eu");
    assert.deepEqual(
      resources.map(({ type, name }) => [type, name]),
      [
        ["polygate:index:AwsHttpApi", "orders-eu"],
        ["aws:apigatewayv2/api:Api", "orders-eu-api"],
        ["aws:apigatewayv2/deployment:Deployment", "orders-eu-deployment"],
        ["aws:apigatewayv2/stage:Stage", "orders-eu-stage"],
      ],
    );
    const component = gateway as unknown as pulumi.ComponentResource;
    assert.equal(await value(component.urn), "urn:pulumi:dev::shops::polygate:index:AwsHttpApi::orders-eu");
  });

  it("says name, version, description and CORS in the document and beside it, so that nothing is set back", async () => {
    const [, api] = (await declare("orders-eu")).resources;
    const { body, ...rest } = api?.inputs ?? {};
    const { info, "x-amazon-apigateway-cors": cors } = JSON.parse(String(body));
    assert.deepEqual(rest, {
      protocolType: "HTTP",
      failOnWarnings: true,
      name: "orders-eu",
      version: "1",
      description: "Orders",
      corsConfiguration: {
        allowOrigins: ["https://shop.example.com"],
        allowMethods: ["GET", "POST", "PUT"],
        allowHeaders: ["authorization", "content-type"],
        exposeHeaders: ["etag"],
        maxAge: 600,
        allowCredentials: false,
      },
    });
    assert.deepEqual(info, { title: rest.name, version: rest.version, description: rest.description });
    assert.deepEqual(cors, rest.corsConfiguration);
  });

  it("serves a deployment of exactly this document, and writes both numbers of every throttle", async () => {
    const [, api, deployment, stage] = (await declare("orders-eu")).resources;
    const document = createHash("sha256").update(String(api?.inputs.body)).digest("hex");
    assert.deepEqual(deployment?.inputs, { apiId: "orders-eu-api-id", triggers: { document } });
    assert.deepEqual(stage?.inputs, {
      apiId: "orders-eu-api-id",
      name: "$default",
      autoDeploy: false,
      deploymentId: "orders-eu-deployment-id",
      defaultRouteSettings: { throttlingRateLimit: 10_000, throttlingBurstLimit: 5_000 },
      routeSettings: [
        { routeKey: "POST /orders", throttlingRateLimit: 5, throttlingBurstLimit: 20 },
        { routeKey: "GET /orders/{p2}", throttlingRateLimit: 10, throttlingBurstLimit: 600 },
        { routeKey: "PUT /orders/{p2}", throttlingRateLimit: 10, throttlingBurstLimit: 600 },
      ],
    });
  });

  it("says where it is, as every gateway does", async () => {
    const { gateway } = await declare("orders-eu");
    assert.equal(await value(gateway.url), "https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com");
    assert.equal(await value(gateway.hostname), "a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com");
    assert.equal(await value(gateway.region), "eu-central-1");
    assert.equal(await value(gateway.id), "orders-eu-api-id");
    assert.deepEqual([gateway.vendor, gateway.flavour, gateway.report.routes], ["aws", "AwsHttpApi", 5]);
    assert.deepEqual(
      gateway.report.open.map(({ route }) => route),
      ["GET /", "GET /catalog/{rest+}"],
    );
  });

  it("makes the vendor's name of any name, no longer than the vendor takes", async () => {
    const [, api] = (await declare(`Orders EU ${"x".repeat(200)}`)).resources;
    assert.match(String(api?.inputs.name), /^orders-eu-x{109}-[0-9a-f]{8}$/);
    assert.equal(String(api?.inputs.name).length, 128);
  });

  it("takes bindings that are known only when other resources are", async () => {
    const { resources } = await declare("orders", {
      backends: { ...args.backends, erp: { url: pulumi.output("https://late.example.com") } },
    });
    assert.match(String(resources[1]?.inputs.body), /"uri": "https:\/\/late\.example\.com"/);
  });

  it("lets a transform reach arguments and options, and not what carries the description", async () => {
    const [, api, deployment, stage] = (
      await declare("orders", {
        transform: {
          api: (given: Record<string, unknown>) => {
            given.tags = { team: "shop" };
            given.body = "{}";
            given.failOnWarnings = false;
            given.corsConfiguration = { allowOrigins: ["*"] };
            given.target = "https://elsewhere.example.com";
            given.routeKey = "$default";
          },
          deployment: (given: Record<string, unknown>) => {
            given.description = "by the shop team";
            given.triggers = {};
          },
          stage: (given: Record<string, unknown>) => {
            given.defaultRouteSettings = { throttlingRateLimit: 1, throttlingBurstLimit: 1 };
            given.autoDeploy = true;
            given.deploymentId = "other";
            given.routeSettings = [];
          },
        },
      })
    ).resources;
    assert.deepEqual(api?.inputs.tags, { team: "shop" });
    assert.deepEqual(
      [api?.inputs.target, api?.inputs.routeKey, api?.inputs.failOnWarnings],
      [undefined, undefined, true],
    );
    assert.match(String(api?.inputs.body), /"staff": \[\]/);
    const { resources } = await declare("orders");
    assert.deepEqual(api?.inputs.corsConfiguration, resources[1]?.inputs.corsConfiguration);
    assert.equal(deployment?.inputs.description, "by the shop team");
    assert.deepEqual(Object.keys(deployment?.inputs.triggers as object), ["document"]);
    assert.deepEqual(stage?.inputs.defaultRouteSettings, { throttlingRateLimit: 1, throttlingBurstLimit: 1 });
    assert.deepEqual([stage?.inputs.autoDeploy, stage?.inputs.deploymentId], [false, "orders-deployment-id"]);
    assert.deepEqual(stage?.inputs.routeSettings, resources[3]?.inputs.routeSettings);
  });

  it("refuses before anything is registered", () => {
    assert.deepEqual(refusal({ auth: {} }), ["missing-binding auth.staff", "missing-binding auth.nobody"]);
    assert.deepEqual(refusal({ backends: { ...args.backends, erp: { url: "nowhere" } } }), [
      "bad-url backends.erp.url",
    ]);
    assert.deepEqual(refusal({ api: { ...orders, routes: { "GET /": { reply: { status: 200 } } } } }), ["not-carried"]);
  });

  it("is typed by the description: what is missing or misspelt is red in the editor", () => {
    const { erp, catalog } = args.backends;
    type Args = typeof args;
    // @ts-expect-error a backend is missing
    const missing: Args = { ...args, backends: { catalog } };
    // @ts-expect-error no auth is called so
    const unknown: Args = { ...args, auth: { ...args.auth, stuff: args.auth.staff } };
    // @ts-expect-error an auth is not bound
    const unbound: Args = { ...args, auth: { staff: args.auth.staff } };
    // @ts-expect-error only limits, cors and time-outs can be waived
    const waived: Args = { ...args, waive: { scopes: "no" } };
    const right: Args = { ...args, backends: { erp, catalog } };
    assert.equal([missing, unknown, unbound, waived, right].length, 5);
  });
});
