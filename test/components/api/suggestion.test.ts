import assert from "node:assert/strict";
import fc from "fast-check";
import { anyOf, nearest, suggest } from "../../../components/api/suggestion.ts";

describe("nearest", () => {
  it("accepts one slip in a short word, and one slip for every three letters in a long one", () => {
    const known = ["shop", "catalog", "erp"];
    for (const [word, meant] of [
      ["shpo", "shop"],
      ["Shop", "shop"],
      ["sho", "shop"],
      ["shopp", "shop"],
      ["xrp", "erp"],
      ["catalogue", "catalog"],
      ["catlog", "catalog"],
    ] as const) {
      assert.equal(nearest(word, known), meant, word);
    }
  });

  it("returns nothing if no name is near", () => {
    for (const word of ["", "stock", "basket", "catharsis", "x"])
      assert.equal(nearest(word, ["shop", "erp"]), undefined);
    assert.equal(nearest("shop", []), undefined);
  });

  it("returns the nearest of several names, and the first of those equally near", () => {
    assert.equal(nearest("order", ["border", "orders"]), "border");
    assert.equal(nearest("orders", ["border", "order"]), "order");
  });

  it("returns the word itself if it is a known name", () => {
    const words = fc.uniqueArray(fc.string({ minLength: 1 }), { selector: (word) => word.toLowerCase(), minLength: 1 });
    fc.assert(
      fc.property(words, fc.nat(), (known, index) => {
        const word = known[index % known.length] ?? "";
        assert.equal(nearest(word, known), word);
      }),
    );
  });

  it("skips a word of a megabyte quickly", () => {
    const known = Array.from({ length: 100 }, (_, index) => `backend-with-a-long-name-${index}`);
    const started = performance.now();
    assert.equal(nearest("x".repeat(1_000_000), known), undefined);
    assert.ok(performance.now() - started < 1000);
  });
});

describe("anyOf", () => {
  it("quotes and escapes each name, and joins them as in a sentence", () => {
    assert.equal(anyOf([]), "none");
    assert.equal(anyOf(["a"]), '"a"');
    assert.equal(anyOf(["a", "b"]), '"a" or "b"');
    assert.equal(anyOf(["a", 'b"\n', "c"]), '"a", "b\\"\\n" or "c"');
  });
});

describe("suggest", () => {
  it("names the near name, or all names, or what to do where there is none", () => {
    assert.equal(suggest("erpp", ["erp", "shop"], "Declare it."), 'Did you mean "erp"?');
    assert.equal(suggest("stock", ["erp", "shop"], "Declare it."), 'Use "erp" or "shop".');
    assert.equal(suggest("stock", [], "Declare it."), "Declare it.");
  });
});
