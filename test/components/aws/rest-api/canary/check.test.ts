import assert from "node:assert/strict";
import fc from "fast-check";
import type { Bindings } from "../../../../../components/api/binding/binding.ts";
import { normalise } from "../../../../../components/api/check/normalise.ts";
import { callsOf } from "../../../../../components/aws/rest-api/canary/calls.ts";
import { checkCanaryChange, type UpcomingGateway } from "../../../../../components/aws/rest-api/canary/check.ts";
import type { StableDeployment } from "../../../../../components/aws/rest-api/canary/stable-deployment.ts";
import { authorizersOf, restApiTarget } from "../../../../../components/aws/rest-api/target.ts";

const functionArn = (name: string) => `arn:aws:lambda:eu-central-1:123456789012:function:${name}`;
const balancer = (name: string) => `arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/net/${name}/1`;
const privateBackend = (name: string) => ({
  url: `https://${name}.example.com:8443`,
  link: {
    kind: "aws-vpc-link",
    vpcLinkId: `link-${name}`,
    listenerArn: `${balancer(name)}/2`,
    loadBalancerArn: balancer(name),
  },
});

const backends = {
  web: { kind: "http" },
  ship: { kind: "fn" },
  bill: { kind: "fn" },
  vault: { kind: "onPrem" },
  mine: { kind: "onPrem" },
} as const;
const bindings: Bindings = {
  backends: {
    web: { url: "https://web.example.com" },
    ship: { functionArn: functionArn("ship") },
    // With the qualifier of an alias.
    bill: { functionArn: `${functionArn("bill")}:live` },
    vault: privateBackend("vault"),
    mine: privateBackend("mine"),
  },
  auth: { staff: { issuer: "https://login.example.com" } },
};

const route = fc.record({
  to: fc.constantFrom(...(Object.keys(backends) as (keyof typeof backends)[])),
  auth: fc.constantFrom("staff", "anyone"),
  scopes: fc.uniqueArray(fc.constantFrom("r", "w"), { maxLength: 2 }),
});

/** An API with these routes, and its document. */
function compiled(routes: readonly { to: string; auth: string; scopes: readonly string[] }[], cors: boolean) {
  const api = normalise({
    version: 1,
    backends,
    auth: { staff: { kind: "jwt", audiences: ["orders"] }, anyone: { kind: "open", reason: "a test" } },
    ...(cors ? { cors: { origins: ["*"] } } : {}),
    routes: Object.fromEntries(
      routes.map(({ to, auth, scopes }, index) => [
        `GET /r${index}`,
        { to, auth, ...(auth === "staff" && scopes.length > 0 ? { scopes } : {}) },
      ]),
    ),
  });
  const target = restApiTarget({ name: "orders", authorizers: ({ name }) => functionArn(name) });
  return { api, document: target.compile(api, bindings).document };
}

describe("the calls of a deployment of a REST API", () => {
  it("are exactly the functions and links of its routes, and the functions that verify tokens", () => {
    fc.assert(
      fc.property(fc.array(route, { minLength: 1, maxLength: 8 }), fc.boolean(), (routes, cors) => {
        const { api, document } = compiled(routes, cors);
        const used = new Set(routes.map(({ to }) => to));
        const privates = (["mine", "vault"] as const).filter((name) => used.has(name));
        assert.deepEqual(callsOf(document), {
          authorizers: Object.fromEntries(authorizersOf(api).all.map(({ name }) => [name, functionArn(name)])),
          functions: [
            ...(used.has("bill") ? [`${functionArn("bill")}:live`] : []),
            ...(used.has("ship") ? [functionArn("ship")] : []),
          ],
          links: [...privates.map(balancer), ...privates.map((name) => `link-${name}`)],
        });
        assert.equal(JSON.stringify(callsOf(document)), JSON.stringify(callsOf(JSON.stringify(JSON.parse(document)))));
      }),
    );
  });

  it("may not be removed by a change with a canary", () => {
    const each = fc.array(route, { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(each, each, (before, after) => {
        const [was, is] = [before, after].map((routes) => compiled(routes, false));
        assert.ok(was !== undefined && is !== undefined);
        const calls = callsOf(was.document);
        const described = (keys: readonly string[]) => Object.fromEntries(keys.map((key) => [key, `checks ${key}`]));
        const nothing = { methods: {}, plans: {}, webAcl: undefined, presentsCertificate: false };
        const stable: StableDeployment = {
          ...{
            restApi: "a1b2c3d4e5",
            triggers: {},
            served: "d1",
            mark: undefined,
            draft: undefined,
            calls,
            ...nothing,
          },
          authorizers: Object.fromEntries(
            Object.entries(calls.authorizers).map(([key, arn]) => [key, { arn, description: `checks ${key}` }]),
          ),
        };
        const later = callsOf(is.document);
        const upcoming: UpcomingGateway = {
          calls: later,
          authorizers: described(Object.keys(later.authorizers)),
          ...nothing,
          draft: "another",
        };
        const gone = (from: readonly string[], kept: readonly string[]) =>
          from.filter((one) => !kept.includes(one)).length;
        const codes = checkCanaryChange(stable, upcoming, is.api).map(({ code }) => code);
        assert.equal(
          codes.filter((code) => code === "canary-takes-backend").length,
          gone(calls.functions, later.functions) + gone(calls.links, later.links),
        );
        assert.equal(
          codes.filter((code) => code === "canary-takes-authorizer").length,
          gone(Object.keys(calls.authorizers), Object.keys(later.authorizers)),
        );
      }),
    );
  });
});
