import assert from "node:assert/strict";
import fc from "fast-check";
import { expressionEnd } from "../../../../../sandbox/data-plane/azure/api-management/expression/extent.ts";
import { KNOWN_POLICIES } from "../../../../../sandbox/data-plane/azure/api-management/policies/reference.ts";
import { UnsupportedArtefact } from "../../../../../sandbox/data-plane/interpreter.ts";
import { policies, refused, service } from "../../../../support/sandbox/data-plane/azure/api-management/service.ts";

/** A document whose inbound section begins in line 3. */
const lines = (...inbound: readonly string[]): string =>
  ["<policies>", "<inbound>", ...inbound, "</inbound>", "</policies>"].join("\n");
const at = (policy: string, place: string, problem: RegExp) =>
  refused(
    () => service({ policy }),
    new RegExp(`^apis\\.orders\\.policy:${place.replace(/[[\]]/g, "\\$&")}$`),
    problem,
  );

describe("the reading of a policy document", () => {
  it("reports C# that the sandbox cannot read as an expression, at the line and the column where it begins", () => {
    const unreadable = /: the sandbox cannot read this policy expression, at offset \d+: /;
    for (const code of [
      '@($"{context.Variables["a"]}-{1}")',
      "@(1.5 > 0)",
      '@(context.Request.Body.As<JObject>()["a"] == null)',
      "@(new Random().Next())",
      "@(a & b)",
      '@(Regex.IsMatch("<a>", @"^\\d""<"))',
      "@(true ? 1L : 0)",
    ]) {
      at(lines("<set-variable", ' name="a"', ` value="${code}" />`), "5:9 inbound set-variable[1]@value", unreadable);
      const body = lines("<base /><return-response>", "<set-body>", `  ${code}`, "</set-body>", "</return-response>");
      at(body, "5:3 inbound return-response[1]/set-body[1]", unreadable);
    }
  });

  it("reports an expression without an end where it begins", () => {
    const problem = /: the sandbox cannot read this policy expression: a bracket or a literal has no end$/;
    at(lines('<set-variable name="a"', '  value="@((1 + "b")" />'), "4:10", problem);
    at(lines("<return-response><set-body>", '@{ return 1 < "a; }', "</set-body></return-response>"), "4:1", problem);
  });

  it("reports the line of a block in which the error is", () => {
    at(
      lines('<set-variable name="a" value="@{', "  // It is unknown here.", '  return nothing["x"];', '}" />'),
      "3:31 inbound set-variable[1]@value",
      /, at line 3 of it: /,
    );
  });

  it("reads comments in the lines of an attribute", async () => {
    const code = ["@{", '  // "quotes" and } are comments', '  return "a<b"; /* } */', "}"].join("\n");
    const policy = lines(
      `<set-variable name="a" value="${code}" />`,
      '<return-response><set-body>@((string)context.Variables["a"])</set-body></return-response>',
    );
    assert.equal((await service({ policy }).reply("GET /shop/orders")).body, "a<b");
  });

  it("reports places as written, also after an expression that contains quotes", () => {
    at(
      lines('<set-variable name="a" value="@("<&>")" /><set-colour />'),
      "3:43 inbound set-colour[1]",
      /has no policy <set-colour>/,
    );
    at(lines('<set-variable name="a" value="@("<&>")" /><a b="c'), "4:2", /not well-formed XML/);
  });

  it("finds the end of an expression behind every literal and comment", () => {
    const text = fc.string({ unit: fc.constantFrom("a", "(", ")", "{", "}", "'", "@", "$", "<", " ", "/", "*") });
    const literal = fc.oneof(
      text.map((value) => `"${value}"`),
      text.map((value) => `@"${value}""\\"`),
      text.map((value) => `"\\"${value}\\\\"`),
      text.map((value) => `$"{a["${value}"]}{{"`),
      text.map((value) => `/*${value.replaceAll("*", "")}*/`),
      text.map((value) => `//${value}"\n`),
      fc.constantFrom("'\"'", "'\\''", "'('", "(b)", "[0]", "{ }", " + 1.5 "),
    );
    fc.assert(
      fc.property(fc.array(literal, { maxLength: 6 }), (literals) => {
        const expression = `@(${literals.join(" ")})`;
        assert.equal(expressionEnd(`x${expression}"></a>)`, 1), 1 + expression.length);
        assert.equal(expressionEnd(expression.slice(0, -1), 0), undefined);
      }),
      { numRuns: 300 },
    );
  });
});

