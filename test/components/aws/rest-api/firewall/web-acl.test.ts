import assert from "node:assert/strict";
import fc from "fast-check";
import { carry } from "../../../../../components/api/capability/carry.ts";
import { normalise } from "../../../../../components/api/check/normalise.ts";
import type { Api } from "../../../../../components/api/checked-api.ts";
import type { Limit } from "../../../../../components/api/description.ts";
import { PolygateError } from "../../../../../components/api/problem.ts";
import { checkWebAcl } from "../../../../../components/aws/rest-api/firewall/check.ts";
import { webAclOf } from "../../../../../components/aws/rest-api/firewall/rules.ts";
import {
  unitsOf,
  type WebAclRule,
  type WebAclStatement,
} from "../../../../../components/aws/rest-api/firewall/web-acl.ts";
import { restApiTarget } from "../../../../../components/aws/rest-api/target.ts";

const byAddress = (requests = 10, per: Limit["per"] = "minute"): Limit => ({ requests, per, by: "ip" });

function described(routes: Readonly<Record<string, readonly Limit[]>>, more: object = {}): Api {
  return normalise({
    version: 1,
    backends: { shop: { kind: "http" } },
    auth: { anyone: { kind: "open", reason: "a test" } },
    default: { auth: "anyone" },
    routes: Object.fromEntries(
      Object.entries(routes).map(([key, limits]) => [key, { to: "shop", limits: [...limits] }]),
    ),
    ...more,
  });
}

/** Whether a statement matches a request, as AWS documents it and independent of the sandbox. */
function says(statement: WebAclRule["statement"], method: string, path: string): boolean {
  if ("andStatement" in statement) return statement.andStatement.statements.every((each) => says(each, method, path));
  if ("orStatement" in statement) return statement.orStatement.statements.some((each) => says(each, method, path));
  if ("notStatement" in statement) return !says(statement.notStatement.statement, method, path);
  if (!("byteMatchStatement" in statement || "regexMatchStatement" in statement))
    throw new Error("matches no single request");
  if ("byteMatchStatement" in statement) return method.toLowerCase() === statement.byteMatchStatement.searchString;
  const { regexString, textTransformations } = statement.regexMatchStatement;
  const decodes = textTransformations.some(({ type }) => type === "URL_DECODE");
  const seen = decodes ? Buffer.from(unescape(path), "latin1").toString("latin1") : path;
  return new RegExp(regexString).test(seen);
}

function scopeOf({ statement }: WebAclRule): WebAclStatement | undefined {
  return "rateBasedStatement" in statement ? statement.rateBasedStatement.scopeDownStatement : undefined;
}

/** The indices of the limits that count a request, or that the request is rejected as odd. */
function counting(api: Api, method: string, path: string): readonly number[] | "refused" {
  const [odd, ...rates] = webAclOf(api)?.rules ?? [];
  assert.ok(odd !== undefined && !("rateBasedStatement" in odd.statement));
  if (says(odd.statement, method, path)) return "refused";
  return rates.flatMap((rule, index) => {
    const scope = scopeOf(rule);
    return scope !== undefined && says(scope, method, path) ? [index] : [];
  });
}

const literal = fc.constantFrom("a", "b", "live", "liv", "lively", "v1.2", "act:go", "x_y-z", "Up", "a,b");
const segment = fc.oneof(literal, fc.constantFrom("{x}"));
const pattern = fc
  .tuple(fc.array(segment, { maxLength: 3 }), fc.boolean())
  .map(
    ([head, greedy]) =>
      `/${[...head.map((part, index) => (part === "{x}" ? `{x${index}}` : part)), ...(greedy ? ["{rest+}"] : [])].join("/")}`,
  );
const value = fc.oneof(
  literal,
  fc.constantFrom(
    "live",
    "1",
    "a%20b",
    "%E6%BC%A2",
    "100%25",
    "..a",
    "...",
    "%0A",
    "a%0D%0Ab",
    "(x)",
    "$",
    "^",
    "%24",
    "a+b",
  ),
);

