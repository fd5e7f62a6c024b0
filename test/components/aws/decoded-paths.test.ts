import assert from "node:assert/strict";
import { carry } from "../../../components/api/capability/carry.ts";
import { normalise } from "../../../components/api/check/normalise.ts";
import { httpApiTarget } from "../../../components/aws/http-api/target.ts";
import { restApiTarget } from "../../../components/aws/rest-api/target.ts";

const base = {
  version: 1,
  backends: { shop: { kind: "http", paths: "exact" }, other: { kind: "http" } },
  auth: { staff: { kind: "jwt", audiences: ["s"] }, anyone: { kind: "open", reason: "a test" } },
  default: { auth: "staff" },
};
const open = { to: "shop", auth: "anyone" };
const guarded = { to: "shop" };

for (const [name, target] of [
  ["an HTTP API", httpApiTarget({ name: "shop" })],
  ["a REST API", restApiTarget({ name: "shop" })],
] as const) {
  describe(`the preview of ${name}`, () => {
    const warned = (routes: object) => {
      const { api } = carry(normalise({ ...base, routes }), target.capabilities, {}, target.check);
      return target
        .cautions(api)
        .filter(({ route }) => !route.startsWith("auth."))
        .map(({ route, what }) => [route, /path of "([^"]*)"/.exec(what)?.[1]]);
    };

    it("cautions about a route through which an encoded path may reach a stricter one of the same server", () => {
      assert.deepEqual(warned({ "GET /{rest+}": open, "GET /admin": guarded }), [["GET /{rest+}", "GET /admin"]]);
      assert.deepEqual(warned({ "GET /a/{x}": open, "GET /a/{x}/b": guarded }), [["GET /a/{x}", "GET /a/{x}/b"]]);
    });

    it("does not caution where no parameter can contain the stricter path, or another server has it", () => {
      assert.deepEqual(warned({ "GET /a/{x}": open, "GET /b": guarded }), []);
      assert.deepEqual(warned({ "GET /a": open, "GET /{rest+}": guarded }), []);
      assert.deepEqual(warned({ "GET /{rest+}": { ...open, to: "other" }, "GET /admin": guarded }), []);
    });
  });
}
