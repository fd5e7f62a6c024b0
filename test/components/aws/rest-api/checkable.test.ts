import assert from "node:assert/strict";
import { placeholders } from "../../../../components/api/binding/placeholders.ts";
import { carry } from "../../../../components/api/capability/carry.ts";
import { normalise } from "../../../../components/api/check/normalise.ts";
import type { Api } from "../../../../components/api/checked-api.ts";
import { PolygateError } from "../../../../components/api/problem.ts";
import { awsHttpApi } from "../../../../components/aws/http-api/capabilities.ts";
import { checkableRequests } from "../../../../components/aws/rest-api/checkable.ts";
import { restApiTarget } from "../../../../components/aws/rest-api/target.ts";

const target = restApiTarget({ name: "orders" });

function apiOf(requests: Readonly<Record<string, object>>): Api {
  const routes = Object.entries(requests).map(([key, request]) => [
    key,
    { to: "erp", request: { uncheckable: "report", ...request } },
  ]);
  return normalise({
    version: 1,
    backends: { erp: { kind: "http" } },
    auth: { anyone: { kind: "open", reason: "a test" } },
    default: { auth: "anyone" },
    routes: Object.fromEntries(routes),
  });
}

/** The request that is left of `POST /a/{id}`, and what is left unchecked. It must be carried. */
function reduced(request: object) {
  const { api, unchecked } = checkableRequests(apiOf({ "POST /a/{id}": request }));
  assert.deepEqual(target.check(api), []);
  target.compile(api, placeholders(api, target));
  return { left: JSON.parse(JSON.stringify(api.routes[0]?.request ?? null)), unchecked };
}

describe("what a REST API leaves unchecked of a request, if the description allows it", () => {
  it("are parameters that a document cannot name, or whose name is taken", () => {
    const { left, unchecked } = reduced({ query: ["page", "filter[x]", "id"], headers: ["x-id", "page"] });
    assert.deepEqual(left, { query: ["page"], headers: ["x-id"], uncheckable: "report" });
    assert.deepEqual(
      unchecked.map(({ reason, places }) => [reason, places]),
      [
        ["a REST API cannot name them", ["POST /a/{id}: filter[x]"]],
        ["a method has each name once", ["POST /a/{id}: id", "POST /a/{id}: page"]],
      ],
    );
    assert.equal(reduced({ query: ["filter[x]"] }).left, null);
  });

  it("are the parts of a schema that an import would read in another way", () => {
    const { left, unchecked } = reduced({
      body: {
        type: "object",
        required: ["a", "${AWS::x"],
        properties: {
          a: { enum: ["${AWS::Region}", "b"], type: "string" },
          $ref: { type: "string" },
          list: { items: { pattern: "[${AWS::]", maxLength: 3 } },
          plain: { type: "integer" },
        },
        additionalProperties: false,
      },
    });
    assert.deepEqual(left.body, {
      type: "object",
      properties: { a: { type: "string" }, list: { items: { maxLength: 3 } }, plain: { type: "integer" } },
      required: ["a"],
    });
    assert.deepEqual(unchecked[0]?.places, [
      "POST /a/{id}: body.a",
      "POST /a/{id}: body.list[]",
      "POST /a/{id}: body.$ref",
      "POST /a/{id}: body",
    ]);
  });

  it("are bodies whose schema is too large, and the largest ones if all together are", () => {
    const long = (count: number, text: string) => ({
      enum: Array.from({ length: count }, (_, index) => `${text} ${index}`),
    });
    const { left, unchecked } = reduced({ query: ["q"], body: long(20_000, "a long value of an enum") });
    assert.deepEqual(left, { query: ["q"], headers: [], uncheckable: "report" });
    assert.deepEqual(unchecked[0]?.routes, ["POST /a/{id}"]);
    const many = Array.from(
      { length: 14 },
      (_, index) => [`POST /r${index}`, { body: long(6_000 + 100 * index, `value of enum ${index}`) }] as const,
    );
    const { api, unchecked: ofMany } = checkableRequests(apiOf(Object.fromEntries(many)));
    assert.deepEqual(target.check(api), []);
    target.compile(api, placeholders(api, target));
    const dropped = ofMany.flatMap(({ routes }) => routes);
    assert.ok(dropped.length > 0 && dropped.length < 14, dropped.join());
    assert.ok(dropped.includes("POST /r13") && !dropped.includes("POST /r0"));
  });

  it("is nothing of a route that does not allow it", () => {
    const api = apiOf({
      "POST /a": { query: ["filter[x]"], body: { properties: { $ref: {} } }, uncheckable: "refuse" },
    });
    assert.deepEqual(checkableRequests(api), { api, unchecked: [] });
    assert.deepEqual(
      target.check(api).map(({ code }) => code),
      ["parameter-characters", "schema-characters"],
    );
  });

  it("is not the whole request of a class that checks none: it refuses the route", () => {
    const api = apiOf({ "POST /a": { query: ["page"], body: { type: "object" } } });
    assert.throws(
      () => carry(api, awsHttpApi),
      (error: unknown) =>
        error instanceof PolygateError &&
        error.problems.map(({ feature }) => feature).join() === "request.parameters,request.body",
    );
    assert.deepEqual(carry(api, awsHttpApi, { validation: "the backend checks" }).waived[0]?.routes, ["POST /a"]);
  });
});
