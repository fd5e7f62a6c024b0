import assert from "node:assert/strict";
import { http, onPrem } from "../../../../components/api/description.ts";
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

  it("are a backend of their own, named after the host and the base path, if a path or an operation declares them", () => {
    const at = (...urls: readonly string[]): Json => ({ servers: urls.map((url) => ({ url })) });
    const files = at("https://files.example.com/v2/", "https://files.example.net/v2");
    const document = openApi(
      {
        "/a": get(files),
        "/b": { ...get(), post: {}, ...at("https://files.example.com/v2") },
        "/c": get(at("https://files.example.com/v1")),
        "/d": get(at("https://10.0.0.1:8443")),
        "/e": get(at("https://files.example.com:8/v2", "/")),
        "/f": get(at("/")),
        "/g": get({ servers: [] }),
        "/h": get(at("https://files.example/com/v2")),
        "/i": get(at("https://backend")),
        "/j": get(at("https://eu.example.com/v2", "https://files.example.com/v2")),
        "/k": get(),
        "/l": get({ servers }),
      },
      { servers },
    );
    const { backends, routes, notes = [] } = fromOpenApi(document);
    const used = Object.entries(routes).map(([key, route]) => `${key} ${(route as { to?: string }).to}`);
    assert.deepEqual(used, [
      "GET /a filesExampleComV2",
      "GET /b filesExampleComV2",
      "POST /b filesExampleComV2",
      "GET /c filesExampleComV1",
      "GET /d server100018443",
      "GET /e filesExampleCom8V2",
      "GET /f server",
      "GET /g server",
      "GET /h filesExampleComV22",
      "GET /i backend2",
      "GET /j backend",
      "GET /k backend",
      "GET /l backend",
    ]);
    const names = ["filesExampleComV2", "filesExampleComV1", "server100018443", "filesExampleCom8V2", "server"];
    const all = ["backend", ...names, "filesExampleComV22", "backend2"];
    assert.deepEqual(backends, Object.fromEntries(all.map((name) => [name, http()])));
    assert.deepEqual(notes[0], {
      what: 'the document\'s server is https://files.example.com/v2, which is the backend "filesExampleComV2"',
      routes: ["GET /a", "GET /b", "POST /b"],
    });
    assert.deepEqual(fromOpenApi(openApi({ "/a": get(files) })).backends, { filesExampleComV2: http() });
  });

  it("of a path or an operation are a backend whatever their name is", () => {
    const urls = { constructor: "/constructor", toString: "https://to-string", valueOf: "/value/of" };
    for (const [name, url] of Object.entries(urls)) {
      const { backends, routes } = fromOpenApi(openApi({ "/a": get({ servers: [{ url }] }) }));
      assert.deepEqual(backends, Object.fromEntries([[name, http()]]));
      assert.deepEqual({ ...routes }, { "GET /a": { auth: "staff", to: name } });
    }
  });

  it("of a path or an operation are the backend that x-polygate names, or declares under their name", () => {
    const own = { servers: [{ url: "https://files.example.com" }] };
    const backends = { filesExampleCom: onPrem(), files: http(), rest: http() };
    const document = openApi(
      { "/a": get({ ...own, "x-polygate": { to: "files" } }), "/b": get(), "/c": get(own) },
      { "x-polygate": { backends, to: "rest" } },
    );
    const description = fromOpenApi(document);
    assert.deepEqual(
      Object.values(description.routes).map((route) => "to" in route && route.to),
      ["files", "rest", "filesExampleCom"],
    );
    assert.deepEqual(description.backends, backends);
  });

  it("of a path or an operation have their own base path if it belongs to the routes", () => {
    const own = { servers: [{ url: "https://files.example.com/{v}", variables: { v: { default: "2" } } }] };
    const same = { servers: [{ url: "https://eu.example.com/v3" }] };
    const document = openApi(
      { "/a": get(own), "/b": get(), "/c": get(same) },
      { servers, "x-polygate": { basePath: "route" } },
    );
    const { routes } = fromOpenApi(document);
    assert.deepEqual(
      Object.entries(routes).map(([key, route]) => [key, "to" in route && route.to]),
      [
        ["GET /2/a", "filesExampleCom"],
        ["GET /v2/b", "backend"],
        ["GET /v3/c", "backend"],
      ],
    );
  });

  it("of a path or an operation must have URLs with a default for each variable", () => {
    assert.deepEqual(placesOf(openApi({ "/a": get({ servers: [{ url: "https://{x}.example.com" }] }) })), [
      "undeclared-server-variable #/paths/~1a/get/servers/0/url",
    ]);
    assert.deepEqual(placesOf(openApi({ "/a": { ...get(), servers: [{ url: "https://{x" }] } })), [
      "bad-url #/paths/~1a/servers/0/url",
    ]);
  });
});
