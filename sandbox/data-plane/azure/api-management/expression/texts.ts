import { ExpressionFailure } from "./failure.ts";
import { asJwt } from "./jwt.ts";
import { type Members, method, nonNull, type Overload, property, type Type } from "./members.ts";

const element = <T>(items: ArrayLike<T>, index: number): T => {
  const item = items[index];
  if (item === undefined) throw new ExpressionFailure("Index was outside the bounds of the array.");
  return item;
};
/** The case mapping of an OrdinalIgnoreCase comparison. It never changes the length of a text: "ß" does not become "SS". */
const upper = (text: string): string =>
  Array.from(text, (c) => (c.toUpperCase().length === c.length ? c.toUpperCase() : c)).join("");
const comparer = (mode: string) => (mode.endsWith("IgnoreCase") ? upper : (text: string) => text);
const split = (text: string, separators: readonly string[]): string[] => {
  const parts: string[] = [];
  let from = 0;
  for (let i = 0; i <= text.length; i++) {
    if (i === text.length || separators.includes(text.charAt(i))) {
      parts.push(text.slice(from, i));
      from = i + 1;
    }
  }
  return parts;
};
const trim = (text: string, set: readonly string[], start: boolean, end: boolean): string => {
  const drop = set.length === 0 ? (c: string) => /\s/.test(c) : (c: string) => set.includes(c);
  let from = 0;
  let to = text.length;
  while (start && from < to && drop(text.charAt(from))) from++;
  while (end && to > from && drop(text.charAt(to - 1))) to--;
  return text.slice(from, to);
};
const substring = (text: string, from: number, length: number): string => {
  if (from < 0 || length < 0 || from + length > text.length) {
    throw new ExpressionFailure("Index and length must refer to a location within the string.");
  }
  return text.substring(from, from + length);
};

const listMethods: Members["methods"] = {
  Any: [
    method([], "bool", (list: unknown[]) => list.length > 0),
    method([{ lambda: "string", returns: "bool" }], "bool", (list: string[], f: (x: string) => boolean) =>
      list.some((x) => f(x)),
    ),
  ],
  All: [
    method([{ lambda: "string", returns: "bool" }], "bool", (list: string[], f: (x: string) => boolean) =>
      list.every((x) => f(x)),
    ),
  ],
  Contains: [
    method(["string"], "bool", (list: (string | null)[], x: string | null) => list.includes(x)),
    method(["string", "StringComparer"], "bool", (list: string[], x: string, mode: string) =>
      list.some((each) => comparer(mode)(each) === comparer(mode)(x)),
    ),
  ],
  Count: [
    method([], "int", (list: unknown[]) => list.length),
    method(
      [{ lambda: "string", returns: "bool" }],
      "int",
      (list: string[], f: (x: string) => boolean) => list.filter((x) => f(x)).length,
    ),
  ],
  First: [method([], "string", (list: string[]) => element(list, 0))],
  FirstOrDefault: [method([], "string", (list: string[]) => list[0] ?? null)],
  Last: [method([], "string", (list: string[]) => element(list, list.length - 1))],
  LastOrDefault: [method([], "string", (list: string[]) => list.at(-1) ?? null)],
  Where: [
    method(
      [{ lambda: "string", returns: "bool" }],
      "IEnumerable<string>",
      (list: string[], f: (x: string) => boolean) => list.filter((x) => f(x)),
    ),
  ],
  Select: [
    method(
      [{ lambda: "string", returns: "string" }],
      "IEnumerable<string>",
      (list: string[], f: (x: string) => string) => list.map((x) => f(x)),
    ),
  ],
  SelectMany: [
    method(
      [{ lambda: "string", returns: "IEnumerable<string>" }],
      "IEnumerable<string>",
      (list: string[], f: (x: string) => string[]) => list.flatMap((x) => f(x)),
    ),
  ],
  Intersect: [
    method(["IEnumerable<string>"], "IEnumerable<string>", (list: string[], other: string[]) =>
      [...new Set(list)].filter((x) => other.includes(x)),
    ),
  ],
  Except: [
    method(["IEnumerable<string>"], "IEnumerable<string>", (list: string[], other: string[]) =>
      [...new Set(list)].filter((x) => !other.includes(x)),
    ),
  ],
  Union: [
    method(["IEnumerable<string>"], "IEnumerable<string>", (list: string[], other: string[]) => [
      ...new Set([...list, ...other]),
    ]),
  ],
  Concat: [
    method(["IEnumerable<string>"], "IEnumerable<string>", (list: string[], other: string[]) => [...list, ...other]),
  ],
  Skip: [method(["int"], "IEnumerable<string>", (list: string[], n: number) => list.slice(Math.max(0, n)))],
  Take: [method(["int"], "IEnumerable<string>", (list: string[], n: number) => list.slice(0, Math.max(0, n)))],
  ToArray: [method([], "string[]", (list: string[]) => list)],
};

const startsOrEnds = (test: (text: string, x: string) => boolean): readonly Overload[] => [
  // Unverified: the form with one argument compares by culture in .NET, which ignores zero-width characters. Here it is ordinal.
  method(["string"], "bool", (text: string, x: string) => test(text, nonNull(x, "value"))),
  method(["string", "StringComparison"], "bool", (text: string, x: string, mode: string) =>
    test(comparer(mode)(text), comparer(mode)(nonNull(x, "value"))),
  ),
];

