import type { ApiCors } from "../../../api/checked-api.ts";
import { element, type PolicyElement } from "./element.ts";

/**
 * The header that is allowed if the description allows none: `allowed-headers` is required, with at least one header. Browsers set
 * `Host` by themselves and never ask for it (https://fetch.spec.whatwg.org/#forbidden-request-header), so it allows nothing.
 */
const noHeader = "host";

/**
 * Answers preflights and adds the CORS headers.
 *
 * As on other vendors, a request from another origin that is no preflight is not ended here: it is authenticated like every other,
 * and the browser withholds the answer from the page. A preflight that does not match gets an empty answer with 200.
 *
 * @see https://learn.microsoft.com/azure/api-management/cors-policy
 */
export function cors({ origins, methods, headers, expose, maxAgeSeconds, credentials }: ApiCors): PolicyElement {
  const each = (name: string, values: readonly string[]) => values.map((content) => element(name, {}, content));
  return element("cors", { "allow-credentials": String(credentials), "terminate-unmatched-request": "false" }, [
    element("allowed-origins", {}, each("origin", origins)),
    element("allowed-methods", { "preflight-result-max-age": maxAgeSeconds }, each("method", methods)),
    element("allowed-headers", {}, each("header", headers.length === 0 ? [noHeader] : headers)),
    ...(expose.length === 0 ? [] : [element("expose-headers", {}, each("header", expose))]),
  ]);
}
