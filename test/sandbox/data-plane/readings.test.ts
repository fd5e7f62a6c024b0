import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { chosenReadings, OPEN_QUESTIONS, readingOf } from "../../../sandbox/data-plane/readings.ts";

const folder = new URL("../../../sandbox/data-plane/", import.meta.url);

describe("the open questions about vendors", () => {
  it("have at least two readings, and take the first one unless another is chosen", () => {
    for (const { readings } of Object.values(OPEN_QUESTIONS)) assert.ok(Object.keys(readings).length >= 2);
    assert.equal(readingOf({}, "apim-letters"), "any-case");
    assert.equal(
      readingOf({ readings: chosenReadings({ "apim-letters": "exact-case" }) }, "apim-letters"),
      "exact-case",
    );
  });

  it("reject a question and a reading that do not exist, and list those that do", () => {
    assert.throws(() => chosenReadings({ "apim-letter": "any-case" }), {
      name: "UnknownReading",
      message: /^"apim-letter" is no open question of the sandbox; choose from .*apim-letters/,
    });
    assert.throws(
      () => chosenReadings({ constructor: "any-case" }),
      /^UnknownReading: "constructor" is no open question/,
    );
    assert.throws(() => chosenReadings({ "apim-letters": "toString" }), {
      message: '"toString" is no reading of apim-letters; choose any-case or exact-case',
    });
  });

  it("are each asked by an interpreter", () => {
    const sources = readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".ts") && path !== "readings.ts")
      .map((path) => readFileSync(new URL(path, folder), "utf8"));
    for (const question of Object.keys(OPEN_QUESTIONS)) {
      assert.ok(
        sources.some((source) => source.includes(`"${question}")`)),
        `no interpreter asks ${question}`,
      );
    }
  });
});
