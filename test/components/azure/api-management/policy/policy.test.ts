import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { placeholders } from "../../../../../components/api/binding/placeholders.ts";
import { normalise } from "../../../../../components/api/check/normalise.ts";
import { apiManagementPolicy } from "../../../../../components/azure/api-management/policy/policy.ts";
import { routeKey } from "../../../../../components/azure/api-management/route-key.ts";
import {
  compileExpression,
  isExpression,
} from "../../../../../sandbox/data-plane/azure/api-management/expression/expression.ts";
import {
  parsePolicyXml,
  type XmlElement,
} from "../../../../../sandbox/data-plane/azure/api-management/xml/policy-xml.ts";
import { ordersApi, ordersBindings } from "../../../../support/components/azure/api-management/orders.ts";

function walk(element: XmlElement): readonly XmlElement[] {
  return [element, ...element.children.flatMap(walk)];
}

function texts(element: XmlElement): readonly string[] {
  return walk(element).flatMap(({ attributes, children, text }) => [
    ...attributes.values(),
    ...(children.length === 0 ? [text] : []),
  ]);
}

const words = fc.constantFrom("a", "b", "C", "{x}");
const routeOf = fc.record({
  method: fc.constantFrom("GET", "POST"),
  path: fc.tuple(fc.array(words, { maxLength: 3 }), fc.boolean()).map(([parts, greedy]) => {
    const named = parts.map((part, index) => (part === "{x}" ? `{x${index}}` : part));
    return `/${[...named, ...(greedy ? ["{rest+}"] : [])].join("/")}`;
  }),
  auth: fc.constantFrom("staff", "partners", "anyone"),
  scopes: fc.array(fc.constantFrom("r", "w", "{{x}}", "@(1)", "a|open|b"), { maxLength: 2 }),
  each: fc.boolean(),
  limits: fc.subarray(
    [
      { requests: 3, per: "second", by: "route" },
      { requests: 5, per: "minute", by: "api" },
      { requests: 7, per: "hour", by: "ip" },
    ],
    { minLength: 0 },
  ),
  to: fc.constantFrom("one", "two"),
  header: fc.stringMatching(/^[!-~]([ -~]{0,8}[!-~])?$/),
  reply: fc.option(fc.string({ unit: "binary", minLength: 1 }), { nil: undefined }),
});

/** A valid description of those routes, without the ones that conflict. */
const descriptions = fc.array(routeOf, { minLength: 1, maxLength: 12 }).map((routes) => {
  const accepted: Record<string, unknown> = {};
  const describe = (entries: Record<string, unknown>) => ({
    version: 1,
    backends: { one: { kind: "http" }, two: { kind: "http" } },
    auth: {
      staff: { kind: "jwt", audiences: ["s", "@(1)", "{{n}}", "ü"] },
      partners: { kind: "jwt", audiences: ["p", '"@(1)'], audienceFallback: "client_id" },
      anyone: { kind: "open", reason: "a test" },
    },
    routes: entries,
  });
  for (const { method, path, auth, scopes, each, limits, to, header, reply } of routes) {
    const names = [...new Set(scopes)];
    const asks = {
      auth,
      limits,
      ...(auth === "anyone" || scopes.length === 0 ? {} : { scopes: each ? { all: names } : names }),
    };
    const route =
      reply === undefined
        ? { ...asks, to, requestHeaders: { set: { "x-h": header } } }
        : { ...asks, reply: { status: 200, body: reply.toWellFormed() } };
    const tried = { ...accepted, [`${method} ${path}`]: route };
    try {
      normalise(describe(tried));
    } catch {
      continue;
    }
    accepted[`${method} ${path}`] = route;
  }
  return normalise(describe(Object.keys(accepted).length > 0 ? accepted : { "GET /": { to: "one", auth: "staff" } }));
});

const ordersLike = {
  version: 1,
  backends: { shop: { kind: "http" } },
  auth: { anyone: { kind: "open", reason: "a test" } },
  routes: { "GET /{rest+}": { to: "shop", auth: "anyone" } },
};

