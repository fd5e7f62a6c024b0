import { type Api, type ApiCors, type ApiRoute, tokenOf } from "../checked-api.ts";
import type { AllOfAuth, Auth, Backend, JwtAuth, Limit, Method } from "../description.ts";
import { isFault, type Pattern, parametersOf, parsePattern } from "../path/pattern.ts";
import { precedence } from "../path/precedence.ts";
import { PolygateError, type Problem } from "../problem.ts";
import { readLimits } from "./limits.ts";
import { readPlans } from "./plans.ts";
import { anyOf, nearest, Reader } from "./reader.ts";
import { readRequest } from "./request.ts";

export const methods = [
  "GET",
  "HEAD",
  "POST",
  "PUT",
  "PATCH",
  "DELETE",
  "OPTIONS",
] as const satisfies readonly Method[];
const headerName = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const headerValue = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/;
const scopeToken = /^[\x21\x23-\x5b\x5d-\x7e]+$/;
const control = /\p{Cc}/u;
const authKinds = ["jwt", "apiKey", "allOf", "iam", "open"] as const satisfies readonly Auth["kind"][];
/** Routes whose auth asks for no token. */
const tokenless: Readonly<Partial<Record<Auth["kind"], string>>> = {
  open: "an open route",
  apiKey: "a route with an API key alone",
  iam: "a route of signed requests",
};
/** Routes whose consumers cannot be counted. */
const consumerless = {
  open: "an open route does not know its consumers",
  iam: "who signs a request is known to the cloud's policies, and not to what counts requests",
} as const satisfies Partial<Record<Auth["kind"], string>>;
/** In the place of an auth that is reported, so that what else is wrong with a route is found in the same run. */
const unread: JwtAuth = { kind: "jwt", audiences: [] };
/** Written by the gateway, the connection or the client alone; a description cannot change them on any vendor. */
const fixedHeaders = new Set([
  "connection",
  "content-encoding",
  "content-length",
  "expect",
  "host",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "via",
]);

/**
 * Checks a description and puts every default in.
 *
 * @throws {PolygateError} with all that is wrong, each with its route and a remedy.
 */
export function normalise(description: unknown): Api {
  const problems: Problem[] = [];
  const root = new Reader(description, "", problems);
  if (!root.only(["version", "title", "backends", "auth", "default", "cors", "plans", "routes"])) {
    throw new PolygateError("The API", problems);
  }
  if (root.at("version").value !== 1) {
    root.at("version").problem("unknown-version", "the version of this description is not 1", "Write version: 1.");
  }
  const title = root.at("title").present ? root.at("title").text() : undefined;
  if (title !== undefined && control.test(title)) {
    root.at("title").problem("control-character", "a title is one line of text", "Remove the control character.");
  }
  const backends = root.at("backends").named(readBackend);
  const auth = root.at("auth").named(readAuth);
  const defaults = root.at("default");
  if (defaults.present) defaults.only(["auth", "limits", "timeoutSeconds"]);
  const context: Context = {
    backends,
    auth,
    backendNames: namesIn(root.at("backends")),
    authNames: namesIn(root.at("auth")),
    defaultAuth: defaults.at("auth"),
    limits: defaults.at("limits").present ? readLimits(defaults.at("limits")) : [],
    timeoutSeconds: defaults.at("timeoutSeconds").present ? (defaults.at("timeoutSeconds").integer(1, 3600) ?? 15) : 15,
    hasCors: root.at("cors").present,
  };
  if (context.defaultAuth.present) authOf(context.defaultAuth, context);
  const routes: ApiRoute[] = [];
  const table = root.at("routes");
  const keys = table.present ? table.keys() : [];
  if (!table.present || (keys.length === 0 && table.isObject)) {
    table.problem("no-routes", "an API has at least one route", 'Write routes: { "GET /": { to: ... } }.');
  }
  for (const key of keys) {
    const route = readRoute(key, table.at(key).ofRoute(key), context);
    if (route !== undefined) routes.push(route);
  }
  const cors = root.at("cors").present ? readCors(root.at("cors"), routes) : undefined;
  const known = routes.filter((route) => route.auth !== unread);
  const plans = readPlans(root.at("plans"), known, keys);
  const ordered = precedence(routes, problems);
  if (problems.length > 0) throw new PolygateError(title === undefined ? "The API" : `The API "${title}"`, problems);
  return {
    ...(title === undefined ? {} : { title }),
    backends,
    auth,
    ...(cors === undefined ? {} : { cors }),
    plans,
    routes: ordered,
  };
}