/**
 * The supported members of texts, numbers, truth values and lists.
 *
 * @see https://learn.microsoft.com/azure/api-management/api-management-policy-expressions#CLRTypes
 */
export const TEXT_MEMBERS: Readonly<Record<Type, Members>> = {
  string: {
    properties: { Length: property("int", (text: string) => text.length) },
    methods: {
      AsJwt: [method([], "Jwt", (text: string) => asJwt(text))],
      Contains: [method(["string"], "bool", (text: string, x: string) => text.includes(nonNull(x, "value")))],
      StartsWith: startsOrEnds((text, x) => text.startsWith(x)),
      EndsWith: startsOrEnds((text, x) => text.endsWith(x)),
      Equals: [
        method(["string"], "bool", (text: string, x: string) => text === x),
        method(
          ["string", "StringComparison"],
          "bool",
          (text: string, x: string | null, mode: string) => x !== null && comparer(mode)(text) === comparer(mode)(x),
        ),
      ],
      IndexOf: [
        method(["char"], "int", (text: string, x: string) => text.indexOf(x)),
        method(["string", "StringComparison"], "int", (text: string, x: string, mode: string) =>
          comparer(mode)(text).indexOf(comparer(mode)(x)),
        ),
      ],
      LastIndexOf: [method(["char"], "int", (text: string, x: string) => text.lastIndexOf(x))],
      Replace: [
        method(["string", "string"], "string", (text: string, x: string, y: string | null) => {
          if (nonNull(x, "oldValue") === "") throw new ExpressionFailure("String cannot be of zero length. (oldValue)");
          return text.replaceAll(x, () => y ?? "");
        }),
        method(["char", "char"], "string", (text: string, x: string, y: string) => text.replaceAll(x, () => y)),
      ],
      Split: [
        method(["char[]"], "string[]", (text: string, set: string[]) => split(text, set)),
        method(["char", "char"], "string[]", (text: string, ...set: string[]) => split(text, set), { variadic: true }),
      ],
      Substring: [
        method(["int"], "string", (text: string, from: number) => substring(text, from, text.length - from)),
        method(["int", "int"], "string", substring),
      ],
      ToLower: [method([], "string", (text: string) => text.toLowerCase())],
      ToLowerInvariant: [method([], "string", (text: string) => text.toLowerCase())],
      ToUpper: [method([], "string", (text: string) => text.toUpperCase())],
      ToUpperInvariant: [method([], "string", (text: string) => text.toUpperCase())],
      ToString: [method([], "string", (text: string) => text)],
      Trim: [
        method(["char"], "string", (text: string, ...set: string[]) => trim(text, set, true, true), { variadic: true }),
      ],
      TrimStart: [
        method(["char"], "string", (text: string, ...set: string[]) => trim(text, set, true, false), {
          variadic: true,
        }),
      ],
      TrimEnd: [
        method(["char"], "string", (text: string, ...set: string[]) => trim(text, set, false, true), {
          variadic: true,
        }),
      ],
    },
    indexer: { index: "int", returns: "char", get: (text: string, i: number) => element(text, i) },
  },
  int: { methods: { ToString: [method([], "string", (n: number) => String(n))] } },
  bool: { methods: { ToString: [method([], "string", (b: boolean) => (b ? "True" : "False"))] } },
  char: { methods: { ToString: [method([], "string", (c: string) => c)] } },
  "string[]": {
    properties: { Length: property("int", (list: readonly string[]) => list.length) },
    methods: listMethods,
    indexer: { index: "int", returns: "string", get: (list: string[], i: number) => element(list, i) },
  },
  "IEnumerable<string>": { methods: listMethods },
  "static string": {
    properties: { Empty: property("string", () => "") },
    methods: {
      IsNullOrEmpty: [method(["string"], "bool", (_: null, text: string | null) => text === null || text === "")],
      IsNullOrWhiteSpace: [
        method(["string"], "bool", (_: null, text: string | null) => text === null || /^\s*$/.test(text)),
      ],
      Join: [
        method(["string", "IEnumerable<string>"], "string", (_: null, by: string | null, list: string[]) =>
          list.join(by ?? ""),
        ),
      ],
      Equals: [
        method(["string", "string"], "bool", (_: null, x: string | null, y: string | null) => x === y),
        method(
          ["string", "string", "StringComparison"],
          "bool",
          (_: null, x: string | null, y: string | null, mode: string) =>
            x === null || y === null ? x === y : comparer(mode)(x) === comparer(mode)(y),
        ),
      ],
    },
  },
  "static StringComparison": {
    properties: {
      Ordinal: property("StringComparison", () => "Ordinal"),
      OrdinalIgnoreCase: property("StringComparison", () => "OrdinalIgnoreCase"),
    },
  },
  "static StringComparer": {
    properties: {
      Ordinal: property("StringComparer", () => "Ordinal"),
      OrdinalIgnoreCase: property("StringComparer", () => "OrdinalIgnoreCase"),
    },
  },
};
