import assert from "node:assert/strict";
import fc from "fast-check";
import { placeholders } from "../../components/api/binding/placeholders.ts";
import { carry } from "../../components/api/capability/carry.ts";
import { methods } from "../../components/api/check/methods.ts";
import { normalise } from "../../components/api/check/normalise.ts";
import { PolygateError } from "../../components/api/problem.ts";
import { httpApiTarget } from "../../components/aws/http-api/target.ts";
import { restApiTarget } from "../../components/aws/rest-api/target.ts";
import { apiManagementTarget } from "../../components/azure/api-management/target.ts";
import { refusalsOf } from "../../components/gateway/refusals.ts";
import type { Target } from "../../components/gateway/target.ts";
import { apiGatewayTarget } from "../../components/gcp/api-gateway/target.ts";

const targets: Readonly<Record<string, Target<never>>> = {
  AwsHttpApi: httpApiTarget({ name: "shop" }) as Target<never>,
  AwsRestApi: restApiTarget({ name: "shop" }) as Target<never>,
  AzureApiManagementApi: apiManagementTarget({ sku: "Developer", path: "", title: "shop" }) as Target<never>,
  GcpApiGateway: apiGatewayTarget({ title: "shop" }) as Target<never>,
};

type Routes = Readonly<Record<string, object>>;

const described = (routes: Routes) => ({
  version: 1,
  backends: { shop: { kind: "http" }, code: { kind: "fn" } },
  auth: {
    staff: { kind: "jwt", audiences: ["a"] },
    services: { kind: "iam" },
    anyone: { kind: "open", reason: "public" },
  },
  default: { auth: "staff" },
  routes,
});

/** The texts that a class deploys, or the codes of the problems. */
function deployed(target: Target<never>, routes: Routes): Readonly<Record<string, string>> | readonly string[] {
  try {
    const check = (api: Parameters<typeof placeholders>[0]) => refusalsOf(target, api, placeholders(api, target));
    const { api } = carry(normalise(described(routes)), target.capabilities, { limits: "a test" }, check);
    return target.artefacts(target.compile(api, placeholders(api, target)));
  } catch (error) {
    if (!(error instanceof PolygateError)) throw error;
    return [...new Set(error.problems.map(({ code }) => code))].toSorted();
  }
}

const nameless = (key: string): string => key.replaceAll(/\{\w+/g, "{");

/** The same routes with each `ANY` key written out. */
function expanded(routes: Routes): Routes {
  const named = new Set(Object.keys(routes).map(nameless));
  return Object.fromEntries(
    Object.entries(routes).flatMap(([key, route]) => {
      const [method, path = ""] = key.split(" ");
      if (method !== "ANY") return [[key, route] as const];
      const left = methods.filter((each) => !named.has(nameless(`${each} ${path}`)));
      return left.map((each) => [`${each} ${path}`, route] as const);
    }),
  );
}

const path = fc.constantFrom("/", "/a", "/a/b", "/a/{x}", "/a/{y}/c", "/{rest+}", "/a/{rest+}");
const key = fc.tuple(fc.constantFrom("ANY", "ANY", "GET", "POST", "OPTIONS"), path).map((parts) => parts.join(" "));
const route = fc.record(
  {
    to: fc.constantFrom("shop", "shop", "shop", "code"),
    auth: fc.constantFrom("staff", "staff", "services", "anyone"),
    limits: fc.constantFrom([{ requests: 5, per: "second", by: "route" }], [{ requests: 20, per: "minute", by: "ip" }]),
    timeoutSeconds: fc.constantFrom(3, 15),
  },
  { requiredKeys: ["to"] },
);

describe("a route for any method, in the documents of a class", () => {
  for (const [className, target] of Object.entries(targets)) {
    it(`is each of its methods (${className})`, () => {
      let carried = 0;
      fc.assert(
        fc.property(fc.dictionary(key, route, { minKeys: 1, maxKeys: 4 }), (routes) => {
          const artefacts = deployed(target, routes);
          assert.deepEqual(artefacts, deployed(target, expanded(routes)));
          if (!Array.isArray(artefacts)) carried++;
        }),
        { numRuns: 200 },
      );
      assert.ok(carried > 10, `${carried} were carried`);
    });
  }

  it("counts with every method against the vendor's maximum of routes, and is named once", () => {
    const routes = Object.fromEntries(Array.from({ length: 43 }, (_, index) => [`ANY /r${index}`, { to: "shop" }]));
    assert.deepEqual(deployed(targets.AwsHttpApi as Target<never>, routes), ["too-many-routes"]);
    const limited = { to: "shop", limits: [{ requests: 5, per: "minute", by: "api" }] };
    const target = targets.AwsHttpApi as Target<never>;
    assert.throws(
      () => carry(normalise(described({ "ANY /a": limited })), target.capabilities, {}),
      (error) => {
        assert.ok(error instanceof PolygateError);
        assert.deepEqual(
          error.problems.map(({ code, route: found }) => [code, found]),
          [["not-carried", "ANY /a"]],
        );
        return true;
      },
    );
  });
});
