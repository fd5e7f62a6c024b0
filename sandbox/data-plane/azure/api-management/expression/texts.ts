import { comparer } from "./comparison.ts";
import { ExpressionFailure } from "./failure.ts";
import { asJwt } from "./jwt.ts";
import { elementAt, type Members, method, nonNull, type Overload, property, type Type } from "./members.ts";

const split = (text: string, separators: readonly string[]): string[] => {
  const [only] = separators;
  if (only !== undefined && separators.length === 1) return text.split(only);
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

const startsOrEnds = (test: (text: string, x: string) => boolean): readonly Overload[] => [
  // Unverified: the form with one argument compares by culture in .NET, which ignores zero-width characters. Here it is ordinal.
  method(["string"], "bool", (text: string, x: string) => test(text, nonNull(x, "value"))),
  method(["string", "StringComparison"], "bool", (text: string, x: string, mode: string) =>
    test(comparer(mode)(text), comparer(mode)(nonNull(x, "value"))),
  ),
];

/**
 * The supported members of texts, numbers and truth values.
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
    indexer: { index: "int", returns: "char", get: (text: string, i: number) => elementAt(text, i) },
  },
  int: { methods: { ToString: [method([], "string", (n: number) => String(n))] } },
  bool: { methods: { ToString: [method([], "string", (b: boolean) => (b ? "True" : "False"))] } },
  char: { methods: { ToString: [method([], "string", (c: string) => c)] } },
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
