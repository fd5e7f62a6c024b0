import assert from "node:assert/strict";
import { apiKey, type Description, http, open } from "../../../components/api/description.ts";
import { prepare } from "../../../components/gateway/prepare.ts";
import { backends, problemsOf, target } from "../../support/components/gateway/test-gateway.ts";

describe("the omission of routes", () => {
  it("rejects an unknown route, a missing reason, a wider route that would answer, and a gateway without routes", () => {
    const omitted = (omit: Record<string, string>) =>
      problemsOf({ omit }).map(({ code, place, route }) => [code, place ?? route]);
    assert.deepEqual(omitted({ "GET /other": "why" }), [["unknown-route", 'omit["GET /other"]']]);
    assert.deepEqual(omitted({ "GET /public": "" }), [["empty", 'omit["GET /public"]']]);
    assert.deepEqual(omitted({ "GET /items/special": "why" }), [["omitted-falls-through", "GET /items/special"]]);
    assert.deepEqual(omitted({ "GET /items/special": "why", "GET /items/{id}": "why" }), []);
    assert.deepEqual(omitted({ "GET /items/special": "why", "GET /items/{id}": "why", "GET /public": "why" }), [
      ["no-routes", "omit"],
    ]);
  });

  it("removes all methods of an ANY route under its key, and the report counts and names it once", () => {
    const any: Description = {
      version: 1,
      backends: { shop: http() },
      auth: { anyone: open("public") },
      default: { auth: "anyone" },
      routes: { "ANY /": { to: "shop" }, "ANY /{rest+}": { to: "shop" }, "GET /{rest+}": { to: "shop" } },
    };
    const { api: served, report } = prepare("The gateway", { api: any, backends, omit: { "ANY /": "why" } }, target());
    assert.deepEqual([...new Set(served.routes.map(({ key }) => key))].toSorted(), ["ANY /{rest+}", "GET /{rest+}"]);
    assert.equal(report.routes, 2);
    assert.deepEqual(report.omitted, [{ route: "ANY /", reason: "why" }]);
    assert.deepEqual(report.open.map(({ route }) => route).toSorted(), ["ANY /{rest+}", "GET /{rest+}"]);
    const narrow: Description = { ...any, routes: { "ANY /a": { to: "shop" }, "ANY /{rest+}": { to: "shop" } } };
    assert.deepEqual(
      problemsOf({ api: narrow, auth: {}, omit: { "ANY /a": "why" } }).map(({ code, route }) => [code, route]),
      [["omitted-falls-through", "ANY /a"]],
    );
    // Omitting a method does not give it to the ANY route of the path.
    const { api: without } = prepare("The gateway", { api: any, backends, omit: { "GET /{rest+}": "why" } }, target());
    assert.ok(without.routes.every(({ key, method }) => key === "ANY /" || method !== "GET"));
  });

  it("drops the limits that a plan sets on an omitted route", () => {
    const limits = [{ requests: 1, per: "second" }] as const;
    const keyed: Description = {
      version: 1,
      backends: { shop: http() },
      auth: { partners: apiKey() },
      default: { auth: "partners" },
      plans: { free: {}, gold: { limits, routes: { "GET /items": limits, "POST /items": limits } } },
      routes: { "GET /items": { to: "shop" }, "POST /items": { to: "shop" } },
    };
    const { api: served } = prepare(
      "The gateway",
      { api: keyed, backends, omit: { "POST /items": "read only here" } },
      target(),
    );
    assert.deepEqual(JSON.parse(JSON.stringify(served.plans)), {
      free: { limits: [], routes: {} },
      gold: { limits, routes: { "GET /items": limits } },
    });
  });
});
