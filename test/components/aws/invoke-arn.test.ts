import assert from "node:assert/strict";
import fc from "fast-check";
import { normalise } from "../../../components/api/check/normalise.ts";
import type { Api } from "../../../components/api/checked-api.ts";
import type { RouteKey } from "../../../components/api/description.ts";
import { type Pattern, printPattern, relate } from "../../../components/api/path/pattern.ts";
import { PolygateError, type Problem } from "../../../components/api/problem.ts";
import { invokeResource } from "../../../components/aws/invoke-arn.ts";
import { type EnumeratedPath, patterns } from "../../support/components/api/path/enumerated-paths.ts";

function signed(keys: readonly string[], others: Readonly<Record<string, string>> = {}): Api {
  return normalise({
    version: 1,
    backends: { erp: { kind: "http" } },
    auth: {
      services: { kind: "iam" },
      staff: { kind: "jwt", audiences: ["orders"] },
      anyone: { kind: "open", reason: "a test" },
    },
    routes: Object.fromEntries([
      ...keys.map((key) => [key, { to: "erp", auth: "services" }]),
      ...Object.entries(others).map(([key, auth]) => [key, { to: "erp", auth }]),
    ]),
  });
}

function problems(api: Api, key: string, alsoAllows: readonly RouteKey[] = []): readonly Problem[] {
  try {
    invokeResource("The gateway", api, key, { alsoAllows });
    return [];
  } catch (error) {
    if (error instanceof PolygateError) return error.problems;
    throw error;
  }
}

const codes = (found: readonly Problem[]) => found.map(({ code }) => code);

/** Paths of up to `length` segments: two literals, one text that no literal equals, and the empty segment. */
function pathsUpTo(length: number): readonly EnumeratedPath[] {
  if (length === 0) return [[]];
  const shorter = pathsUpTo(length - 1);
  const longest = shorter.filter((path) => path.length === length - 1);
  return [...shorter, ...longest.flatMap((path) => ["a", "b", "z", ""].map((segment) => [...path, segment]))];
}

/** Whether a route matches a path, or may match it: with a trailing slash, or with empty segments in a greedy parameter. */
function takes(pattern: Pattern, path: EnumeratedPath): boolean {
  const [segment, ...others] = pattern;
  const [text, ...rest] = path;
  if (segment === undefined) return text === undefined || (text === "" && rest.length === 0);
  if (text === undefined) return false;
  if (segment.kind === "greedy") return true;
  const fits = segment.kind === "parameter" ? text !== "" : segment.text === text;
  return fits && takes(others, rest);
}

describe("the ARN of an ANY route's requests", () => {
  it("allows every method, and is refused while it also allows another route's that is not listed", () => {
    const only = signed(["ANY /orders/{id}"], { "GET /health": "anyone" });
    assert.equal(invokeResource("The gateway", only, "ANY /orders/{id}"), "*/orders/?*");
    const api = signed(["ANY /orders/{id}", "GET /orders/{id}", "POST /orders/{id}/lines"]);
    const [problem] = problems(api, "ANY /orders/{id}");
    assert.equal(problem?.code, "arn-allows-more");
    assert.match(problem?.remedy ?? "", /alsoAllows: \["GET \/orders\/\{id\}","POST \/orders\/\{id\}\/lines"\]/);
    assert.deepEqual(problems(api, "ANY /orders/{id}", ["GET /orders/{id}", "POST /orders/{id}/lines"]), []);
    assert.deepEqual(problems(api, "GET /orders/{id}"), []);
  });
});

