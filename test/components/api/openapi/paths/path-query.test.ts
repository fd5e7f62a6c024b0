import assert from "node:assert/strict";
import { fromOpenApi } from "../../../../../components/api/openapi/from-openapi.ts";
import {
  get,
  type Json,
  openApi,
  placesOf,
  problemOf,
  staffAndGuest,
} from "../../../../support/components/api/openapi/openapi-problems.ts";

const staff = { auth: "staff", to: "backend" };
const guest = get({ security: [{ guest: [] }] });

/** A document with two schemes, and an answer for these operations. */
function answered(paths: Json, operations: readonly string[]): Json {
  const pathQuery = { kind: "without", reason: "it decides by the query", operations };
  return openApi(paths, { components: staffAndGuest, "x-polygate": { answers: { pathQuery } } });
}

describe("A query in a path of an OpenAPI document", () => {
  it("needs an answer, because gateways match paths without it", () => {
    const document = openApi({ "/a?beta=true": get(), "/b?x={x}": get(), "/c": get() });
    const { code, rule, remedy, count } = problemOf(document);
    assert.deepEqual([code, count], ["path-query", 2]);
    assert.equal(
      rule,
      'Gateways match paths without the query, but the path contains one: "/a?beta=true"; "/b?x={x}".',
    );
    const operations = '"operations": ["GET /a?beta=true", "GET /b?x={x}"]';
    const answer = `{ "kind": "without", "reason": "HOW THE BACKEND TREATS OTHER QUERIES", ${operations} }`;
    assert.ok(remedy.endsWith(`pass to fromOpenApi: { "answers": { "pathQuery": ${answer} } }`), remedy);
  });

  it("is not in the route by the answer, which the report shows with the reason", () => {
    const paths = { "/a?beta=true": get(), "/b/{id}.json?x={x}/y": get() };
    const document = answered(paths, ["GET /a?beta=true", "GET /b/{id}.json?x={x}/y"]);
    const segments = { kind: "whole", reason: "it knows", operations: ["GET /b/{id}.json?x={x}/y"] } as const;
    const { routes, unchecked } = fromOpenApi(document, { answers: { segments } });
    assert.deepEqual({ ...routes }, { "GET /a": staff, "GET /b/{id}": staff });
    assert.deepEqual(
      unchecked?.map(({ what, reason }) => `${what}: ${reason}`),
      [
        'the query "beta=true" in the path: it decides by the query',
        'the text beside the parameters in "{id}.json": it knows',
        'the query "x={x}/y" in the path: it decides by the query',
      ],
    );
  });

  it("makes one route of the paths with and without it only if both do the same", () => {
    const same = fromOpenApi(answered({ "/a?b=1": get(), "/a?b=2": get(), "/a": get() }, ["GET /a?b=1", "GET /a?b=2"]));
    assert.deepEqual({ ...same.routes }, { "GET /a": staff });
    for (const other of ["/a", "/{name}", "/a?c=d"]) {
      const document = answered(
        { "/a?b=c": get(), [other]: guest },
        ["GET /a?b=c", "GET /a?c=d"].slice(0, other === "/a?c=d" ? 2 : 1),
      );
      const found = placesOf(document);
      assert.ok(found.length > 0 && found.every((place) => place.startsWith("query-taken #/paths/")), found.join());
    }
  });

  it("is refused with a fragment, which no client sends", () => {
    assert.equal(problemOf(openApi({ "/a?b=c#d": get(), "/c": get() })).code, "bad-path");
  });
});