describe("the policy of an API on API Management", () => {
  it("equals the golden policy of the worked example", () => {
    const expected = readFileSync(new URL("orders.policy.xml", import.meta.url), "utf8");
    assert.equal(apiManagementPolicy(ordersApi, ordersBindings, "shop"), expected);
  });

  it("answers preflights, finds the route, authenticates, limits, maps and forwards, in this order", () => {
    const root = parsePolicyXml(apiManagementPolicy(ordersApi, ordersBindings, "shop"), "policy");
    assert.deepEqual(
      root.children.map(({ name }) => name),
      ["inbound", "backend", "outbound", "on-error"],
    );
    const inbound = root.children[0] as XmlElement;
    assert.deepEqual(
      inbound.children.slice(0, 4).map(({ name }) => name),
      ["base", "cors", "set-variable", "choose"],
    );
    const order = walk(inbound)
      .map(({ name }) => name)
      .filter((name) => /^(?:validate-jwt|rate-limit-by-key|quota-by-key|rewrite-uri|set-backend-service)$/.test(name));
    assert.deepEqual(order, [
      "validate-jwt",
      "rate-limit-by-key",
      "quota-by-key",
      "rate-limit-by-key",
      "rate-limit-by-key",
      "rewrite-uri",
      "set-backend-service",
      "set-backend-service",
      "set-backend-service",
    ]);
  });

  it("forwards nothing if the gateway answers every route", () => {
    const api = normalise({
      version: 1,
      backends: {},
      auth: { anyone: { kind: "open", reason: "a test" } },
      routes: { "GET /": { reply: { status: 204 }, auth: "anyone" } },
    });
    const policy = apiManagementPolicy(api, placeholders(api), "");
    assert.doesNotMatch(policy, /forward-request|set-backend-service|validate-jwt|set-body>@/);
    assert.match(policy, /<backend>\n {4}<base\/>\n {2}<\/backend>/);
  });

  it("appends a prefix to the backend's URL instead of rewriting the path", () => {
    const api = normalise({
      version: 1,
      backends: { shop: { kind: "http" } },
      auth: { anyone: { kind: "open", reason: "a test" } },
      routes: { "GET /a/{id}": { to: "shop", auth: "anyone", path: "/v1/a/{id}" } },
    });
    const policy = apiManagementPolicy(api, { backends: { shop: { url: "https://h.example/b/" } }, auth: {} }, "shop");
    assert.match(policy, /base-url="https:\/\/h\.example\/b\/v1"/);
    assert.doesNotMatch(policy, /rewrite-uri/);
  });

  it("forwards in one place, with the timeout of the route", () => {
    const routes = { "GET /a": 7, "GET /b": 20, "GET /c": 7, "GET /d": 30 };
    const api = normalise({
      version: 1,
      backends: { shop: { kind: "http" } },
      auth: { anyone: { kind: "open", reason: "a test" } },
      routes: Object.fromEntries(
        Object.entries(routes).map(([key, timeoutSeconds]) => [key, { to: "shop", auth: "anyone", timeoutSeconds }]),
      ),
    });
    const root = parsePolicyXml(apiManagementPolicy(api, placeholders(api), ""), "policy");
    const forwards = walk(root).filter(({ name }) => name === "forward-request");
    assert.equal(forwards.length, 1);
    assert.deepEqual(
      root.children[1]?.children.map(({ name }) => name),
      ["forward-request"],
    );
    const timeout = compileExpression(forwards[0]?.attributes.get("timeout") ?? "", "timeout");
    for (const seconds of Object.values(routes)) {
      const treatment = { type: "string", value: `|open|to:shop|timeout:${seconds}|` };
      assert.equal(timeout.evaluate({ variables: new Map([["polygate-treatment", treatment]]) } as never), seconds);
    }
  });

  it("allows a header that no browser asks for, if the description allows none, since the policy must have one", () => {
    const api = normalise({ ...ordersLike, cors: { origins: ["https://a.example"], headers: [] } });
    assert.match(
      apiManagementPolicy(api, placeholders(api), ""),
      /<allowed-headers>\s*<header>host<\/header>\s*<\/allowed-headers>/,
    );
  });

  it("rejects a percent sign without two hexadecimal digits by itself, wherever it occurs", () => {
    const api = normalise(ordersLike);
    const root = parsePolicyXml(apiManagementPolicy(api, placeholders(api), "shop"), "policy");
    const set = walk(root).find(({ attributes }) => attributes.get("name") === "polygate-route");
    const router = compileExpression(set?.attributes.get("value") ?? "", "router");
    const keyOf = (path: string) =>
      router.evaluate({
        api: { version: null },
        request: { method: "GET", originalUrl: { path: `/shop/${path}` } },
      } as never);
    // None begins with a hexadecimal digit, which could complete an escape.
    const end = fc.constantFrom("", "/", "x", "/b", "%20");
    const broken = fc.constantFrom("%", "%%", "%2", "%g0", "%0g", "%/a", "%2/", "%+1", "% 1", "%2%30", "%u0041", "%é9");
    assert.equal(keyOf("a%20b"), "|GET /{*}|");
    fc.assert(
      fc.property(end, broken, end, (before, percent, after) => {
        assert.equal(keyOf(`a${before}${percent}${after}`), "|none|");
      }),
    );
  });

  it("contains a text of a user only as data, whatever the text contains", () => {
    const part = (units: readonly string[]) =>
      fc.array(fc.constantFrom(...units), { minLength: 1, maxLength: 6 }).map((list) => `USER${list.join("")}USER`);
    const text = part(["@(", "@{", "{{", "}}", ")", '"', "'", "\\", "]]>", "<!--", "&quot;", " ", "ü", "{", "@"]);
    const path = part(["@(1)", "@", "(", ")", "'", "&", "a", "+", "$"]);
    const given = fc.record({ title: text, scope: part(["@(", "@{", "{{", "}}", ")", "<", "'", "{"]), audience: text });
    const places = fc.record({
      prefix: path,
      literal: path,
      url: path,
      issuer: path,
      body: text,
      header: part(["@(", "{{", ")"]),
    });
    let seen = 0;
    fc.assert(
      fc.property(given, places, ({ title, scope, audience }, { prefix, literal, url, issuer, body, header }) => {
        const api = normalise({
          version: 1,
          title,
          backends: { shop: { kind: "http" } },
          auth: { staff: { kind: "jwt", audiences: [audience] } },
          default: { auth: "staff" },
          routes: {
            [`GET /${literal}/{id}`]: { to: "shop", scopes: [scope], path: `/${prefix}/${literal}/{id}` },
            [`GET /${literal}`]: { to: "shop", path: `/${prefix}`, requestHeaders: { set: { "x-h": header } } },
            "GET /reply": { reply: { status: 200, body } },
          },
        });
        const bindings = {
          backends: { shop: { url: `https://shop.example/${url}` } },
          auth: { staff: { issuer: `https://login.example/${issuer}` } },
        };
        const policy = apiManagementPolicy(api, bindings, "shop");
        assert.doesNotMatch(policy, /\{\{|\}\}/);
        for (const value of texts(parsePolicyXml(policy, "policy"))) {
          if (!value.includes("USER")) continue;
          seen++;
          if (isExpression(value)) {
            compileExpression(value, "policy");
            // Outside the C# literals, nothing of the user is left.
            assert.doesNotMatch(value.replace(/"(?:[^"\\]|\\.)*"/g, ""), /USER/);
          } else assert.doesNotMatch(value, /@[({]/);
        }
      }),
    );
    assert.ok(seen > 500, String(seen));
  });

  it("cannot be compiled without a binding", () => {
    assert.throws(
      () => apiManagementPolicy(ordersApi, { backends: {}, auth: {} }, "shop"),
      /nothing is bound to "staff"/,
    );
  });

  it("is well-formed, contains no named value, compiles, and is reproducible, for any valid description", () => {
    fc.assert(
      fc.property(descriptions, fc.constantFrom("", "shop", "Shop/v1"), (api, path) => {
        const policy = apiManagementPolicy(api, placeholders(api), path);
        assert.equal(apiManagementPolicy(api, placeholders(api), path), policy);
        assert.doesNotMatch(policy, /\{\{|\}\}/);
        for (const text of texts(parsePolicyXml(policy, "policy"))) {
          if (isExpression(text)) compileExpression(text, "policy");
        }
      }),
    );
  });

  it("has exactly one row for each route, with the authentication and scopes of the route", () => {
    fc.assert(
      fc.property(descriptions, (api) => {
        const root = parsePolicyXml(apiManagementPolicy(api, placeholders(api), "shop"), "policy");
        const table = (root.children[0] as XmlElement).children.find(
          ({ children }) => children.at(-1)?.name === "otherwise",
        ) as XmlElement;
        for (const route of api.routes) {
          const rows = table.children.filter((row) =>
            row.attributes.get("condition")?.includes(`|${routeKey(route)}|`),
          );
          assert.equal(rows.length, 1);
          const set = new Map(
            (rows[0] as XmlElement).children.map(({ attributes }) => [attributes.get("name"), attributes.get("value")]),
          );
          const names = String(set.get("polygate-treatment"));
          assert.equal(names.split("|")[1], route.auth.kind === "open" ? "open" : `auth:${route.authName}`);
          assert.equal(names.split("|").filter((name) => name === "open").length, route.auth.kind === "open" ? 1 : 0);
          const { match, names: required } = route.scopes;
          assert.ok(!set.has(match === "all" ? "polygate-scopes" : "polygate-all-scopes"));
          const asked = set.get(match === "all" ? "polygate-all-scopes" : "polygate-scopes");
          const scopes =
            asked === undefined ? "" : isExpression(asked) ? compileExpression(asked, "").evaluate({} as never) : asked;
          assert.equal(scopes, required.join(" "));
        }
        assert.equal(table.children.at(-1)?.name, "otherwise");
        assert.equal(table.children.at(-1)?.children[0]?.name, "return-response");
      }),
    );
  });

  it("returns the text of a reply unchanged, whatever it contains", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", minLength: 1 }), (raw) => {
        const body = raw.toWellFormed();
        const api = normalise({
          version: 1,
          backends: {},
          auth: { anyone: { kind: "open", reason: "a test" } },
          routes: { "GET /": { reply: { status: 200, body }, auth: "anyone" } },
        });
        const root = parsePolicyXml(apiManagementPolicy(api, placeholders(api), ""), "policy");
        const written =
          walk(root)
            .filter(({ name }) => name === "set-body")
            .at(-1)?.text ?? "";
        assert.equal(isExpression(written) ? compileExpression(written, "").evaluate({} as never) : written, body);
      }),
    );
  });
});
