import { decodeJwt, decodeProtectedHeader } from "jose";
import type { Jwt, Lookup, PolicyContext, Url } from "./context.ts";
import { claimTexts } from "./jwt-claims.ts";
import { queryLookup } from "./query-parameters.ts";

/** An expression failed while it was evaluated; the vendor answers 500 with `ExpressionValueEvaluationFailure`. */
export class ExpressionFailure extends Error {
  override readonly name = "ExpressionFailure";
}

/** A C# type's name, as far as policies need one. `static X` is the class itself. */
export type Type = string;

/** What an overload takes: a type, or a lambda over an element. */
export type Parameter = Type | { readonly lambda: Type; readonly returns: Type };

export interface Property {
  readonly type: Type;
  readonly get: (target: never) => unknown;
}

export interface Overload {
  readonly parameters: readonly Parameter[];
  /** The last parameter may be given any number of times (`params`). */
  readonly variadic?: boolean;
  /** The call names a type, `F<T>(...)`, and returns it. */
  readonly generic?: boolean;
  readonly returns: Type;
  readonly call: (target: never, ...args: never[]) => unknown;
}

interface Members {
  readonly properties?: Readonly<Record<string, Property>>;
  readonly methods?: Readonly<Record<string, readonly Overload[]>>;
  /** The type of `x[...]`: what the index is and what comes back. */
  readonly indexer?: { readonly index: Type; readonly returns: Type; readonly get: (t: never, i: never) => unknown };
}

const property = <T>(type: Type, get: (target: T) => unknown): Property => ({ type, get });
const method = (
  parameters: readonly Parameter[],
  returns: Type,
  // biome-ignore lint/suspicious/noExplicitAny: each overload knows its own argument types; the binder checks them
  call: (...args: any[]) => unknown,
  options: { variadic?: boolean; generic?: boolean } = {},
): Overload => ({ parameters, returns, call: call as Overload["call"], ...options });

const missing = (what: string, name: string): never => {
  throw new ExpressionFailure(`The given key was not present in the dictionary: ${what}[${JSON.stringify(name)}]`);
};
const element = <T>(items: ArrayLike<T>, index: number): T => {
  const item = items[index];
  if (item === undefined) throw new ExpressionFailure("Index was outside the bounds of the array.");
  return item;
};
/** The case mapping of an OrdinalIgnoreCase comparison: it never changes a text's length (no "ß" to "SS"). */
const upper = (text: string): string =>
  Array.from(text, (c) => (c.toUpperCase().length === c.length ? c.toUpperCase() : c)).join("");
const comparer = (mode: string) => (mode.endsWith("IgnoreCase") ? upper : (text: string) => text);
const nonNull = (text: string | null, what: string): string => {
  if (text === null) throw new ExpressionFailure(`Value cannot be null. (${what})`);
  return text;
};
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

/** An unverified reading of a token, as `AsJwt()` gives it: null when the text is no JWT. */
export function asJwt(text: string): Jwt | null {
  try {
    const header = decodeProtectedHeader(text);
    return {
      algorithm: typeof header.alg === "string" ? header.alg : "",
      type: typeof header.typ === "string" ? header.typ : null,
      claims: claimTexts(decodeJwt(text)),
    };
  } catch {
    return null;
  }
}

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

const textLists = (what: string): Members => ({
  methods: {
    ContainsKey: [
      method(["string"], "bool", (map: Lookup<string[]>, name: string) => map.get(nonNull(name, "key")) !== undefined),
    ],
    GetValueOrDefault: [
      method(
        ["string"],
        "string",
        (map: Lookup<string[]>, name: string) => map.get(nonNull(name, "key"))?.join(",") ?? null,
      ),
      method(
        ["string", "string"],
        "string",
        (map: Lookup<string[]>, name: string, other: string | null) =>
          map.get(nonNull(name, "key"))?.join(",") ?? other,
      ),
    ],
  },
  indexer: {
    index: "string",
    returns: "string[]",
    get: (map: Lookup<string[]>, name: string) => map.get(nonNull(name, "key")) ?? missing(what, name),
  },
});

const startsOrEnds = (test: (text: string, x: string) => boolean): readonly Overload[] => [
  // U: the one-argument form compares by culture in .NET, which ignores zero-width characters; here it is ordinal.
  method(["string"], "bool", (text: string, x: string) => test(text, nonNull(x, "value"))),
  method(["string", "StringComparison"], "bool", (text: string, x: string, mode: string) =>
    test(comparer(mode)(text), comparer(mode)(nonNull(x, "value"))),
  ),
];

/**
 * The modelled members of the types that policy expressions may use.
 * https://learn.microsoft.com/azure/api-management/api-management-policy-expressions#context-variable
 */
