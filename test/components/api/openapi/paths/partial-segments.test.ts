import assert from "node:assert/strict";
import fc from "fast-check";
import { normalise } from "../../../../../components/api/check/normalise.ts";
import { fromOpenApi, readingOf } from "../../../../../components/api/openapi/from-openapi.ts";
import type { Overrides } from "../../../../../components/api/openapi/overrides.ts";
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
  const segments = { kind: "whole", reason: "the backend answers 404", operations };
  return openApi(paths, { components: staffAndGuest, "x-polygate": { answers: { segments }, ...more } });
}

describe("Parts of a segment in the paths of an OpenAPI document", () => {
  it("need an answer, because a parameter of a gateway is a whole segment", () => {
    const document = openApi({ "/calls/{Sid}.json": get(), "/jobs/{id}:cancel": get(), "/a/({name}.{ext})": get() });
    const { code, rule, remedy, count } = problemOf(document);
    assert.deepEqual([code, count], ["partial-segment", 3]);
    const parts = '"{Sid}.json"; "{id}:cancel"; "({name}.{ext})"';
    assert.equal(rule, `A parameter of a gateway is a whole segment, but the path mixes it with text: ${parts}.`);
    const keys = '["GET /calls/{Sid}.json", "GET /jobs/{id}:cancel", "GET /a/({name}.{ext})"]';
    const answer = `{ "kind": "whole", "reason": "HOW THE BACKEND TREATS OTHER TEXT", "operations": ${keys} }`;
    assert.ok(remedy.endsWith(`pass to fromOpenApi: { "answers": { "segments": ${answer} } }`), remedy);
  });

  it("become whole segments by the answer, which the report shows as unchecked, with the reason", () => {
    const keys = ["GET /calls/{Sid}.json", "GET /a/({name}.{ext})"];
    const document = answered({ "/calls/{Sid}.json": get(), "/a/({name}.{ext})": get(), "/b": get() }, keys);
    const { routes, unchecked } = fromOpenApi(document);
    assert.deepEqual({ ...routes }, { "GET /calls/{Sid}": staff, "GET /a/{name}": staff, "GET /b": staff });
    const reason = "the backend answers 404";
    assert.deepEqual(unchecked, [
      { what: 'the text beside the parameters in "{Sid}.json"', reason, routes: ["GET /calls/{Sid}"] },
      { what: 'the text beside the parameters in "({name}.{ext})"', reason, routes: ["GET /a/{name}"] },
    ]);
  });

  it("become one route with others that do the same, whatever their parameters are called", () => {
    const keys = ["POST /jobs/{id}:cancel", "POST /jobs/{job}:pause"];
    const post = { post: { responses: {} } };
    const document = answered({ "/jobs/{id}:cancel": post, "/jobs/{job}:pause": post, "/jobs/{key}": get() }, keys);
    const { routes, unchecked = [] } = fromOpenApi(document);
    assert.deepEqual({ ...routes }, { "POST /jobs/{id}": staff, "GET /jobs/{key}": staff });
    assert.deepEqual(
      unchecked.map((each) => each.routes),
      [["POST /jobs/{id}"], ["POST /jobs/{id}"]],
    );
    const same = answered({ "/jobs/{id}:cancel": post, "/jobs/{key}": post }, [keys[0] ?? ""]);
    assert.deepEqual({ ...fromOpenApi(same).routes }, { "POST /jobs/{key}": staff });
  });

  it("have what is left unchecked of their requests listed under the route that serves them", () => {
    const schema = { type: "object", properties: { at: { type: "string", format: "date" } } };
    const requestBody = { required: true, content: { "application/json": { schema }, "text/plain": {} } };
    const post = { post: { responses: {}, requestBody } };
    const keys = ["POST /jobs/{id}:cancel", "POST /jobs/{job}:pause"];
    const paths = { "/jobs/{id}:cancel": post, "/jobs/{job}:pause": post };
    const { routes, unchecked = [] } = fromOpenApi(answered(paths, keys, { validate: true }));
    assert.deepEqual(Object.keys(routes), ["POST /jobs/{id}"]);
    assert.deepEqual(
      unchecked.map((each) => [each.what, each.routes]),
      [
        ['the text beside the parameters in "{id}:cancel"', ["POST /jobs/{id}"]],
        ['the text beside the parameters in "{job}:pause"', ["POST /jobs/{id}"]],
        ["bodies of other types than JSON", ["POST /jobs/{id}"]],
        ['the keyword "format" of bodies', ["POST /jobs/{id}"]],
      ],
    );
  });

  it("are among the operations whose tokens have no audiences", () => {
    const schemes = { staff: { type: "oauth2", flows: {} }, bare: { type: "oauth2", flows: {} } };
    const document = {
      ...answered({ "/calls/{Sid}.json": get(), "/calls/{id}": { post: { responses: {} } } }, [
        "GET /calls/{Sid}.json",
      ]),
      components: { securitySchemes: schemes },
    };
    const { withoutAudiences } = readingOf(document, {}, false);
    assert.deepEqual([...withoutAudiences], [["staff", ["POST /calls/{id}", "GET /calls/{Sid}.json"]]]);
  });

  it("are refused where they would take paths from routes that do something different", () => {
    const key = "GET /a/{id}.json";
    for (const [path, item] of [
      ["/a/{key}", guest],
      ["/a/{rest+}", guest],
      ["/{first}/{second}", guest],
      ["/{first}/b", { "x-amazon-apigateway-any-method": guest.get }],
      ["/a/{key}", get({ "x-polygate": { timeoutSeconds: 3 } })],
    ] as const) {
      const document = answered({ "/a/{id}.json": get(), [path]: item }, [key]);
      const [problem] = problemsOf(document);
      assert.equal(problem?.code, "segment-taken", path);
      assert.equal(problem?.place, "#/paths/~1a~1{id}.json/get");
    }
    const other = answered({ "/a/{id}.json": get(), "/a/list.json": guest, "/b/{id}": guest }, [key]);
    assert.equal(Object.keys(fromOpenApi(other).routes).length, 3);
  });

  it("are refused with a path of its own for the backend, and where the answer covers no operation", () => {
    const mapped = get({ "x-polygate": { path: "/v2/{id}" } });
    assert.deepEqual(placesOf(answered({ "/a/{id}.json": mapped }, ["GET /a/{id}.json"])), [
      "mapped-segment #/paths/~1a~1{id}.json/get/x-polygate/path",
    ]);
    assert.deepEqual(placesOf(answered({ "/a/{id}.json": get() }, ["GET /b"])), [
      "uncovered-operation #/x-polygate/answers/segments/operations",
      "unknown-operation #/x-polygate/answers/segments/operations/0",
    ]);
    assert.deepEqual(placesOf(answered({ "/a": get() }, ["GET /a"])), ["unused-answer #/x-polygate/answers/segments"]);
  });

  it("can be removed or changed by an override that names the operation", () => {
    const document = answered({ "/a/{id}.json": get(), "/b": get() }, ["GET /a/{id}.json"]);
    const overrides: Overrides = { routes: { "GET /a/{id}.json": { timeoutSeconds: 5 } } };
    assert.deepEqual(fromOpenApi(document, overrides).routes["GET /a/{id}"], { ...staff, timeoutSeconds: 5 });
    assert.deepEqual(Object.keys(fromOpenApi(document, { routes: { "GET /a/{id}.json": null } }).routes), ["GET /b"]);
  });

  it("never let a path be served by another auth than the document declares for it", () => {
    const segment = fc.constantFrom("a", "b", "a.json", "{p}", "{p}.json", "{p}:do");
    const path = fc.tuple(segment, segment).map(([one, two]) => `/${one}/${two.replace("{p}", "{q}")}`);
    const served = new Set<boolean>();
    fc.assert(
      fc.property(fc.uniqueArray(path, { minLength: 1, maxLength: 4 }), fc.array(fc.boolean()), (paths, guests) => {
        const items = Object.fromEntries(paths.map((each, index) => [each, guests[index] === true ? guest : get()]));
        const asking = paths.filter((each) => /\{.\}[.:]/.test(each)).map((each) => `GET ${each}`);
        const document = asking.length === 0 ? openApi(items, { components: staffAndGuest }) : answered(items, asking);
        const problems = problemsOf(document);
        served.add(problems.length === 0);
        if (problems.length > 0) return;
        const { routes } = normalise(fromOpenApi(document));
        for (const first of ["a", "b", "a.json", "x", "x.json", "x:do"]) {
          for (const second of ["a", "b", "a.json", "y", "y.json", "y:do"]) {
            // The document's own paths that match, each as a regular expression; the first literal wins.
            const declared = paths.filter((each) => regular(each).test(`/${first}/${second}`));
            const wanted = new Set<string>(declared.map((each) => (items[each] === guest ? "guest" : "staff")));
            const route = routes.find(({ key }) => regular(key.slice(4)).test(`/${first}/${second}`));
            if (declared.length === 0) continue;
            assert.ok(route?.auth.kind === "jwt");
            if (wanted.size === 1)
              assert.ok(wanted.has(route.auth.audiences?.[0] ?? ""), `/${first}/${second} by ${route.key}`);
          }
        }
      }),
      { numRuns: 400 },
    );
    assert.deepEqual([...served].toSorted(), [false, true]);
  });
});

/** What matches a path, by a reading of its own. */
function regular(path: string): RegExp {
  return new RegExp(`^${path.replaceAll(".", "\\.").replaceAll(/\{\w+\}/g, "[^/]+")}$`);
}
