import assert from "node:assert/strict";
import fc from "fast-check";
import { normalise } from "../../../../../components/api/check/normalise.ts";
import { fromOpenApi } from "../../../../../components/api/openapi/from-openapi.ts";
import {
  get,
  type Json,
  openApi,
  placesOf,
  problemOf,
  problemsOf,
  staffAndGuest,
} from "../../../../support/components/api/openapi/openapi-problems.ts";

const staff = { auth: "staff", to: "backend" };
const guest = get({ security: [{ guest: [] }] });

/** A document with two schemes, and an answer for these operations. */
function answered(paths: Json, operations: readonly string[], more: Json = {}): Json {
  const trailingSlash = { kind: "without", reason: "it serves both", operations };
  return openApi(paths, { components: staffAndGuest, "x-polygate": { answers: { trailingSlash, ...more } } });
}

describe("A slash at the end of a path of an OpenAPI document", () => {
  it("needs an answer, because gateways do not match it alike", () => {
    const { code, rule, remedy, count } = problemOf(openApi({ "/pets/": get(), "/pets/{id}/": get(), "/": get() }));
    assert.deepEqual([code, count], ["trailing-slash", 2]);
    assert.equal(
      rule,
      'Gateways do not match a slash at the end of a path alike, but the path has one: "/pets/"; "/pets/{id}/".',
    );
    const reason = "HOW THE BACKEND TREATS THE PATH WITHOUT THE SLASH";
    const answer = `{ "kind": "without", "reason": "${reason}", "operations": ["GET /pets/", "GET /pets/{id}/"] }`;
    assert.ok(remedy.endsWith(`pass to fromOpenApi: { "answers": { "trailingSlash": ${answer} } }`), remedy);
  });

  it("is not in the route by the answer, which a note contains with the reason", () => {
    const mapped = get({ "x-polygate": { path: "/v2/pets" } });
    const { routes, notes, unchecked } = fromOpenApi(
      answered({ "/pets/": mapped, "/pets/{id}/": get(), "/b": get() }, ["GET /pets/", "GET /pets/{id}/"]),
    );
    assert.deepEqual(
      { ...routes },
      { "GET /pets": { ...staff, path: "/v2/pets" }, "GET /pets/{id}": staff, "GET /b": staff },
    );
    const what = "clients must send the path without the slash at its end: it serves both";
    assert.deepEqual(notes, [{ what, routes: ["GET /pets", "GET /pets/{id}"] }]);
    assert.equal(unchecked, undefined);
  });

  it("makes one route of the paths with and without it only if both do the same", () => {
    const same = fromOpenApi(answered({ "/pets/": get(), "/pets": get() }, ["GET /pets/"]));
    assert.deepEqual({ ...same.routes }, { "GET /pets": staff });
    for (const [path, item] of [
      ["/pets", guest],
      ["/{name}", guest],
      ["/{rest+}", guest],
      ["/pets", { "x-amazon-apigateway-any-method": guest.get }],
      ["/pets", get({ "x-polygate": { timeoutSeconds: 3 } })],
    ] as const) {
      const [problem] = problemsOf(answered({ "/pets/": get(), [path]: item }, ["GET /pets/"]));
      assert.deepEqual([problem?.code, problem?.place], ["slash-taken", "#/paths/~1pets~1/get"], path);
    }
    // With a slash, "/pets/me/" is a path of the guarded operation only.
    const narrower = answered({ "/pets/{id}/": get(), "/pets/me": guest }, ["GET /pets/{id}/"]);
    assert.equal(problemsOf(narrower)[0]?.code, "slash-taken");
  });

  it("can be beside parts of a segment, each with its own answer", () => {
    const key = "GET /pets/{id}.json/";
    const segments = { kind: "whole", reason: "it answers 404", operations: [key] };
    const document = answered({ "/pets/{id}.json/": get() }, [key], { segments });
    assert.deepEqual(Object.keys(fromOpenApi(document).routes), ["GET /pets/{id}"]);
    assert.deepEqual(placesOf(answered({ "/pets/{id}.json/": get() }, [key])), [
      "partial-segment #/paths/~1pets~1{id}.json~1/get",
    ]);
  });

  it("is refused where the answer does not cover the operation, or decides nothing", () => {
    assert.deepEqual(placesOf(answered({ "/a/": get() }, ["GET /b"])), [
      "uncovered-operation #/x-polygate/answers/trailingSlash/operations",
      "unknown-operation #/x-polygate/answers/trailingSlash/operations/0",
    ]);
    assert.deepEqual(placesOf(answered({ "/a": get() }, ["GET /a"])), [
      "unused-answer #/x-polygate/answers/trailingSlash",
    ]);
  });

  it("never lets a path be served by another auth than the document declares for it, with or without the slash", () => {
    const segment = fc.constantFrom("a", "b", "{p}");
    const path = fc
      .tuple(fc.array(segment, { minLength: 1, maxLength: 2 }), fc.boolean())
      .map(
        ([parts, hasSlash]) =>
          `/${parts.map((part, at) => part.replace("p", `p${at}`)).join("/")}${hasSlash ? "/" : ""}`,
      );
    const served = new Set<boolean>();
    fc.assert(
      fc.property(fc.uniqueArray(path, { minLength: 1, maxLength: 4 }), fc.array(fc.boolean()), (paths, guests) => {
        const items = Object.fromEntries(paths.map((each, index) => [each, guests[index] === true ? guest : get()]));
        const asking = paths.filter((each) => each.endsWith("/")).map((each) => `GET ${each}`);
        const document = asking.length === 0 ? openApi(items, { components: staffAndGuest }) : answered(items, asking);
        const problems = problemsOf(document);
        served.add(problems.length === 0);
        if (problems.length > 0) return;
        const { routes } = normalise(fromOpenApi(document));
        const bare = ["a", "b", "x"].flatMap((one) => [`/${one}`, ...["a", "b", "x"].map((two) => `/${one}/${two}`)]);
        for (const each of bare) {
          const route = routes.find(({ key }) => regular(key.slice(4)).test(each));
          // A gateway may serve the path with a slash by the same route.
          for (const sent of [each, `${each}/`]) {
            const declared = paths.filter((other) => regular(other).test(sent));
            const wanted = new Set(declared.map((other) => (items[other] === guest ? "guest" : "staff")));
            if (wanted.size !== 1) continue;
            assert.ok(route?.auth.kind === "jwt", sent);
            assert.deepEqual([...wanted], route.auth.audiences, `${sent} by ${route.key}`);
          }
        }
      }),
      { numRuns: 600 },
    );
    assert.deepEqual([...served].toSorted(), [false, true]);
  });
});

/** What matches a path, by a reading of its own. */
function regular(path: string): RegExp {
  return new RegExp(`^${path.replaceAll(/\{\w+\}/g, "[^/]+")}$`);
}