interface Context {
  readonly backends: Readonly<Record<string, Backend>>;
  readonly auth: Readonly<Record<string, Auth>>;
  /** Also those with a fault of their own, which is reported once, where it stands. */
  readonly backendNames: readonly string[];
  readonly authNames: readonly string[];
  readonly defaultAuth: Reader;
  readonly limits: readonly Limit[];
  readonly timeoutSeconds: number;
  readonly hasCors: boolean;
}

function namesIn(reader: Reader): readonly string[] {
  return typeof reader.value === "object" && reader.value !== null ? Object.keys(reader.value) : [];
}

function readBackend(reader: Reader): Backend | undefined {
  if (!reader.only(["kind"])) return undefined;
  const kind = reader.at("kind").oneOf(["http", "fn", "onPrem"]);
  return kind === undefined ? undefined : { kind };
}

function readAuth(reader: Reader): Auth | undefined {
  if (reader.keys().length === 0) {
    if (!reader.isObject) return undefined;
    reader.problem(
      "no-auth",
      "an empty auth would let everybody in",
      'Write jwt({ audiences: [...] }), apiKey(), allOf(...) of both, iam(), or open("reason").',
    );
    return undefined;
  }
  const kind = reader.at("kind").oneOf(authKinds);
  if (kind === "jwt") return readJwt(reader);
  if (kind === "apiKey" || kind === "iam") {
    reader.only(["kind"]);
    return { kind };
  }
  if (kind === "allOf") return readAllOf(reader);
  if (kind === "open") {
    reader.only(["kind", "reason"]);
    const reason = reader.at("reason").text();
    if (reason !== undefined && reason.trim() === "") {
      reader.at("reason").problem("empty", "an open route needs a reason", 'Write open("why nobody must sign in").');
    }
    return { kind, reason: reason ?? "" };
  }
  return undefined;
}

function readAllOf(reader: Reader): AllOfAuth | undefined {
  reader.only(["kind", "of"]);
  const of = reader.at("of");
  const items = of.list();
  if (!Array.isArray(of.value)) return undefined;
  const [token, key, ...more] = items;
  const kinds = items.map((item) => item.at("kind").value);
  const wanted = ["jwt", "apiKey"];
  // A kind that there is none of, or none at all, is wrong where it stands.
  const others = kinds.some(
    (kind, index) => kind !== wanted[index] && (authKinds as readonly unknown[]).includes(kind),
  );
  if (token === undefined || key === undefined || more.length > 0 || others) {
    const remedy = "Write allOf(jwt({ audiences: [...] }), apiKey()).";
    of.problem("bad-all-of", "this is not a token and an API key, in this order", remedy);
    return undefined;
  }
  const isKey = key.only(["kind"]) && key.at("kind").oneOf(["apiKey"]) !== undefined;
  if (!token.isObject) token.keys();
  else if (token.at("kind").oneOf(["jwt"]) !== undefined) {
    const jwt = readJwt(token);
    return isKey ? { kind: "allOf", of: [jwt, { kind: "apiKey" }] } : undefined;
  }
  return undefined;
}

function readJwt(reader: Reader): JwtAuth {
  reader.only(["kind", "audiences"]);
  const harm = "would accept a token meant for anybody";
  const audiences = nonEmpty(reader.at("audiences"), "audiences", harm, (audience, item) => {
    if (control.test(audience)) item.problem("control-character", "an audience is one line of text", "Remove it.");
  });
  return { kind: "jwt", audiences };
}

/** A list of distinct strings, at least one. */
function nonEmpty(reader: Reader, what: string, harm: string, check: Check): readonly string[] {
  if (!reader.present || (Array.isArray(reader.value) && reader.value.length === 0)) {
    reader.problem(`empty-${what}`, `an empty list of ${what} ${harm}`, `Name at least one of the ${what}.`);
    return [];
  }
  return distinct(reader, check);
}

/** Reports what is wrong with one item of a list, at its place. */
type Check = (text: string, item: Reader) => void;

function distinct(reader: Reader, check: Check): readonly string[] {
  const texts = new Set<string>();
  for (const item of reader.list()) {
    const text = item.text();
    if (text === undefined) continue;
    if (texts.has(text)) item.problem("duplicate", `"${text}" stands twice`, "Remove one.");
    else check(text, item);
    texts.add(text);
  }
  return [...texts];
}

