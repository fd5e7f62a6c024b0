import { comparer } from "./comparison.ts";
import { elementAt, type Members, method, property, type Type } from "./members.ts";

const LIST_METHODS: Members["methods"] = {
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
  First: [method([], "string", (list: string[]) => elementAt(list, 0))],
  FirstOrDefault: [method([], "string", (list: string[]) => list[0] ?? null)],
  Last: [method([], "string", (list: string[]) => elementAt(list, list.length - 1))],
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

/** The supported members of lists. */
export const LIST_MEMBERS: Readonly<Record<Type, Members>> = {
  "string[]": {
    properties: { Length: property("int", (list: readonly string[]) => list.length) },
    methods: LIST_METHODS,
    indexer: { index: "int", returns: "string", get: (list: string[], i: number) => elementAt(list, i) },
  },
  "IEnumerable<string>": { methods: LIST_METHODS },
};
