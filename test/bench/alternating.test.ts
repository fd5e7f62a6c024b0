import assert from "node:assert/strict";
import { alternating } from "../../bench/alternating.ts";

describe("The repetitions of a measurement", () => {
  it("contain each case once each, and alternate between the order of the cases and its reverse", () => {
    assert.deepEqual(alternating(["a", "b"], 3), [
      ["a", 1],
      ["b", 1],
      ["b", 2],
      ["a", 2],
      ["a", 3],
      ["b", 3],
    ]);
  });
});
