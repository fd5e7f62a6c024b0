import assert from "node:assert/strict";
import fc from "fast-check";
import { median } from "../../bench/median.ts";

describe("the median of measurements", () => {
  it("is the middle value, or the mean of the two middle values", () => {
    assert.equal(median([3]), 3);
    assert.equal(median([9, 1, 2]), 2);
    assert.equal(median([10, 1, 4, 2]), 3);
  });

  it("compares values as numbers, not as text", () => assert.equal(median([10, 9, 100]), 10));

  it("has as many values below it as above, in any order, and does not change them", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1e9, noNaN: true }), { minLength: 1 }), (values) => {
        const before = [...values];
        const middle = median(values);
        const below = values.filter((value) => value < middle).length;
        const above = values.filter((value) => value > middle).length;
        assert.ok(below <= values.length / 2 && above <= values.length / 2);
        assert.deepEqual(values, before);
      }),
    );
  });

  it("throws if there are no values", () => assert.throws(() => median([]), RangeError));
});