export const MEMBERS: Readonly<Record<Type, Members>> = {
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
  IContext: {
    properties: {
      Api: property("IApi", (c: PolicyContext) => c.api),
      Operation: property("IOperation", (c: PolicyContext) => c.operation),
      Request: property("IRequest", (c: PolicyContext) => c.request),
      Response: property("IResponse", (c: PolicyContext) => c.response),
      Variables: property("Variables", (c: PolicyContext) => c.variables),
      LastError: property("ILastError", (c: PolicyContext) => c.lastError),
      // No subscription, product or user exists in the sandbox: these are null, as for an anonymous call.
      Subscription: property("ISubscription", () => null),
      Product: property("IProduct", () => null),
      User: property("IUser", () => null),
    },
  },
  IApi: {
    properties: {
      Id: property("string", (api: PolicyContext["api"]) => api.id),
      Path: property("string", (api: PolicyContext["api"]) => api.path),
    },
  },
  IOperation: {
    properties: {
      Id: property("string", (o: NonNullable<PolicyContext["operation"]>) => o.id),
      Name: property("string", (o: NonNullable<PolicyContext["operation"]>) => o.name),
      Method: property("string", (o: NonNullable<PolicyContext["operation"]>) => o.method),
      UrlTemplate: property("string", (o: NonNullable<PolicyContext["operation"]>) => o.urlTemplate),
    },
  },
  IRequest: {
    properties: {
      Method: property("string", (r: PolicyContext["request"]) => r.method),
      Headers: property("Headers", (r: PolicyContext["request"]) => r.headers),
      Url: property("IUrl", (r: PolicyContext["request"]) => r.url),
      OriginalUrl: property("IUrl", (r: PolicyContext["request"]) => r.originalUrl),
      MatchedParameters: property("Parameters", (r: PolicyContext["request"]) => r.matchedParameters),
      IpAddress: property("string", (r: PolicyContext["request"]) => r.ipAddress),
    },
  },
  IResponse: {
    properties: {
      StatusCode: property("int", (r: NonNullable<PolicyContext["response"]>) => r.status),
      Headers: property("Headers", (r: NonNullable<PolicyContext["response"]>) => r.headers),
    },
  },
  IUrl: {
    properties: {
      Scheme: property("string", () => "https"),
      Host: property("string", (url: Url) => url.host),
      Path: property("string", (url: Url) => url.path),
      // U: with the question mark, as .NET's Uri.Query has it.
      QueryString: property("string", (url: Url) => (url.query === "" ? "" : `?${url.query}`)),
      Query: property("Query", (url: Url) => queryLookup(url.query)),
    },
  },
  Headers: textLists("Headers"),
  Query: textLists("Query"),
  Claims: textLists("Claims"),
  Parameters: {
    methods: {
      ContainsKey: [
        method(["string"], "bool", (map: Lookup<string>, name: string) => map.get(nonNull(name, "key")) !== undefined),
      ],
      GetValueOrDefault: [
        method(["string"], "string", (map: Lookup<string>, name: string) => map.get(nonNull(name, "key")) ?? null),
        method(
          ["string", "string"],
          "string",
          (map: Lookup<string>, name: string, other: string | null) => map.get(nonNull(name, "key")) ?? other,
        ),
      ],
    },
    indexer: {
      index: "string",
      returns: "string",
      get: (map: Lookup<string>, name: string) => map.get(nonNull(name, "key")) ?? missing("MatchedParameters", name),
    },
  },
  Variables: {
    methods: {
      ContainsKey: [
        method(["string"], "bool", (map: PolicyContext["variables"], name: string) => map.has(nonNull(name, "key"))),
      ],
      GetValueOrDefault: [
        method(
          ["string"],
          "object",
          (map: PolicyContext["variables"], name: string) => map.get(nonNull(name, "key")) ?? null,
          { generic: true },
        ),
        method(
          ["string", "object"],
          "object",
          (map: PolicyContext["variables"], name: string, other: unknown) =>
            map.has(nonNull(name, "key")) ? (map.get(name) ?? null) : other,
          { generic: true },
        ),
      ],
    },
    indexer: {
      index: "string",
      returns: "object",
      get: (map: PolicyContext["variables"], name: string) =>
        map.has(nonNull(name, "key")) ? (map.get(name) ?? null) : missing("Variables", name),
    },
  },
  Jwt: {
    properties: {
      Algorithm: property("string", (jwt: Jwt) => jwt.algorithm),
      Type: property("string", (jwt: Jwt) => jwt.type),
      Audiences: property("IEnumerable<string>", (jwt: Jwt) => jwt.claims.get("aud") ?? []),
      Claims: property("Claims", (jwt: Jwt) => jwt.claims),
      Id: property("string", (jwt: Jwt) => jwt.claims.get("jti")?.[0] ?? null),
      Issuer: property("string", (jwt: Jwt) => jwt.claims.get("iss")?.[0] ?? null),
      Subject: property("string", (jwt: Jwt) => jwt.claims.get("sub")?.[0] ?? null),
    },
  },
  ISubscription: {
    properties: {
      Id: property("string", () => null),
      Key: property("string", () => null),
      Name: property("string", () => null),
    },
  },
  IProduct: { properties: { Id: property("string", () => null), Name: property("string", () => null) } },
  IUser: { properties: { Id: property("string", () => null), Email: property("string", () => null) } },
  ILastError: {
    properties: {
      Source: property("string", (e: NonNullable<PolicyContext["lastError"]>) => e.source),
      Reason: property("string", (e: NonNullable<PolicyContext["lastError"]>) => e.reason),
      Message: property("string", (e: NonNullable<PolicyContext["lastError"]>) => e.message),
      Scope: property("string", (e: NonNullable<PolicyContext["lastError"]>) => e.scope),
      Section: property("string", (e: NonNullable<PolicyContext["lastError"]>) => e.section),
      Path: property("string", (e: NonNullable<PolicyContext["lastError"]>) => e.path),
      PolicyId: property("string", (e: NonNullable<PolicyContext["lastError"]>) => e.policyId),
    },
  },
};