describe("the ARN of a route's requests", () => {
  it("has no other option than alsoAllows", () => {
    const api = signed(["GET /orders"]);
    for (const [options, place] of [
      [{ alsoAlows: [] }, "options.alsoAlows"],
      [null, "options"],
      [{ alsoAllows: "GET /orders" }, "options.alsoAllows"],
    ] as const) {
      assert.throws(
        () => invokeResource("The gateway", api, "GET /orders", options as never),
        (error) => error instanceof PolygateError && error.problems.map((problem) => problem.place).join() === place,
      );
    }
  });

  it("contains the method and the path, with wildcards of at least one character for parameters", () => {
    const api = signed(["GET /", "GET /orders", "POST /orders/{id}", "PUT /files/{id}/parts/{rest+}", "GET /a.b/c@d"]);
    const resource = (key: string) => invokeResource("The gateway", api, key);
    assert.equal(resource("GET /"), "GET/");
    assert.equal(resource("GET /orders"), "GET/orders");
    assert.equal(resource("POST /orders/{id}"), "POST/orders/?*");
    assert.equal(resource("PUT /files/{id}/parts/{rest+}"), "PUT/files/?*/parts/?*");
    assert.equal(resource("GET /a.b/c@d"), "GET/a.b/c@d");
  });

  it("is rejected if its wildcards, which match slashes, allow requests to other signed routes", () => {
    const api = signed(
      ["GET /orders/{id}", "GET /orders/{id}/lines", "GET /orders/export", "POST /orders/{id}/lines"],
      {
        "GET /orders/{id}/notes": "staff",
      },
    );
    assert.deepEqual(problems(api, "GET /orders/{id}"), [
      {
        code: "arn-allows-more",
        route: "GET /orders/{id}",
        feature: "auth.iam",
        vendor: "aws",
        rule: 'Wildcards in an ARN match slashes, so a policy that allows this route also allows requests to "GET /orders/export" and "GET /orders/{id}/lines".',
        remedy:
          'If that is intended, or denied by a separate statement, write arnOf("GET /orders/{id}", { alsoAllows: ["GET /orders/export","GET /orders/{id}/lines"] }). Otherwise change the path or the auth of one of them.',
      },
    ]);
    const both: readonly RouteKey[] = ["GET /orders/export", "GET /orders/{id}/lines"];
    assert.deepEqual(problems(api, "GET /orders/{id}", both), []);
    assert.deepEqual(codes(problems(api, "GET /orders/{id}", ["GET /orders/export"])), ["arn-allows-more"]);
    assert.deepEqual(problems(api, "GET /orders/{id}/lines"), []);
    assert.deepEqual(problems(api, "GET /orders/export"), []);
    assert.deepEqual(problems(api, "POST /orders/{id}/lines"), []);
  });

  it("of one order does not allow the path of the list with a trailing slash", () => {
    const api = signed(["GET /orders", "GET /orders/{id}"]);
    assert.deepEqual(problems(api, "GET /orders/{id}"), []);
  });

  it("is rejected if it allows less than listed, for routes without a signature, and for unknown routes", () => {
    const api = signed(["GET /orders/{id}", "GET /shops/{id}"], { "GET /prices": "staff", "GET /health": "anyone" });
    assert.deepEqual(
      problems(api, "GET /orders/{id}", ["GET /shops/{id}"]).map(({ code, rule }) => [code, rule]),
      [["arn-allows-less", 'The ARN allows no request to "GET /shops/{id}".']],
    );
    assert.deepEqual(codes(problems(api, "GET /prices")), ["not-signed"]);
    assert.deepEqual(codes(problems(api, "GET /health")), ["not-signed"]);
    assert.deepEqual(codes(problems(api, "GET /orders/{id}", ["GET /prices"])), ["not-signed"]);
    assert.deepEqual(
      problems(api, "GET /order/{id}").map(({ code, remedy }) => [code, remedy]),
      [["unknown-route", 'Did you mean "GET /orders/{id}"?']],
    );
  });

  it("allows requests to the listed routes and to no other signed route, for all descriptions", () => {
    // A single empty segment is the path of the root.
    const all = pathsUpTo(5).filter((path) => !(path.length === 1 && path[0] === ""));
    let covered = 0;
    const property = fc.property(
      fc.uniqueArray(patterns, { minLength: 2, maxLength: 4, selector: (pattern) => printPattern(pattern) }),
      (chosen) => {
        let api: Api;
        try {
          api = signed(chosen.map((pattern) => `GET ${printPattern(pattern)}`));
        } catch (error) {
          // The routes are ambiguous.
          if (error instanceof PolygateError) return;
          throw error;
        }
        for (const route of api.routes) {
          const others = api.routes.filter((other) => other !== route);
          const named = others.filter(
            (other) => !codes(problems(api, route.key, [other.key as RouteKey])).includes("arn-allows-less"),
          );
          const resource = invokeResource("The gateway", api, route.key, {
            alsoAllows: named.map(({ key }) => key as RouteKey),
          });
          const arn = new RegExp(`^${resource.replaceAll("?*", ".+")}$`);
          const within = all.filter((path) => arn.test(`GET/${path.join("/")}`));
          for (const other of others) {
            // Paths of both routes go to the narrower one.
            const own = relate(route.pattern, other.pattern) === "narrower" ? route.pattern : undefined;
            const shared = within.some(
              (path) => takes(other.pattern, path) && !(own !== undefined && takes(own, path)),
            );
            assert.equal(named.includes(other), shared, `${route.key} allows ${other.key}`);
            if (shared) covered++;
          }
        }
      },
    );
    fc.assert(property, { numRuns: 300, seed: 4 });
    assert.ok(covered > 20, `${covered} ARNs allow requests to another route`);
  });
});
