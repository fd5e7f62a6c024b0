import assert from "node:assert/strict";
import { http } from "../../../../components/api/description.ts";
import { fromOpenApi } from "../../../../components/api/openapi/from-openapi.ts";
import { get, type Json, openApi, placesOf } from "../../../support/components/api/openapi/openapi-problems.ts";

describe("The servers of an OpenAPI document", () => {
  const servers = [
    { url: "https://{region}.example.com/{base}/", variables: { base: { default: "v2" }, region: { default: "eu" } } },
  ];

  it("leave their base path to the backend, which is bound with the whole URL", () => {
    assert.deepEqual(Object.keys(fromOpenApi(openApi({ "/a": get() }, { servers })).routes), ["GET /a"]);
  });

  it("add their base path to the routes if x-polygate sets basePath to route", () => {
    const document = openApi({ "/a": get(), "/": get() }, { servers, "x-polygate": { basePath: "route" } });
    assert.deepEqual(Object.keys(fromOpenApi(document).routes), ["GET /v2/a", "GET /v2"]);
    const relative = openApi(
      { "/a": get() },
      { servers: [{ url: "/v3" }, { url: "https://a.example.com/v3/" }], "x-polygate": { basePath: "route" } },
    );
    assert.deepEqual(Object.keys(fromOpenApi(relative).routes), ["GET /v3/a"]);
  });

  it("must have the same base path if it belongs to the routes", () => {
    const document = openApi(
      { "/a": get() },
      { servers: [{ url: "/v1" }, { url: "/v2" }], "x-polygate": { basePath: "route" } },
    );
    assert.deepEqual(placesOf(document), ["several-base-paths #/servers"]);
  });

  it("must declare a default for each variable if their base path belongs to the routes", () => {
    const at = (server: Json) => openApi({ "/a": get() }, { servers: [server], "x-polygate": { basePath: "route" } });
    const url = "https://x.example.com/{base}";
    for (const server of [
      { url },
      { url, variables: {} },
      { url, variables: { bass: { default: "v1" } } },
      { url, variables: { base: {} } },
      { url, variables: { base: { default: 1 } } },
      { url: "https://{region}.example.com/v1" },
      { url: "/{}" },
    ]) {
      assert.deepEqual(placesOf(at(server)), ["undeclared-server-variable #/servers/0/url"], JSON.stringify(server));
    }
    for (const wrong of ["https://x.example.com/{base", "https://x.example.com/base}"]) {
      assert.deepEqual(placesOf(at({ url: wrong })), ["bad-url #/servers/0/url"]);
    }
    const empty = { url, variables: { base: { default: "" } } };
    assert.deepEqual(Object.keys(fromOpenApi(at(empty)).routes), ["GET /a"]);
  });

  it("need a backend of their own if a path or an operation declares them", () => {
    const own = { servers: [{ url: "https://files.example.com" }] };
    assert.deepEqual(placesOf(openApi({ "/a": get(own) })), ["own-servers #/paths/~1a/get/servers"]);
    assert.deepEqual(placesOf(openApi({ "/a": { ...get(), ...own } })), ["own-servers #/paths/~1a/servers"]);
    const backends = { files: http(), rest: http() };
    const document = openApi(
      { "/a": get({ ...own, "x-polygate": { to: "files" } }), "/b": get() },
      { "x-polygate": { backends, to: "rest" } },
    );
    const { routes } = fromOpenApi(document);
    assert.deepEqual(
      [routes["GET /a"], routes["GET /b"]].map((each) => each && "to" in each && each.to),
      ["files", "rest"],
    );
    assert.deepEqual(placesOf(openApi({ "/a": get({ servers }) }, { servers })), []);
  });
});
