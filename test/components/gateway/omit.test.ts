import assert from "node:assert/strict";
import { apiKey, type Description, http } from "../../../components/api/description.ts";
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
