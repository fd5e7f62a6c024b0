import assert from "node:assert/strict";
import fc from "fast-check";
import { anyOf, nearest, Reader } from "../../../../components/api/check/reader.ts";
import type { Problem } from "../../../../components/api/problem.ts";

/** What reading a value reports, and what it gives. */
function read<T>(value: unknown, how: (reader: Reader) => T): { readonly result: T; readonly problems: Problem[] } {
  const problems: Problem[] = [];
  const result = how(new Reader(value, "", problems));
  return { result, problems };
}

describe("a reader", () => {
  it("names a place as one would write it in JavaScript", () => {
    const reader = new Reader(undefined, "", []);
    assert.equal(reader.at("routes").at("GET /a").at("limits").at(0).place, 'routes["GET /a"].limits[0]');
    assert.equal(reader.at("a-b").at("_c").at('"').at("é").at("").place, '["a-b"]._c["\\""]["é"][""]');
  });

  it("finds no member that the value has not itself", () => {
    for (const value of [{}, [], "text", 7, null, undefined, () => 1]) {
      for (const key of ["constructor", "__proto__", "toString", "length", "name"]) {
        const own = typeof value === "object" && value !== null && Object.hasOwn(value, key);
        assert.equal(new Reader(value, "", []).at(key).present, own, `${typeof value} ${key}`);
      }
    }
    const parsed = JSON.parse('{"__proto__":{"a":1}}');
    assert.deepEqual(new Reader(parsed, "", []).at("__proto__").at("a").value, 1);
    assert.deepEqual(new Reader(parsed, "", []).keys(), ["__proto__"]);
  });

  it("says of which route it speaks, from there on", () => {
    const problems: Problem[] = [];
    const reader = new Reader({ a: 1 }, "", problems);
    reader.at("a").text();
    reader.ofRoute("GET /").at("a").text();
    assert.deepEqual(
      problems.map(({ route, place }) => [route, place]),
      [
        [undefined, "a"],
        ["GET /", "a"],
      ],
    );
  });

  it("reports every member that it does not know, the near ones with the name that was probably meant", () => {
    const { result, problems } = read({ limit: [], colour: 1, auth: "a" }, (reader) => reader.only(["limits", "auth"]));
    assert.equal(result, true);
    assert.deepEqual(problems, [
      {
        code: "unknown-property",
        place: "limit",
        rule: 'there is no property "limit" here',
        remedy: 'Did you mean "limits"?',
      },
      {
        code: "unknown-property",
        place: "colour",
        rule: 'there is no property "colour" here',
        remedy: 'Known are "limits" or "auth".',
      },
    ]);
  });

  it("says what it wants and what it got, and gives nothing", () => {
    const big = "x".repeat(100);
    const cases: readonly (readonly [(reader: Reader) => unknown, unknown, string])[] = [
      [(reader) => reader.only(["a"]), null, "wrong-type: an object is wanted, this is null"],
      [(reader) => reader.only(["a"]), [1], "wrong-type: an object is wanted, this is a list"],
      [(reader) => reader.text(), undefined, "wrong-type: a string is wanted, this is missing"],
      [(reader) => reader.text(), {}, "wrong-type: a string is wanted, this is an object"],
      [(reader) => reader.text(), () => 1, "wrong-type: a string is wanted, this is a function"],
      [(reader) => reader.text(), 5n, "wrong-type: a string is wanted, this is 5n"],
      [(reader) => reader.text(), Symbol("s"), "wrong-type: a string is wanted, this is symbol"],
      [(reader) => reader.text(), "", "empty: this must not be empty"],
      [(reader) => reader.text(), "a\udc00", "malformed-text: this holds half of a surrogate pair"],
      [(reader) => reader.integer(1, 5), 6, "out-of-range: a whole number from 1 to 5 is wanted, this is 6"],
      [(reader) => reader.integer(1, 5), "3", 'out-of-range: a whole number from 1 to 5 is wanted, this is "3"'],
      [
        (reader) => reader.integer(1, 5),
        Number.NaN,
        "out-of-range: a whole number from 1 to 5 is wanted, this is null",
      ],
      [(reader) => reader.flag(), 0, "wrong-type: true or false is wanted, this is 0"],
      [(reader) => reader.oneOf(["a", "b"]), "c", 'unknown-value: "c" is none of "a" or "b"'],
      [(reader) => reader.oneOf(["a"]), big, `unknown-value: "${"x".repeat(56)}... is none of "a"`],
      [(reader) => reader.list(), { length: 1 }, "wrong-type: a list is wanted, this is an object"],
    ];
    for (const [how, value, said] of cases) {
      const { result, problems } = read(value, how);
      assert.deepEqual(
        problems.map(({ code, rule }) => `${code}: ${rule}`),
        [said],
      );
      assert.ok(result === undefined || result === false || (Array.isArray(result) && result.length === 0), said);
    }
  });

  it("gives what is right as it is, without a word", () => {
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

  it("reads a list with holes as one of missing values", () => {
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

describe("the name that was probably meant", () => {
  it("is one slip of a key away in a short word, and one slip in three letters in a long one", () => {
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

  it("is none when all are far", () => {
    for (const word of ["", "stock", "basket", "catharsis", "x"])
      assert.equal(nearest(word, ["shop", "erp"]), undefined);
    assert.equal(nearest("shop", []), undefined);
  });

  it("is the nearest of several, and the first of those equally near", () => {
    assert.equal(nearest("order", ["border", "orders"]), "border");
    assert.equal(nearest("orders", ["border", "order"]), "order");
  });

  it("is always the word itself where that is known", () => {
    const words = fc.uniqueArray(fc.string({ minLength: 1 }), { selector: (word) => word.toLowerCase(), minLength: 1 });
    fc.assert(
      fc.property(words, fc.nat(), (known, index) => {
        const word = known[index % known.length] ?? "";
        assert.equal(nearest(word, known), word);
      }),
    );
  });

  it("is not looked for in a word of a megabyte, which is nobody's slip", () => {
    const known = Array.from({ length: 100 }, (_, index) => `backend-with-a-long-name-${index}`);
    const started = performance.now();
    assert.equal(nearest("x".repeat(1_000_000), known), undefined);
    assert.ok(performance.now() - started < 1000);
  });
});

describe("the choice in a remedy", () => {
  it("reads as a sentence, each name quoted and escaped", () => {
    assert.equal(anyOf([]), "none");
    assert.equal(anyOf(["a"]), '"a"');
    assert.equal(anyOf(["a", "b"]), '"a" or "b"');
    assert.equal(anyOf(["a", 'b"\n', "c"]), '"a", "b\\"\\n" or "c"');
  });
});
