import assert from "node:assert/strict";
import type { Bindings } from "../../../components/api/binding/binding.ts";
import { carry } from "../../../components/api/capability/carry.ts";
import { normalise } from "../../../components/api/check/normalise.ts";
import type { Api } from "../../../components/api/checked-api.ts";
import { PolygateError, type Problem } from "../../../components/api/problem.ts";
import { httpApiTarget } from "../../../components/aws/http-api/target.ts";
import { declaredTarget } from "../../../components/aws/rest-api/declared-target.ts";
import { restApiTarget } from "../../../components/aws/rest-api/target.ts";
import { apiManagementTarget } from "../../../components/azure/api-management/target.ts";
import { readingsOf } from "../../../components/gateway/readings.ts";
import { refusalsOf } from "../../../components/gateway/refusals.ts";
import type { Target } from "../../../components/gateway/target.ts";
import { apiGatewayTarget } from "../../../components/gcp/api-gateway/target.ts";

const httpApi = httpApiTarget({ name: "shop" });
const restApi = restApiTarget({ name: "shop" });
const places = {
  shop: { url: "https://shop.example.com" },
  other: { url: "https://other.example.com" },
  code: { functionArn: "arn:aws:lambda:eu-central-1:123456789012:function:code" },
};

/** Bindings for the backends of an API. */
function bindingsOf({ backends }: Api, urls: Bindings["backends"] = places): Bindings {
  const issuer = "https://login.example.com";
  const used = Object.entries(urls).filter(([name]) => Object.hasOwn(backends, name));
  return { backends: Object.fromEntries(used), auth: { staff: { issuer }, partners: { issuer } } };
}

interface Route {
  readonly to: string;
  readonly auth?: string;
  readonly path?: string;
}

const open: Route = { to: "shop", auth: "anyone" };
const guarded: Route = { to: "shop" };

/** An API whose servers all distinguish paths exactly. */
function described(routes: Readonly<Record<string, Route>>, paths: object = { paths: "exact" }) {
  const used = new Set(Object.values(routes).map(({ to }) => to));
  const backends = {
    shop: { kind: "http", ...paths },
    other: { kind: "http", ...paths },
    code: { kind: "fn", ...paths },
  };
  return normalise({
    version: 1,
    backends: Object.fromEntries(Object.entries(backends).filter(([name]) => used.has(name))),
    auth: {
      staff: { kind: "jwt", audiences: ["shop"] },
      partners: { kind: "jwt", audiences: ["partners"] },
      anyone: { kind: "open", reason: "a test" },
    },
    default: { auth: "staff" },
    routes,
  });
}

function problemsOf(
  target: Target<unknown>,
  routes: Readonly<Record<string, Route>>,
  paths?: object,
): readonly Problem[] {
  const api = described(routes, paths);
  try {
    carry(api, target.capabilities, {}, (carried) => refusalsOf(target, carried, bindingsOf(api), api));
    return [];
  } catch (error) {
    if (error instanceof PolygateError) return error.problems;
    throw error;
  }
}

const codesOf = (...args: Parameters<typeof problemsOf>) => problemsOf(...args).map(({ code }) => code);

const shared = { "GET /{rest+}": open, "GET /admin": guarded };