/** Names of headers, in lower case: they do not tell it from upper case. */
function distinctHeaders(reader: Reader, check: Check): readonly string[] {
  const headers = new Set<string>();
  distinct(reader, (header, item) => {
    check(header, item);
    if (headers.has(header.toLowerCase())) headerTwice(header, item);
    headers.add(header.toLowerCase());
  });
  return [...headers];
}

function headerTwice(header: string, reader: Reader): void {
  const remedy = "Header names do not tell upper from lower case; keep one.";
  reader.problem("header-twice", `the header "${header}" stands twice`, remedy);
}

function authOf(reader: Reader, context: Context): string | undefined {
  const wanted = reader.text();
  if (wanted === undefined) return undefined;
  if (Object.hasOwn(context.auth, wanted)) return wanted;
  if (!context.authNames.includes(wanted)) {
    const near = nearest(wanted, context.authNames);
    reader.problem(
      "unknown-auth",
      `there is no auth "${wanted}"`,
      near === undefined ? `Declared are ${anyOf(context.authNames)}.` : `Did you mean "${near}"?`,
    );
  }
  return undefined;
}

function readRoute(key: string, reader: Reader, context: Context): ApiRoute | undefined {
  const space = key.indexOf(" ");
  const method = key.slice(0, Math.max(space, 0));
  const path = key.slice(space + 1);
  if (space < 0 || !(methods as readonly string[]).includes(method)) {
    reader.problem(
      "bad-route",
      `a route is "METHOD /path"; "${key.slice(0, 80)}" is not`,
      `Methods are ${anyOf(methods)}.`,
    );
    return undefined;
  }
  const pattern = parsePattern(path);
  if (isFault(pattern)) {
    reader.problem("bad-path", pattern.rule, pattern.remedy);
    return undefined;
  }
  const isReply = reader.at("reply").present;
  const isObject = reader.only(
    isReply
      ? ["reply", "auth", "scopes", "limits", "request"]
      : ["to", "path", "auth", "scopes", "limits", "request", "timeoutSeconds", "requestHeaders"],
  );
  if (!isObject) return undefined;
  const own = reader.at("auth");
  if (!own.present && !context.defaultAuth.present) {
    reader.problem(
      "no-auth",
      "a route says who may call it, and there is no default auth",
      'Write auth: "..." on the route or default: { auth: "..." }; open("reason") is the way to let everybody in.',
    );
  }
  const chosen = own.present ? authOf(own, context) : String(context.defaultAuth.value);
  const auth = chosen === undefined ? undefined : context.auth[chosen];
  const scopes = reader.at("scopes").present
    ? nonEmpty(reader.at("scopes"), "scopes", "would check nothing; leave scopes out to ask for none", checkScope)
    : [];
  if (scopes.length > 0 && auth !== undefined && tokenOf(auth) === undefined) {
    reader.problem(
      "scopes-without-token",
      `${tokenless[auth.kind] ?? "it"} has no token to look for scopes in`,
      "Choose an auth of kind jwt or allOf, or remove the scopes.",
    );
  }
  const limits = reader.at("limits").present ? readLimits(reader.at("limits")) : context.limits;
  if ((auth?.kind === "open" || auth?.kind === "iam") && limits.some((limit) => limit.by === "consumer")) {
    reader.problem("consumer-without-token", consumerless[auth.kind], 'Limit it by "ip" or "route".');
  }
  if (method === "OPTIONS" && context.hasCors) {
    reader.problem(
      "options-with-cors",
      "with cors, the gateway answers OPTIONS by itself",
      "Remove the route or the cors.",
    );
  }
  const base = {
    key,
    method: method as Method,
    path,
    pattern,
    authName: chosen ?? "",
    auth: auth ?? unread,
    scopes,
    limits,
    ...(reader.at("request").present ? { request: readRequest(reader.at("request"), method) } : {}),
  };
  if (isReply) return { ...base, kind: "reply", ...readReply(reader.at("reply"), method) };
  return readProxy(base, reader, context);
}

function checkScope(scope: string, reader: Reader): void {
  if (scopeToken.test(scope)) return;
  const rule = "a scope is printable ASCII without space, quote and backslash (RFC 6749)";
  reader.problem("bad-scope", rule, "Rename the scope.");
}

type Base = Pick<
  ApiRoute,
  "key" | "method" | "path" | "pattern" | "authName" | "auth" | "scopes" | "limits" | "request"
>;

