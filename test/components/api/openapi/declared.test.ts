import assert from "node:assert/strict";
import { apiKey, iam, jwt, open } from "../../../../components/api/description.ts";
import { fromOpenApi } from "../../../../components/api/openapi/from-openapi.ts";
import type { Overrides } from "../../../../components/api/openapi/overrides.ts";
import {
  get,
  type Json,
  openApi,
  placesOf,
  problemsOf,
} from "../../../support/components/api/openapi/openapi-problems.ts";

describe("The security that an OpenAPI document declares", () => {
  const schemes = {
    staff: { type: "oauth2", flows: {}, "x-polygate": { audiences: ["orders"] } },
    oidc: { type: "openIdConnect", openIdConnectUrl: "https://a", "x-polygate": { audiences: ["a"] } },
    key: { type: "apiKey", in: "header", name: "x-api-key" },
  };
  const anyone = open("public");
  const declaring = (security: unknown, own: Json = {}, shared: Json = {}, root: Json = {}): Json =>
    openApi(
      { "/a": { ...get({ security, "x-polygate": own }), "x-polygate": shared } },
      { security: undefined, components: { securitySchemes: schemes }, "x-polygate": { auth: { anyone }, ...root } },
    );
  const at = (route: Json): Overrides => ({ routes: { "GET /a": route } });
  const written = [{ staff: ["w"] }];
  const own = "#/paths/~1a/get/x-polygate";
  const override = 'overrides.routes["GET /a"]';

  it("keeps its scopes where an override, an operation or a path names the same auth", () => {
    const kept = { auth: "staff", scopes: ["w"], to: "backend" };
    const document = openApi({ "/a": get({ security: written }) });
    assert.deepEqual(fromOpenApi(document, at({ auth: "staff" })).routes["GET /a"], kept);
    for (const level of [
      { "/a": get({ security: written, "x-polygate": { auth: "staff" } }) },
      { "/a": { ...get({ security: written }), "x-polygate": { auth: "staff" } } },
    ]) {
      assert.deepEqual(fromOpenApi(openApi(level)).routes["GET /a"], kept);
    }
    const inherited = openApi({ "/a": get({ "x-polygate": { auth: "staff" } }) }, { security: written });
    assert.deepEqual(fromOpenApi(inherited).routes["GET /a"], kept);
    assert.deepEqual(fromOpenApi(document, at({ auth: "staff", scopes: ["r"] })).routes["GET /a"], {
      ...kept,
      scopes: ["r"],
    });
  });

  it("keeps the scopes of the alternative that is chosen", () => {
    const several = openApi(
      { "/a": get({ security: [{ staff: ["w"] }, { staff: ["x"] }, { oidc: [] }] }) },
      { components: { securitySchemes: schemes } },
    );
    const chosen = (auth: string) => fromOpenApi(several, at({ auth })).routes["GET /a"];
    assert.deepEqual(chosen("staff"), { auth: "staff", scopes: ["w", "x"], to: "backend" });
    const both = openApi({ "/a": get({ security: [{ staff: ["a", "b"] }] }) });
    assert.deepEqual(fromOpenApi(both, at({ auth: "staff" })).routes["GET /a"]?.scopes, { all: ["a", "b"] });
    const mixed = openApi({ "/a": get({ security: [{ staff: ["c"] }, { staff: ["a", "b"] }] }) });
    assert.deepEqual(placesOf(mixed, at({ auth: "staff" })), ["mixed-scopes #/paths/~1a/get/security/1/staff"]);
  });

  it("is not lessened by naming one of two schemes, whatever an answer makes of it", () => {
    const both = openApi(
      { "/a": get({ security: [{ bearer: [], staff: [] }] }) },
      {
        components: { securitySchemes: { ...schemes, bearer: { type: "http", scheme: "bearer" } } },
        "x-polygate": {
          plans: { all: {} },
          answers: { schemes: { bearer: { kind: "apiKey", operations: ["GET /a"] } } },
        },
      },
    );
    assert.equal(fromOpenApi(both).routes["GET /a"]?.auth, "staffAndBearer");
    assert.deepEqual(placesOf(both, at({ auth: "bearer" })), [`auth-contradicted ${override}.auth`]);
  });

  it("does not lose its scopes to another auth without a word", () => {
    const document = openApi({ "/a": get({ security: written }) }, { components: { securitySchemes: schemes } });
    assert.deepEqual(placesOf(document, at({ auth: "oidc" })), [`scopes-dropped ${override}.auth`]);
    assert.deepEqual(fromOpenApi(document, at({ auth: "oidc", scopes: ["w2"] })).routes["GET /a"], {
      auth: "oidc",
      scopes: ["w2"],
      to: "backend",
    });
    const named = (more: Json) =>
      openApi({ "/a": get({ security: written, "x-polygate": more }) }, { components: { securitySchemes: schemes } });
    assert.deepEqual(placesOf(named({ auth: "oidc" })), [`scopes-dropped ${own}/auth`]);
    assert.deepEqual(placesOf(named({ auth: "oidc", scopes: ["w2"] })), []);
    // The scopes of x-polygate belong to the auth of the document.
    assert.deepEqual(placesOf(named({ auth: "oidc", scopes: ["w2"] }), at({ auth: "staff" })), [
      `scopes-dropped ${override}.auth`,
    ]);
  });

  it("is not opened from any level", () => {
    const cases: readonly (readonly [Json, Overrides, string])[] = [
      [declaring(written, { auth: "anyone" }), {}, `${own}/auth`],
      [declaring(written, {}, { auth: "anyone" }), {}, "#/paths/~1a/x-polygate/auth"],
      [declaring(written), at({ auth: "anyone" }), `${override}.auth`],
      [declaring(undefined, { auth: "staff" }), at({ auth: "anyone" }), `${override}.auth`],
      [declaring(undefined, {}, { auth: "staff" }), at({ auth: "anyone" }), `${override}.auth`],
      [declaring(undefined, {}, {}, { default: { auth: "staff" } }), at({ auth: "anyone" }), `${override}.auth`],
      [
        declaring(undefined, {}, {}, { default: { auth: "staff" } }),
        { default: { auth: "anyone" } },
        "overrides.default.auth",
      ],
      [declaring(written, {}, {}, { auth: { staff: anyone } }), {}, "#/x-polygate/auth/staff"],
      [declaring(written, {}, {}, { auth: {} }), { auth: { staff: anyone } }, "overrides.auth.staff"],
      [
        declaring(undefined, { auth: "partner" }, {}, { auth: { partner: jwt({ audiences: ["p"] }) } }),
        { auth: { partner: anyone } },
        "overrides.auth.partner",
      ],
    ];
    for (const [document, overrides, place] of cases) {
      const found = problemsOf(document, overrides).filter(({ code }) => code !== "unused-auth");
      const places = found.map((problem) => `${problem.code} ${problem.place}`);
      assert.ok(places.includes(`open-contradicted ${place}`), `${place}: ${places.join(", ")}`);
    }
    const both = openApi({ "/a": get({ security: written }) }, { security: [], "x-polygate": { auth: { anyone } } });
    assert.deepEqual(placesOf(both, at({ auth: "anyone" })), [`open-contradicted ${override}.auth`]);
  });

  it("may be opened where it lets everybody in, or declares nothing", () => {
    for (const security of [[], [{}], [{ staff: [] }, {}], undefined]) {
      assert.deepEqual(placesOf(declaring(security), at({ auth: "anyone" })), []);
    }
    const document = declaring(undefined, { auth: "anyone" }, {}, { default: { auth: "staff" } });
    assert.deepEqual(placesOf(document), []);
  });

  it("is not reduced to a part of what it requires", () => {
    const root = { auth: {}, plans: { free: {} } };
    for (const security of [[{ staff: [], key: [] }], [{ staff: [], oidc: [] }]]) {
      const document = declaring(security, {}, {}, root);
      const places = placesOf(document, at({ auth: "staff" }));
      assert.ok(places.includes(`auth-contradicted ${override}.auth`), places.join(", "));
      // A name between the two that nobody declares changes nothing.
      const ghost = placesOf(declaring(security, { auth: "ghost" }, {}, root), at({ auth: "staff" }));
      assert.ok(ghost.includes(`auth-contradicted ${override}.auth`), ghost.join(", "));
    }
    // What the document requires counts, not what the overrides put in its place.
    const replaced: Overrides = {
      auth: { staff: iam(), partner: jwt({ audiences: ["p"] }) },
      ...at({ auth: "partner" }),
    };
    const places = placesOf(declaring([{ staff: [], key: [] }], {}, {}, root), replaced);
    assert.ok(places.includes(`auth-contradicted ${override}.auth`), places.join(", "));
    const both = { kind: "allOf", of: [jwt({ audiences: ["p"] }), apiKey()] };
    const weaker = declaring(undefined, { auth: "both" }, {}, { auth: { both } });
    assert.ok(
      placesOf(weaker, { auth: { both: jwt({ audiences: ["p"] }) } }).includes("auth-contradicted overrides.auth.both"),
    );
  });

  it("is reported where it is malformed, even if an override names the auth", () => {
    const places = placesOf(openApi({ "/a": get({ security: "staff" }) }), at({ auth: "staff" }));
    assert.deepEqual(places, ["wrong-type #/paths/~1a/get/security"]);
    const nothing = { auth: null, scopes: null } as unknown as Json;
    assert.deepEqual(placesOf(openApi({ "/a": get() }), at(nothing)), [
      `wrong-type ${override}.auth`,
      `wrong-type ${override}.scopes`,
    ]);
  });

  it("does not open a route by the name of an auth that nobody declares", () => {
    const document = openApi({
      "/a": get({ security: [], "x-polygate": { open: "public" } }),
      "/b": get({ security: [{ staff: [] }] }),
    });
    assert.deepEqual(placesOf(document, { routes: { "GET /b": { auth: "open" } } }), [
      'unknown-auth overrides.routes["GET /b"].auth',
    ]);
    const scoped = placesOf(document, { routes: { "GET /a": { scopes: ["w"] } } });
    assert.deepEqual(scoped, ["scopes-without-token #/paths/~1a/get"]);
  });
});
