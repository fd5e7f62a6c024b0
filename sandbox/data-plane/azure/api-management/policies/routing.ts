import type { Backends } from "../backends.ts";
import type { Step } from "../exchange.ts";
import type { PolicyReader } from "../policy-reader.ts";
import { queryParameters } from "../query-parameters.ts";

/** In seconds. https://learn.microsoft.com/azure/api-management/forward-request-policy */
const DEFAULT_TIMEOUT = 300;
/** Unverified: no largest value is documented ("greater than 240 seconds may not be honored"). */
const MOST_TIMEOUT = 3600;

/** Whether a text is an absolute http(s) URL without a query, a fragment or credentials. */
export function isBaseUrl(text: string): boolean {
  if (!/^https?:\/\/[^\s\\?#@]+$/i.test(text)) return false;
  return URL.canParse(text);
}

/**
 * Compiles `set-backend-service` with `base-url` or `backend-id`. The sandbox has no Service Fabric.
 *
 * @param backends undefined while the service is not known
 * @see https://learn.microsoft.com/azure/api-management/set-backend-service-policy
 */
export function setBackendService(reader: PolicyReader, backends: Backends | undefined): Step {
  const { attributes } = reader.element;
  if (attributes.has("backend-id")) {
    if (attributes.has("base-url")) reader.refuse("`backend-id` and `base-url` cannot be used together", "base-url");
    return setEntity(reader, backends);
  }
  const url = reader.text("base-url");
  reader.done();
  if (url.constant !== undefined && !isBaseUrl(url.constant)) {
    reader.refuse(`must be an absolute http(s) URL without a query, is ${JSON.stringify(url.constant)}`, "base-url");
  }
  return ({ context }) => {
    const base = url.get(context);
    if (url.constant === undefined && !isBaseUrl(base))
      throw reader.failure("the base URL of the backend must be an absolute http(s) URL");
    context.backend = base;
    context.entity = undefined;
  };
}

function setEntity(reader: PolicyReader, backends: Backends | undefined): Step {
  const id = reader.text("backend-id");
  reader.done();
  if (backends !== undefined && id.constant !== undefined && backends.named(id.constant) === undefined) {
    reader.refuse(`the service has no backend ${JSON.stringify(id.constant)}`, "backend-id");
  }
  return ({ context }) => {
    const named = id.get(context);
    const backend = backends?.named(named);
    if (backend === undefined) throw reader.failure(`the service has no backend ${JSON.stringify(named)}`);
    context.backend = backend.url;
    context.entity = backend.id;
  };
}

/**
 * Compiles `rewrite-uri`. `{name}` is a parameter of the operation's template, also in the value of an expression. Query parameters that
 * are not in the operation's template are copied, unless `copy-unmatched-params` is false or the new template sets one of the same name,
 * as in the emulator of Microsoft's policy toolkit.
 *
 * @see https://learn.microsoft.com/azure/api-management/rewrite-uri-policy
 */
export function rewriteUri(reader: PolicyReader, templateParameters: ReadonlySet<string> | undefined): Step {
  const template = reader.text("template");
  const copy = reader.boolean("copy-unmatched-params", true);
  reader.done();
  const names = [...(template.constant ?? "").matchAll(/\{([^{}]*)\}/g)].map((found) => found[1] ?? "");
  const stray = names.find((name) => templateParameters?.has(name.replace(/^\*/, "")) === false);
  if (stray !== undefined) {
    reader.refuse(`{${stray}} is not a parameter of any operation's URL template`, "template");
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
    const query = mark < 0 ? [] : [target.slice(mark + 1)];
    const set = new Set(query.flatMap(queryParameters).map(({ name }) => name));
    const unmatched = copy.get(context)
      ? queryParameters(request.url.query)
          .filter(({ name }) => !isTemplateQuery(name) && !set.has(name))
          .map(({ text }) => text)
      : [];
    request.url = {
      ...request.url,
      path: path.startsWith("/") ? path : `/${path}`,
      query: [...query, ...unmatched].filter((part) => part !== "").join("&"),
    };
  };
}

/** Compiles `forward-request`. https://learn.microsoft.com/azure/api-management/forward-request-policy */
export function forwardRequest(reader: PolicyReader): Step {
  const timeout = reader.optionalInteger("timeout", 1, MOST_TIMEOUT);
  const timeoutMs = reader.optionalInteger("timeout-ms", 1, MOST_TIMEOUT * 1000);
  if (timeout !== undefined && timeoutMs !== undefined) {
    reader.refuse("`timeout` and `timeout-ms` cannot be used together", "timeout-ms");
  }
  const buffer = reader.boolean("buffer-request-body", false);
  // Only decides whether chunks of up to 8 KB are delayed, which does not change the response.
  reader.boolean("buffer-response", true);
  const redirects = reader.boolean("follow-redirects", false);
  if (redirects.constant !== false)
    reader.refuse("following redirects is not supported by the sandbox", "follow-redirects");
  const failing = reader.boolean("fail-on-error-status-code", false);
  if (failing.constant !== false) reader.refuse("is not supported by the sandbox", "fail-on-error-status-code");
  const version = reader.oneOf("http-version", ["1", "2", "2or1"], "1");
  if (version !== "1") reader.refuse("the sandbox models HTTP/1.1 to backends only", "http-version");
  reader.done();
  return (exchange) => {
    exchange.forward = {
      timeoutMs: timeoutMs?.get(exchange.context) ?? (timeout?.get(exchange.context) ?? DEFAULT_TIMEOUT) * 1000,
      bufferRequestBody: buffer.get(exchange.context),
    };
  };
}
