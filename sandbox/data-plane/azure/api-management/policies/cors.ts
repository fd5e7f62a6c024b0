import type { PolicyContext, ResponseState } from "../context.ts";
import { Ended, type Step } from "../exchange.ts";
import { HeaderFields } from "../header-fields.ts";
import type { PolicyReader, Value } from "../policy-reader.ts";

/** A compiled `cors` policy: the answer to a preflight, and the step for every other request. */
export interface Cors {
  /** The whole answer to a preflight for a declared operation. */
  preflight(context: PolicyContext): ResponseState;
  readonly step: Step;
}

/** Scheme, host and port of an origin as the page defines it: port 80 or 443 when it is left out; undefined when it is none. */
function originOf(text: string): string | undefined {
  if (!/^[a-z][a-z0-9+.-]*:\/\/[^\s/?#@\\]+\/?$/i.test(text) || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  const port = url.port !== "" ? url.port : url.protocol === "https:" ? "443" : "80";
  return `${url.protocol}//${url.hostname}:${port}`;
}

function list(reader: PolicyReader | undefined, child: string, least: number): readonly Value<string>[] | undefined {
  if (reader === undefined) return undefined;
  const values = reader.children([child]).map((each) => {
    const value = each.content(true);
    if (value.constant === "") each.refuse(`an empty <${child}>`);
    each.done();
    return value;
  });
  if (values.length < least) reader.refuse(`at least one <${child}> is needed`);
  return values;
}

/** Whether a list names something, or everything with `*`. */
const names = (values: readonly Value<string>[], wanted: string, context: PolicyContext): boolean =>
  values.some((each) => {
    const value = each.get(context);
    return value === "*" || value.toLowerCase() === wanted.toLowerCase();
  });

/** https://learn.microsoft.com/azure/api-management/cors-policy */
export function readCors(reader: PolicyReader): Cors {
  const credentials = reader.boolean("allow-credentials", false);
  // The page gives both values as the default; a document must say which one it means.
  const terminate = reader.condition("terminate-unmatched-request");
  const parts = reader.optionalChildren(["allowed-origins", "allowed-methods", "allowed-headers", "expose-headers"]);
  const origins = list(parts.get("allowed-origins"), "origin", 1) ?? reader.refuse("<allowed-origins> is required");
  const methodsReader = parts.get("allowed-methods");
  const maxAge = methodsReader?.optionalInteger("preflight-result-max-age", 0, 86_400_000);
  const methods = list(methodsReader, "method", 1);
  // Required by the page, unlike the methods.
  const headers = list(parts.get("allowed-headers"), "header", 1) ?? reader.refuse("<allowed-headers> is required");
  const exposed = list(parts.get("expose-headers"), "header", 1);
  for (const part of parts.values()) part.done();
  reader.done();

  const anyOrigin = origins.some((each) => each.constant === "*");
  if (anyOrigin && origins.length > 1) reader.refuse("<origin>*</origin> stands alone in <allowed-origins>");
  for (const { constant } of origins) {
    if (constant !== undefined && constant !== "*" && originOf(constant) === undefined) {
      reader.refuse(`the origin ${JSON.stringify(constant)} is not a scheme, host and port`);
    }
  }
  // U: browsers refuse the pair, and the service is said to; it is refused here, so that no origin is reflected by guess.
  if (anyOrigin && credentials.constant !== false) reader.refuse("credentials cannot be allowed for every origin");

  const originAllowed = (origin: string, context: PolicyContext): boolean => {
    if (anyOrigin) return true;
    const sent = originOf(origin);
    return sent !== undefined && origins.some((each) => originOf(each.get(context)) === sent);
  };
  const methodAllowed = (method: string, context: PolicyContext): boolean =>
    methods === undefined ? method === "GET" || method === "POST" : names(methods, method, context);
  const allowance = (origin: string, context: PolicyContext): [string, string][] => [
    ["Access-Control-Allow-Origin", anyOrigin ? "*" : origin],
    ...(credentials.get(context) ? [["Access-Control-Allow-Credentials", "true"] as [string, string]] : []),
  ];

  return {
    preflight(context) {
      const response: ResponseState = { status: 200, headers: new HeaderFields(), body: "" };
      const sent = context.request.headers;
      const origin = sent.get("origin")?.[0] ?? "";
      const method = sent.get("access-control-request-method")?.[0] ?? "";
      const wanted = (sent.get("access-control-request-headers") ?? [])
        .flatMap((line) => line.split(","))
        .map((name) => name.trim())
        .filter((name) => name !== "");
      // Unmatched, with either setting of terminate-unmatched-request, a preflight ends in an empty 200. U: so it does when
      // only the method or a header does not match.
      const matched =
        originAllowed(origin, context) &&
        methodAllowed(method, context) &&
        wanted.every((name) => names(headers, name, context));
      if (!matched) return response;
      for (const [name, value] of allowance(origin, context)) response.headers.set(name, [value]);
      response.headers.set("Access-Control-Allow-Methods", [method]);
      if (wanted.length > 0) response.headers.set("Access-Control-Allow-Headers", wanted);
      response.headers.set("Access-Control-Max-Age", [String(maxAge?.get(context) ?? 0)]);
      return response;
    },
    step: (exchange) => {
      const { context } = exchange;
      const origin = context.request.headers.get("origin")?.[0];
      if (origin === undefined) return;
      const { method } = context.request;
      if (originAllowed(origin, context) && methodAllowed(method, context)) {
        exchange.responseHeaders.push(...allowance(origin, context));
        const shown = exposed?.map((each) => each.get(context)) ?? [];
        if (shown.length > 0) exchange.responseHeaders.push(["Access-Control-Expose-Headers", shown.join(",")]);
      } else if ((method === "GET" || method === "HEAD") && terminate.get(context)) {
        const response: ResponseState = { status: 200, headers: new HeaderFields(), body: "" };
        throw new Ended("replied", "cors: the origin is not allowed, and the request is terminated", response);
      }
    },
  };
}
