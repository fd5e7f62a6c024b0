import { description, itRejects, type Rejection, route } from "../../../support/components/api/check/descriptions.ts";

const rejections: readonly Rejection[] = [
  [
    "a misspelt property of a route",
    description({}, { scope: ["a"] }),
    ["unknown-property", `${route}.scope`, 'The property "scope" is unknown here.', 'Did you mean "scopes"?'],
  ],
  [
    "an empty list of scopes that are all required",
    description({}, { scopes: { all: [] } }),
    [
      "empty-scopes",
      `${route}.scopes.all`,
      "An empty list of scopes would check nothing; omit scopes to require none.",
      "List at least one of the scopes.",
    ],
  ],
  [
    "a scope with a space among those that are all required",
    description({}, { scopes: { all: ["a", "b c"] } }),
    [
      "bad-scope",
      `${route}.scopes.all[1]`,
      "A scope must be printable ASCII without space, quote and backslash (RFC 6749).",
      "Rename the scope.",
    ],
  ],
  [
    "a misspelt property of scopes",
    description({}, { scopes: { all: ["a"], al: ["b"] } }),
    ["unknown-property", `${route}.scopes.al`, 'The property "al" is unknown here.', 'Did you mean "all"?'],
  ],
  [
    "a route without a method",
    description({ routes: { "/items": { to: "shop" } } }),
    [
      "bad-route",
      'routes["/items"]',
      'The key of a route must be "METHOD /path", but it is "/items".',
      'Use the method "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS" or "ANY".',
    ],
  ],
  [
    "a parameter that is only part of a segment",
    description({ routes: { "GET /a{b}": { to: "shop" } } }),
    [
      "bad-path",
      'routes["GET /a{b}"]',
      'A parameter must be a whole segment, but "a{b}" mixes it with text.',
      "Make the whole segment a parameter, and let the backend parse it.",
    ],
  ],
  [
    "a route without a backend or a reply",
    description({ routes: { "GET /items": {} } }),
    [
      "no-backend",
      'routes["GET /items"]',
      "A route must have a backend or a reply.",
      'Write to: "shop", or reply: { status: ... }.',
    ],
  ],
  [
    "an unknown backend",
    description({}, { to: "shpo" }),
    ["unknown-backend", `${route}.to`, 'The backend "shpo" is not declared.', 'Did you mean "shop"?'],
  ],
  [
    "a backend path with an unknown parameter",
    description({}, { path: "/v2/{key}" }),
    ["unknown-parameter", `${route}.path`, 'The route has no parameter "key".', 'Use "id".'],
  ],
  [
    "a greedy parameter in the middle of a path",
    description({ routes: { "GET /{rest+}": { to: "shop", path: "/{rest}/x" } } }),
    [
      "bad-path",
      'routes["GET /{rest+}"].path',
      '"{rest}" is the rest of the path and must be last.',
      "Move it to the end.",
    ],
  ],
  [
    "a timeout that is no whole number",
    description({}, { timeoutSeconds: 0.5 }),
    [
      "out-of-range",
      `${route}.timeoutSeconds`,
      "The value must be a whole number from 1 to 3600, but it is 0.5.",
      "Choose a number in that range.",
    ],
  ],
  [
    "a header whose name is malformed",
    description({}, { requestHeaders: { set: { "a b": "c" } } }),
    [
      "bad-header",
      `${route}.requestHeaders.set["a b"]`,
      "The text is not the name of a header (RFC 9110).",
      "Use only letters, digits and !#$%&'*+-.^_`|~.",
    ],
  ],
  [
    "a header of the connection",
    description({}, { requestHeaders: { remove: ["Host"] } }),
    [
      "fixed-header",
      `${route}.requestHeaders.remove[0]`,
      'The header "Host" belongs to the connection.',
      "Leave it to the gateway.",
    ],
  ],
  [
    "a header value with a line break",
    description({}, { requestHeaders: { set: { "x-a": "b\r\nx-c: d" } } }),
    [
      "bad-header",
      `${route}.requestHeaders.set["x-a"]`,
      "The value of a header must be printable ASCII without a space at either end.",
      "Encode the value, e.g. percent-encoded.",
    ],
  ],
  [
    "a header in two spellings",
    description({}, { requestHeaders: { set: { "x-a": "b", "X-A": "c" } } }),
    [
      "header-twice",
      `${route}.requestHeaders.set["X-A"]`,
      'The header "X-A" is listed twice. Case does not distinguish header names.',
      "Remove one.",
    ],
  ],
  [
    "a header both set and removed",
    description({}, { requestHeaders: { set: { "x-a": "b" }, remove: ["X-A"] } }),
    [
      "header-twice",
      `${route}.requestHeaders`,
      'The header "x-a" is both set and removed.',
      "Remove it from one of the two. Setting a header already replaces what the client sent.",
    ],
  ],
  [
    "a removed header in two spellings",
    description({}, { requestHeaders: { remove: ["x-a", "X-A"] } }),
    [
      "header-twice",
      `${route}.requestHeaders.remove[1]`,
      'The header "X-A" is listed twice. Case does not distinguish header names.',
      "Remove one.",
    ],
  ],
  [
    "two routes that differ in the names of parameters",
    description({ routes: { "GET /{a}": { to: "shop" }, "GET /{b}": { to: "shop" } } }),
    [
      "duplicate-route",
      undefined,
      '"GET /{b}" and "GET /{a}" match the same requests.',
      "Remove one. The names of parameters do not distinguish routes.",
    ],
  ],
];

describe("a route of a description", () => {
  itRejects(rejections);
});
