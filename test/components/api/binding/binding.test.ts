import assert from "node:assert/strict";
import fc from "fast-check";
import {
  bound,
  checkBindings,
  functionArnOf,
  linkOf,
  placeholders,
  urlOf,
} from "../../../../components/api/binding/binding.ts";
import type { LinkForm } from "../../../../components/api/binding/link.ts";
import { normalise } from "../../../../components/api/check/normalise.ts";
import { httpApiLinks } from "../../../../components/aws/link/link.ts";

const names = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_-]{0,62}$/);

const token = { kind: "jwt", audiences: ["a"] } as const;
const asks = [token, { kind: "apiKey" }, { kind: "allOf", of: [token, { kind: "apiKey" }] }] as const;

describe("the placeholders of bindings", () => {
  it("are bindings that nobody can reach, whatever the names", () => {
    fc.assert(
      fc.property(
        names,
        names,
        fc.constantFrom("http", "fn", "onPrem"),
        fc.constantFrom(...asks),
        (backend, auth, kind, ask) => {
          const api = normalise({
            version: 1,
            backends: { [backend]: { kind } },
            auth: { [auth]: ask },
            ...(ask.kind === "jwt" ? {} : { plans: { free: {} } }),
            routes: { "GET /": { to: backend, auth } },
          });
          const stand = placeholders(api, httpApiLinks);
          assert.deepEqual(checkBindings(api, stand, httpApiLinks), []);
          if (kind === "onPrem")
            assert.match(linkOf(stand, backend).loadBalancerArn ?? "", /:000000000000:loadbalancer\//);
          if (kind !== "fn") assert.match(new URL(urlOf(stand, backend)).hostname, /\.invalid$/);
          else assert.match(functionArnOf(stand, backend), /:000000000000:function:/);
          assert.deepEqual(Object.keys(stand.auth), ask.kind === "apiKey" ? [] : [auth]);
          for (const { issuer } of Object.values(stand.auth)) assert.match(new URL(issuer).hostname, /\.invalid$/);
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

describe("the binding of a function", () => {
  const api = normalise({
    version: 1,
    backends: { ship: { kind: "fn" }, shop: { kind: "http" } },
    auth: { partners: asks[1], both: asks[2] },
    plans: { free: {} },
    routes: { "GET /": { to: "ship", auth: "partners" }, "GET /a": { to: "shop", auth: "both" } },
  });
  const shop = { url: "https://shop.example.com" };
  const both = { issuer: "https://login.example.com" };
  const check = (ship: unknown, auth: object = { both }) =>
    checkBindings(api, { backends: { ship, shop }, auth } as never).map(({ code, place }) => [code, place]);

  it("is the ARN of a Lambda function, in any partition", () => {
    for (const functionArn of [
      "arn:aws:lambda:eu-central-1:123456789012:function:ship",
      "arn:aws-us-gov:lambda:us-gov-west-1:123456789012:function:Ship_it-2",
      "arn:aws-cn:lambda:cn-north-1:123456789012:function:ship",
    ]) {
      assert.deepEqual(check({ functionArn }), [], functionArn);
    }
  });

  it("is no version, no alias, no other resource, and nothing that a document would read as syntax", () => {
    const arn = "arn:aws:lambda:eu-central-1:123456789012:function:ship";
    const bad = [
      ...[`${arn}:7`, `${arn}:live`, `${arn}/invocations`, `${arn}\n`, ` ${arn}`, `${arn}\${x}`, `${arn}"`, "ship", ""],
      ...["arn:aws:s3:::bucket", arn.replace("123456789012", "12"), arn.replace(":ship", `:${"a".repeat(65)}`)],
      ...[7, null, undefined, {}],
    ];
    for (const functionArn of bad) {
      assert.deepEqual(check({ functionArn }), [["bad-function", "backends.ship.functionArn"]], String(functionArn));
    }
  });

  it("is no URL, as that of a URL is no function", () => {
    assert.deepEqual(check(shop), [["bad-function", "backends.ship.functionArn"]]);
    const functionArn = "arn:aws:lambda:eu-central-1:123456789012:function:ship";
    assert.deepEqual(
      checkBindings(api, { backends: { ship: { functionArn }, shop: { functionArn } }, auth: { both } }).map(
        ({ code, place }) => [code, place],
      ),
      [["bad-url", "backends.shop.url"]],
    );
    const bindings = { backends: { ship: { functionArn }, shop }, auth: { both } };
    assert.deepEqual([functionArnOf(bindings, "ship"), urlOf(bindings, "shop")], [functionArn, shop.url]);
    assert.throws(() => urlOf(bindings, "ship"), /^RangeError: "ship" is a function$/);
    assert.throws(() => functionArnOf(bindings, "shop"), /^RangeError: "shop" is no function$/);
    assert.throws(() => bound(bindings.backends as Record<string, unknown>, "toString"), /nothing is bound/);
  });

  it("says how to write what is missing, and asks for an issuer of a token and a key, not of a key alone", () => {
    const found = checkBindings(api, { backends: { shop }, auth: {} });
    assert.deepEqual(
      found.map(({ code, place, remedy }) => [code, place, remedy]),
      [
        [
          "missing-binding",
          "backends.ship",
          'Write backends: { "ship": { functionArn } } where the gateway is declared.',
        ],
        ["missing-binding", "auth.both", 'Write auth: { "both": { issuer } } where the gateway is declared.'],
      ],
    );
    const functionArn = "arn:aws:lambda:eu-central-1:123456789012:function:ship";
    assert.deepEqual(check({ functionArn }, { both, partners: both }), [["unknown-binding", "auth.partners"]]);
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
  const wrong = (erp: object, more: object = {}, links?: LinkForm) =>
    checkBindings(api, { backends: { erp, shop: { ...shop, ...more } }, auth: {} } as never, links).map(
      ({ code, place }) => [code, place],
    );

  it("is a URL and a link, which is a plain record of texts: what is in it the vendor's class says", () => {
    assert.deepEqual(wrong({ url, link: { kind: "tunnel", name: "erp" } }), []);
    for (const link of [7, "vpc", ["a"], { id: 7 }, { id: null }, { inner: {} }])
      assert.deepEqual(wrong({ url, link }), [["bad-link", "backends.erp.link"]], JSON.stringify(link));
    const asked: unknown[] = [];
    const problem = { code: "bad-link", place: "backends.erp.link.name", rule: "it is another", remedy: "Change it." };
    const links: LinkForm = {
      standIn: () => ({}),
      check: (...given) => {
        asked.push(given);
        return [problem];
      },
    };
    assert.deepEqual(wrong({ url, link: { name: "erp" } }, {}, links), [["bad-link", "backends.erp.link.name"]]);
    assert.deepEqual(asked, [[{ name: "erp" }, "backends.erp.link"]]);
  });

  it("lacks neither: a private address is nowhere without a link", () => {
    for (const link of [undefined, null])
      assert.deepEqual(wrong({ url, link }), [["missing-link", "backends.erp.link"]]);
    assert.deepEqual(wrong({ link: {} }), [["bad-url", "backends.erp.url"]]);
    const [missing] = checkBindings(api, { backends: { shop }, auth: {} });
    assert.equal(missing?.remedy, 'Write backends: { "erp": { url, link } } where the gateway is declared.');
  });

  it("is no public backend's, which no link leads to", () => {
    assert.deepEqual(wrong({ url, link: {} }, { link: {} }), [["link-not-used", "backends.shop.link"]]);
  });

  it("gives its link, which others have not", () => {
    const bindings = { backends: { erp: { url, link: { a: "b" } }, shop }, auth: {} };
    assert.deepEqual(linkOf(bindings, "erp"), { a: "b" });
    assert.throws(() => linkOf(bindings, "shop"), /^RangeError: "shop" has no link$/);
  });
});
