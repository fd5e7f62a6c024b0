import type { Readings } from "../../../readings.ts";
import type { PolicyContext, ResponseState } from "../context.ts";
import { Ended, type Exchange, type Step } from "../exchange.ts";
import { HeaderFields } from "../header-fields.ts";
import type { PolicyReader, Value } from "../policy-reader.ts";
import { readValueList } from "./value-list.ts";

/** A compiled `cors` policy: the response to a preflight, and the step for all other requests. */
export interface Cors {
  /** The response to a preflight for a declared operation. */
  preflight(context: PolicyContext): ResponseState;
  readonly step: Step;
}

/** The scheme, host and port of an origin, with the default port 80 or 443. Undefined when the text is not an origin. */
function originOf(text: string): string | undefined {
  if (!/^[a-z][a-z0-9+.-]*:\/\/[^\s/?#@\\]+\/?$/i.test(text) || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  const port = url.port !== "" ? url.port : url.protocol === "https:" ? "443" : "80";
  return `${url.protocol}//${url.hostname}:${port}`;
}

/** Whether a list contains a name, or `*`. */
function includes(values: readonly Value<string>[], name: string, context: PolicyContext): boolean {
  return values.some((each) => {
    const value = each.get(context);
    return value === "*" || value.toLowerCase() === name.toLowerCase();
  });
}

/** The elements of a `cors` policy. */
interface CorsRules {
  readonly credentials: Value<boolean>;
  /** Whether a GET or HEAD request from another origin is answered here. */
  readonly terminate: Value<boolean>;
  readonly anyOrigin: boolean;
  readonly origins: readonly Value<string>[];
  readonly methods: readonly Value<string>[] | undefined;
  readonly maxAge: Value<number> | undefined;
  readonly headers: readonly Value<string>[];
  readonly exposed: readonly Value<string>[];
}

/**
 * Compiles `cors`. https://learn.microsoft.com/azure/api-management/cors-policy
 *
 * @param unmatchedOrigin what happens to a GET or HEAD request from another origin without `terminate-unmatched-request`. Microsoft has
 *   documented both, the newest page that it passes.
 */
export function readCors(reader: PolicyReader, unmatchedOrigin: Readings["apim-unmatched-origin"]): Cors {
  const rules = readRules(reader, unmatchedOrigin);
  return { preflight: (context) => preflight(rules, context), step: (exchange) => actualRequest(rules, exchange) };
}

function readRules(reader: PolicyReader, unmatchedOrigin: Readings["apim-unmatched-origin"]): CorsRules {
  const credentials = reader.boolean("allow-credentials", false);
  const terminate = reader.boolean("terminate-unmatched-request", unmatchedOrigin === "terminates");
  const parts = reader.optionalChildren(["allowed-origins", "allowed-methods", "allowed-headers", "expose-headers"]);
  const list = (name: string, child: string) => {
    const part = parts.get(name);
    return part && readValueList(part, child);
  };
  const maxAge = parts.get("allowed-methods")?.optionalInteger("preflight-result-max-age", 0, 86_400_000);
  const origins = list("allowed-origins", "origin") ?? reader.refuse("must contain <allowed-origins>");
  const rules = {
    credentials,
    terminate,
    anyOrigin: origins.some((origin) => origin.constant === "*"),
    origins,
    methods: list("allowed-methods", "method"),
    maxAge,
    // Microsoft requires it, unlike the methods.
    headers: list("allowed-headers", "header") ?? reader.refuse("must contain <allowed-headers>"),
    exposed: list("expose-headers", "header") ?? [],
  };
  reader.done();
  checkOrigins(rules, reader);
  return rules;
}

function checkOrigins({ origins, anyOrigin, credentials }: CorsRules, reader: PolicyReader): void {
  if (anyOrigin && origins.length > 1) reader.refuse("<origin>*</origin> must be the only origin");
  for (const { constant } of origins) {
    if (constant !== undefined && constant !== "*" && originOf(constant) === undefined) {
      reader.refuse(`the origin ${JSON.stringify(constant)} must be a scheme, a host and a port`);
    }
  }
  // Unverified: the service is reported to reject this combination, as browsers do. No origin is reflected on a guess.
  if (anyOrigin && credentials.constant !== false) reader.refuse("credentials cannot be allowed for every origin");
}

function preflight(rules: CorsRules, context: PolicyContext): ResponseState {
  const response: ResponseState = { status: 200, headers: new HeaderFields(), body: "" };
  const { headers } = context.request;
  const origin = headers.get("origin")?.[0] ?? "";
  const method = headers.get("access-control-request-method")?.[0] ?? "";
  const requested = (headers.get("access-control-request-headers") ?? [])
    .flatMap((line) => line.split(","))
    .map((name) => name.trim())
    .filter((name) => name !== "");
  // An unmatched preflight gets an empty 200, whatever terminate-unmatched-request is. Unverified: so does a preflight of which only the
  // method or a header does not match.
  const isMatched =
    isOriginAllowed(rules, origin, context) &&
    isMethodAllowed(rules, method, context) &&
    requested.every((name) => includes(rules.headers, name, context));
  if (!isMatched) return response;
  for (const [name, value] of originHeaders(rules, origin, context)) response.headers.set(name, [value]);
  response.headers.set("Access-Control-Allow-Methods", [method]);
  if (requested.length > 0) response.headers.set("Access-Control-Allow-Headers", requested);
  response.headers.set("Access-Control-Max-Age", [String(rules.maxAge?.get(context) ?? 0)]);
  return response;
}

function actualRequest(rules: CorsRules, { context, responseHeaders }: Exchange): void {
  const { method, headers } = context.request;
  const origin = headers.get("origin")?.[0];
  if (origin === undefined) return;
  if (isOriginAllowed(rules, origin, context) && isMethodAllowed(rules, method, context)) {
    responseHeaders.push(...originHeaders(rules, origin, context));
    const exposed = rules.exposed.map((name) => name.get(context));
    if (exposed.length > 0) responseHeaders.push(["Access-Control-Expose-Headers", exposed.join(",")]);
  } else if ((method === "GET" || method === "HEAD") && rules.terminate.get(context)) {
    const response: ResponseState = { status: 200, headers: new HeaderFields(), body: "" };
    throw new Ended("replied", "cors: the origin is not allowed, and the request is terminated", response);
  }
}

function isOriginAllowed({ anyOrigin, origins }: CorsRules, text: string, context: PolicyContext): boolean {
  if (anyOrigin) return true;
  const origin = originOf(text);
  return origin !== undefined && origins.some((allowed) => originOf(allowed.get(context)) === origin);
}

function isMethodAllowed({ methods }: CorsRules, method: string, context: PolicyContext): boolean {
  return methods === undefined ? method === "GET" || method === "POST" : includes(methods, method, context);
}

function originHeaders({ anyOrigin, credentials }: CorsRules, origin: string, context: PolicyContext) {
  const headers: [string, string][] = [["Access-Control-Allow-Origin", anyOrigin ? "*" : origin]];
  if (credentials.get(context)) headers.push(["Access-Control-Allow-Credentials", "true"]);
  return headers;
}
