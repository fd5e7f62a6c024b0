import assert from "node:assert/strict";
import fc from "fast-check";
import {
  code,
  concatenated,
  expression,
  list,
  statements,
  text,
  value,
} from "../../../../../components/azure/api-management/policy/expression.ts";
import { compileExpression } from "../../../../../sandbox/data-plane/azure/api-management/expression/expression.ts";

/** The value of an expression, by the sandbox's reader, which shares no code with the writer. */
function evaluated(source: string): unknown {
  return compileExpression(source, "test").evaluate({ variables: new Map() } as never);
}

const hostile = fc.string({
  unit: fc.oneof(
    fc.constantFrom("{", "}", '"', "\\", "@(", "@{", "]]>", "${", "\n", "\0", "ü", "\u2028", "😀"),
    fc.string({ unit: "grapheme" }),
  ),
});

describe("a C# literal in a policy expression", () => {
  it("escapes quotes, backslashes, control characters and characters outside ASCII", () => {
    assert.equal(text('a"b\\c\n\u007fé😀').source, '"a\\"b\\\\c\\u000a\\u007f\\u00e9\\ud83d\\ude00"');
  });

  it("never contains two braces in a row, which would begin a named value", () => {
    assert.equal(text("{{secret}} }}}").source, '"{\\u007bsecret}\\u007d }\\u007d}"');
  });

  it("has the value of the text, whatever the text contains", () => {
    fc.assert(
      fc.property(hostile, (given) => {
        assert.equal(evaluated(expression(text(given)).written), given);
        assert.match(text(given).source, /^"[ -~]*"$/);
        assert.doesNotMatch(text(given).source, /\{\{|\}\}/);
      }),
    );
  });

  it("is concatenated with others into as few literals as possible", () => {
    assert.equal(concatenated(["/v2", "/", code`s[${1}]`, "/x"]).source, '"/v2/" + s[1] + "/x"');
  });

  it("can be used in lists and statements", () => {
    assert.equal(
      evaluated(statements(code`return ${list(["a", 'b"'])}.Contains(${text('b"')}) ? "yes" : "no";`).written),
      "yes",
    );
  });
});

describe("a text for an attribute or an element", () => {
  it("stays unchanged if API Management reads it literally", () => {
    for (const plain of ["orders", "https://shop.example.com", "a@b.example", "a { b }", "back office", '{"a":1}']) {
      assert.equal(value(plain), plain);
    }
  });

  it("becomes an expression if it would begin one, name a value, lose white space, or is not ASCII", () => {
    const cases = {
      "@(context.Api.Id)": '@("@(context.Api.Id)")',
      "x @{return 1;}": '@("x @{return 1;}")',
      "{{secret}}": '@("{\\u007bsecret}\\u007d")',
      '{"a":{"b":1}}': '@("{\\"a\\":{\\"b\\":1}\\u007d")',
      " padded": '@(" padded")',
      "": '@("")',
      é: '@("\\u00e9")',
      "a\r\nb": '@("a\\u000d\\u000ab")',
    };
    for (const [plain, written] of Object.entries(cases)) assert.equal(value(plain), written);
  });

  it("returns the text, whatever the text contains", () => {
    fc.assert(
      fc.property(hostile, (given) => {
        const written = value(given);
        assert.equal(written === given ? given : evaluated(written), given);
        assert.match(written, /^[ -~]*$/);
        assert.doesNotMatch(written, /\{\{|\}\}/);
      }),
    );
  });
});