/** The route that serves a path below the stage by the rule of the contract, implemented again, segment by segment. */
function taker(api: Api, method: string, segments: readonly string[]): number | undefined {
  const rank = { literal: 0, parameter: 1, greedy: 2 } as const;
  let best: number | undefined;
  for (const [index, route] of api.routes.entries()) {
    if (route.method !== method) continue;
    const greedy = route.pattern.at(-1)?.kind === "greedy";
    if (greedy ? segments.length < route.pattern.length : segments.length !== route.pattern.length) continue;
    const fits = route.pattern.every(
      (part, at) => part.kind !== "literal" || part.text === decodeURIComponent(segments[at] ?? ""),
    );
    if (!fits) continue;
    const other = best === undefined ? undefined : api.routes[best];
    const difference = route.pattern
      .map((part, at) => rank[part.kind] - (other === undefined ? 3 : rank[other.pattern[at]?.kind ?? "greedy"]))
      .find((each) => each !== 0);
    if (other === undefined || (difference ?? 0) < 0) best = index;
  }
  return best;
}

const encodedNow = (text: string, choices: readonly boolean[]): string =>
  text.replace(/[A-Za-z]/g, (letter, at: number) =>
    choices[at % Math.max(1, choices.length)] === true && text[at - 1] !== "%" && text[at - 2] !== "%"
      ? `%${letter.charCodeAt(0).toString(16)}`
      : letter,
  );

