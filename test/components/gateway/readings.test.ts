import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { Bindings } from "../../../components/api/binding/binding.ts";
import { normalise } from "../../../components/api/check/normalise.ts";
import { type Backend, type Description, fn, http, jwt, onPrem, open } from "../../../components/api/description.ts";
import { PolygateError } from "../../../components/api/problem.ts";
import { prepare } from "../../../components/gateway/prepare.ts";
import { type Readings, readingsOf } from "../../../components/gateway/readings.ts";
import { target } from "../../support/components/gateway/test-gateway.ts";

const auths = {
  staff: jwt({ audiences: ["shop"] }),
  partners: jwt({ audiences: ["partners"] }),
  anyone: open("public"),
};

type Route = readonly [auth: keyof typeof auths, to?: string, path?: string];

function describedBy(
  routes: Readonly<Record<string, Route>>,
  backends: Readonly<Record<string, Backend>>,
): Description {
  const entries = Object.entries(routes).map(([key, [auth, to = "shop", path]]) => [
    key,
    { auth, to, ...(path === undefined ? {} : { path }) },
  ]);
  return { version: 1, backends, auth: auths, routes: Object.fromEntries(entries) };
}

const servers: Bindings = {
  backends: { shop: { url: "https://shop.example.com" }, erp: { url: "https://erp.example.com/base" } },
  auth: {},
};

function readings(
  routes: Readonly<Record<string, Route>>,
  { refused, bindings = servers, shop = http() }: { refused?: string; bindings?: Bindings; shop?: Backend } = {},
): Readings {
  const api = normalise(describedBy(routes, { shop, erp: http() }));
  const support = refused === undefined ? {} : { refused };
  return readingsOf(api, api.routes, bindings, { readings: support, className: "TestGateway", vendor: "aws" });
}

/** The example of the refusal. Undefined if the routes are not refused. */
function example(routes: Readonly<Record<string, Route>>): string | undefined {
  const [problem] = readings(routes).problems;
  return /"(\/[^"]*)"/.exec(problem?.rule ?? "")?.[1];
}

