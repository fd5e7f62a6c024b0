import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import * as pulumi from "@pulumi/pulumi";
import { normalise } from "../../../../components/api/check/normalise.ts";
import { defineApi } from "../../../../components/api/define-api.ts";
import { fn, open } from "../../../../components/api/description.ts";
import { PolygateError } from "../../../../components/api/problem.ts";
import type { AwsHttpApiArgs } from "../../../../components/aws/http-api/args.ts";
import { AwsHttpApi } from "../../../../components/aws/http-api/http-api.ts";
import { httpApiTarget } from "../../../../components/aws/http-api/target.ts";
import { triggersOf } from "../../../../components/aws/state/last-import.ts";
import type { Gateway } from "../../../../components/gateway/gateway.ts";
import { orders, ordersBindings } from "../../../support/components/aws/orders.ts";

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
    const executionArn = "arn:aws:execute-api:eu-central-1:123456789012:a1b2c3d4e5";
    return {
      id: `${name}-id`,
      state: { arn: `arn:of:${name}`, ...inputs, region: "eu-central-1", invokeUrl, executionArn },
    };
  },
};

const args: AwsHttpApiArgs<typeof orders> = {
  api: orders,
  backends: ordersBindings.backends,
  auth: ordersBindings.auth,
};

function value<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => void output.apply(resolve));
}