describe("the web ACL of a REST API", () => {
  it("does not exist without limits by client address", () => {
    const api = described({ "GET /a": [{ requests: 10, per: "minute", by: "route" }] });
    assert.equal(webAclOf(api), undefined);
  });

  it("has a rule for each limit, which responds like API Gateway, and a rule that rejects odd paths", () => {
    const acl = webAclOf(described({ "GET /a/{id}": [byAddress(12)], "GET /a/b": [] }));
    assert.deepEqual(acl?.customResponseBodies, [
      { key: "bad-request", contentType: "APPLICATION_JSON", content: '{"message":"Bad Request"}' },
      { key: "too-many-requests", contentType: "APPLICATION_JSON", content: '{"message":"Too Many Requests"}' },
    ]);
    const path = (regexString: string, type = "URL_DECODE") => ({
      regexMatchStatement: { fieldToMatch: { uriPath: {} }, regexString, textTransformations: [{ priority: 0, type }] },
    });
    const get = {
      byteMatchStatement: {
        fieldToMatch: { method: {} },
        positionalConstraint: "EXACTLY",
        searchString: "get",
        textTransformations: [{ priority: 0, type: "LOWERCASE" }],
      },
    };
    const [odd, rate, ...others] = acl?.rules ?? [];
    assert.deepEqual(others, []);
    assert.deepEqual(
      [odd?.name, odd?.priority, odd?.statement],
      [
        "odd-paths",
        0,
        {
          andStatement: {
            statements: [
              get,
              { orStatement: { statements: [path("//|/\\.\\.?(?:;|/|$)|\\\\"), path("%2[Ff]", "NONE")] } },
            ],
          },
        },
      ],
    );
    assert.equal(rate?.priority, 1);
    assert.match(rate?.name ?? "", /^limit-get-a-id-[0-9a-f]{8}$/);
    assert.deepEqual(rate?.statement, {
      rateBasedStatement: {
        aggregateKeyType: "IP",
        evaluationWindowSec: 60,
        limit: 12,
        scopeDownStatement: {
          andStatement: {
            statements: [
              get,
              path("/a/[^/]+/?$"),
              {
                orStatement: {
                  statements: [
                    path("^/live/a/[^/]+/?$"),
                    path("^/(?:$|/|[^l/]|l(?:$|/|[^i/]|i(?:$|/|[^v/]|v(?:$|/|[^e/]|e[^/]))))"),
                  ],
                },
              },
              { notStatement: { statement: path("^/live/a/b/?$") } },
            ],
          },
        },
      },
    });
    assert.deepEqual(rate?.action, {
      block: {
        customResponse: {
          responseCode: 429,
          customResponseBodyKey: "too-many-requests",
          responseHeaders: [{ name: "x-amzn-errortype", value: "TooManyRequestsException" }],
        },
      },
    });
  });

  it("allows pages of the single origin to read its rejections", () => {
    const api = described(
      { "GET /a": [byAddress()] },
      { cors: { origins: ["https://shop.example.com"], expose: ["x-total"] } },
    );
    assert.deepEqual(webAclOf(api)?.rules[1]?.action?.block.customResponse.responseHeaders, [
      { name: "x-amzn-errortype", value: "TooManyRequestsException" },
      { name: "access-control-allow-origin", value: "https://shop.example.com" },
      { name: "vary", value: "Origin" },
      { name: "access-control-expose-headers", value: "x-total" },
    ]);
  });

  it("counts exactly the requests to a route at the API's own endpoint, however their characters are encoded", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(pattern, { minLength: 1, maxLength: 6 }),
        fc.array(value, { maxLength: 4 }),
        fc.constantFrom("GET", "POST", "get"),
        fc.array(fc.boolean(), { maxLength: 7 }),
        fc.boolean(),
        (patterns, segments, method, choices, slash) => {
          let api: Api;
          try {
            api = described(
              Object.fromEntries(
                patterns.map((each, at) => [`${at % 3 === 2 ? "POST" : "GET"} ${each}`, [byAddress()]]),
              ),
            );
          } catch (error) {
            // Routes that conflict with each other.
            if (error instanceof PolygateError) return;
            throw error;
          }
          const path = `/live/${segments.map((each) => encodedNow(each, choices)).join("/")}`.replace(/\/$/, "");
          const odd = segments.some((each) => /^\.\.?$/.test(each));
          const counted = counting(api, method, slash ? `${path}/` : path);
          const expected = taker(api, method.toUpperCase(), segments);
          if (odd) assert.equal(counted, "refused");
          else assert.deepEqual(counted, expected === undefined ? [] : [expected], `${method} ${path} of ${patterns}`);
        },
      ),
      { seed: 31, numRuns: 4000 },
    );
  });

  it("counts every request to a route at a custom domain, whatever the base path", () => {
    const bases = ["", "/shop", "/v1/shop", "/lively", "/liv"];
    fc.assert(
      fc.property(
        fc.uniqueArray(pattern, { minLength: 1, maxLength: 5 }),
        fc.array(
          value.filter((each) => each !== "live"),
          { maxLength: 4 },
        ),
        fc.constantFrom(...bases),
        (patterns, segments, base) => {
          let api: Api;
          try {
            api = described(Object.fromEntries(patterns.map((each) => [`GET ${each}`, [byAddress()]])));
          } catch (error) {
            if (error instanceof PolygateError) return;
            throw error;
          }
          const expected = taker(api, "GET", segments);
          if (expected === undefined) return;
          const path = `${base}/${segments.join("/")}`;
          const counted = counting(api, "GET", path);
          assert.ok(counted === "refused" || counted.includes(expected), `${path} of ${patterns}: ${counted}`);
        },
      ),
      { seed: 37, numRuns: 2000 },
    );
  });

  it("rejects paths that two parsers may read differently, for the counted methods only", () => {
    const api = described({ "GET /a/{id}": [byAddress()], "POST /a/{id}": [] });
    for (const path of [
      "//a/1",
      "/live/a/../a/1",
      "/live/a/%2e%2e/x",
      "/live/./a/1",
      "/live/a/x%2Fy",
      "/live/a\\1",
      "/live/a/..;/b",
    ]) {
      assert.equal(counting(api, "GET", path), "refused", path);
      assert.deepEqual(counting(api, "POST", path), [], path);
    }
    for (const path of ["/live/a/x%252Fy", "/live/a/...", "/live/a/.x", "/live/a/1;v=1"]) {
      assert.deepEqual(counting(api, "GET", path), [0], path);
    }
  });

  it("nests no deeper than the provider's schema, however many routes lie within another", () => {
    const depth = (statement: WebAclStatement): number => {
      if ("andStatement" in statement) return 1 + Math.max(...statement.andStatement.statements.map(depth));
      if ("orStatement" in statement) return 1 + Math.max(...statement.orStatement.statements.map(depth));
      return "notStatement" in statement ? 1 + depth(statement.notStatement.statement) : 0;
    };
    const api = described({ "GET /{rest+}": [byAddress()], "GET /a": [], "GET /b/{x}": [], "GET /b/c": [] });
    const scopes = (webAclOf(api)?.rules ?? []).flatMap((rule) => scopeOf(rule) ?? []);
    assert.deepEqual(scopes.map(depth), [2]);
  });

  it("costs with ten rules no more than the price of a web ACL includes", () => {
    const routes = Array.from({ length: 10 }, (_, index) => [`GET /r${index}/{rest+}`, [byAddress()]] as const);
    assert.ok(unitsOf(webAclOf(described(Object.fromEntries(routes)))?.rules ?? []) <= 1_500);
  });
});

