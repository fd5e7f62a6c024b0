import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { defineApi } from "../../components/api/define-api.ts";
import { allOf, apiKey, fn, http, iam, jwt, onPrem, open } from "../../components/api/description.ts";
import { PolygateError, type Problem } from "../../components/api/problem.ts";
import { AwsApiDomain, apiDomainShape } from "../../components/aws/domain/api-domain.ts";
import { AwsHttpApi } from "../../components/aws/http-api/http-api.ts";
import { httpApiShape } from "../../components/aws/http-api/shape.ts";
import { AwsOnPremLink } from "../../components/aws/on-prem-link/on-prem-link.ts";
import { onPremLinkShape } from "../../components/aws/on-prem-link/shape.ts";
import { AwsApiGatewayLogging, apiGatewayLoggingShape } from "../../components/aws/operations/api-gateway-logging.ts";
import { AwsRestApi } from "../../components/aws/rest-api/rest-api.ts";
import { restApiShape } from "../../components/aws/rest-api/shape.ts";
import { AzureApiManagementApi } from "../../components/azure/api-management/api-management-api.ts";
import { apiManagementShape } from "../../components/azure/api-management/shape.ts";
import { AzureApiManagementService } from "../../components/azure/api-management-service/api-management-service.ts";
import { apiManagementServiceShape } from "../../components/azure/api-management-service/shape.ts";
import { AzureOnPremLink } from "../../components/azure/on-prem-link/azure-on-prem-link.ts";
import { azureOnPremLinkShape } from "../../components/azure/on-prem-link/shape.ts";
import { readArguments } from "../../components/gateway/arguments.ts";
import type { ObjectShape, Shape } from "../../components/gateway/shape.ts";
import { GcpApiGateway } from "../../components/gcp/api-gateway/api-gateway.ts";
import { apiGatewayShape } from "../../components/gcp/api-gateway/shape.ts";
import { GcpOnPremLink } from "../../components/gcp/on-prem-link/on-prem-link.ts";
import { onPremLinkShape as gcpOnPremLinkShape } from "../../components/gcp/on-prem-link/shape.ts";

type Component = new (name: string, args: never) => unknown;

const classes: readonly (readonly [name: string, Component, ObjectShape])[] = [
  ["AwsHttpApi", AwsHttpApi, httpApiShape],
  ["AwsRestApi", AwsRestApi, restApiShape],
  ["AwsOnPremLink", AwsOnPremLink, onPremLinkShape],
  ["AwsApiDomain", AwsApiDomain, apiDomainShape],
  ["AwsApiGatewayLogging", AwsApiGatewayLogging, apiGatewayLoggingShape],
  ["AzureApiManagementApi", AzureApiManagementApi, apiManagementShape],
  ["AzureApiManagementService", AzureApiManagementService, apiManagementServiceShape],
  ["AzureOnPremLink", AzureOnPremLink, azureOnPremLinkShape],
  ["GcpApiGateway", GcpApiGateway, apiGatewayShape],
  ["GcpOnPremLink", GcpOnPremLink, gcpOnPremLinkShape],
];
const gateways = classes.filter(([, , { members }]) => "api" in members);

const api = defineApi({
  version: 1,
  title: "Shop",
  backends: { shop: http() },
  auth: { staff: jwt({ audiences: ["shop"] }) },
  routes: { "GET /": { to: "shop", auth: "staff" } },
});

/** A value of a shape, with every member that the shape has. */
function sample(shape: Shape): unknown {
  if (shape.kind === "description") return api;
  if (shape.kind === "function") return () => undefined;
  if (shape.kind === "value") return "x";
  if (shape.kind === "list") return [sample(shape.of)];
  if (shape.kind === "named") return { x: sample(shape.of) };
  return Object.fromEntries(Object.entries(shape.members).map(([name, member]) => [name, sample(member)]));
}

interface Option {
  readonly place: string;
  readonly name: string;
  /** The sample, with the option under another name. */
  readonly misspelt: (spelling: string) => unknown;
}

/** Every option of a shape, at every level. */
function optionsOf(shape: Shape, place = ""): readonly Option[] {
  if (shape.kind === "list") return within(shape.of, `${place}[0]`, (item) => [item]);
  if (shape.kind === "named") return within(shape.of, `${place}.x`, (item) => ({ x: item }));
  if (shape.kind !== "object") return [];
  const whole = sample(shape) as Record<string, unknown>;
  return Object.entries(shape.members).flatMap(([name, member]) => {
    const { [name]: value, ...others } = whole;
    const misspelt = (spelling: string) => ({ ...others, [spelling]: value });
    const inner = within(member, place === "" ? name : `${place}.${name}`, (changed) => ({
      ...whole,
      [name]: changed,
    }));
    return [{ place, name, misspelt }, ...inner];
  });
}

function within(shape: Shape, place: string, wrap: (value: unknown) => unknown): readonly Option[] {
  return optionsOf(shape, place).map((option) => ({
    ...option,
    misspelt: (spelling) => wrap(option.misspelt(spelling)),
  }));
}

