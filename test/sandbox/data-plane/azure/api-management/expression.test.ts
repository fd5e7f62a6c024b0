import assert from "node:assert/strict";
import fc from "fast-check";
import type { PolicyContext } from "../../../../../sandbox/data-plane/azure/api-management/context.ts";
import {
  compileExpression,
  expressionText,
} from "../../../../../sandbox/data-plane/azure/api-management/expression/expression.ts";
import { ExpressionFailure } from "../../../../../sandbox/data-plane/azure/api-management/expression/failure.ts";
import { HeaderFields } from "../../../../../sandbox/data-plane/azure/api-management/header-fields.ts";
import { UnsupportedArtefact } from "../../../../../sandbox/data-plane/interpreter.ts";

const context = (): PolicyContext => ({
  now: Date.parse("2026-03-09T00:00:00Z"),
  subscription: null,
  product: null,
  api: { id: "orders", path: "shop/orders", version: null },
  operation: { id: "get-order", name: "Get an order", method: "GET", urlTemplate: "/{id}" },
  request: {
    method: "GET",
    headers: new HeaderFields([
      ["X-A", "1"],
      ["x-a", "2"],
    ]),
    originalUrl: { host: "api.example.com", path: "/shop/orders/7", query: "A=1&b=x%20y&a=2" },
    url: { host: "api.example.com", path: "/7", query: "A=1&b=x%20y&a=2" },
    matchedParameters: new Map([["id", "7"]]),
    ipAddress: "10.0.0.1",
  },
  response: { status: 418, headers: new HeaderFields([["Server", "x"]]), body: "" },
  variables: new Map<string, PolicyContext["variables"] extends Map<string, infer V> ? V : never>([
    ["name", { type: "string", value: "Ada" }],
    ["count", { type: "int", value: 3 }],
    ["flag", { type: "bool", value: true }],
    ["nothing", null],
    [
      "jwt",
      {
        type: "Jwt",
        value: {
          algorithm: "RS256",
          type: "JWT",
          claims: new Map([
            ["sub", ["me"]],
            ["scp", ["orders:read orders:write"]],
            ["roles", ["a", "b"]],
            ["aud", ["x"]],
          ]),
        },
      },
    ],
  ]),
  lastError: null,
  backend: undefined,
});

const value = (source: string): unknown => compileExpression(source, "p").evaluate(context());
const refuses = (source: string, problem: RegExp): void => {
  assert.throws(
    () => compileExpression(source, "the place"),
    (error: unknown) => {
      assert.ok(error instanceof UnsupportedArtefact);
      assert.equal(error.place, "the place");
      assert.match(error.message, problem);
      return true;
    },
  );
};

/** A C# string literal. */
const regular = (text: string): string =>
  `"${Array.from({ length: text.length }, (_, i) => text.charAt(i))
    .map((c) => (/[\w .,;:<>&/()[\]{}@$'#-]/.test(c) ? c : `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`))
    .join("")}"`;
const verbatim = (text: string): string => `@"${text.replaceAll('"', '""')}"`;

const HOSTILE = [
  '"',
  "\\",
  "\n\r\t\0\u0007\u0085\u2028\u2029",
  '@("',
  "@{ return 1; }",
  "]]>",
  "${x}",
  "//",
  "/* */",
  ")}];",
  "'",
  "日本語 \u{1f600}",
  "\ud800",
];

