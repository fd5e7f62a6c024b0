import assert from "node:assert/strict";
import fc from "fast-check";
import { checkBindings, placeholders, urlOf } from "../../../components/spec/binding.ts";
import { normalise } from "../../../components/spec/normalise.ts";

const names = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_-]{0,62}$/);

describe("the placeholders of bindings", () => {
  it("are bindings that nobody can reach, whatever the names", () => {
    fc.assert(
      fc.property(names, names, (backend, auth) => {
        const api = normalise({
          version: 1,
          backends: { [backend]: { kind: "http" } },
          auth: { [auth]: { kind: "jwt", audiences: ["a"] } },
          routes: { "GET /": { to: backend, auth } },
        });
        const stand = placeholders(api);
        assert.deepEqual(checkBindings(api, stand), []);
        assert.match(new URL(urlOf(stand, backend)).hostname, /\.invalid$/);
        for (const { issuer } of Object.values(stand.auth)) assert.match(new URL(issuer).hostname, /\.invalid$/);
      }),
    );
  });
});

describe("a binding", () => {
  const api = normalise({
    version: 1,
    backends: { shop: { kind: "http" } },
    auth: { staff: { kind: "jwt", audiences: ["a"] }, anyone: { kind: "open", reason: "public" } },
    routes: { "GET /": { to: "shop", auth: "staff" }, "GET /a": { to: "shop", auth: "anyone" } },
  });
  const check = (url: unknown, staff: object = { issuer: "https://login.example.com" }) =>
    checkBindings(api, { backends: { shop: { url } }, auth: { staff } } as never).map(({ code, place }) => [
      code,
      place,
    ]);

  it("is any URL of a public backend, with a base path and a port", () => {
    for (const url of [
      "https://shop.example.com",
      "https://shop.example.com/",
      "https://shop.example.com:8443/base/path",
      "http://127.0.0.1:4000",
      "https://[::1]:8443/a%20b",
    ]) {
      assert.deepEqual(check(url), [], url);
    }
  });

  it("is nothing that a document would read as syntax, and nothing that is no text", () => {
    const bad = [
      "https://shop/{x}",
      'https://shop/"',
      "https://shop/\\",
      "https://shop/\n",
      "https://shop/<a>",
      "//shop",
      "https://shop/%zz",
      "https://shop/%4",
      "https://shop:99999",
      "https://shop:",
      "https://shop@evil.example",
      "https://shop/é",
      " https://shop",
      "https://shop\u0000",
      "javascript://shop",
    ];
    for (const url of [...bad, 7, null, undefined, {}])
      assert.deepEqual(check(url), [["bad-url", "backends.shop.url"]]);
  });

  it("has keys at a secure address, where it names them", () => {
    const issuer = "https://login.example.com";
    assert.deepEqual(check("https://shop", { issuer, jwksUri: `${issuer}/jwks` }), []);
    assert.deepEqual(check("https://shop", { issuer, jwksUri: "http://login.example.com/jwks" }), [
      ["bad-issuer", "auth.staff.jwksUri"],
    ]);
  });

  it("is wanted for every backend and every token, and for nothing else", () => {
    const all = checkBindings(api, {
      backends: {},
      auth: { anyone: { issuer: "https://login.example.com" } },
    });
    assert.deepEqual(
      all.map(({ code, place }) => [code, place]),
      [
        ["missing-binding", "backends.shop"],
        ["missing-binding", "auth.staff"],
        ["unknown-binding", "auth.anyone"],
      ],
    );
  });
});
