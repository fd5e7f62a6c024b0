import assert from "node:assert/strict";
import fc from "fast-check";
import { normalise } from "../../../../components/api/check/normalise.ts";
import type { Api, ApiProxyRoute, ApiReplyRoute } from "../../../../components/api/checked-api.ts";
import { PolygateError } from "../../../../components/api/problem.ts";

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const digits = "0123456789";
const printable = Array.from({ length: 0x7e - 0x20 }, (_, index) => String.fromCharCode(0x21 + index)).join("");
const without = (all: string, ...gone: readonly string[]) => [...all].filter((one) => !gone.includes(one)).join("");
const isMadeOf = (alphabet: string, text: string) => text !== "" && [...text].every((one) => alphabet.includes(one));
const isLine = (text: string) =>
  text !== "" && ![...text].some((one) => one < " " || (one >= "\u007f" && one <= "\u009f"));
/** The characters of a token (RFC 9110). */
const token = `${letters}${digits}!#$%&'*+-.^_\`|~`;
const isHeaderName = (text: string) =>
  isMadeOf(token, text) &&
  // These belong to the connection; the tests of the rules cover each of them.
  !["connection", "expect", "host", "te", "trailer", "upgrade", "via"].includes(text.toLowerCase());
const isHeaderValue = (text: string) => isMadeOf(`${printable} `, text) && text.trim() === text;
const pathLetters = `${letters}${digits}-._~!$&'()+,;=:@`;
// A segment such as `:id` is a parameter in another notation.
const isSegment = (text: string) => isMadeOf(pathLetters, text) && !/^(?:\.{1,2}$|:\w)/.test(text);
const isParameter = (text: string) =>
  isMadeOf(`${letters}${digits}_.-`, text) && isMadeOf(`${letters}_`, text.charAt(0)) && text.length <= 64;

type Json = Record<string, unknown>;

function description(change: Json): Json {
  return {
    version: 1,
    backends: { shop: { kind: "http" } },
    auth: { staff: { kind: "jwt", audiences: ["shop"] } },
    default: { auth: "staff" },
    routes: { "GET /items/{id}": { to: "shop" } },
    ...change,
  };
}

const withRoute = (route: Json): Json => description({ routes: { "GET /items/{id}": { to: "shop", ...route } } });
const withReply = (reply: Json): Json =>
  description({ routes: { "GET /items/{id}": { reply: { status: 200, ...reply } } } });
const withKey = (key: string): Json => description({ routes: { [key]: { to: "shop" } } });
const withCors = (cors: Json): Json => description({ cors: { origins: ["*"], ...cors } });
const proxy = (api: Api) => api.routes[0] as ApiProxyRoute;
const reply = (api: Api) => api.routes[0] as ApiReplyRoute;
const route = 'routes["GET /items/{id}"]';

/** A place in a description that contains a text. */
interface TextPlace {
  readonly with: (text: string) => Json;
  /** Which texts are allowed, by a rule that is independent of the code under test. */
  readonly legal: (text: string) => boolean;
  /** Where the API contains the text, unchanged. */
  readonly kept: (api: Api, text: string) => unknown;
  /** The place of the problem. */
  readonly place: (text: string) => string;
  /** Whether half of a surrogate pair is allowed too, because JSON can escape it. */
  readonly halves?: true;
}