/** The gateway and its resources, after all of them were registered. */
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

  it("consists of an API, a deployment and a stage under one component, with stable names", async () => {
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

  it("sets name, version, description and CORS to the same values in the document and in the API's arguments", async () => {
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

  it("serves a deployment of exactly its document, and sets both numbers of every throttle", async () => {
    const [, api, deployment, stage] = (await declare("orders-eu")).resources;
    const body = pulumi.output(String(api?.inputs.body));
    const triggers = await value(triggersOf(body, pulumi.output(undefined)));
    assert.deepEqual(deployment?.inputs, { apiId: "orders-eu-api-id", triggers });
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

  it("has the outputs of every gateway", async () => {
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

  it("derives an API name that AWS accepts from any component name", async () => {
    const [, api] = (await declare(`Orders EU ${"x".repeat(200)}`)).resources;
    assert.match(String(api?.inputs.name), /^orders-eu-x{109}-[0-9a-f]{8}$/);
    assert.equal(String(api?.inputs.name).length, 128);
  });

  it("accepts bindings that are known only during the deployment", async () => {
    const { resources } = await declare("orders", {
      backends: { ...args.backends, erp: { url: pulumi.output("https://late.example.com") } },
    });
    assert.match(String(resources[1]?.inputs.body), /"uri": "https:\/\/late\.example\.com"/);
  });

  describe("with functions and replies", () => {
    const functionArn = "arn:aws:lambda:eu-central-1:123456789012:function:shipping";
    const api = defineApi({
      version: 1,
      backends: { shipping: fn(), unused: fn() },
      auth: { anyone: open("a test") },
      default: { auth: "anyone" },
      routes: {
        "GET /shipping/{id}": { to: "shipping" },
        "POST /shipping": { to: "shipping" },
        "GET /health": { reply: { status: 200, body: { ok: true }, headers: { "Cache-Control": "no-store" } } },
        "DELETE /health/{id}": { reply: { status: 204, headers: { "set-cookie": "a=b; Path=/" } } },
      },
    });
    const backends = { shipping: { functionArn }, unused: { functionArn } };
    const given = { api, backends, auth: undefined };
    const executionArn = "arn:aws:execute-api:eu-central-1:123456789012:a1b2c3d4e5";
    const named = (resources: readonly Registered[], name: string): Record<string, unknown> =>
      resources.find((resource) => resource.name === name)?.inputs ?? assert.fail(`no ${name}`);

    it("consists of as many resources as its target counts, each with its own name", async () => {
      const { resources } = await declare("shop", given);
      assert.deepEqual(resources.map(({ type, name }) => [type, name]).toSorted(), [
        ["aws:apigatewayv2/api:Api", "shop-api"],
        ["aws:apigatewayv2/deployment:Deployment", "shop-deployment"],
        ["aws:apigatewayv2/stage:Stage", "shop-stage"],
        ["aws:cloudwatch/logGroup:LogGroup", "shop-replies-logs"],
        ["aws:iam/role:Role", "shop-replies-role"],
        ["aws:iam/rolePolicy:RolePolicy", "shop-replies-role-policy"],
        ["aws:lambda/function:Function", "shop-replies"],
        ["aws:lambda/permission:Permission", "shop-backend-shipping-permission"],
        ["aws:lambda/permission:Permission", "shop-replies-permission"],
        ["polygate:index:AwsHttpApi", "shop"],
      ]);
      assert.equal(httpApiTarget({ name: "shop" }).resources(normalise(api)), resources.length - 1);
    });

    it("permits only its own stage to invoke each function, before the stage serves a route that invokes it", async () => {
      const { resources } = await declare("shop", given);
      const permitted = (called: string) => ({
        action: "lambda:InvokeFunction",
        principal: "apigateway.amazonaws.com",
        function: called,
        sourceArn: `${executionArn}/$default/*`,
      });
      assert.deepEqual(named(resources, "shop-backend-shipping-permission"), permitted(functionArn));
      assert.deepEqual(named(resources, "shop-replies-permission"), permitted("arn:of:shop-replies"));
      const order = resources.map(({ name }) => name);
      for (const name of ["shop-backend-shipping-permission", "shop-replies-permission"]) {
        assert.ok(order.indexOf(name) < order.indexOf("shop-stage"), order.join(" "));
      }
    });

    it("derives resource names that AWS accepts from any component name", async () => {
      const { resources } = await declare(`Shop EU ${"x".repeat(200)}`, given);
      const names = resources.filter(({ type }) => /lambda|iam|cloudwatch/.test(type));
      assert.equal(new Set(names.map(({ name }) => name)).size, 6);
      for (const { type, name } of names) {
        assert.match(name, /^shop-eu-x+(?:-[a-z-]+)?-[0-9a-f]{8}$/);
        assert.ok(name.length <= (type.endsWith("Permission") ? 92 : 56), name);
      }
    });

    it("answers each route with its reply, from a function that imports nothing but Node", async () => {
      const { resources } = await declare("shop", given);
      const { code, handler, runtime } = named(resources, "shop-replies") as {
        readonly code: pulumi.asset.AssetArchive;
        readonly handler: string;
        readonly runtime: string;
      };
      assert.deepEqual([handler, runtime], ["index.handler", "nodejs24.x"]);
      const folder = mkdtempSync(join(tmpdir(), "polygate-replies-"));
      try {
        for (const [file, asset] of Object.entries(await code.assets)) {
          writeFileSync(join(folder, file), await (asset as pulumi.asset.StringAsset).text);
        }
        const { handler: answer } = await import(pathToFileURL(join(folder, "index.mjs")).href);
        assert.deepEqual(await answer({ routeKey: "GET /health" }), {
          statusCode: 200,
          headers: { "cache-control": "no-store", "content-type": "application/json" },
          body: '{"ok":true}',
        });
        assert.deepEqual(await answer({ routeKey: "DELETE /health/{id}" }), {
          statusCode: 204,
          headers: {},
          cookies: ["a=b; Path=/"],
        });
        for (const routeKey of ["GET /shipping/{id}", "constructor", undefined]) {
          await assert.rejects(answer({ routeKey }), /no answer for/);
        }
      } finally {
        rmSync(folder, { recursive: true });
      }
    });

    it("gets another function when a reply changes, and keeps it when something else does", async () => {
      const described = async (routes: object) => {
        const { resources } = await declare("shop", {
          ...given,
          api: { ...api, routes: { ...api.routes, ...routes } },
        });
        return named(resources, "shop-replies").description;
      };
      const before = await described({});
      assert.match(String(before), /^Answers of shop: [0-9a-f]{64}$/);
      assert.equal(await described({ "GET /more": { to: "shipping" } }), before);
      assert.notEqual(await described({ "GET /health": { reply: { status: 201 } } }), before);
    });
  });

  it("rejects errors before any resource is registered", () => {
    assert.deepEqual(refusal({ auth: {} }), ["missing-binding auth.staff", "missing-binding auth.nobody"]);
    assert.deepEqual(refusal({ backends: { ...args.backends, erp: { url: "nowhere" } } }), [
      "bad-url backends.erp.url",
    ]);
    const slow = { to: "erp", timeoutSeconds: 60 };
    assert.deepEqual(refusal({ api: { ...orders, routes: { "GET /": slow } } }), ["timeout-too-long"]);
  });

  it("is typed by the description: missing and misspelt names do not compile", () => {
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
