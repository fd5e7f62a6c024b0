import { STATUS_CODES } from "node:http";
import { type AuthBinding, type Bindings, bound, urlOf } from "../../../api/binding/binding.ts";
import type { Api, ApiCors, ApiProxyRoute, ApiReplyRoute, Limit } from "../../../api/checked-api.ts";
import { windowSeconds } from "../../../api/checked-api.ts";
import { element, type PolicyElement, serialise } from "./element.ts";
import { type Code, code, expression, statements, text, value } from "./expression.ts";
import { isOneOf, router } from "./router.ts";
import {
  countsConsumers,
  letsEveryoneIn,
  type Treatments,
  treatments,
  treatmentVariable,
  treats,
} from "./treatment.ts";

const routeVariable = "polygate-route";
const tokenVariable = "polygate-token";
const scopesVariable = "polygate-scopes";
const pathVariable = "polygate-path";

/** Seconds up to which `rate-limit-by-key` counts; longer windows are quotas. */
export const longestRatePeriod = 300;

/**
 * The policy of an API: which request is which route, and all that is done with it. A request that is none of the routes
 * is answered 404 here, whatever operation it came in by.
 *
 * Policies of wider scopes (all APIs, product) run first, by `base`.
 *
 * @param apiPathSegments how many segments the API's own path has.
 * @see https://learn.microsoft.com/azure/api-management/api-management-policies
 */
export function apiManagementPolicy(api: Api, bindings: Bindings, apiPathSegments: number): string {
  const all = treatments(api, apiPathSegments);
  const forward = all.timeouts.map(({ name, value: seconds }) =>
    when(treats(name), [element("forward-request", { timeout: seconds })]),
  );
  return serialise(
    element("policies", {}, [
      element("inbound", {}, [
        element("base"),
        ...(api.cors === undefined ? [] : [cors(api.cors)]),
        variable(routeVariable, router(api.routes, apiPathSegments)),
        table(all),
        ...authentication(api, all, bindings),
        ...scopes(all),
        ...limits(all),
        ...choose(all.replies.map((reply) => when(treats(reply.name), [respond(reply.value)]))),
        ...rewrite(all),
        ...choose(all.headers.map((headers) => when(treats(headers.name), requestHeaders(headers.value)))),
        ...choose(
          all.destinations.map(({ name, value: { backend, prefix } }) =>
            when(treats(name), [
              element("set-backend-service", {
                "base-url": `${urlOf(bindings, backend).replace(/\/+$/, "")}${prefix}`,
              }),
            ]),
          ),
        ),
      ]),
      element("backend", {}, forward.length === 0 ? [element("base")] : choose(forward)),
      element("outbound", {}, [element("base")]),
      element("on-error", {}, [element("base")]),
    ]),
  );
}

function when(condition: Code, content: readonly PolicyElement[]): PolicyElement {
  return element("when", { condition: expression(condition) }, content);
}

function choose(branches: readonly PolicyElement[]): readonly PolicyElement[] {
  return branches.length === 0 ? [] : [element("choose", {}, branches)];
}

function variable(name: string, given: string): PolicyElement {
  return element("set-variable", { name, value: given });
}

/** What the policy says by itself; nothing of the request goes into it. */
function refuse(status: number, message: string): PolicyElement {
  return respond({
    status,
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ statusCode: status, message }),
  });
}

function respond({ status, headers, body }: Pick<ApiReplyRoute, "status" | "headers" | "body">): PolicyElement {
  return element("return-response", {}, [
    element("set-status", { code: status, reason: STATUS_CODES[status] ?? "Status" }),
    ...Object.entries(headers).map(([name, content]) => setHeader(name, content)),
    ...(body === "" ? [] : [element("set-body", {}, value(body))]),
  ]);
}

function setHeader(name: string, content: string): PolicyElement {
  return element("set-header", { name, "exists-action": "override" }, [element("value", {}, value(content))]);
}

function requestHeaders({ setHeaders, removeHeaders }: Pick<ApiProxyRoute, "setHeaders" | "removeHeaders">) {
  return [
    ...Object.entries(setHeaders).map(([name, content]) => setHeader(name, content)),
    ...removeHeaders.map((name) => element("set-header", { name, "exists-action": "delete" })),
  ];
}

function table({ table: rows }: Treatments): PolicyElement {
  const route = code`(string)context.Variables[${text(routeVariable)}]`;
  return element("choose", {}, [
    ...rows.map(({ names, scopes: asked, path, routes }) =>
      when(isOneOf(routes, route), [
        variable(treatmentVariable, names),
        ...(asked.length === 0 ? [] : [variable(scopesVariable, value(asked.join(" ")))]),
        ...(path === undefined ? [] : [variable(pathVariable, expression(path))]),
      ]),
    ),
    element("otherwise", {}, [refuse(404, "Resource not found")]),
  ]);
}

function authentication(api: Api, { auths }: Treatments, bindings: Bindings): readonly PolicyElement[] {
  const checks = auths.map(({ name, value: authName }) => {
    const auth = api.auth[authName];
    if (auth?.kind !== "jwt") throw new RangeError(`no check is known for the auth "${authName}"`);
    return when(treats(name), [validateJwt(auth.audiences, bound(bindings.auth, authName))]);
  });
  // Whoever is neither checked nor expressly let in is refused.
  return choose([...checks, when(code`!${treats(letsEveryoneIn)}`, [refuse(401, "Unauthorized")])]);
}