describe("a limit by client address", () => {
  const problems = (api: Api) =>
    checkWebAcl(api).map(({ code, route, feature, rule }) => ({ code, route, feature, rule }));

  it("is accepted with ten requests or more, on ten routes or fewer", () => {
    const routes = Array.from({ length: 10 }, (_, index) => [`GET /r${index}`, [byAddress()]] as const);
    assert.deepEqual(problems(described(Object.fromEntries(routes))), []);
  });

  it("is refused with fewer than ten requests or with a burst", () => {
    const api = described({
      "GET /a": [byAddress(9)],
      "GET /b": [{ ...byAddress(20), burst: 30 }],
      "GET /c": [{ ...byAddress(20), burst: 20 }],
    });
    assert.deepEqual(problems(api), [
      {
        code: "address-limit-too-small",
        route: "GET /a",
        feature: "limits.ip",
        rule: "AWS WAF requires a limit of at least 10 requests per minute. This limit is 9.",
      },
      {
        code: "address-limit-burst",
        route: "GET /b",
        feature: "limits.burst",
        rule: "AWS WAF counts the requests of an address within a window and has no separate burst.",
      },
    ]);
  });

  it("is refused on each route after the tenth", () => {
    const routes = Array.from({ length: 12 }, (_, index) => [`GET /r${index + 10}`, [byAddress()]] as const);
    assert.deepEqual(
      problems(described(Object.fromEntries(routes))).map(({ code, route, rule }) => [code, route, rule]),
      ["GET /r20", "GET /r21"].map((route) => [
        "too-many-address-limits",
        route,
        "12 routes have a limit by client address. AWS allows 10 routes with a limit by client address (rate-based rules of a web ACL).",
      ]),
    );
  });

  it("is refused if its path, or that of a route within it, is too long for a pattern", () => {
    const long = "x".repeat(195);
    assert.deepEqual(
      problems(
        described({ [`GET /a/${long}`]: [], "GET /a/{id}": [byAddress()], [`GET /${long}`]: [byAddress()] }),
      ).map(({ code, route }) => [code, route]),
      [
        ["address-limit-path-too-long", "GET /a/{id}"],
        ["address-limit-path-too-long", `GET /${long}`],
      ],
    );
  });

  it("is refused if the rules exceed the capacity of a web ACL, to which each route within another adds", () => {
    const within = Array.from({ length: 400 }, (_, index) => [`GET /r${index}`, []] as const);
    const api = described({ "GET /{id}": [byAddress()], ...Object.fromEntries(within) });
    assert.deepEqual(
      problems(api).map(({ code, rule }) => [code, rule]),
      [
        [
          "too-many-web-acl-units",
          "The limits by client address cost 5297 units. AWS allows 5000 capacity units of a web ACL (its price includes 1,500).",
        ],
      ],
    );
  });

  it("is refused for every other window, with the supported windows, unless it is waived", () => {
    const target = restApiTarget({ name: "orders" });
    const api = described({ "GET /a": [byAddress(10, "second")], "GET /b": [byAddress(600, "hour")] });
    assert.throws(
      () => carry(api, target.capabilities, {}, target.check),
      (error: unknown) => {
        assert.ok(error instanceof PolygateError);
        assert.deepEqual(
          error.problems.map(({ code, route, feature }) => [code, route, feature]),
          [
            ["not-carried", "GET /a", "limits.ip.second"],
            ["not-carried", "GET /b", "limits.ip.long"],
          ],
        );
        assert.match(error.problems[0]?.rule ?? "", /counts over 60, 120, 300 or 600 seconds\.?$/);
        return true;
      },
    );
    const { api: carried } = carry(api, target.capabilities, { limits: "the load balancer limits" }, target.check);
    assert.equal(webAclOf(carried), undefined);
  });
});