function readProxy(base: Base, reader: Reader, context: Context): ApiRoute | undefined {
  const to = reader.at("to");
  if (!to.present) {
    reader.problem(
      "no-backend",
      "a route goes to a backend or has a reply",
      `Write to: ${anyOf(context.backendNames)}, or reply: { status: ... }.`,
    );
    return undefined;
  }
  const backend = to.text();
  if (backend === undefined) return undefined;
  if (!context.backendNames.includes(backend)) {
    const near = nearest(backend, context.backendNames);
    to.problem(
      "unknown-backend",
      `there is no backend "${backend}"`,
      near === undefined ? `Declared are ${anyOf(context.backendNames)}.` : `Did you mean "${near}"?`,
    );
  }
  if (context.backends[backend]?.kind === "fn") {
    for (const member of ["path", "requestHeaders"] as const) {
      if (!reader.at(member).present) continue;
      const rule = "a function gets the request as it came in, with its path and headers";
      reader
        .at(member)
        .problem("not-for-functions", rule, `Remove ${member}, and let the function read what it needs.`);
    }
  }
  const backendPath = reader.at("path").present ? readBackendPath(reader.at("path"), base.pattern) : base.pattern;
  const timeout = reader.at("timeoutSeconds");
  const headers = reader.at("requestHeaders");
  if (headers.present) headers.only(["set", "remove"]);
  const setHeaders = headers.at("set").present ? readHeaders(headers.at("set")) : {};
  const removeHeaders = headers.at("remove").present ? distinctHeaders(headers.at("remove"), checkHeaderName) : [];
  for (const header of removeHeaders) {
    if (Object.hasOwn(setHeaders, header)) {
      headers.problem(
        "header-twice",
        `the header "${header}" is both set and removed`,
        "Setting replaces what the client sent; remove it from the other list.",
      );
    }
  }
  return {
    ...base,
    kind: "proxy",
    backend,
    backendKind: context.backends[backend]?.kind ?? "http",
    backendPath: backendPath ?? base.pattern,
    timeoutSeconds: timeout.present ? (timeout.integer(1, 3600) ?? 15) : context.timeoutSeconds,
    setHeaders,
    removeHeaders,
  };
}

/** A template over the route's parameters; `{rest}` of a greedy parameter stays greedy, and so stands last. */
function readBackendPath(reader: Reader, pattern: Pattern): Pattern | undefined {
  const text = reader.text();
  if (text === undefined) return undefined;
  const parsed = parsePattern(text);
  if (isFault(parsed)) {
    reader.problem("bad-path", parsed.rule, parsed.remedy);
    return undefined;
  }
  const own = new Map(
    pattern.flatMap((segment) => (segment.kind === "literal" ? [] : [[segment.name, segment.kind] as const])),
  );
  const mapped: Pattern = parsed.map((segment, index) => {
    if (segment.kind === "literal") return segment;
    const kind = own.get(segment.name);
    if (kind === undefined) {
      reader.problem(
        "unknown-parameter",
        `the route has no parameter "${segment.name}"`,
        `It has ${anyOf(parametersOf(pattern))}.`,
      );
      return segment;
    }
    if (kind === "greedy" && index < parsed.length - 1) {
      reader.problem(
        "bad-path",
        `"{${segment.name}}" is the rest of the path, so it stands last`,
        "Move it to the end.",
      );
    }
    return { kind, name: segment.name };
  });
  return mapped;
}

function checkHeaderName(header: string, reader: Reader): void {
  if (!headerName.test(header)) {
    reader.problem("bad-header", "this is not a header's name (RFC 9110)", "Use letters, digits and !#$%&'*+-.^_`|~.");
  } else if (fixedHeaders.has(header.toLowerCase())) {
    reader.problem("fixed-header", `the header "${header}" belongs to the connection`, "Leave it to the gateway.");
  }
}

function readHeaders(reader: Reader): Record<string, string> {
  const headers: Record<string, string> = Object.create(null);
  for (const key of reader.keys()) {
    checkHeaderName(key, reader.at(key));
    const value = reader.at(key).text();
    if (value !== undefined && !headerValue.test(value)) {
      reader
        .at(key)
        .problem(
          "bad-header",
          "a header's value is printable ASCII without spaces at either end",
          "Encode the value, e.g. percent-encoded.",
        );
    }
    if (Object.hasOwn(headers, key.toLowerCase())) headerTwice(key, reader.at(key));
    headers[key.toLowerCase()] = value ?? "";
  }
  return headers;
}

