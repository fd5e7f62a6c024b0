import fc from "fast-check";
import type { EspOperation } from "./api-config.ts";
import { type Headers, unusual, usual } from "./credentials.ts";
import { oddTokens, validToken } from "./tokens.ts";
import type { WireRequest } from "./wire-client.ts";

const values = fc.constantFrom(
  "7",
  "7",
  "7",
  "7",
  "7",
  "7",
  "a",
  "b",
  "c-d_e",
  "x.y",
  "a%2Fb",
  "%41",
  "x;v=1",
  "x%3B",
  "a:b",
  "..;",
  "a%20b",
  "%25",
  "a|b",
  "x^y",
  "~",
  "a,b",
  "",
  "*",
  "{x}",
  "b:cancel",
);

/** A path that a template matches, before somebody spells it in another way. */
function pathOf({ template }: EspOperation): fc.Arbitrary<string> {
  const { segments, verb } = template;
  const parts = segments.map((segment) =>
    segment === "*"
      ? values
      : segment === "**"
        ? fc.array(values, { maxLength: 3 }).map((all) => all.join("/"))
        : fc.constant(segment),
  );
  return fc.tuple(...parts).map((all) => `/${all.join("/")}${verb === "" ? "" : `:${verb}`}`);
}

/** Ways to spell a path. Each takes a position in the text. */
const spellings: readonly ((path: string, at: number) => string)[] = [
  (path) => path,
  (path) => `${path}/`,
  (path) => `${path}//`,
  (path) => `/${path}`,
  (path, at) => path.replaceAll("/", (slash, offset) => (offset >= at ? "//" : slash)),
  (path, at) => `${path.slice(0, at)}./${path.slice(at)}`,
  (path, at) => `${path.slice(0, at)}../${path.slice(at)}`,
  (path, at) => `${path.slice(0, at)}x/../${path.slice(at)}`,
  (path, at) => `${path.slice(0, at)}%2e%2E/${path.slice(at)}`,
  (path, at) => `${path.slice(0, at)}..;/${path.slice(at)}`,
  (path, at) => `${path.slice(0, at)};v=1${path.slice(at)}`,
  (path, at) =>
    `${path.slice(0, at)}%${(path.charCodeAt(at) % 256 || 97).toString(16).padStart(2, "0")}${path.slice(at + 1)}`,
  (path, at) =>
    `${path.slice(0, at)}%${(path.charCodeAt(at) % 256 || 97).toString(16).padStart(2, "0").toUpperCase()}${path.slice(at + 1)}`,
  (path, at) => `${path.slice(0, at)}%25${path.slice(at)}`,
  (path, at) => `${path.slice(0, at)}%2F${path.slice(at)}`,
  (path, at) => `${path.slice(0, at)}%5c${path.slice(at)}`,
  (path) => path.replaceAll("/", "\\").replace("\\", "/"),
  (path) => path.toUpperCase(),
  (path, at) => `${path.slice(0, at)}%00${path.slice(at)}`,
  (path, at) => `${path.slice(0, at)}%${path.slice(at)}`,
  (path, at) => `${path.slice(0, at)}%zz${path.slice(at)}`,
  (path, at) => `${path.slice(0, at)}#x${path.slice(at)}`,
  (path, at) => `${path.slice(0, at)}"<>\`{}|^[]'!$&()*+,;=:@~_.-${path.slice(at)}`,
  (path, at) => `${path.slice(0, at)}\u00e9\u00ff${path.slice(at)}`,
  (path) => path.replace(/^\//, "/."),
  (path) => `${path}/..`,
  (path) => `${path}/.`,
  (path) => path.replace(/:(\w+)$/, "/:$1"),
];

const free = fc
  .array(
    fc.constantFrom(
      "/",
      "/",
      "//",
      "a",
      "b",
      "orders",
      "v1",
      "v1.0",
      ".",
      "..",
      "%2e",
      "%2F",
      "%",
      "%41",
      "~",
      "\\",
      ";",
      ":",
      "é",
      "|",
      "^",
      "%7c",
      "%5E",
      "{",
      '"',
      "%25",
      "+",
    ),
    { maxLength: 9 },
  )
  .map((pieces) => `/${pieces.join("")}`);

const queries = fc.constantFrom(
  "",
  "",
  "",
  "",
  "a=1",
  "",
  "",
  "",
  "",
  "a=1&a=2",
  "a=1&b=2",
  "%zz",
  "a=%20+b",
  "?",
  "a=/../x",
  "//",
  "q=|^{}",
  "q=é",
  "x#y",
  "&&",
  "a=1&b",
);

const override = fc.constantFrom<Headers>(
  ...Array.from({ length: 30 }, (): Headers => []),
  [["X-HTTP-Method-Override", ""]],
  [["X-HTTP-Method-Override", "GET"]],
  [["x-http-method-override", "DELETE"]],
  [["X-HTTP-Method-Override", "get"]],
  [
    ["X-HTTP-Method-Override", "POST"],
    ["X-HTTP-Method-Override", "GET"],
  ],
  [["X-HTTP-Method-Override", "GET, POST"]],
);

const connection = fc.constantFrom<Headers>(
  ...Array.from({ length: 80 }, (): Headers => [["Connection", "keep-alive"]]),
  ...[
    "close",
    "x-tenant",
    "close, X-Tenant",
    "authorization",
    "x-forwarded-authorization, x-apigateway-api-userinfo",
    "x-http-method-override",
    "x-goog-iap-jwt-assertion",
    "x-route-of-nobody,,",
    "host",
    "content-length",
    "te",
    "cookie",
    "x-forwarded-for",
    "x-forwarded-proto",
    "connection",
    "a, b, c, d, e, f, g, h, i, j, k, l",
    "",
  ].map((value): Headers => [["Connection", value]]),
  [
    ["Connection", "close"],
    ["Connection", "x-tenant"],
  ],
  [
    ["Connection", "x-tenant"],
    ["X-Tenant", "second"],
  ],
);

const extra = fc.constantFrom<Headers>(
  ...Array.from({ length: 6 }, (): Headers => []),
  [["X-Tenant", "one"]],
  [
    ["X-Tenant", "one"],
    ["X-TENANT", "two"],
  ],
  [
    ["Cookie", "a=1"],
    ["Cookie", "b=2"],
  ],
  [
    ["Accept", "a"],
    ["Accept", "b"],
  ],
  [["X-Apigateway-Api-Userinfo", "forged"]],
  [["X-Forwarded-Authorization", "Bearer forged"]],
  [
    ["X-Apigateway-Api-Userinfo", "a"],
    ["X-Forwarded-Authorization", "b"],
    ["X-Forwarded-Authorization", "c"],
  ],
  [["X-Empty", ""]],
  [["TE", "trailers"]],
  [["TE", "gzip"]],
  [["Keep-Alive", "timeout=5"]],
  [["Proxy-Connection", "keep-alive"]],
  [["X_Role", "admin"]],
  [["X-Forwarded-Host", "evil.example.com"]],
  [["X-Request-Id", "mine"]],
  [["User-Agent", "test"]],
  [["Trailer", "x"]],
  [["Upgrade", "h2c"]],
  [["Forwarded", "for=1"]],
  [["X-Quoted", '"a, b"']],
  [
    ["constructor", "x"],
    ["__proto__", "y"],
  ],
);

const methods = fc.constantFrom("GET", "GET", "GET", "POST", "DELETE", "OPTIONS", "HEAD", "PUT", "PATCH");

/** What Google's front end adds to each request: the addresses of the client and of itself. */
const frontEnd: Headers = [["X-Forwarded-For", "203.0.113.9, 203.0.113.10"]];

/** Headers that control an Envoy, or that one sends to another. */
const ENVOYS_OWN = [
  "attempt-count",
  "cluster",
  "decorator-operation",
  "degraded",
  "downstream-service-cluster",
  "downstream-service-node",
  "expected-rq-timeout-ms",
  "external-address",
  "force-trace",
  "hedge-on-per-try-timeout",
  "immediate-health-check-fail",
  "internal",
  "ip-tags",
  "is-timeout-retry",
  "max-retries",
  "nobody-knows-this-one",
  "original-dst-host",
  "original-host",
  "original-method",
  "original-path",
  "original-url",
  "peer-metadata",
  "ratelimited",
  "retriable-header-names",
  "retriable-status-codes",
  "retry-grpc-on",
  "retry-on",
  "upstream-alt-stat-name",
  "upstream-canary",
  "upstream-rq-per-try-timeout-ms",
  "upstream-rq-timeout-alt-response",
  "upstream-rq-timeout-ms",
  "upstream-service-time",
  "upstream-stream-duration-ms",
];

const plainHeaders: Headers = [["Host", "gateway.example.com"], ...frontEnd];

/** Values of `Connection` that list `Connection` itself. */
const SELF_LISTING = [
  "connection",
  "Connection, x-forwarded-for",
  "connection, x-forwarded-proto",
  "connection, host",
  "connection, b, c, d, e, f, g, h, i",
  "connection, b, c, d, e, f, g, h, i, j",
];

/** Each of the unusual tokens in each place, each of Envoy's own headers, and each `Connection` that lists itself, for one path. */
export function sweep(method: string, target: string): readonly WireRequest[] {
  const places: readonly ((text: string) => WireRequest)[] = [
    (text) => ({ method, target, headers: [...plainHeaders, ["Authorization", `Bearer ${text}`]] }),
    (text) => ({ method, target, headers: [...plainHeaders, ["X-Goog-Iap-Jwt-Assertion", text]] }),
    (text) => ({ method, target: `${target}?a=1&access_token=${text}`, headers: plainHeaders }),
  ];
  const authorized: Headers = [...plainHeaders, ["Authorization", `Bearer ${validToken}`]];
  return [
    ...oddTokens.flatMap((text) => places.map((place) => place(text))),
    ...ENVOYS_OWN.map((name) => ({ method, target, headers: [...authorized, [`X-Envoy-${name}`, "5"] as const] })),
    ...SELF_LISTING.map((value) => ({ method, target, headers: [...authorized, ["Connection", value] as const] })),
  ];
}

/** Requests to a gateway with these operations, to their paths and around them. */
export function requests(operations: readonly EspOperation[]): fc.Arbitrary<WireRequest> {
  return fc.constantFrom(...operations).chain((operation) => {
    const own = pathOf(operation);
    const spelled = fc
      .tuple(own, fc.nat(40), fc.constantFrom(...spellings))
      .map(([path, at, spell]) => spell(path, Math.min(path.length, at + 1)));
    return fc
      .record({
        path: fc.oneof(
          { weight: 5, arbitrary: own },
          { weight: 5, arbitrary: spelled },
          { weight: 1, arbitrary: free },
        ),
        method: fc.oneof({ weight: 5, arbitrary: fc.constant(operation.method) }, { weight: 1, arbitrary: methods }),
        query: queries,
        credentials: fc.oneof({ weight: 1, arbitrary: usual(operation) }, { weight: 1, arbitrary: unusual }),
        more: fc.tuple(override, extra, connection),
      })
      .map(({ path, method, query, credentials, more }): WireRequest => {
        const parameters = [query, ...credentials.flatMap((each) => each.query ?? [])].filter((part) => part !== "");
        const target = `${path}${parameters.length === 0 ? "" : `?${parameters.join("&")}`}`;
        return {
          method,
          target: Buffer.from(target, "utf8").toString("latin1"),
          headers: [
            ...plainHeaders,
            ...credentials.flatMap((each) => each.headers),
            ...more.flat(),
            ...(BODIES.has(method) ? ([["Content-Length", "0"]] as const) : []),
          ],
        };
      });
  });
}

/** The methods whose requests declare a length. */
const BODIES = new Set(["POST", "PUT", "PATCH"]);
