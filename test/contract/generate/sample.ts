import type { OracleRoute } from "../oracle/description.ts";

/** Values of a path parameter, not encoded. None contains a slash, a question mark or a number sign. */
const values = [
  "1",
  "abc",
  "a b",
  "é漢",
  "100%",
  "x.y",
  "~t",
  "A",
  "two  spaces",
  'quote"',
  "[1]",
  "<b>",
  "^|`",
  "…",
  "...",
];

/** Encodes only the characters that a path cannot contain, so that every gateway reads the segment in the same way. */
export function encodeSegment(text: string): string {
  return text.replace(/[^A-Za-z0-9\-._~!$&'()*+,;=:@]+/gu, encodeURIComponent);
}

export function pick<T>(choices: readonly T[], salt: number): T {
  const choice = choices[salt % choices.length];
  if (choice === undefined) throw new Error("There is no choice.");
  return choice;
}

/** A path that matches the route. */
export function pathOf(route: OracleRoute, salt: number): string {
  const parts = route.segments.flatMap((part, index) => {
    const value = (offset: number) => encodeSegment(pick(values, salt + 3 * index + offset));
    if (part.endsWith("+}")) return Array.from({ length: 1 + (salt % 3) }, (_, offset) => value(offset));
    return [part.startsWith("{") ? value(0) : part];
  });
  return `/${parts.join("/")}`;
}

/** A path that matches the route, and is as similar as possible to a path of the other route. */
export function overlapping(route: OracleRoute, other: OracleRoute, salt: number): string {
  const value = (index: number): string => encodeSegment(pick(values, salt + index));
  const theirs = (index: number): string => {
    const part = other.segments[index];
    return part === undefined || part.startsWith("{") ? value(index) : part;
  };
  const parts = route.segments.flatMap((part, index) => {
    if (!part.startsWith("{")) return [part];
    if (!part.endsWith("+}")) return [theirs(index)];
    const length = Math.max(1, other.segments.length - index) + (salt % 2);
    return Array.from({ length }, (_, offset) => theirs(index + offset));
  });
  return `/${parts.join("/")}`;
}

/** A path that the route almost matches. */
export function nearMiss(route: OracleRoute, salt: number): string {
  const path = pathOf(route, salt);
  const misses = [
    `${path === "/" ? "" : path}/more`,
    path.replace(/\/[^/]*$/, "") || "/none",
    path.replace(/^\/[^/]*/, "/none"),
    `/none${path}`,
    "/none",
    `${path}x`,
  ];
  return pick(misses, salt);
}

export const queries = [
  "",
  "a=1",
  "a=1&a=2&b=",
  "q=a%20b+c&x=%26%3D",
  "flag",
  "deep[k]=v&list[]=1&list[]=2",
  "json=%7B%22a%22%3A1%7D",
  "next=https://x.test/?y=1",
  "utf=%C3%A9%E6%BC%A2",
  "quote='%22",
  "A=1&a=2",
];

export const clientHeaders: readonly (readonly (readonly [string, string])[])[] = [
  [],
  [
    ["X-Plain", "value"],
    ["Accept", "application/json"],
  ],
  [
    ["X-List", "one"],
    ["X-List", "two"],
  ],
  [
    ["X-Odd", `a"b,c;d=e@(1){{x}}$y`],
    ["User-Agent", "contract/1"],
  ],
  [
    ["Cookie", "a=1; b=2"],
    ["X-Forwarded-For", "203.0.113.9"],
  ],
  [
    ["x-tenant", "client"],
    ["X-INTERNAL", "client"],
    ["x-debug", "1"],
    ["X-Secret.1", "s"],
  ],
  [
    ["X-From-Gateway", "forged"],
    ["x-from-gateway", "forged twice"],
    ["Accept-Language", "de"],
  ],
];

const bodyMethods = new Set(["POST", "PUT", "PATCH"]);

/** A body for methods with a body: empty, one byte, text, or bytes of every value. */
export function bodyOf(method: string, salt: number): Buffer | undefined {
  if (!bodyMethods.has(method)) return undefined;
  switch (salt % 4) {
    case 0:
      return Buffer.alloc(0);
    case 1:
      return Buffer.from("x");
    case 2:
      return Buffer.from(JSON.stringify({ text: "é", list: [1, 2, 3] }));
    default:
      return Buffer.alloc(70_000, Buffer.from(Array.from({ length: 256 }, (_, index) => (index * 31 + salt) % 256)));
  }
}

const firstLetter = /(?<!%[0-9A-Fa-f]?)[A-Za-z]/;
const lastLetter = /(?<!%[0-9A-Fa-f]?)[A-Za-z](?!.*(?<!%[0-9A-Fa-f]?)[A-Za-z])/;

/** Odd spellings of a path, which gateways read in different ways. */
export const oddities = {
  "trailing-slash": [(path: string) => `${path}/`, (path: string) => `${path}//`],
  "double-slash": [
    (path: string) => `/${path}`,
    (path: string) => path.replace(/(?<=.)\//, "//"),
    (path: string) => path.replace(/\/([^/]*)$/, "//$1"),
  ],
  "encoded-slash": [
    (path: string) => path.replace(/(?<=.)\//, "%2F"),
    (path: string) => path.replace(/\/([^/]*)$/, "%2f$1").replace(/^(?!\/)/, "/"),
    (path: string) => path.replace(/(?<=.)\//, "%5C"),
    (path: string) => path.replace(/(?<=.)\//, "%252F"),
    (path: string) => `${path}%2F`,
    (path: string) => path.replace(/(?<=.)\//, "\\"),
    (path: string) => `/none/..%2f${path.slice(1)}`,
    (path: string) => `/none/..;${path}`,
  ],
  "dot-segments": [
    (path: string) => `/none/..${path}`,
    (path: string) => path.replace(/\/([^/]*)$/, "/./$1"),
    (path: string) => `/none/%2e%2e${path}`,
    (path: string) => `/none/.%2E${path}`,
    (path: string) => `${path}/..`,
    (path: string) => path.replace(/\/([^/]*)$/, "/%2e/$1"),
    (path: string) => `/..${path}`,
  ],
  "upper-case": [
    (path: string) => path.toUpperCase(),
    (path: string) => path.replace(/[a-z]/, (letter) => letter.toUpperCase()),
  ],
  // A letter of an escape is none of the path.
  "encoded-letter": [
    (path: string) => path.replace(firstLetter, (letter) => `%${letter.charCodeAt(0).toString(16)}`),
    (path: string) => path.replace(lastLetter, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`),
    (path: string) => path.replace(firstLetter, (letter) => `%25${letter.charCodeAt(0).toString(16)}`),
    (path: string) => `${path}%00`,
    (path: string) => `${path}%`,
    (path: string) => `${path}%C3`,
    (path: string) => `${path};v=1`,
  ],
  "lenient-spelling": [
    (path: string) => path.replace(/[^/]*$/, (last) => last.toUpperCase()),
    (path: string) => path.replace(/[^/]*$/, (last) => `${last.toUpperCase()};v=1`),
    (path: string) => `${path}%3Bv`,
    (path: string) => `${path}%253bv`,
    (path: string) => `${path}.`,
    (path: string) => `${path}%20`,
    (path: string) => `${path}/;x`,
    (path: string) => path.replace(/\/([^/]*)$/, "/;/$1"),
    (path: string) => path.replace(/\/([^/]*)$/, "/x/..%3b/$1"),
    (path: string) => path.replace(/\/([^/]*)$/, "/x%252f..%252f$1"),
    (path: string) => path.replace(/\/([^/]*)$/, "/x/..%20/$1"),
  ],
  "encoded-mark": [
    (path: string) => path.replace(/[!$&'()*+,;=:@]/, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`),
  ],
} as const;

export type Oddity = keyof typeof oddities;
