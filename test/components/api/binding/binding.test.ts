import assert from "node:assert/strict";
import fc from "fast-check";
import { audiencesOf, type BindingForms, bound, linkOf, urlOf } from "../../../../components/api/binding/binding.ts";
import { checkBindings } from "../../../../components/api/binding/check.ts";
import { placeholders } from "../../../../components/api/binding/placeholders.ts";
import { normalise } from "../../../../components/api/check/normalise.ts";
import { lambdaForm } from "../../../../components/aws/function/lambda-form.ts";
import { httpApiLinks } from "../../../../components/aws/link/link.ts";

const names = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_-]{0,62}$/);

const token = { kind: "jwt", audiences: ["a"] } as const;
const auths = [
  token,
  { kind: "apiKey" },
  { kind: "allOf", of: [token, { kind: "apiKey" }] },
  { kind: "jwt" },
  { kind: "allOf", of: [{ kind: "jwt" }, { kind: "apiKey" }] },
] as const;

describe("the placeholders of bindings", () => {
  it("are correct bindings that nobody can reach, whatever the names", () => {
    const forms: BindingForms = { functions: lambdaForm, links: httpApiLinks };
    fc.assert(
      fc.property(
        names,
        names,
        fc.constantFrom("http", "fn", "onPrem"),
        fc.constantFrom(...auths),
        (backend, name, kind, auth) => {
          const api = normalise({
            version: 1,
            backends: { [backend]: { kind } },
            auth: { [name]: auth },
            ...(auth.kind === "jwt" ? {} : { plans: { free: {} } }),
            routes: { "GET /": { to: backend, auth: name } },
          });
          const bindings = placeholders(api, forms);
          assert.deepEqual(checkBindings(api, bindings, forms), []);
          if (kind === "onPrem")
            assert.match(linkOf(bindings, backend).loadBalancerArn ?? "", /:000000000000:loadbalancer\//);
          if (kind !== "fn") assert.match(new URL(urlOf(bindings, backend)).hostname, /\.invalid$/);
          assert.deepEqual(Object.keys(bindings.auth), auth.kind === "apiKey" ? [] : [name]);
          for (const { issuer } of Object.values(bindings.auth)) assert.match(new URL(issuer).hostname, /\.invalid$/);
        },
      ),
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

  it("accepts any URL of a public backend, with a base path and a port", () => {
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

  it("rejects characters that a document would read as syntax, and values that are no string", () => {
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

  it("accepts an issuer's keys only at an https URL", () => {
    const issuer = "https://login.example.com";
    assert.deepEqual(check("https://shop", { issuer, jwksUri: `${issuer}/jwks` }), []);
    assert.deepEqual(check("https://shop", { issuer, jwksUri: "http://login.example.com/jwks" }), [
      ["bad-issuer", "auth.staff.jwksUri"],
    ]);
  });

  it("is required for every backend and every token, and rejected for anything else", () => {
    const problems = checkBindings(api, {
      backends: {},
      auth: { anyone: { issuer: "https://login.example.com" } },
    });
    assert.deepEqual(
      problems.map(({ code, place }) => [code, place]),
      [
        ["missing-binding", "backends.shop"],
        ["missing-binding", "auth.staff"],
        ["unknown-binding", "auth.anyone"],
      ],
    );
  });
});

describe("the audiences of a token", () => {
  const api = normalise({
    version: 1,
    backends: { shop: { kind: "http" } },
    auth: {
      listed: { kind: "jwt", audiences: ["a"] },
      bound: { kind: "jwt" },
      both: { kind: "allOf", of: [{ kind: "jwt" }, { kind: "apiKey" }] },
    },
    plans: { free: {} },
    routes: {
      "GET /": { to: "shop", auth: "listed" },
      "GET /a": { to: "shop", auth: "bound" },
      "GET /b": { to: "shop", auth: "both" },
    },
  });
  const issuer = "https://login.example.com";
  const bindings = (auth: object) => ({
    backends: { shop: { url: "https://shop.example.com" } },
    auth: { listed: { issuer }, bound: { issuer, audiences: ["b"] }, both: { issuer, audiences: ["c"] }, ...auth },
  });
  const found = (auth: object, forms: BindingForms = {}) =>
    checkBindings(api, bindings(auth) as never, forms).map(({ code, place }) => `${code} ${place}`);

  it("are those of the description, or else those of the binding", () => {
    assert.deepEqual(found({}), []);
    const audiences = ["listed", "bound", "both"].map((name) => audiencesOf(api, bindings({}), name));
    assert.deepEqual(audiences, [["a"], ["b"], ["c"]]);
    for (const nobody of [{ issuer }, { issuer, audiences: [] }])
      assert.throws(
        () => audiencesOf(api, bindings({ bound: nobody }), "bound"),
        /^RangeError: "bound" has no audiences$/,
      );
  });

  it("are an error in neither of the two places, and in both", () => {
    const [missing] = checkBindings(api, bindings({ bound: { issuer } }));
    assert.deepEqual(missing, {
      code: "no-audiences",
      place: "auth.bound.audiences",
      rule: 'Neither the description nor the binding of the auth "bound" lists audiences, so that a token for anybody would be accepted.',
      remedy:
        'Bind them where the gateway is declared: auth: { "bound": { issuer, audiences: [...] } }. Or list them in the description: jwt({ audiences: [...] }).',
    });
    const [twice] = checkBindings(api, bindings({ listed: { issuer, audiences: ["a"] } }));
    assert.deepEqual(twice, {
      code: "audiences-twice",
      place: "auth.listed.audiences",
      rule: 'The description of the auth "listed" lists its audiences, and so does the binding.',
      remedy: "Remove the audiences from the binding, or from the description if they differ between gateways.",
    });
    assert.deepEqual(found({ both: { issuer } }), ["no-audiences auth.both.audiences"]);
    const [unbound] = checkBindings(api, bindings({ bound: undefined }) as never);
    assert.equal(unbound?.remedy, 'Write auth: { "bound": { issuer, audiences } } where the gateway is declared.');
  });

  it("are checked in the binding like in the description", () => {
    const wrong = (audiences: unknown) => found({ bound: { issuer, audiences } });
    assert.deepEqual(wrong([]), ["empty-audiences auth.bound.audiences"]);
    assert.deepEqual(wrong("a"), ["wrong-type auth.bound.audiences"]);
    assert.deepEqual(wrong(null), ["wrong-type auth.bound.audiences"]);
    assert.deepEqual(wrong(["a", 7, ""]), ["wrong-type auth.bound.audiences[1]", "empty auth.bound.audiences[2]"]);
    assert.deepEqual(wrong(["a", "b\n", "a"]), [
      "control-character auth.bound.audiences[1]",
      "duplicate auth.bound.audiences[2]",
    ]);
  });

  it("are checked by the gateway class at the place where they are listed, if a route uses them", () => {
    const forms: BindingForms = {
      checkAudiences: (audiences, place) =>
        audiences.map((audience) => ({ code: audience, place, rule: "It is wrong.", remedy: "Change it." })),
    };
    const expected = ["a auth.listed.audiences", "b auth.bound.audiences", "c auth.both.audiences"];
    assert.deepEqual(found({}, forms), expected);
    const unused = { ...api, routes: api.routes.filter(({ authName }) => authName !== "bound") };
    assert.deepEqual(
      checkBindings(unused, bindings({}), forms).map(({ code, place }) => `${code} ${place}`),
      expected.filter((each) => !each.includes("bound")),
    );
  });
});

describe("the binding of a function", () => {
  const api = normalise({
    version: 1,
    backends: { ship: { kind: "fn" }, shop: { kind: "http" } },
    auth: { partners: auths[1], both: auths[2] },
    plans: { free: {} },
    routes: { "GET /": { to: "ship", auth: "partners" }, "GET /a": { to: "shop", auth: "both" } },
  });
  const shop = { url: "https://shop.example.com" };
  const both = { issuer: "https://login.example.com" };
  const ship = { name: "ship" };
  const problem = {
    code: "bad-function",
    place: "backends.ship.name",
    rule: "The name is wrong.",
    remedy: "Change it.",
  };
  const functions: BindingForms["functions"] = {
    shape: "{ name }",
    placeholder: (label) => ({ name: label }),
    check: ({ name }, place) => (name === "ship" ? [] : [{ ...problem, place: `${place}.name` }]),
  };

  it("is checked by the form of the gateway class", () => {
    assert.deepEqual(checkBindings(api, { backends: { ship, shop }, auth: { both } }, { functions }), []);
    assert.deepEqual(
      checkBindings(api, { backends: { ship: { name: "shop" }, shop }, auth: { both } }, { functions }),
      [problem],
    );
    assert.deepEqual(checkBindings(api, { backends: { ship: shop, shop }, auth: { both } }, { functions }), [
      problem,
      {
        code: "unknown-property",
        place: "backends.ship.url",
        rule: 'The property "url" is unknown here.',
        remedy: 'Use "name".',
      },
    ]);
  });

  it("is no URL", () => {
    assert.deepEqual(
      checkBindings(api, { backends: { ship, shop: ship }, auth: { both } }, { functions }).map(({ code, place }) => [
        code,
        place,
      ]),
      [
        ["unknown-property", "backends.shop.name"],
        ["bad-url", "backends.shop.url"],
      ],
    );
    const bindings = { backends: { ship, shop }, auth: { both } };
    assert.equal(urlOf(bindings, "shop"), shop.url);
    assert.throws(() => urlOf(bindings, "ship"), /^RangeError: no URL is bound to "ship"$/);
    assert.throws(() => bound(bindings.backends as Record<string, unknown>, "toString"), /nothing is bound/);
  });

  it("has the placeholder of the form", () => {
    assert.deepEqual(placeholders(api, { functions }).backends.ship, { name: "ship" });
  });

  it("is suggested where it is missing, and so is the issuer of a token with a key, but not of a key alone", () => {
    const problems = checkBindings(api, { backends: { shop }, auth: {} }, { functions });
    assert.deepEqual(
      problems.map(({ code, place, remedy }) => [code, place, remedy]),
      [
        ["missing-binding", "backends.ship", 'Write backends: { "ship": { name } } where the gateway is declared.'],
        ["missing-binding", "auth.both", 'Write auth: { "both": { issuer } } where the gateway is declared.'],
      ],
    );
    const partners = { backends: { ship, shop }, auth: { both, partners: both } };
    assert.deepEqual(
      checkBindings(api, partners, { functions }).map(({ code, place }) => [code, place]),
      [["unknown-binding", "auth.partners"]],
    );
  });
});

describe("the binding of a private backend", () => {
  const api = normalise({
    version: 1,
    backends: { erp: { kind: "onPrem" }, shop: { kind: "http" } },
    auth: { anyone: { kind: "open", reason: "public" } },
    default: { auth: "anyone" },
    routes: { "GET /": { to: "erp" }, "GET /a": { to: "shop" } },
  });
  const shop = { url: "https://shop.example.com" };
  const url = "https://erp.example.com";
  const check = (erp: object, more: object = {}, forms?: BindingForms) =>
    checkBindings(api, { backends: { erp, shop: { ...shop, ...more } }, auth: {} } as never, forms);
  const wrong = (...args: Parameters<typeof check>) => check(...args).map(({ code, place }) => [code, place]);

  const problem = {
    code: "bad-link",
    place: "backends.erp.link.name",
    rule: "The name is wrong.",
    remedy: "Change it.",
  };
  const seen: unknown[] = [];
  const links: BindingForms["links"] = {
    remedy: "Set link to the link of a tunnel.",
    placeholder: () => ({}),
    check: (...args) => {
      seen.push(args);
      return [problem];
    },
  };

  it("needs a URL and a link: a plain record of strings that the form of the gateway class checks", () => {
    assert.deepEqual(wrong({ url, link: { kind: "tunnel", name: "erp" } }), []);
    for (const link of [7, "vpc", ["a"], { id: 7 }, { id: null }, { inner: {} }])
      assert.deepEqual(wrong({ url, link }), [["bad-link", "backends.erp.link"]], JSON.stringify(link));
    assert.deepEqual(check({ url, link: { name: "erp" } }, {}, { links }), [problem]);
    assert.deepEqual(seen, [[{ name: "erp" }, "backends.erp.link"]]);
  });

  it("is rejected without a URL or without a link, with the remedy of the gateway class", () => {
    for (const link of [undefined, null])
      assert.deepEqual(wrong({ url, link }), [["missing-link", "backends.erp.link"]]);
    assert.deepEqual(
      check({ url }, {}, { links }).map(({ code, remedy }) => [code, remedy]),
      [["missing-link", "Set link to the link of a tunnel."]],
    );
    assert.deepEqual(wrong({ link: {} }), [["bad-url", "backends.erp.url"]]);
    const [missing] = checkBindings(api, { backends: { shop }, auth: {} });
    assert.equal(missing?.remedy, 'Write backends: { "erp": { url, link } } where the gateway is declared.');
  });

  it("is the only one that can have a link", () => {
    assert.deepEqual(wrong({ url, link: {} }, { link: {} }), [["link-not-used", "backends.shop.link"]]);
  });

  it("returns its link", () => {
    const bindings = { backends: { erp: { url, link: { a: "b" } }, shop }, auth: {} };
    assert.deepEqual(linkOf(bindings, "erp"), { a: "b" });
    assert.throws(() => linkOf(bindings, "shop"), /^RangeError: no link is bound to "shop"$/);
  });
});