describe("routes that meet at a server", () => {
  it("are refused if the one that requires less is open, with both routes, an example and the ways out", () => {
    assert.deepEqual(readings({ "GET /{rest+}": ["anyone"], "GET /admin": ["staff"], "GET /a": ["staff"] }).problems, [
      {
        code: "open-reading",
        vendor: "aws",
        route: "GET /{rest+}",
        rule: 'The route is open and leads to the same server as "GET /a", which is not open. A server that reads paths leniently takes "/A" for a path of the guarded route. The same holds for 1 other pair of routes of "shop".',
        remedy:
          'Give both routes the same auth, or lead them to different servers. If the server of "shop" distinguishes paths exactly as they arrive, declare that: write backends: { "shop": http({ paths: "exact" }) }.',
      },
    ]);
  });

  const refusals: readonly (readonly [string, Readonly<Record<string, Route>>, string])[] = [
    ["letters in another case", { "GET /{rest+}": ["anyone"], "GET /admin": ["staff"] }, "/ADMIN"],
    ["letters of a parameter in another case", { "GET /{id}": ["anyone"], "GET /admin": ["staff"] }, "/ADMIN"],
    ["a slash at the end", { "GET /files/{rest+}": ["anyone"], "GET /files": ["staff"] }, "/files//"],
    ["an empty path", { "GET /{rest+}": ["anyone"], "GET /": ["staff"] }, "//"],
    ["dot segments in the rest", { "GET /files/{rest+}": ["anyone"], "GET /admin": ["staff"] }, "/files/..%252Fadmin"],
    ["dot segments in a parameter", { "GET /files/{x}": ["anyone"], "GET /{rest+}": ["staff"] }, "/files/..%252F1"],
    ["a parameter before a literal", { "GET /{x}/a": ["anyone"], "GET /b/{y}/a": ["staff"] }, "/b%252F1/a"],
    ["a literal with a dot at its end", { "GET /admin.": ["anyone"], "GET /admin": ["staff"] }, "/admin."],
    ["an alias", { "GET /open/{x}": ["anyone", "shop", "/o/{x}"], "GET /o/{x}": ["staff"] }, "/open/1"],
    ["an alias of everything", { "GET /open/{x+}": ["anyone", "shop", "/{x}"], "GET /o/{x}": ["staff"] }, "/open/o/1"],
  ];
  for (const [name, routes, path] of refusals) {
    it(`are refused with an example: ${name}`, () => assert.equal(example(routes), path));
  }

  it("are not refused if nothing that a client chooses leads from one to the other", () => {
    for (const routes of [
      { "GET /public": ["anyone"], "GET /{rest+}": ["staff"] },
      { "GET /open": ["anyone", "shop", "/o/5"], "GET /o/{x}": ["staff"] },
      { "GET /files/{rest+}": ["anyone"], "POST /admin": ["staff"] },
      { "GET /files/{x}/public": ["anyone"], "GET /files/{x}/private": ["staff"] },
      { "GET /{rest+}": ["anyone"], "GET /admin": ["staff", "erp"] },
    ] as const satisfies readonly Readonly<Record<string, Route>>[]) {
      assert.deepEqual(readings(routes).problems, [], JSON.stringify(routes));
    }
  });

  it("are cautioned about, once for each backend, if the one that requires less is not open", () => {
    const { problems, cautions } = readings({
      "GET /{rest+}": ["partners"],
      "GET /admin": ["staff"],
      "GET /orders": ["staff"],
    });
    assert.deepEqual(problems, []);
    assert.deepEqual(cautions, [
      {
        route: "GET /{rest+}",
        what: 'this route does not require what "GET /admin" of the same server requires, and a server that reads paths leniently takes "/ADMIN" for a path of that route, and so for 1 other pair of routes of "shop"',
        advice:
          'Let the server check the token and its scopes as well. If it distinguishes paths exactly as they arrive, declare that: write backends: { "shop": http({ paths: "exact" }) }.',
      },
    ]);
  });

  it("are reported with the reason where the server distinguishes paths exactly, or the gateway refuses such paths", () => {
    const routes = { "GET /{rest+}": ["anyone"], "GET /admin": ["staff"] } as const;
    for (const [options, because] of [
      [{ shop: http({ paths: "exact" }) }, 'the server of "shop" distinguishes paths exactly (paths: "exact")'],
      [{ refused: "it compares them" }, "TestGateway refuses such paths: it compares them"],
    ] as const) {
      assert.deepEqual(readings(routes, options), {
        problems: [],
        cautions: [],
        meetings: [{ route: "GET /{rest+}", meets: ["GET /admin"], path: "/ADMIN", because }],
      });
    }
  });

  it("are refused even where the gateway refuses other spellings and the server is exact, if a plain path leads from one to the other", () => {
    const alias = { "GET /open/{x}": ["anyone", "shop", "/o/{x}"], "GET /o/{x}": ["staff"] } as const;
    for (const shop of [http(), http({ paths: "exact" })]) {
      const { problems } = readings(alias, { refused: "it compares them", shop });
      assert.deepEqual(
        problems.map(({ code, rule, remedy }) => [code, rule, remedy]),
        [
          [
            "open-reading",
            'The route is open and leads to the same server as "GET /o/{x}", which is not open. "/open/1" reaches it as a path of the guarded route.',
            "Give both routes the same auth, or lead them to different servers.",
          ],
        ],
      );
    }
  });

  it("meet through two backends of one origin, below the paths of their URLs", () => {
    const routes = { "GET /{rest+}": ["anyone"], "GET /admin": ["staff", "erp"] } as const;
    const bindings = {
      backends: { shop: { url: "https://shop.example.com/a" }, erp: { url: "https://shop.example.com:443/b/" } },
      auth: {},
    };
    const [problem] = readings(routes, { bindings }).problems;
    assert.equal(problem?.code, "open-reading");
    assert.match(problem?.rule ?? "", /"\/\.\.%252Fb%252Fadmin"/);
  });

  it("are found as soon as bindings are known, also where two of them turn out to be one server", async () => {
    await pulumi.runtime.setMocks({
      newResource: ({ name, inputs }) => ({ id: name, state: inputs }),
      call: ({ inputs }) => inputs,
    });
    const api = describedBy(
      { "GET /{rest+}": ["anyone"], "GET /admin": ["staff", "erp"] },
      { shop: http(), erp: http() },
    );
    const url = pulumi.output(Promise.resolve("https://shop.example.com"));
    const { bindings } = prepare(
      "The gateway",
      { api, backends: { shop: { url: "https://shop.example.com" }, erp: { url } }, auth: issuers },
      target(),
    );
    const promised = (bindings as unknown as { promise(): Promise<Bindings> }).promise();
    await assert.rejects(promised, (error) => {
      assert.ok(error instanceof PolygateError);
      assert.deepEqual(
        error.problems.map(({ code, route }) => [code, route]),
        [["open-reading", "GET /{rest+}"]],
      );
      return true;
    });
  });

  it("meet a route that the gateway omits", () => {
    const routes = { "GET /files/{rest+}": ["anyone"], "GET /admin": ["staff"], "GET /health": ["anyone"] } as const;
    const api = describedBy(routes, { shop: http() });
    const args = { api, backends: { shop: { url: "https://shop.example.com" } }, auth: issuers };
    assert.throws(
      () => prepare("The gateway", { ...args, omit: { "GET /admin": "elsewhere" } }, target()),
      (error) => error instanceof PolygateError && error.problems[0]?.code === "open-reading",
    );
  });

  it("are refused by every gateway if plain paths of the open route reach the server as paths of an omitted route", () => {
    const all = normalise(describedBy({ "GET /{rest+}": ["anyone"], "GET /admin": ["staff"] }, { shop: http() }));
    const api = { ...all, routes: all.routes.filter(({ path }) => path !== "/admin") };
    const support = { readings: { refused: "by a rule" }, className: "TestGateway", vendor: "aws" } as const;
    const { problems } = readingsOf(api, all.routes, servers, support);
    assert.match(problems[0]?.rule ?? "", /"\/admin" reaches it as a path of the guarded route\.$/);
  });

  it("are refused by every gateway if only the spelling of a mapped path distinguishes their paths at the server", () => {
    const { problems } = readings(
      { "GET /files/{name}": ["anyone", "shop", "/Admin/{name}"], "GET /admin/{id}": ["staff"] },
      { refused: "by a rule" },
    );
    assert.match(problems[0]?.rule ?? "", /"\/files\/1" reaches it as a path of the guarded route\.$/);
  });

  it("are told how the gateway could refuse such paths, unless plain paths meet", () => {
    const instead = "Set an option.";
    const remedies = (routes: Readonly<Record<string, Route>>) => {
      const api = normalise(describedBy(routes, { shop: http() }));
      const support = { readings: { instead }, className: "TestGateway", vendor: "aws" } as const;
      return readingsOf(api, api.routes, servers, support).problems.map(({ remedy }) => remedy.endsWith(` ${instead}`));
    };
    assert.deepEqual(remedies({ "GET /{rest+}": ["anyone"], "GET /admin": ["staff"] }), [true]);
    assert.deepEqual(remedies({ "GET /b": ["anyone", "shop", "/admin"], "GET /admin": ["staff"] }), [false]);
  });

  it("are told how to declare an exact server of every kind", () => {
    for (const [shop, helper] of [
      [onPrem(), "onPrem"],
      [fn(), "fn"],
    ] as const) {
      const [problem] = readings(
        { "GET /{rest+}": ["anyone"], "GET /admin": ["staff"] },
        { shop, bindings: { backends: {}, auth: {} } },
      ).problems;
      assert.match(
        problem?.remedy ?? "",
        new RegExp(`write backends: \\{ "shop": ${helper}\\(\\{ paths: "exact" \\}\\) \\}\\.`),
      );
    }
  });
});

const issuers = {
  staff: { issuer: "https://login.example.com" },
  partners: { issuer: "https://partners.example.com" },
};
