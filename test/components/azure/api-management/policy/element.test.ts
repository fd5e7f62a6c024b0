import assert from "node:assert/strict";
import fc from "fast-check";
import { element, serialise } from "../../../../../components/azure/api-management/policy/element.ts";
import { code, expression } from "../../../../../components/azure/api-management/policy/expression.ts";
import {
  compileExpression,
  isExpression,
} from "../../../../../sandbox/data-plane/azure/api-management/expression/expression.ts";
import { parsePolicyXml } from "../../../../../sandbox/data-plane/azure/api-management/xml/policy-xml.ts";

/** The text that API Management has for an attribute or an element: the value of an expression, or the text itself. */
function readLiterally(raw = ""): unknown {
  return isExpression(raw) ? compileExpression(raw, "test").evaluate({} as never) : raw;
}

describe("a policy document's text", () => {
  it("indents elements and does not change texts", () => {
    const root = element("policies", {}, [element("a", { n: 1 }, "x y"), element("b", {}, [element("c")])]);
    assert.equal(serialise(root), '<policies>\n  <a n="1">x y</a>\n  <b>\n    <c/>\n  </b>\n</policies>\n');
  });

  it("escapes the special characters of XML, so that both formats of the vendor read it the same way", () => {
    assert.equal(
      serialise(element("a", { x: expression(code`"<&>'" + x`), y: "<&>'" }, "]]> <&>")),
      `<a x='@("&lt;&amp;&gt;&apos;" + x)' y="&lt;&amp;&gt;'">]]&gt; &lt;&amp;&gt;</a>\n`,
    );
  });

  it("is read back unchanged, whatever text an attribute or an element contains", () => {
    const syntax = fc.string({ unit: fc.constantFrom(..."]]><&\"'{}@( \n\0é") });
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), syntax, (attribute, text) => {
        // The sandbox has another parser, which shares no code with the serialiser.
        const back = parsePolicyXml(serialise(element("a", { x: attribute }, text)), "policy");
        assert.equal(readLiterally(back.attributes.get("x")), attribute);
        assert.equal(readLiterally(back.text), text);
      }),
    );
  });

  it("contains code only as an expression: a string that looks like one is data", () => {
    const hostile = "@(context.Api.Id)";
    assert.equal(
      serialise(element("a", { x: hostile, y: expression(code`context.Api.Id`) }, "{{secret}}")),
      `<a x='@("@(context.Api.Id)")' y="@(context.Api.Id)">@("{\\u007bsecret}\\u007d")</a>\n`,
    );
  });
});
