import type { Step } from "../exchange.ts";
import type { PolicyReader } from "../policy-reader.ts";
import { queryParameters } from "../query-parameters.ts";

/** Seconds; https://learn.microsoft.com/azure/api-management/forward-request-policy */
const DEFAULT_TIMEOUT = 300;
/** U: no greatest value is documented ("greater than 240 seconds may not be honored"); an hour is surely enough. */
const MOST_TIMEOUT = 3600;

/** Whether a text is an absolute HTTP URL without query, fragment or credentials. */
export function isBaseUrl(text: string): boolean {
  if (!/^https?:\/\/[^\s\\?#@]+$/i.test(text)) return false;
  return URL.canParse(text);
}

/** https://learn.microsoft.com/azure/api-management/set-backend-service-policy, with `base-url`. */
export function setBackendService(reader: PolicyReader): Step {
  const url = reader.text("base-url");
  reader.done();
  if (url.constant !== undefined && !isBaseUrl(url.constant)) {
    reader.refuse(`${JSON.stringify(url.constant)} is not an absolute http(s) URL without a query`, "base-url");
  }
  return ({ context }) => {
    const base = url.get(context);
    if (!isBaseUrl(base)) throw reader.failure("the backend's base URL is not an absolute http(s) URL");
    context.backend = base;
  };
}

/**
 * https://learn.microsoft.com/azure/api-management/rewrite-uri-policy. `{name}` is a parameter of the operation's template,
 * also in what an expression gives; query parameters that are not in the operation's template are added unless told not to.
 */
export function rewriteUri(reader: PolicyReader, templateParameters: ReadonlySet<string>): Step {
  const template = reader.text("template");
  const copy = reader.boolean("copy-unmatched-params", true);
  reader.done();
  const names = [...(template.constant ?? "").matchAll(/\{([^{}]*)\}/g)].map((found) => found[1] ?? "");
  const stray = names.find((name) => !templateParameters.has(name.replace(/^\*/, "")));
  if (stray !== undefined) {
    reader.refuse(`{${stray}} is in no operation's URL template; a rewrite cannot add path parameters`, "template");
  }
  return ({ context, isTemplateQuery }) => {
    const { request } = context;
    const target = template.get(context).replace(/\{\*?([^{}]*)\}/g, (_, name: string) => {
      const value = request.matchedParameters.get(name);
      if (value === undefined) throw reader.failure(`{${name}} is not a parameter of the operation's URL template`);
      return value;
    });
    const mark = target.indexOf("?");
    const path = mark < 0 ? target : target.slice(0, mark);
    const own = mark < 0 ? [] : [target.slice(mark + 1)];
    const unmatched = copy.get(context)
      ? queryParameters(request.url.query)
          .filter(({ name }) => !isTemplateQuery(name))
          .map(({ text }) => text)
      : [];
    const absolute = path.startsWith("/") ? path : `/${path}`;
    request.url = {
      ...request.url,
      path: absolute,
      query: [...own, ...unmatched].filter((part) => part !== "").join("&"),
    };
  };
}

/** https://learn.microsoft.com/azure/api-management/forward-request-policy */
export function forwardRequest(reader: PolicyReader): Step {
  const timeout = reader.optionalInteger("timeout", 1, MOST_TIMEOUT);
  const timeoutMs = reader.optionalInteger("timeout-ms", 1, MOST_TIMEOUT * 1000);
  if (timeout !== undefined && timeoutMs !== undefined)
    reader.refuse("`timeout` or `timeout-ms`, not both", "timeout-ms");
  const buffer = reader.boolean("buffer-request-body", false);
  // Chunks of up to 8 KB are held back or not: nothing a caller can tell from a whole response.
  reader.boolean("buffer-response", true);
  const redirects = reader.boolean("follow-redirects", false);
  if (redirects.constant !== false) reader.refuse("following redirects is not modelled", "follow-redirects");
  const failing = reader.boolean("fail-on-error-status-code", false);
  if (failing.constant !== false) reader.refuse("not modelled", "fail-on-error-status-code");
  reader.oneOf("http-version", ["1"], "1");
  reader.done();
  return (exchange) => {
    exchange.forward = {
      timeoutMs: timeoutMs?.get(exchange.context) ?? (timeout?.get(exchange.context) ?? DEFAULT_TIMEOUT) * 1000,
      bufferRequestBody: buffer.get(exchange.context),
    };
  };
}