const places: Readonly<Record<string, TextPlace>> = {
  "the title": {
    with: (title) => description({ title }),
    legal: isLine,
    kept: (api) => api.title,
    place: () => "title",
  },
  "an audience": {
    with: (text) => description({ auth: { staff: { kind: "jwt", audiences: ["shop-1", text] } } }),
    legal: isLine,
    kept: ({ auth: { staff } }) => staff?.kind === "jwt" && staff.audiences?.[1],
    place: () => "auth.staff.audiences[1]",
  },
  "the reason of an open auth": {
    with: (reason) => description({ auth: { staff: { kind: "open", reason } } }),
    legal: (text) => text.trim() !== "",
    kept: ({ auth: { staff } }) => staff?.kind === "open" && staff.reason,
    place: () => "auth.staff.reason",
  },
  "a scope": {
    with: (text) => withRoute({ scopes: ["read-1", text] }),
    legal: (text) => isMadeOf(without(printable, '"', "\\"), text),
    kept: (api) => proxy(api).scopes.names[1],
    place: () => `${route}.scopes[1]`,
  },
  "a segment of a path": {
    with: (text) => withKey(`GET /items/${text}`),
    legal: isSegment,
    kept: (api) => {
      const segment = proxy(api).pattern[1];
      return segment?.kind === "literal" && segment.text;
    },
    place: (text) => `routes[${JSON.stringify(`GET /items/${text}`)}]`,
  },
  "the name of a parameter": {
    with: (text) => withKey(`GET /items/{${text}}`),
    legal: (text) => isParameter(text.replace(/\+$/, "")),
    kept: (api) => {
      const segment = proxy(api).pattern[1];
      if (segment === undefined || segment.kind === "literal") return undefined;
      return segment.kind === "greedy" ? `${segment.name}+` : segment.name;
    },
    place: (text) => `routes[${JSON.stringify(`GET /items/{${text}}`)}]`,
  },
  "a segment of the path at the backend": {
    with: (text) => withRoute({ path: `/v2/${text}` }),
    legal: isSegment,
    kept: (api) => {
      const segment = proxy(api).backendPath[1];
      return segment?.kind === "literal" && segment.text;
    },
    place: () => `${route}.path`,
  },
  "the name of a header that is set": {
    with: (text) => withRoute({ requestHeaders: { set: { [text]: "value" } } }),
    legal: isHeaderName,
    kept: (api, text) => Object.keys(proxy(api).setHeaders)[0] === text.toLowerCase() && text,
    place: (text) => keyed(`${route}.requestHeaders.set`, text),
  },
  "the value of a header that is set": {
    with: (text) => withRoute({ requestHeaders: { set: { "x-a": text } } }),
    legal: isHeaderValue,
    kept: (api) => proxy(api).setHeaders["x-a"],
    place: () => `${route}.requestHeaders.set["x-a"]`,
  },
  "the name of a header that is removed": {
    with: (text) => withRoute({ requestHeaders: { remove: ["x-removed", text] } }),
    legal: isHeaderName,
    kept: (api, text) => proxy(api).removeHeaders[1] === text.toLowerCase() && text,
    place: () => `${route}.requestHeaders.remove[1]`,
  },
  "the value of a reply's header": {
    with: (text) => withReply({ headers: { "x-a": text } }),
    legal: isHeaderValue,
    kept: (api) => reply(api).headers["x-a"],
    place: () => `${route}.reply.headers["x-a"]`,
  },
  "the text of a reply": {
    with: (body) => withReply({ body }),
    legal: () => true,
    kept: (api) => reply(api).body,
    place: () => `${route}.reply.body`,
  },
  "a value in the JSON of a reply": {
    with: (text) => withReply({ body: { a: [text] } }),
    legal: () => true,
    kept: (api) => JSON.parse(reply(api).body).a[0],
    place: () => `${route}.reply.body`,
    halves: true,
  },
  "a name in the JSON of a reply": {
    with: (text) => withReply({ body: JSON.parse(`{${JSON.stringify(text)}:1}`) }),
    legal: () => true,
    kept: (api) => Object.keys(JSON.parse(reply(api).body))[0],
    place: () => `${route}.reply.body`,
    halves: true,
  },
  "a request header of CORS": {
    with: (text) => withCors({ headers: ["x-a-1", text] }),
    legal: (text) => isMadeOf(token, text) && text !== "*",
    kept: (api, text) => api.cors?.headers[1] === text.toLowerCase() && text,
    place: () => "cors.headers[1]",
  },
  "a response header of CORS": {
    with: (text) => withCors({ expose: ["x-a-1", text] }),
    legal: (text) => isMadeOf(token, text) && text !== "*",
    kept: (api, text) => api.cors?.expose[1] === text.toLowerCase() && text,
    place: () => "cors.expose[1]",
  },
};

