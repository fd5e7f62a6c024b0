import { type ApiRoute, type ApiRouteBase, tokenOf } from "../checked-api.ts";
import type { Auth, Limit, Method } from "../description.ts";
import { isFault, type Pattern, parsePattern } from "../path/pattern.ts";
import type { Reader } from "../reader.ts";
import { type ApiScopes, apiScopes, noScopes } from "../scopes.ts";
import { anyOf } from "../suggestion.ts";
import { readAuthName, unreadAuth } from "./auth.ts";
import type { Context } from "./context.ts";
import { readLimits } from "./limits.ts";
import { nonEmpty } from "./list.ts";
import { methods } from "./methods.ts";
import { readProxy } from "./proxy.ts";
import { readReply } from "./reply.ts";
import { readRequest } from "./request.ts";

const sharedMembers = ["auth", "scopes", "limits", "request"];
const replyMembers = ["reply", ...sharedMembers];
const proxyMembers = ["to", "path", "timeoutSeconds", "requestHeaders", ...sharedMembers];

const scopeToken = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

/** Routes whose auth requires no token. */
const tokenless: Readonly<Partial<Record<Auth["kind"], string>>> = {
  open: "An open route",
  apiKey: "A route with an API key alone",
  iam: "A route of signed requests",
};

/** Routes whose consumers cannot be counted. */
const consumerless: Readonly<Partial<Record<Auth["kind"], string>>> = {
  open: "An open route does not identify its consumers.",
  iam: "The cloud's policies identify who signed a request; what counts requests does not.",
};

/**
 * One route, or undefined where so much is wrong that nothing more can be checked.
 *
 * @param method the route's method; of an `ANY` key, one of its methods
 */
export function readRoute(
  { key, method: declared, path, pattern }: ParsedKey,
  method: Method,
  reader: Reader,
  context: Context,
): ApiRoute | undefined {
  const isAny = declared === "ANY";
  const isReply = reader.at("reply").present;
  if (!reader.only(isReply ? replyMembers : proxyMembers)) return undefined;
  const authName = readRouteAuth(reader, context);
  const auth = authName === undefined ? undefined : context.auth[authName];
  const scopes = readScopes(reader, auth);
  const limits = readRouteLimits(reader, auth, context);
  if (method === "OPTIONS" && context.hasCors) {
    reader.problem(
      "options-with-cors",
      "The gateway of an API with cors answers OPTIONS requests by itself.",
      "Remove the route or the cors.",
    );
  }
  const base: ApiRouteBase = {
    key,
    method,
    path,
    pattern,
    authName: authName ?? "",
    auth: auth ?? unreadAuth,
    scopes,
    limits,
    ...(reader.at("request").present ? { request: readRequest(reader.at("request"), method, isAny) } : {}),
  };
  return isReply ? { ...base, ...readReply(reader.at("reply"), method, isAny) } : readProxy(base, reader, context);
}

/** The parts of `METHOD /path`. */
export interface ParsedKey {
  readonly key: string;
  readonly method: Method | "ANY";
  readonly path: string;
  readonly pattern: Pattern;
}

/** The parts of a key. Reports a key that is none. */
export function readKey(key: string, reader: Reader): ParsedKey | undefined {
  const space = key.indexOf(" ");
  const words = [...methods, "ANY"] as const;
  const method = words.find((each) => each === key.slice(0, Math.max(space, 0)));
  const path = key.slice(space + 1);
  if (method === undefined) {
    reader.problem(
      "bad-route",
      `The key of a route must be "METHOD /path", but it is "${key.slice(0, 80)}".`,
      `Use the method ${anyOf(words)}.`,
    );
    return undefined;
  }
  const pattern = parsePattern(path);
  if (isFault(pattern)) {
    reader.problem("bad-path", pattern.rule, pattern.remedy);
    return undefined;
  }
  return { key, method, path, pattern };
}

/** The name of the route's auth, or of the default. */
function readRouteAuth(reader: Reader, context: Context): string | undefined {
  if (reader.at("auth").present) return readAuthName(reader.at("auth"), context);
  if (context.defaultAuth.present) return String(context.defaultAuth.value);
  reader.problem(
    "no-auth",
    "The route has no auth, and the API has no default auth.",
    'Write auth: "..." at the route or default: { auth: "..." }. An auth of kind open lets everybody in.',
  );
  return undefined;
}

function readScopes(reader: Reader, auth: Auth | undefined): ApiScopes {
  const scopes = reader.at("scopes");
  if (!scopes.present) return noScopes;
  const isAll = scopes.isObject && scopes.only(["all"]);
  const list = isAll ? scopes.at("all") : scopes;
  const names = nonEmpty(list, "scopes", "would check nothing; omit scopes to require none", checkScope);
  if (names.length > 0 && auth !== undefined && tokenOf(auth) === undefined) {
    reader.problem(
      "scopes-without-token",
      `${tokenless[auth.kind] ?? "The route"} has no token, and so no scopes to check.`,
      "Choose an auth of kind jwt or allOf, or remove the scopes.",
    );
  }
  return apiScopes(isAll ? "all" : "any", names);
}

function checkScope(scope: string, reader: Reader): void {
  if (scopeToken.test(scope)) return;
  const rule = "A scope must be printable ASCII without space, quote and backslash (RFC 6749).";
  reader.problem("bad-scope", rule, "Rename the scope.");
}

function readRouteLimits(reader: Reader, auth: Auth | undefined, context: Context): readonly Limit[] {
  const limits = reader.at("limits").present ? readLimits(reader.at("limits")) : context.limits;
  const rule = auth === undefined ? undefined : consumerless[auth.kind];
  if (rule !== undefined && limits.some(({ by }) => by === "consumer")) {
    reader.problem("consumer-without-token", rule, 'Limit the route by "ip" or "route".');
  }
  return limits;
}