function readReply(reader: Reader, method: string): { status: number; headers: Record<string, string>; body: string } {
  if (!reader.only(["status", "headers", "body"])) return { status: 200, headers: {}, body: "" };
  const status = reader.at("status").integer(200, 599) ?? 200;
  const headers = reader.at("headers").present ? readHeaders(reader.at("headers")) : {};
  const value = reader.at("body").value;
  if (value === undefined) return { status, headers, body: "" };
  if (status === 204 || status === 304 || method === "HEAD") {
    reader.at("body").problem("body-not-allowed", "this answer cannot have a body (RFC 9110)", "Remove the body.");
  }
  const body = typeof value === "string" ? value : toJson(value, reader.at("body"));
  const type = typeof value === "string" ? "text/plain; charset=utf-8" : "application/json";
  if (!body.isWellFormed()) {
    reader.at("body").problem("malformed-text", "this holds half of a surrogate pair", "Write whole characters.");
  }
  return {
    status,
    headers: Object.hasOwn(headers, "content-type") ? headers : { ...headers, "content-type": type },
    body,
  };
}

function toJson(value: unknown, reader: Reader): string {
  try {
    const text = JSON.stringify(value);
    // A value that JSON cannot hold (a function, an Output, NaN) would be changed in silence.
    if (text !== undefined && JSON.stringify(JSON.parse(text)) === text && isJson(value)) return text;
  } catch {
    // A cycle or a BigInt; reported below like every other value that is not JSON.
  }
  reader.problem(
    "not-json",
    "a reply's body is a string or plain JSON",
    "Write data only; values that a deployment knows belong into a binding.",
  );
  return "";
}

function isJson(value: unknown): boolean {
  if (value === null || typeof value === "string" || typeof value === "boolean") return true;
  if (typeof value === "number") return Number.isFinite(value);
  if (Array.isArray(value)) return value.every(isJson);
  if (typeof value !== "object") return false;
  const prototype = Object.getPrototypeOf(value);
  return (prototype === Object.prototype || prototype === null) && Object.values(value).every(isJson);
}

const origin = /^https?:\/\/[a-z0-9.-]+(?::\d{1,5})?$/;

/** A browser sends an origin in one form alone, and vendors compare it letter by letter: another form would let nobody in. */
function checkOrigin(text: string, reader: Reader): void {
  if (text === "*" || (origin.test(text) && URL.canParse(text) && new URL(text).origin === text)) return;
  reader.problem(
    "bad-origin",
    `"${text}" is not an origin as browsers send it`,
    'Write scheme and host, such as "https://shop.example.com", in lower case, without a path and without the port that the scheme has anyway; or "*".',
  );
}

function readCors(reader: Reader, routes: readonly ApiRoute[]): ApiCors | undefined {
  if (!reader.only(["origins", "methods", "headers", "expose", "maxAgeSeconds", "credentials"])) return undefined;
  const origins = nonEmpty(reader.at("origins"), "origins", "would let no page in", checkOrigin);
  const credentials = reader.at("credentials").present ? (reader.at("credentials").flag() ?? false) : false;
  if (origins.includes("*") && origins.length > 1) {
    reader.at("origins").problem("bad-origin", '"*" stands alone', "Remove the other origins, or the star.");
  }
  if (credentials && origins.includes("*")) {
    reader.problem("credentials-for-all", "browsers refuse credentials for every origin", "Name the origins.");
  }
  // An empty list is GET and POST on one vendor and nothing on another.
  const harm = "would let no request through; leave methods out for those of the routes";
  const named = reader.at("methods").present
    ? nonEmpty(reader.at("methods"), "methods", harm, (_, item) => void item.oneOf(methods))
    : undefined;
  const chosen = methods.filter((method) => named?.includes(method) ?? routes.some((route) => route.method === method));
  const names = (list: Reader, fallback: readonly string[]): readonly string[] =>
    list.present ? distinctHeaders(list, checkCorsHeader) : fallback;
  return {
    origins,
    methods: chosen,
    headers: names(reader.at("headers"), ["authorization", "content-type"]),
    expose: names(reader.at("expose"), []),
    maxAgeSeconds: reader.at("maxAgeSeconds").present ? (reader.at("maxAgeSeconds").integer(0, 86_400) ?? 600) : 600,
    credentials,
  };
}

function checkCorsHeader(header: string, reader: Reader): void {
  if (headerName.test(header) && header !== "*") return;
  const remedy = "Name each header; a star lets pages send what nobody reviewed.";
  reader.problem("bad-header", "this is not a header's name", remedy);
}
