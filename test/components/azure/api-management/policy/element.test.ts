import assert from "node:assert/strict";
import fc from "fast-check";
import { element, serialise } from "../../../../../components/azure/api-management/policy/element.ts";
import { parsePolicyXml } from "../../../../../sandbox/data-plane/azure/api-management/policy-xml.ts";

const printable = fc.string({ unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)) });

describe("a policy document's text", () => {
  it("indents elements and does not change texts", () => {
    const root = element("policies", {}, [element("a", { n: 1 }, " x "), element("b", {}, [element("c")])]);
    assert.equal(serialise(root), '<policies>\n  <a n="1"> x </a>\n  <b>\n    <c/>\n  </b>\n</policies>\n');
  });

  it("escapes the special characters of XML, so that both formats of the vendor read it the same way", () => {
    assert.equal(
      serialise(element("a", { x: `@("<&>'" + x)` }, "]]> <&>")),
      `<a x="@(&quot;&lt;&amp;&gt;'&quot; + x)">]]&gt; &lt;&amp;&gt;</a>\n`,
    );
  });

  it("is read back unchanged, whatever printable text it contains", () => {
    fc.assert(
      fc.property(printable, fc.string({ unit: fc.constantFrom(..."]]><&\"'{}@ ") }), (attribute, text) => {
        // The sandbox has another parser, which shares no code with the serialiser.
        const back = parsePolicyXml(serialise(element("a", { x: attribute }, text)), "policy");
        assert.equal(back.attributes.get("x"), attribute);
        assert.equal(back.text, text);
      }),
    );
  });

  it("rejects text outside an expression that XML cannot contain or would change", () => {
    for (const bad of ["\n", "\0", "\u0001", "é", "\ud800"]) {
      assert.throws(() => serialise(element("a", { x: bad })), RangeError);
      assert.throws(() => serialise(element("a", {}, bad)), RangeError);
    }
  });
});