describe("policy expressions", () => {
  it("read every text that a regular or verbatim C# string literal can contain", () => {
    const texts = fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: "binary" }), fc.string({ unit: "grapheme" }));
    fc.assert(
      fc.property(texts, (text) => {
        assert.equal(value(`@(${regular(text)})`), text);
        assert.equal(value(`@(${verbatim(text)})`), text);
        assert.equal(value(`@{ var x = ${verbatim(text)}; /* " */ return x; // "\n }`), text);
        assert.equal(value(`@(${regular(text)} == ${verbatim(text)})`), true);
      }),
      { numRuns: 500 },
    );
  });

  it("support every escape sequence of C#, and reject others", () => {
    assert.equal(
      value(String.raw`@("\'\"\\\0\a\b\f\n\r\t\v\x41\x9;\u00e9\U0001F600")`),
      "'\"\\\0\u0007\b\f\n\r\t\vA\t;é\u{1f600}",
    );
    assert.equal(value(String.raw`@('\u0041'.ToString() + '\'' + 'b')`), "A'b");
    refuses(String.raw`@("\d")`, /unknown escape \\d/);
    refuses(String.raw`@("\u12")`, /unknown escape \\u/);
    refuses(String.raw`@("\U00110000")`, /unknown escape \\U/);
    refuses('@("a\nb")', /a new line in a string literal/);
    refuses('@("a\u2028b")', /a new line in a string literal/);
    refuses('@("a)', /without an end/);
    refuses('@(@"a)', /without an end/);
    refuses("@('ab')", /exactly one character/);
    refuses("@('')", /character literal/);
    refuses("@(/* )", /a comment without an end/);
  });

  it("evaluate arithmetic and logic with the results and the precedence of C#", () => {
    type Typed = { readonly text: string; readonly value: number | boolean };
    const { int } = fc.letrec<{ int: Typed; bool: Typed }>((tie) => {
      const binary = (operator: string, side: "int" | "bool", apply: (x: never, y: never) => number | boolean) =>
        fc.tuple(tie(side), tie(side)).map(([x, y]) => ({
          text: `(${(x as Typed).text} ${operator} ${(y as Typed).text})`,
          value: apply((x as Typed).value as never, (y as Typed).value as never),
        }));
      return {
        int: fc.oneof(
          { depthSize: "small" },
          fc.nat(2 ** 31 - 1).map((n) => ({ text: String(n), value: n })),
          tie("int").map((x) => ({ text: `-${(x as Typed).text}`, value: -((x as Typed).value as number) | 0 })),
          binary("+", "int", (x: number, y: number) => (x + y) | 0),
          binary("-", "int", (x: number, y: number) => (x - y) | 0),
          binary("*", "int", (x: number, y: number) => Math.imul(x, y)),
          fc.tuple(tie("bool"), tie("int"), tie("int")).map(([t, x, y]) => ({
            text: `(${(t as Typed).text} ? ${(x as Typed).text} : ${(y as Typed).text})`,
            value: (t as Typed).value === true ? (x as Typed).value : (y as Typed).value,
          })),
        ),
        bool: fc.oneof(
          { depthSize: "small" },
          fc.boolean().map((b) => ({ text: String(b), value: b })),
          tie("bool").map((x) => ({ text: `!${(x as Typed).text}`, value: !(x as Typed).value })),
          binary("&&", "bool", (x: boolean, y: boolean) => x && y),
          binary("||", "bool", (x: boolean, y: boolean) => x || y),
          binary("<", "int", (x: number, y: number) => x < y),
          binary(">=", "int", (x: number, y: number) => x >= y),
          binary("==", "int", (x: number, y: number) => x === y),
          binary("!=", "bool", (x: boolean, y: boolean) => x !== y),
        ),
      };
    });
    fc.assert(
      fc.property(int, (each) => assert.equal(value(`@(${each.text})`), each.value)),
      { numRuns: 300 },
    );
    assert.equal(value("@(1 + 2 * 3 - 8 / 4 % 3)"), 5);
    assert.equal(value("@(true || false && false)"), true);
    assert.equal(value("@(1 + 1 == 2 && !false ? 7 : 8)"), 7);
    assert.equal(value("@(2147483647 + 1)"), -2147483648);
    assert.equal(value("@(-7 / 2)"), -3);
    assert.throws(() => value("@(1 / (1 - 1))"), ExpressionFailure);
  });

  it("read the request, the operation, the API and the response", () => {
    assert.equal(
      value("@(context.Operation.Id + context.Operation.Name + context.Operation.Method)"),
      "get-orderGet an orderGET",
    );
    assert.equal(value("@(context.Operation.UrlTemplate)"), "/{id}");
    assert.equal(value("@(context.Api.Id + context.Api.Path)"), "ordersshop/orders");
    assert.equal(value('@(context.Request.Headers.GetValueOrDefault("X-A", "none"))'), "1,2");
    assert.equal(value('@(context.Request.Headers.GetValueOrDefault("X-B", "none"))'), "none");
    assert.equal(value('@(context.Request.Headers["x-A"][1])'), "2");
    assert.equal(value('@(context.Request.Headers.ContainsKey("x-b"))'), false);
    assert.equal(value('@(context.Request.Url.Query.GetValueOrDefault("a"))'), "1,2");
    assert.equal(value('@(context.Request.Url.Query["b"].First())'), "x y");
    assert.equal(
      value("@(context.Request.OriginalUrl.Path + context.Request.Url.Path + context.Request.Url.QueryString)"),
      "/shop/orders/7/7?A=1&b=x%20y&a=2",
    );
    assert.equal(
      value("@(context.Request.OriginalUrl.Host + context.Request.OriginalUrl.Scheme)"),
      "api.example.comhttps",
    );
    assert.equal(value('@(context.Request.MatchedParameters["id"])'), "7");
    assert.equal(value("@(context.Request.IpAddress)"), "10.0.0.1");
    assert.equal(value('@(context.Response.StatusCode >= 400 ? "bad" : "good")'), "bad");
    assert.equal(value("@(context.Response.StatusCode.ToString().Length)"), 3);
  });

  it("evaluate the claims of a token", () => {
    const jwt = '((Jwt)context.Variables["jwt"])';
    assert.equal(value(`@(${jwt}.Subject)`), "me");
    assert.equal(value(`@(${jwt}.Audiences.Contains("x"))`), true);
    assert.equal(value(`@(${jwt}.Claims["roles"].Contains("b"))`), true);
    assert.equal(value(`@(${jwt}.Claims.GetValueOrDefault("roles", ""))`), "a,b");
    assert.equal(value(`@(${jwt}.Claims.GetValueOrDefault("scp", "").Split(' ').Contains("orders:write"))`), true);
    assert.equal(value(`@(${jwt}.Claims.GetValueOrDefault("scp", "").Split(' ').Contains("orders:wr"))`), false);
    assert.equal(
      value(`@(${jwt}.Claims["scp"].SelectMany(s => s.Split(' ')).Any(s => new[] { "z", "orders:read" }.Contains(s)))`),
      true,
    );
    assert.equal(
      value(`@(${jwt}.Claims["scp"].SelectMany(s => s.Split(' ')).All((s) => s.StartsWith("orders:")))`),
      true,
    );
    assert.equal(value(`@(${jwt}.Claims["roles"].Intersect(new string[] { "b", "c" }).Count())`), 1);
    assert.throws(() => value(`@(${jwt}.Claims["missing"].Contains("b"))`), /not present in the dictionary/);
    assert.equal(value('@("not a token".AsJwt() == null)'), true);
    const token = `${Buffer.from('{"alg":"none"}').toString("base64url")}.${Buffer.from('{"sub":"x","n":5}').toString("base64url")}.`;
    assert.equal(value(`@("${token}".AsJwt()?.Subject)`), "x");
    assert.equal(value(`@("${token}".AsJwt().Claims["n"][0])`), "5");
  });

  it("treat null as C# does", () => {
    assert.equal(value("@(context.LastError == null)"), true);
    assert.equal(value("@(context.Subscription?.Id)"), null);
    assert.equal(value('@(context.Subscription?.Id ?? "anonymous")'), "anonymous");
    assert.equal(value("@(context.Subscription?.Id.Length == 3)"), false);
    assert.equal(value("@((context.Subscription?.Id.Length ?? 9) + 1)"), 10);
    assert.throws(() => value("@(context.Subscription.Id)"), /Object reference not set/);
    assert.equal(value('@("a" + context.Subscription?.Id + "b")'), "ab");
    assert.equal(value("@(string.IsNullOrEmpty(context.Subscription?.Id))"), true);
    refuses('@(context.Subscription?.Id.Contains("x") ? 1 : 2)', /bool\? where bool is required/);
    refuses("@(1?.ToString())", /on a value of type int/);
  });

  it("keep the type of a variable, so that a cast to another type fails", () => {
    assert.equal(
      value('@((string)context.Variables["name"] + (int)context.Variables["count"] + (bool)context.Variables["flag"])'),
      "Ada3True",
    );
    assert.equal(
      value('@(context.Variables.GetValueOrDefault<int>("count") + context.Variables.GetValueOrDefault<int>("none"))'),
      3,
    );
    assert.equal(value('@(context.Variables.GetValueOrDefault("none", "d"))'), "d");
    assert.equal(value('@(context.Variables.GetValueOrDefault<string>("name", "d"))'), "Ada");
    assert.equal(value('@(context.Variables.ContainsKey("nothing"))'), true);
    assert.equal(value('@((string)context.Variables["nothing"] == null)'), true);
    assert.throws(() => value('@((int)context.Variables["name"] == 3)'), /Unable to cast/);
    assert.throws(() => value('@((bool)context.Variables["nothing"])'), ExpressionFailure);
    assert.throws(() => value('@((string)context.Variables["none"])'), /not present in the dictionary/);
    refuses('@(context.Variables["name"] == "Ada")', /compares references/);
    refuses('@(context.Variables["name"].Length)', /cast the variable first/);
  });

  it("support the methods of strings", () => {
    assert.equal(value('@("Ab".ToLowerInvariant() + "Ab".ToUpper())'), "abAB");
    assert.equal(value("@(\"a,b;c\".Split(',', ';').Length)"), 3);
    assert.equal(value('@("xxaxx".Trim(\'x\') + " b ".Trim() + "cc".TrimEnd(\'c\'))'), "ab");
    assert.equal(value('@("abc".Substring(1) + "abc".Substring(0, 2))'), "bcab");
    assert.equal(value("@(\"abc\"[1] == 'b')"), true);
    assert.equal(value('@("a.b".Replace(".", "$&"))'), "a$&b");
    assert.equal(value('@("/Orders/1".StartsWith("/orders/", StringComparison.OrdinalIgnoreCase))'), true);
    assert.equal(value('@("/Orders/1".StartsWith("/orders/", StringComparison.Ordinal))'), false);
    assert.equal(value('@(new[] { "A" }.Contains("a", StringComparer.OrdinalIgnoreCase))'), true);
    assert.equal(value('@(string.Join("-", "a b".Split(\' \')))'), "a-b");
    assert.throws(() => value('@("abc".Substring(4))'), ExpressionFailure);
    assert.throws(() => value("@(\"abc\".Split(',')[1])"), /outside the bounds/);
  });

  it("support the statements var, if and return, when every path returns", () => {
    const source = `@{
      var method = context.Request.Method; // the method
      if (method == "POST") { return 1; }
      else if (method == "GET") { int two = 1 + 1; return two; }
      return 3;
    }`;
    assert.equal(value(source), 2);
    refuses('@{ if (true) { return "a"; } }', /every path must end with `return`/);
    refuses('@{ return "a"; return "b"; }', /never reached/);
    refuses('@{ if (true) return 1; return "b"; }', /values of different types/);
    refuses("@{ var a = 1; var a = 2; return a; }", /declared twice/);
    refuses("@{ if (true) { var a = 1; } return a; }", /`a` is unknown/);
    refuses('@{ int a = "x"; return a; }', /string where int is required/);
    refuses('@{ context.Trace("x"); return 1; }', /only the statements `var`, `if` and `return` are supported/);
    refuses("@{ foreach (var x in y) { } return 1; }", /only the statements `var`, `if` and `return` are supported/);
  });

  it("reject unknown and unsupported names, members and syntax at compile time", () => {
    refuses("@(context.Deployment.Region)", /`Deployment` of IContext is unknown or not supported/);
    refuses("@(context.Request.Body.As<string>())", /`Body` of IRequest/);
    refuses('@(Regex.IsMatch("a", "b"))', /the name `Regex` is unknown/);
    refuses("@(constructor)", /the name `constructor` is unknown/);
    refuses("@(context.constructor)", /`constructor` of IContext/);
    refuses('@("a".toString())', /`toString` of string/);
    refuses('@("a".Contains(1))', /no supported overload of `Contains`/);
    refuses("@(1 && true)", /requires bool on both sides/);
    refuses("@(1.5)", /only decimal numbers of type int/);
    refuses("@(4294967296)", /only decimal numbers of type int/);
    refuses("@(a is string)", /expected the end|`is` is not supported/);
    refuses('@($"{1}")', /not part of the supported C#/);
    refuses("@(new object())", /`new` is supported for arrays only/);
    refuses("@(1 +)", /expected a value/);
    refuses("@(1) + (2)", /expected the end/);
    refuses("@()", /expected a value/);
    refuses(`@(${"(".repeat(5000)}1${")".repeat(5000)})`, /nested deeper/);
    refuses(`@{ ${"{".repeat(5000)} }`, /nested deeper/);
    refuses(`@{ ${"if (true) ".repeat(5000)} return 1; }`, /nested deeper/);
    refuses(`@{ ${"if (true) return 1; else ".repeat(5000)} return 1; }`, /nested deeper/);
    refuses(`@(1${" + 1".repeat(5000)})`, /longer than 2000 nested operations/);
  });

  it("compile any text or reject it with its place, and never crash", () => {
    const piece = fc.constantFrom(
      "context",
      ".",
      "Request",
      "(",
      ")",
      '"',
      "a",
      "?",
      "[",
      "]",
      "??",
      "new",
      "{",
      "}",
      "x =>",
      "+",
      "1",
      "'",
      "\\",
      "<",
      "string",
      ";",
      "return",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), fc.boolean(), (pieces, block) => {
        const source = block ? `@{ ${pieces.join(" ")} }` : `@(${pieces.join(" ")})`;
        try {
          expressionText(compileExpression(source, "p"), context());
        } catch (error) {
          assert.ok(error instanceof UnsupportedArtefact || error instanceof ExpressionFailure, String(error));
        }
      }),
      { numRuns: 2000 },
    );
  });
});
