import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { addDurations, durationsOf, longestFirst, readDurations } from "./durations.ts";

describe("the durations of test files", () => {
  it("put the longest file first, and a new one before it", () => {
    const files = ["a", "b", "c", "d", "e"];
    assert.deepEqual(longestFirst(files, { a: 1, b: 3, d: 2 }), ["c", "e", "b", "d", "a"]);
    assert.deepEqual(longestFirst(files, {}), files);
  });

  it("follow from the times at which two workers finished the files of their queue", () => {
    // One worker runs a, then c and d; the other runs b, then e.
    const finished = { a: 2, b: 5, c: 3, d: 4, e: 6 };
    const queue = ["a", "b", "c", "empty", "d", "e"];
    assert.deepEqual(durationsOf(queue, finished, 2), { a: 2, b: 5, c: 1, d: 1, e: 2 });
  });

  it("are kept between runs, and start again if the file is damaged", () => {
    const folder = mkdtempSync(join(tmpdir(), "polygate-durations-"));
    const path = join(folder, "cache", "durations.json");
    try {
      assert.deepEqual(readDurations(path), {});
      addDurations(path, { a: 1, b: 2 });
      addDurations(path, { b: 3 });
      assert.deepEqual(readDurations(path), { a: 1, b: 3 });
      writeFileSync(path, "{ trunc");
      assert.deepEqual(readDurations(path), {});
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