/**
 * @see https://learn.microsoft.com/azure/api-management/validate-jwt-policy (the order of children is the page's)
 *
 * API Management takes keys from an OpenID configuration or one by one, not from a JWKS URL: a bound `jwksUri` is not
 * used, and the issuer needs a discovery document.
 */
function validateJwt(audiences: readonly string[], { issuer }: AuthBinding): PolicyElement {
  return element(
    "validate-jwt",
    {
      "header-name": "Authorization",
      "failed-validation-httpcode": 401,
      "require-expiration-time": "true",
      "require-scheme": "Bearer",
      "require-signed-tokens": "true",
      "clock-skew": 0,
      "output-token-variable-name": tokenVariable,
    },
    [
      element("openid-config", { url: `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration` }),
      element(
        "audiences",
        {},
        audiences.map((audience) => element("audience", {}, value(audience))),
      ),
      element("issuers", {}, [element("issuer", {}, value(issuer))]),
    ],
  );
}

/** A token grants scopes by `scope` or `scp`, as one text with spaces or as a list. */
function scopes({ table: rows }: Treatments): readonly PolicyElement[] {
  if (rows.every(({ scopes: asked }) => asked.length === 0)) return [];
  const claim = (name: string): Code => code`(c.ContainsKey(${text(name)}) ? c[${text(name)}] : new string[] { })`;
  const lacking = statements(code`if (!context.Variables.ContainsKey(${text(scopesVariable)})) { return false; } \
var asked = ((string)context.Variables[${text(scopesVariable)}]).Split(' '); \
var c = ((Jwt)context.Variables[${text(tokenVariable)}]).Claims; \
var held = ${claim("scope")}.Concat(${claim("scp")}).SelectMany(x => x.Split(' ')); \
return !asked.Intersect(held).Any();`);
  return choose([element("when", { condition: lacking }, [refuse(403, "Forbidden")])]);
}

function rewrite({ table: rows }: Treatments): readonly PolicyElement[] {
  if (rows.every(({ path }) => path === undefined)) return [];
  const template = expression(code`(string)context.Variables[${text(pathVariable)}]`);
  return choose([
    when(code`context.Variables.ContainsKey(${text(pathVariable)})`, [
      element("rewrite-uri", { template, "copy-unmatched-params": "true" }),
    ]),
  ]);
}

function limits({ limits: all }: Treatments): readonly PolicyElement[] {
  const subject = code`((Jwt)context.Variables[${text(tokenVariable)}]).Subject`;
  // Without a subject, all such tokens would share one consumer's count, or none.
  const known = all.some(({ value: { by } }) => by === "consumer")
    ? choose([
        when(code`${treats(countsConsumers)} && string.IsNullOrEmpty(${subject})`, [
          refuse(401, "The token names no subject."),
        ]),
      ])
    : [];
  return [...known, ...all.flatMap(({ name, value: limit }) => choose([when(treats(name), [count(limit, subject)])]))];
}

/**
 * A counter is as wide as its key within the whole service, so the key begins with the API and the limit. A limit stands
 * on a route, so consumers and addresses are counted for each route; only a limit by API is counted over all that have it.
 *
 * @see https://learn.microsoft.com/azure/api-management/rate-limit-by-key-policy
 * @see https://learn.microsoft.com/azure/api-management/quota-by-key-policy
 */
function count({ requests, per, by }: Limit, subject: Code): PolicyElement {
  const seconds = windowSeconds[per];
  const api = code`context.Api.Id + ${text(` ${requests}/${per}/${by}`)}`;
  const route = code`${api} + " " + (string)context.Variables[${text(routeVariable)}]`;
  const issuer = code`((Jwt)context.Variables[${text(tokenVariable)}]).Issuer`;
  const counted = {
    route,
    api,
    consumer: code`${route} + " " + ${issuer} + " " + ${subject}`,
    ip: code`${route} + " " + context.Request.IpAddress`,
  }[by];
  return element(seconds <= longestRatePeriod ? "rate-limit-by-key" : "quota-by-key", {
    calls: requests,
    "renewal-period": seconds,
    "counter-key": expression(counted),
  });
}

/**
 * A request of another origin that is no preflight goes on, to be authenticated like every other, and a browser keeps
 * its answer from the page: the same as on other vendors. A preflight that does not match gets an empty 200.
 *
 * @see https://learn.microsoft.com/azure/api-management/cors-policy
 */
function cors(given: ApiCors): PolicyElement {
  const each = (name: string, values: readonly string[]) => values.map((content) => element(name, {}, value(content)));
  return element("cors", { "allow-credentials": String(given.credentials), "terminate-unmatched-request": "false" }, [
    element("allowed-origins", {}, each("origin", given.origins)),
    element("allowed-methods", { "preflight-result-max-age": given.maxAgeSeconds }, each("method", given.methods)),
    ...(given.headers.length === 0 ? [] : [element("allowed-headers", {}, each("header", given.headers))]),
    ...(given.expose.length === 0 ? [] : [element("expose-headers", {}, each("header", given.expose))]),
  ]);
}