/** The name with one letter doubled, missing, replaced or in the wrong case. */
function misspellings(name: string): readonly string[] {
  const middle = Math.ceil(name.length / 2);
  const [before, after] = [name.slice(0, middle), name.slice(middle)];
  return [
    `${name}${name.at(-1)}`,
    name.slice(0, -1),
    `${before}x${after.slice(1)}`,
    `${name.slice(0, -1)}${name.at(-1)?.toUpperCase()}`,
  ];
}

const registered: string[] = [];

function problemsOf(component: Component, args: unknown): readonly Problem[] {
  try {
    new component("main", args as never);
  } catch (error) {
    if (error instanceof PolygateError) return error.problems;
    throw error;
  }
  return [];
}

const found = (problems: readonly Problem[]) => problems.map(({ code, place }) => `${code} ${place}`);

describe("the arguments of every component", () => {
  before(() =>
    pulumi.runtime.setMocks({
      call: () => ({}),
      newResource: ({ name, inputs }) => {
        registered.push(name);
        return { id: name, state: inputs };
      },
    }),
  );
  afterEach(() => void registered.splice(0));

  for (const [className, component, shape] of classes) {
    const options = optionsOf(shape);

    it(`of ${className} are rejected at every level if one is misspelt by a letter, and the right one is suggested`, () => {
      assert.ok(options.length > 3);
      for (const { place, name, misspelt } of options) {
        for (const spelling of misspellings(name)) {
          const at = place === "" ? spelling : `${place}.${spelling}`;
          const problems = problemsOf(component, misspelt(spelling));
          const problem = problems.find((each) => each.place === at);
          assert.equal(problem?.code, "unknown-property", `${at} in ${found(problems)}`);
          assert.equal(problem?.remedy, `Did you mean "${name}"?`, at);
        }
      }
      assert.deepEqual(registered, []);
    });

    it(`of ${className} are all known`, () => {
      const { args, problems } = readArguments(sample(shape), shape);
      assert.deepEqual(problems, []);
      assert.deepEqual(Object.keys(args).toSorted(), Object.keys(shape.members).toSorted());
    });

    it(`of ${className} may have any value in any place without another error than a PolygateError`, () => {
      for (const { name, misspelt } of options) {
        // The option itself gets the value: its name is spelt correctly.
        const set = (value: unknown): unknown => assign(misspelt("removed"), name, value);
        for (const wrong of [
          null,
          7,
          "text",
          [],
          [null],
          {},
          true,
          pulumi.output({}),
          Promise.resolve([]),
          Symbol.iterator,
        ]) {
          problemsOf(component, set(wrong));
        }
      }
    });
  }
});

/** The same value, with the member `removed` replaced by a member of a name and value. */
function assign(value: unknown, name: string, member: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => assign(item, name, member));
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) =>
      key === "removed" ? [name, member] : [key, assign(inner, name, member)],
    ),
  );
}

