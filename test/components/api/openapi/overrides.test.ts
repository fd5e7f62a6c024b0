import assert from "node:assert/strict";
import { http, jwt } from "../../../../components/api/description.ts";
import { fromOpenApi } from "../../../../components/api/openapi/from-openapi.ts";
import type { Overrides } from "../../../../components/api/openapi/overrides.ts";
import { get, openApi, placesOf } from "../../../support/components/api/openapi/openapi-problems.ts";

describe("Overrides", () => {
  const document = openApi({
    "/a": get({ "x-polygate": { limits: [], path: "/v2/a" } }),
    "/b": get({ security: [], "x-polygate": { open: "why", reply: { status: 204 } } }),
    "/internal": get({ security: [{ key: [] }] }),
  });

  it("take precedence, member by member", () => {
    const description = fromOpenApi(document, {
      title: "Other",
      backends: { erp: http() },
      default: { timeoutSeconds: 5 },
      cors: { origins: ["*"] },
      routes: {
        "GET /a": { limits: [{ requests: 1, per: "day", by: "api" }], timeoutSeconds: 2 },
        "GET /b": { to: "erp" },
        "GET /internal": null,
        "GET /more": { to: "erp", auth: "staff" },
      },
    });
    assert.equal(description.title, "Other");
    assert.deepEqual(
      { ...description.routes },
      {
        "GET /a": {
          auth: "staff",
          limits: [{ requests: 1, per: "day", by: "api" }],
          to: "erp",
          path: "/v2/a",
          timeoutSeconds: 2,
        },
        "GET /b": { auth: "open", to: "erp" },
        "GET /more": { to: "erp", auth: "staff" },
      },
    );
    assert.deepEqual([description.default, description.cors], [{ timeoutSeconds: 5 }, { origins: ["*"] }]);
  });

  it("remove a route with all its problems, and the document's cors", () => {
    const bad = openApi(
      { "/a": get(), "/x{y}": get({ security: [{ key: [] }] }) },
      { "x-polygate": { cors: { origins: ["*"] } } },
    );
    const description = fromOpenApi(bad, { cors: null, routes: { "GET /x{y}": null } });
    assert.deepEqual([Object.keys(description.routes), description.cors], [["GET /a"], undefined]);
  });

  it("replace a backend by a reply", () => {
    const { routes } = fromOpenApi(document, {
      routes: { "GET /a": { reply: { status: 503 } }, "GET /internal": null },
    });
    assert.deepEqual(routes["GET /a"], { auth: "staff", limits: [], reply: { status: 503 } });
  });

  it("are rejected with their own place if they are misspelt", () => {
    const rest = { "GET /internal": null } as const;
    assert.deepEqual(placesOf(document, { routes: { ...rest, "GET /aa": { limits: [] } } }), [
      'unknown-route overrides.routes["GET /aa"]',
    ]);
    assert.deepEqual(placesOf(document, { routes: rest, auth: { stuff: jwt({ audiences: ["a"] }) } }), [
      "unused-auth overrides.auth.stuff",
    ]);
    assert.deepEqual(placesOf(document, { routes: { ...rest, "GET /a": { limitz: [] } } } as unknown as Overrides), [
      'unknown-property overrides.routes["GET /a"].limitz',
    ]);
    assert.deepEqual(placesOf(document, { routes: rest, router: {} } as Overrides), [
      "unknown-property overrides.router",
    ]);
    assert.deepEqual(placesOf(document, { routes: { ...rest, "GET /a": { timeoutSeconds: 0 } } }), [
      'out-of-range overrides.routes["GET /a"].timeoutSeconds',
    ]);
    assert.deepEqual(placesOf(document, { routes: rest, auth: { staff: jwt({ audiences: [] }) } }), [
      "empty-audiences overrides.auth.staff.audiences",
    ]);
  });

  it("are rejected if the title is no string, even though the document has a title", () => {
    for (const title of [7, null, {}]) {
      assert.deepEqual(placesOf(document, { title, routes: { "GET /internal": null } } as unknown as Overrides), [
        "wrong-type overrides.title",
      ]);
    }
  });
});
