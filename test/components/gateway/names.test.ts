import assert from "node:assert/strict";
import fc from "fast-check";
import { vendorName } from "../../../components/gateway/names.ts";

describe("a vendor's name for a component", () => {
  it("is the component's name if the vendor accepts it", () => {
    for (const name of ["orders", "orders-eu", "o1"]) assert.equal(vendorName(name, { longest: 63 }), name);
  });

  it("never changes from version to version", () => {
    assert.equal(vendorName("Orders EU", { longest: 63 }), "orders-eu-d190aaa5");
    assert.equal(vendorName("1st", { longest: 63 }), "g-1st-e01ddf65");
    assert.equal(vendorName("GET /orders/{id}", { longest: 64, separator: "_" }), "get_orders_id_ea614192");
    assert.equal(vendorName("注文", { longest: 63 }), "g-266125dd");
    assert.equal(vendorName("a".repeat(80), { longest: 20 }), "aaaaaaaaaaa-0f45e858");
  });

  it("is never too long, always well-formed, and different for each component", () => {
    const names = fc.uniqueArray(
      fc.oneof(fc.string(), fc.string({ unit: "grapheme" }), fc.stringMatching(/^[a-zA-Z -]*$/)),
      {
        minLength: 2,
      },
    );
    fc.assert(
      fc.property(names, fc.integer({ min: 12, max: 80 }), fc.constantFrom("-", "_"), (all, longest, separator) => {
        const derived = all.map((name) => vendorName(name, { longest, separator }));
        const rule = new RegExp(`^(?=.{1,${longest}}$)[a-z](?:${separator}?[a-z0-9]+)*$`);
        for (const name of derived) assert.match(name, rule);
        assert.equal(new Set(derived).size, all.length);
      }),
    );
  });
});