/** Asserts that a document is deployed, or refused with a place in it. */
function read(policy: string): void {
  try {
    service({ policy });
  } catch (error) {
    assert.ok(error instanceof UnsupportedArtefact, String(error));
    const [, line, column] =
      /^apis\.orders\.policy(?::(\d+):(\d+)(?: .+)?)?$/.exec(error.place) ?? assert.fail(error.place);
    if (line === undefined) {
      assert.match(error.message, /the policy document is empty/);
      return;
    }
    const written = policy.split(/\r\n?|\n/)[Number(line) - 1] ?? assert.fail(`${error.place} in ${policy}`);
    assert.ok(Number(column) >= 1 && Number(column) <= written.length + 1, `${error.place} in ${policy}`);
  }
}

describe("any policy document", () => {
  const part = fc.constantFrom(
    ...["<policies>", "</policies>", "<inbound>", "</inbound>", "<choose>", "</choose>", "<when condition=", ">", "/>"],
    ...[
      "<set-variable name='a' value=",
      '"',
      "'",
      "@(",
      "@{",
      ")",
      "}",
      "=",
      "<",
      "&",
      "&lt;",
      "\n",
      "\r\n",
      " ",
      "<!--",
    ],
    ...[
      "-->",
      "<![CDATA[",
      "]]>",
      "context.Request.",
      'Headers["a"]',
      "//",
      "/*",
      '$"{',
      "{{a}}",
      "é",
      "\u{1f600}",
      "1.5",
    ],
  );

  it("is deployed or refused with a place, whatever text it is", () => {
    fc.assert(
      fc.property(fc.array(part, { maxLength: 25 }), (parts) => read(parts.join(""))),
      { numRuns: 1500 },
    );
  });

  it("is deployed or refused with a place, whatever policies it contains", () => {
    const value = fc.constantFrom(
      ...[
        "",
        "a",
        "1",
        "true",
        "-1",
        "999999999999",
        "{{a}}",
        "{id}",
        "@(1)",
        '@("a")',
        "@{ return",
        "@(a.b)",
        "@(1",
        "x@(1)",
      ],
      ...[
        "https://a.example",
        "10.0.0.1",
        "delete",
        "allow",
        "*",
        "@{\n var a = 1;\n return a;\n}",
        "@(context.Api.Id)",
      ],
    );
    const attribute = fc.constantFrom(
      ...[
        "name",
        "value",
        "code",
        "reason",
        "exists-action",
        "condition",
        "template",
        "action",
        "calls",
        "renewal-period",
      ],
      ...["counter-key", "base-url", "backend-id", "timeout", "header-name", "from", "to", "ignore-case", "url", "id"],
    );
    const name = fc.constantFrom(
      ...KNOWN_POLICIES,
      ...[
        "when",
        "otherwise",
        "value",
        "address",
        "address-range",
        "allowed-origins",
        "origin",
        "openid-config",
        "claim",
      ],
      ...["audiences", "audience", "required-claims", "constructor", "__proto__"],
    );
    const { element } = fc.letrec<{ element: string }>((tie) => ({
      element: fc
        .record({
          name,
          attributes: fc.uniqueArray(fc.tuple(attribute, value), { maxLength: 3, selector: ([key]) => key }),
          content: fc.oneof(
            { depthSize: "small", withCrossShrink: true },
            value,
            fc.array(tie("element"), { maxLength: 3 }).map((all) => all.join("\n")),
          ),
        })
        .map(({ name, attributes, content }) => {
          const written = attributes.map(([key, text]) => ` ${key}="${text}"`).join("");
          return `<${name}${written}>${content}</${name}>`;
        }),
    }));
    fc.assert(
      fc.property(fc.constantFrom("inbound", "backend", "outbound", "onError"), element, (section, inner) =>
        read(policies({ [section]: inner })),
      ),
      { numRuns: 1500 },
    );
  });
});
