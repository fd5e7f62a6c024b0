import assert from "node:assert/strict";
import { carry } from "../../../../components/api/capability/carry.ts";
import { normalise } from "../../../../components/api/check/normalise.ts";
import type { Api } from "../../../../components/api/checked-api.ts";
import { PolygateError } from "../../../../components/api/problem.ts";
import { refusalsOf } from "../../../../components/gateway/refusals.ts";
import { apiGatewayTarget } from "../../../../components/gcp/api-gateway/target.ts";

const target = apiGatewayTarget({ title: "shop" });
const bindings = {
  backends: { shop: { url: "https://shop.example.com" }, erp: { url: "https://erp.example.com" } },
  auth: { staff: { issuer: "https://login.example.com" } },
};

/** Carries an API with cors, which the gateway waives. */
function waived(routes: Readonly<Record<string, object>>): Api {
  const api = normalise({
    version: 1,
    backends: { shop: { kind: "http", paths: "exact" }, erp: { kind: "http" } },
    auth: { staff: { kind: "jwt", audiences: ["shop"] }, anyone: { kind: "open", reason: "a test" } },
    default: { auth: "staff" },
    cors: { origins: ["https://shop.example.com"] },
    routes,
  });
  return carry(api, target.capabilities, { cors: "no browsers" }, (carried) =>
    refusalsOf(target, carried, bindings, api),
  ).api;
}

const problemsOf = (routes: Readonly<Record<string, object>>) => {
  try {
    waived(routes);
    return [];
  } catch (error) {
    assert.ok(error instanceof PolygateError);
    return error.problems.map(({ code, remedy }) => [code, remedy]);
  }
};

describe("an API on Google Cloud that waives cors", () => {
  it("has OPTIONS among the methods of ANY, with its authentication, since the gateway does not answer it", () => {
    const api = waived({ "ANY /orders/{rest+}": { to: "erp" }, "GET /health": { to: "shop", auth: "anyone" } });
    const document = JSON.parse(target.compile(api, bindings));
    const methods = Object.entries<Record<string, { security?: unknown }>>(document.paths).map(([path, item]) => [
      path,
      Object.entries(item).flatMap(([name, { security }]) => (name === "options" ? [security !== undefined] : [])),
    ]);
    assert.deepEqual(methods, [
      ["/health", []],
      ["/orders/{p2=**}", [true]],
    ]);
  });

  it("is refused if OPTIONS of a guarded path would reach a wider open route, with a remedy that works", () => {
    const routes = { "GET /admin": { to: "erp" }, "ANY /{rest+}": { to: "shop", auth: "anyone" } };
    const others = ["HEAD", "POST", "PUT", "PATCH", "DELETE"].map((method) => [`${method} /admin`, { to: "erp" }]);
    const all = { ...routes, ...Object.fromEntries(others) };
    assert.deepEqual(problemsOf(all), [
      ["weaker-fall-through", 'Declare "ANY /admin" with the authentication that it should have.'],
    ]);
    assert.deepEqual(problemsOf({ ...routes, "ANY /admin": { to: "erp" } }), []);
  });

  it("is refused if OPTIONS of an open route may reach a guarded one of the same lenient server", () => {
    const named = ["GET", "HEAD", "POST", "PUT", "PATCH"].map((method) => [`${method} /{id}`, { to: "erp" }]);
    const routes = {
      ...Object.fromEntries(named),
      "ANY /{id}": { to: "erp", auth: "anyone" },
      "ANY /admin/x": { to: "erp" },
      "DELETE /admin/x": { to: "erp", auth: "anyone" },
    };
    assert.deepEqual(
      problemsOf(routes).map(([code]) => code),
      ["open-reading"],
    );
  });
});
