import assert from "node:assert/strict";
import fc from "fast-check";
import { element, serialise } from "../../../../../components/azure/api-management/policy/element.ts";
import { parsePolicyXml } from "../../../../../sandbox/data-plane/azure/api-management/policy-xml.ts";

const printable = fc.string({ unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)) });

describe("a policy document's text", () => {
  it("indents elements and leaves texts alone", () => {
    const root = element("policies", {}, [element("a", { n: 1 }, " x "), element("b", {}, [element("c")])]);
    assert.equal(serialise(root), '<policies>\n  <a n="1"> x </a>\n  <b>\n    <c/>\n  </b>\n</policies>\n');
  });

  it("escapes what XML would read as its own, so that both formats of the vendor read it alike", () => {
    assert.equal(
      serialise(element("a", { x: `@("<&>'" + x)` }, "]]> <&>")),
      `<a x="@(&quot;&lt;&amp;&gt;'&quot; + x)">]]&gt; &lt;&amp;&gt;</a>\n`,
    );
  });

  it("reads back as it was written, whatever printable text it holds", () => {
    fc.assert(
      fc.property(printable, fc.string({ unit: fc.constantFrom(..."]]><&\"'{}@ ") }), (attribute, text) => {
        // The sandbox reads by another parser, which shares no line with the serialiser.
        const back = parsePolicyXml(serialise(element("a", { x: attribute }, text)), "policy");
        assert.equal(back.attributes.get("x"), attribute);
        assert.equal(back.text, text);
      }),
    );
  });

  it("refuses what did not go through an expression and XML cannot hold or would change", () => {
    for (const bad of ["\n", "\0", "\u0001", "é", "\ud800"]) {
      assert.throws(() => serialise(element("a", { x: bad })), RangeError);
      assert.throws(() => serialise(element("a", {}, bad)), RangeError);
    }
  });
});