/** A step of a place: `.name`, or in brackets. */
function keyed(parent: string, key: string): string {
  return isMadeOf(`${letters}${digits}_`, key) && !digits.includes(key.charAt(0))
    ? `${parent}.${key}`
    : `${parent}[${JSON.stringify(key)}]`;
}

/** Texts that would break out of a language that a description is rendered to, and texts that only look odd. */
const hostile: readonly string[] = [
  ...[
    '"',
    "'",
    "`",
    "\\",
    "\\\\",
    "\\u0041",
    '\\"',
    "@",
    "@(",
    "@(1)",
    "@{",
    "@@",
    "]]>",
    "<![CDATA[",
    "<!--",
    "-->",
    "--",
  ],
  ...[
    "<a/>",
    "</policies>",
    "&",
    "&amp;",
    "&#0;",
    "&quot;",
    "{",
    "}",
    "{{x}}",
    "{0}",
    "${x}",
    "$${x}",
    "$(x)",
    "$1",
    "$context.a",
  ],
  ...[
    "%",
    "%0a",
    "%s",
    "%7B",
    "*",
    "**",
    "?",
    "#",
    "//",
    ";",
    ",",
    "|",
    "a b",
    " a",
    "a ",
    "\t",
    "\n",
    "\r\n",
    "a\nb: c",
    "- a",
  ],
  ...["\u0000", "\u0007", "\u001b[31m", "\u007f", "\u0085", "\u00a0", "\u2028", "\u202e", "\ufeff", "\ufffe", "\uffff"],
  ...["é", "e\u0301", "漢字", "عربى", "\u{1f600}", "\u{10ffff}", "\ud800", "\udc00", "a\ud800b", "\udc00\ud800"],
  ...[
    "__proto__",
    "constructor",
    "toString",
    "hasOwnProperty",
    "null",
    "true",
    "no",
    "~",
    "1e3",
    "0x10",
    "=1+1",
    "!ref",
  ],
  ...[
    "*/",
    "/*",
    "#{",
    "<%",
    "%>",
    "{%",
    "[[",
    "(?:",
    ".*",
    "^",
    "$",
    "\\d",
    "x".repeat(64),
    "x".repeat(65),
    "content-type",
  ],
];

describe("the texts of a description", () => {
  for (const [what, { with: describe, legal, kept, place, halves }] of Object.entries(places)) {
    it(`are kept unchanged or rejected at their place: ${what}`, () => {
      const seen = { kept: 0, refused: 0 };
      const check = (text: string): void => {
        const given = describe(text);
        const before = JSON.stringify(given);
        const where = JSON.stringify(text);
        if ((halves || text.isWellFormed()) && legal(text)) {
          assert.equal(kept(normalise(given), text), text, where);
          seen.kept++;
        } else {
          assert.throws(
            () => normalise(given),
            (error) => {
              assert.ok(error instanceof PolygateError, String(error));
              assert.deepEqual([...new Set(error.problems.map((problem) => problem.place))], [place(text)], where);
              return true;
            },
          );
          seen.refused++;
        }
        assert.equal(JSON.stringify(given), before);
      };
      for (const text of hostile) check(text);
      const texts = fc.oneof(
        fc.string(),
        fc.string({ unit: "binary" }),
        fc.array(fc.constantFrom(...hostile), { maxLength: 4 }).map((parts) => parts.join("")),
      );
      // A slash makes two segments, which the tests of paths cover.
      fc.assert(
        fc.property(
          texts.filter((text) => !text.includes("/") && !/^\{.*\}$/s.test(text)),
          check,
        ),
        { numRuns: 300 },
      );
      assert.ok(
        seen.kept > 20 && (halves ? seen.refused === 0 : seen.refused > 3),
        `${seen.kept} were kept, ${seen.refused} refused`,
      );
    });
  }
});