describe("an open route of AWS whose parameter can contain a guarded path of the same server", () => {
  it("is refused by an HTTP API also if the server is exact, with both routes, the reason and ways out", () => {
    assert.deepEqual(problemsOf(httpApi, shared), [
      {
        code: "open-reading",
        vendor: "aws",
        route: "GET /{rest+}",
        rule: 'The route is open and leads to the same server as "GET /admin", which is not open. AwsHttpApi decodes a path twice, and AWS does not document after which round it selects the route. So "/%2561dmin" may pass and reach the server exactly as a path of the guarded route.',
        remedy:
          "Give both routes the same auth, or lead them to different servers. Or deploy to AwsRestApi with refuseOtherReadings: true, or to AzureApiManagementApi, which refuse such paths.",
      },
    ]);
  });

  it("is refused by a REST API also if the server is exact, with both routes, the reason and ways out", () => {
    assert.deepEqual(problemsOf(restApi, shared), [
      {
        code: "open-reading",
        vendor: "aws",
        route: "GET /{rest+}",
        rule: 'The route is open and leads to the same server as "GET /admin", which is not open. AwsRestApi decodes the parameters of a path, and AWS does not document whether it selects the method by the path before that. So "/%61dmin" may pass and reach the server exactly as a path of the guarded route.',
        remedy:
          "Give both routes the same auth, or lead them to different servers. Or set refuseOtherReadings: true, so that a web ACL refuses such paths. AWS charges for a web ACL.",
      },
    ]);
  });

  const examples: readonly (readonly [Readonly<Record<string, Route>>, string | undefined, string | undefined])[] = [
    [{ "GET /a/{x}": open, "GET /a/{x}/b": guarded }, "/a/%2531%252f%2562", "/a/%31%2f%62"],
    [{ "GET /{x}/c": open, "GET /a/b/c": guarded }, "/%2561%252f%2562/c", "/%61%2f%62/c"],
    [{ "GET /{x}/c": open, "GET /a": guarded }, "/%2561%3f/c", undefined],
    [{ "GET /{rest+}": open, "GET /{x}": guarded }, "/%2531%3f/1", undefined],
    [{ "GET /{rest+}": open, "GET /": guarded }, "/%3f", undefined],
    [{ "GET /a/{x}": open, "GET /b": guarded }, undefined, undefined],
    [{ "GET /a": open, "GET /{rest+}": guarded }, undefined, undefined],
    [{ "GET /a/{rest+}": open, "GET /{rest+}": guarded }, undefined, undefined],
    [{ "GET /a/{rest+}": open, "GET /a": guarded }, undefined, undefined],
  ];
  for (const [routes, byHttp, byRest] of examples) {
    it(`has an example of the path: ${Object.keys(routes).join(", ")}`, () => {
      const example = (target: Target<unknown>) =>
        /So "([^"]*)" may pass/.exec(problemsOf(target, routes)[0]?.rule ?? "")?.[1];
      assert.deepEqual([example(httpApi), example(restApi)], [byHttp, byRest]);
    });
  }

  it("is found through two backends of one origin, and where the server is lenient", () => {
    const api = described({ "GET /{rest+}": open, "GET /admin": { to: "other" } });
    const same = bindingsOf(api, { ...places, other: { url: "https://shop.example.com:443" } });
    assert.deepEqual(
      refusalsOf(httpApi, api, same).map(({ code }) => code),
      ["open-reading"],
    );
    assert.deepEqual(codesOf(httpApi, { "GET /{x}/c": open, "GET /a": guarded }, {}), ["open-reading"]);
  });

  it("is carried as soon as one of the ways out is taken", () => {
    for (const target of [httpApi, restApi] as readonly Target<unknown>[]) {
      assert.deepEqual(codesOf(target, { "GET /{rest+}": guarded, "GET /admin": guarded }), [], "the same auth");
      assert.deepEqual(
        codesOf(target, { "GET /{rest+}": { ...open, to: "other" }, "GET /admin": guarded }),
        [],
        "servers",
      );
      const ownSegment = { "GET /{rest+}": { ...open, path: "/public/{rest}" }, "GET /admin": guarded };
      assert.deepEqual(codesOf(target, ownSegment), [], "a segment of its own");
    }
    const refusing = declaredTarget("shop", { refuseOtherReadings: true });
    const azure = apiManagementTarget({ sku: "Developer", path: "", title: "shop" });
    for (const target of [refusing, azure] as readonly Target<unknown>[]) {
      assert.deepEqual(codesOf(target, shared), []);
      assert.deepEqual(codesOf(target, shared, {}), []);
    }
    assert.deepEqual(codesOf(apiGatewayTarget({ title: "shop" }), shared), []);
  });

  it("is carried by a REST API if the server is an exact function, which receives the path as it was sent", () => {
    const code = { "GET /{rest+}": { ...open, to: "code" }, "GET /admin": { to: "code" } };
    assert.deepEqual([codesOf(restApi, code), codesOf(httpApi, code)], [[], ["open-reading"]]);
  });

  it("does not advise a web ACL where there can be none", () => {
    for (const options of [
      { privateTo: { vpcEndpoints: ["vpce-0123456789abcdef0"] } },
      {
        firewall: {
          webAclArn: "arn:aws:wafv2:eu-central-1:123456789012:regional/webacl/a/0a1b2c3d-0000-1111-2222-333344445555",
        },
      },
    ]) {
      const [problem] = problemsOf(declaredTarget("shop", options), shared);
      assert.equal(problem?.remedy, "Give both routes the same auth, or lead them to different servers.");
    }
  });

  it("is a caution if it is not open but requires less", () => {
    const routes = { "GET /{rest+}": { to: "shop", auth: "partners" }, "GET /admin": guarded };
    for (const [{ capabilities }, path] of [
      [httpApi, "/%2561dmin"],
      [restApi, "/%61dmin"],
    ] as const) {
      const api = described(routes);
      const { problems, cautions } = readingsOf(api, api.routes, bindingsOf(api), capabilities);
      assert.deepEqual(problems, []);
      assert.deepEqual(cautions, [
        {
          route: "GET /{rest+}",
          what: `this route does not require what "GET /admin" of the same server requires, and ${capabilities.className} ${capabilities.readings.decoding?.undocumented}, so "${path}" may pass and reach the server exactly as a path of that route`,
          advice: "Let the server check the token and its scopes as well.",
        },
      ]);
    }
  });
});