describe("the arguments of every gateway", () => {
  const binding = { url: "https://shop.example.com" };
  const auth = { staff: { issuer: "https://login.example.com" } };
  const service = { resourceGroupName: "g", serviceName: "s", gatewayUrl: "u", location: "l", sku: "Developer" };
  const valid = (shape: ObjectShape) => ({
    api,
    backends: { shop: binding },
    auth,
    ...("service" in shape.members ? { service } : {}),
    ...("region" in shape.members ? { region: "europe-west1" } : {}),
  });

  for (const [className, component, shape] of gateways) {
    const problems = (changes: object) => problemsOf(component, { ...valid(shape), ...changes });

    it(`of ${className} are an object`, () => {
      for (const args of [undefined, null]) {
        assert.ok(found(problemsOf(component, args)).includes("missing-arguments undefined"));
      }
      for (const args of ["text", 7, []]) {
        assert.ok(found(problemsOf(component, args)).includes("wrong-type undefined"), String(args));
      }
      assert.ok(found(problems({ api: undefined })).includes("wrong-type api"));
      assert.deepEqual(found(problems({ backends: null })), ["wrong-type backends"]);
    });

    it(`of ${className} contain a description that is known before the deployment`, () => {
      assert.deepEqual(found(problems({ api: pulumi.output(api) })), ["known-too-late api"]);
      assert.deepEqual(found(problems({ api: Promise.resolve(api) })), ["known-too-late api"]);
      assert.match(problems({ api: pulumi.output(api) })[0]?.rule ?? "", /^api is an Output, but /);
      assert.deepEqual(found(problems({ backends: pulumi.output({ shop: binding }) })), ["known-too-late backends"]);
    });

    it(`of ${className} contain bindings with no other members than those that are used`, () => {
      const bound = { shop: { ...binding, lnik: {} } };
      const tokens = { staff: { ...auth.staff, audience: ["only-this"] } };
      assert.deepEqual(found(problems({ backends: bound })), ["unknown-property backends.shop.lnik"]);
      assert.deepEqual(found(problems({ backends: { shop: { ...binding, functionArn: "x" } } })), [
        "unknown-property backends.shop.functionArn",
      ]);
      assert.deepEqual(found(problems({ auth: tokens })), ["unknown-property auth.staff.audience"]);
    });

    it(`of ${className} contain functions in the terms of the class, or none`, () => {
      const withFunction = {
        api: {
          ...api,
          backends: { shop: http(), ship: fn() },
          routes: { ...api.routes, "POST /": { to: "ship", auth: "staff" } },
        },
        backends: { shop: binding, ship: { functionArn: "arn:aws:lambda:eu-central-1:123456789012:function:ship" } },
      };
      const hasFunctions = className.startsWith("Aws");
      const refused = problems(withFunction).map(({ code, feature, route }) => `${code} ${feature} ${route}`);
      assert.deepEqual(refused, hasFunctions ? [] : ["not-carried backend.fn POST /"]);
      assert.deepEqual(problems({ ...withFunction, omit: { "POST /": "served elsewhere" } }), []);
      const misspelt = problems({ ...withFunction, backends: { shop: binding, ship: { functionArm: "x" } } });
      const ofMember = found(misspelt).filter((each) => each.startsWith("unknown-property"));
      assert.deepEqual(ofMember, hasFunctions ? ["unknown-property backends.ship.functionArm"] : []);
    });

    it(`of ${className} are reported with the problems of the description and its bindings, in one error that names the gateway`, () => {
      const routes = { "GET /": { to: "shpo", auth: "staff" } };
      assert.throws(
        () => new component("main", { ...valid(shape), api: { ...api, routes }, allowform: [] } as never),
        (error) => {
          assert.ok(error instanceof PolygateError);
          assert.match(error.message, /^The gateway "main": 2 problems\n/);
          assert.deepEqual(found(error.problems), ["unknown-property allowform", 'unknown-backend routes["GET /"].to']);
          return true;
        },
      );
      assert.deepEqual(found(problems({ allowform: [], backends: { shop: { url: "shop" } } })), [
        "unknown-property allowform",
        "bad-url backends.shop.url",
      ]);
    });

    it(`of ${className} are rejected if a text contains an Output, and pulumi.interpolate is the remedy`, () => {
      const host = pulumi.output("shop.example.com");
      const [problem, ...others] = problems({ backends: { shop: { url: `https://${host}` } } });
      assert.deepEqual([problem?.code, problem?.place, others], ["output-in-text", "backends.shop.url", []]);
      assert.match(problem?.remedy ?? "", /pulumi\.interpolate/);
    });

    it(`of ${className} are checked if a class or a prototype has them`, () => {
      class Shared {
        readonly allowform = ["10.0.0.0/8"];
      }
      const inherited = Object.assign(Object.create({ allowform: [] }), valid(shape));
      assert.deepEqual(found(problemsOf(component, inherited)), ["unknown-property allowform"]);
      assert.deepEqual(found(problemsOf(component, Object.assign(new Shared(), valid(shape)))), [
        "unknown-property allowform",
      ]);
    });
  }
});

describe("what a helper of a description takes", () => {
  it("is kept, so that the description's check rejects what is unknown", () => {
    const untyped = (helper: unknown) => helper as (...args: readonly unknown[]) => object;
    const from = (member: "auth" | "backends", helper: unknown, ...args: readonly unknown[]): readonly string[] => {
      try {
        const names = { auth: { staff: jwt({ audiences: ["shop"] }) }, backends: { shop: http() } };
        const added = { ...names[member], extra: untyped(helper)(...args) };
        defineApi({ version: 1, ...names, [member]: added, routes: api.routes } as never);
      } catch (error) {
        if (error instanceof PolygateError) return found(error.problems);
        throw error;
      }
      return [];
    };
    const audiences = ["shop"];
    assert.deepEqual(from("auth", jwt, { audiences, algorithms: ["ES256"] }), [
      "unknown-property auth.extra.algorithms",
    ]);
    assert.deepEqual(from("auth", jwt, { audiences }, "more"), ["unknown-property auth.extra.arguments"]);
    assert.deepEqual(from("auth", jwt), []);
    assert.ok(from("auth", jwt, { kind: "open", reason: "x" }).includes("unknown-property auth.extra.argument"));
    for (const helper of [apiKey, iam]) {
      assert.deepEqual(from("auth", helper, { header: "x-key" }), ["unknown-property auth.extra.header"]);
      assert.deepEqual(from("auth", helper), []);
    }
    assert.deepEqual(from("auth", open, "public", { until: "March" }), ["unknown-property auth.extra.until"]);
    assert.deepEqual(from("auth", allOf, jwt({ audiences }), apiKey(), { any: true }), ["bad-all-of auth.extra.of"]);
    for (const helper of [http, fn, onPrem]) {
      assert.deepEqual(from("backends", helper, { retries: 3 }), ["unknown-property backends.extra.retries"]);
      assert.deepEqual(from("backends", helper, "https://x"), ["unknown-property backends.extra.argument"]);
      assert.deepEqual(from("backends", helper), []);
    }
  });
});
