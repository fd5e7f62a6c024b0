import assert from "node:assert/strict";
import { type Problem, ProblemList } from "../../../components/api/problem.ts";
import { Reader } from "../../../components/api/reader.ts";

function readerOf(value: unknown): Reader {
  return new Reader(value, "", new ProblemList());
}

/** The result of reading a value, and the problems that it reports. */
function read<T>(
  value: unknown,
  how: (reader: Reader) => T,
): { readonly result: T; readonly problems: readonly Problem[] } {
  const problems = new ProblemList();
  const result = how(new Reader(value, "", problems));
  return { result, problems: problems.all };
}

describe("a reader", () => {
  it("names a place as a user would write it in JavaScript", () => {
    const reader = readerOf(undefined);
    assert.equal(reader.at("routes").at("GET /a").at("limits").at(0).place, 'routes["GET /a"].limits[0]');
    assert.equal(reader.at("a-b").at("_c").at('"').at("é").at("").place, '["a-b"]._c["\\""]["é"][""]');
  });

  it("ignores members that the value inherits", () => {
    for (const value of [{}, [], "text", 7, null, undefined, () => 1]) {
      for (const key of ["constructor", "__proto__", "toString", "length", "name"]) {
        const own = typeof value === "object" && value !== null && Object.hasOwn(value, key);
        assert.equal(readerOf(value).at(key).present, own, `${typeof value} ${key}`);
      }
    }
    const parsed = JSON.parse('{"__proto__":{"a":1}}');
    assert.deepEqual(readerOf(parsed).at("__proto__").at("a").value, 1);
    assert.deepEqual(readerOf(parsed).keys(), ["__proto__"]);
  });

  it("reports an Output, a Promise and a text that contains an Output, once", () => {
    const output = { __pulumiOutput: true, apply: () => undefined };
    for (const value of [output, Promise.resolve({})]) {
      for (const how of [
        (reader: Reader) => reader.only(["a"]),
        (reader: Reader) => reader.text(),
        (reader: Reader) => reader.list(),
        (reader: Reader) => reader.flag(),
      ]) {
        assert.deepEqual(
          read<unknown>(value, how).problems.map(({ code }) => code),
          ["known-too-late"],
        );
      }
    }
    const text = "https://Calling [toString] on an [Output<T>] is not supported.\n";
    assert.deepEqual(
      read(text, (reader) => reader.text()).problems.map(({ code }) => code),
      ["output-in-text"],
    );
  });

  it("adds the route to every problem after ofRoute", () => {
    const problems = new ProblemList();
    const reader = new Reader({ a: 1 }, "", problems);
    reader.at("a").text();
    reader.ofRoute("GET /").at("a").text();
    assert.deepEqual(
      problems.all.map(({ route, place }) => [route, place]),
      [
        [undefined, "a"],
        ["GET /", "a"],
      ],
    );
  });

  it("reports every unknown member, and suggests a known name where one is near", () => {
    const { result, problems } = read({ limit: [], colour: 1, auth: "a" }, (reader) => reader.only(["limits", "auth"]));
    assert.equal(result, true);
    assert.deepEqual(problems, [
      {
        code: "unknown-property",
        place: "limit",
        rule: 'The property "limit" is unknown here.',
        remedy: 'Did you mean "limits"?',
      },
      {
        code: "unknown-property",
        place: "colour",
        rule: 'The property "colour" is unknown here.',
        remedy: 'Use "limits" or "auth".',
      },
    ]);
  });

  it("reports what the value must be and what it is, and returns nothing", () => {
    const big = "x".repeat(100);
    const cases: readonly (readonly [(reader: Reader) => unknown, unknown, string])[] = [
      [(reader) => reader.only(["a"]), null, "wrong-type: The value must be an object, but it is null."],
      [(reader) => reader.only(["a"]), [1], "wrong-type: The value must be an object, but it is a list."],
      [(reader) => reader.text(), undefined, "wrong-type: The value must be a string, but it is missing."],
      [(reader) => reader.text(), {}, "wrong-type: The value must be a string, but it is an object."],
      [(reader) => reader.text(), () => 1, "wrong-type: The value must be a string, but it is a function."],
      [(reader) => reader.text(), 5n, "wrong-type: The value must be a string, but it is 5n."],
      [(reader) => reader.text(), Symbol("s"), "wrong-type: The value must be a string, but it is a symbol."],
      [(reader) => reader.text(), "", "empty: The value must not be empty."],
      [(reader) => reader.text(), "a\udc00", "malformed-text: The text contains half of a surrogate pair."],
      [(reader) => reader.integer(1, 5), 6, "out-of-range: The value must be a whole number from 1 to 5, but it is 6."],
      [
        (reader) => reader.integer(1, 5),
        "3",
        'out-of-range: The value must be a whole number from 1 to 5, but it is "3".',
      ],
      [
        (reader) => reader.integer(1, 5),
        Number.NaN,
        "out-of-range: The value must be a whole number from 1 to 5, but it is null.",
      ],
      [(reader) => reader.flag(), 0, "wrong-type: The value must be true or false, but it is 0."],
      [(reader) => reader.oneOf(["a", "b"]), "c", 'unknown-value: The value must be "a" or "b", but it is "c".'],
      [(reader) => reader.oneOf(["a"]), big, `unknown-value: The value must be "a", but it is "${"x".repeat(56)}....`],
      [(reader) => reader.list(), { length: 1 }, "wrong-type: The value must be a list, but it is an object."],
    ];
    for (const [how, value, expected] of cases) {
      const { result, problems } = read(value, how);
      assert.deepEqual(
        problems.map(({ code, rule }) => `${code}: ${rule}`),
        [expected],
      );
      assert.ok(result === undefined || result === false || (Array.isArray(result) && result.length === 0), expected);
    }
  });

  it("returns a correct value unchanged, without a problem", () => {
    const cases: readonly (readonly [(reader: Reader) => unknown, unknown])[] = [
      [(reader) => reader.text(), " a\u0000é\u{1f600}"],
      [(reader) => reader.text({ empty: true }), ""],
      [(reader) => reader.integer(1, 5), 1],
      [(reader) => reader.integer(1, 5), 5],
      [(reader) => reader.flag(), false],
      [(reader) => reader.oneOf(["a", "b"]), "b"],
    ];
    for (const [how, value] of cases) assert.deepEqual(read(value, how), { result: value, problems: [] });
  });

  it("reads a hole in a list as a missing value", () => {
    const holed: unknown[] = ["a"];
    holed[2] = "c";
    const { result } = read(holed, (reader) => reader.list().map(({ place, present }) => [place, present]));
    assert.deepEqual(result, [
      ["[0]", true],
      ["[1]", false],
      ["[2]", true],
    ]);
  });
});
