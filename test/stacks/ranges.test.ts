import assert from "node:assert/strict";
import fc from "fast-check";
import { outside, overlapping } from "../../stacks/configuration/ranges.ts";

/** A range, with its first and its last address as numbers. */
const range = fc
  .record({ address: fc.nat(0xffff).map((part) => (10 << 24) | (part << 8)), bits: fc.integer({ min: 8, max: 32 }) })
  .map(({ address, bits }) => {
    const size = 2 ** (32 - bits);
    const first = Math.floor(address / size) * size;
    const text = [24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256).join(".");
    return { text: `${text}/${bits}`, first, last: first + size - 1 };
  });

describe("the ranges of networks in a stack's configuration", () => {
  it("are reported if and only if they have addresses in common", () => {
    fc.assert(
      fc.property(range, range, (one, other) => {
        const problems = overlapping([
          { setting: "one", range: one.text },
          { setting: "other", range: other.text },
        ]);
        assert.equal(problems.length, one.first <= other.last && other.first <= one.last ? 1 : 0);
      }),
    );
  });

  it("are reported if and only if a part is outside its network", () => {
    fc.assert(
      fc.property(range, range, (whole, part) => {
        const problems = outside({ setting: "whole", range: whole.text }, [{ setting: "part", range: part.text }]);
        assert.equal(problems.length, whole.first <= part.first && part.last <= whole.last ? 0 : 1);
      }),
    );
  });

  it("are left to the check of their type where they are no ranges", () => {
    for (const value of [undefined, 7, "", "10.0.0.0", "10.0.0.0/33", "10.0.0/8", "10.0.0.0/8/8", "::/0", {}]) {
      const strange = { setting: "strange", range: value };
      assert.deepEqual(overlapping([strange, { setting: "known", range: "10.0.0.0/8" }]), []);
      assert.deepEqual(outside(strange, [{ setting: "known", range: "10.0.0.0/8" }]), []);
      assert.deepEqual(outside({ setting: "known", range: "10.0.0.0/8" }, [strange]), []);
    }
  });
});
