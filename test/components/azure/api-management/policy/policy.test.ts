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
import { parsePolicyXml, type XmlElement } from "../../../../../sandbox/data-plane/azure/api-management/policy-xml.ts";
import { ordersApi, ordersBindings } from "../orders.ts";

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
      partners: { kind: "jwt", audiences: ["p"] },
      anyone: { kind: "open", reason: "a test" },
    },
    routes: entries,
  });
  for (const { method, path, auth, scopes, limits, to, header, reply } of routes) {
    const asks = {
      auth,
      limits,
      ...(auth === "anyone" || scopes.length === 0 ? {} : { scopes: [...new Set(scopes)] }),
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

describe("the policy of an API on API Management", () => {
  it("equals the golden policy of the worked example", () => {
    const expected = readFileSync(new URL("orders.policy.xml", import.meta.url), "utf8");
    assert.equal(apiManagementPolicy(ordersApi, ordersBindings, 1), expected);
  });

  it("answers preflights, finds the route, authenticates, limits, maps and forwards, in this order", () => {
    const root = parsePolicyXml(apiManagementPolicy(ordersApi, ordersBindings, 1), "policy");
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
    const policy = apiManagementPolicy(api, placeholders(api), 0);
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
    const policy = apiManagementPolicy(api, { backends: { shop: { url: "https://h.example/b/" } }, auth: {} }, 1);
    assert.match(policy, /base-url="https:\/\/h\.example\/b\/v1"/);
    assert.doesNotMatch(policy, /rewrite-uri/);
  });

  it("cannot be compiled without a binding", () => {
    assert.throws(() => apiManagementPolicy(ordersApi, { backends: {}, auth: {} }, 1), /nothing is bound to "staff"/);
  });

  it("is well-formed, contains no named value, compiles, and is reproducible, for any valid description", () => {
    fc.assert(
      fc.property(descriptions, fc.integer({ min: 0, max: 2 }), (api, segments) => {
        const policy = apiManagementPolicy(api, placeholders(api), segments);
        assert.equal(apiManagementPolicy(api, placeholders(api), segments), policy);
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
        const root = parsePolicyXml(apiManagementPolicy(api, placeholders(api), 1), "policy");
        const table = (root.children[0] as XmlElement).children[2] as XmlElement;
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
          const asked = set.get("polygate-scopes");
          const scopes =
            asked === undefined ? "" : isExpression(asked) ? compileExpression(asked, "").evaluate({} as never) : asked;
          assert.equal(scopes, route.scopes.join(" "));
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
        const root = parsePolicyXml(apiManagementPolicy(api, placeholders(api), 0), "policy");
        const written =
          walk(root)
            .filter(({ name }) => name === "set-body")
            .at(-1)?.text ?? "";
        assert.equal(isExpression(written) ? compileExpression(written, "").evaluate({} as never) : written, body);
      }),
    );
  });
});
