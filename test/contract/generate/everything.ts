import type { BackendText, DescriptionText, LimitText, PlanText, RouteText } from "../oracle/description.ts";

const base: DescriptionText = {
  version: 1,
  backends: { shop: { kind: "http" } },
  auth: {
    staff: { kind: "jwt", audiences: ["orders"] },
    anyone: { kind: "open", reason: "a part of the contract suite" },
  },
  default: { auth: "staff" },
  routes: {},
};

const withRoute = (route: Partial<RouteText>, key = "GET /orders"): DescriptionText => ({
  ...base,
  routes: { [key]: "reply" in route ? route : { to: "shop", ...route } },
});

const trusting = (trust: NonNullable<BackendText["trust"]>): DescriptionText => ({
  ...withRoute({}),
  backends: { shop: { kind: "http", trust } },
});

const limited = (by: LimitText["by"], per: LimitText["per"], burst?: number): DescriptionText =>
  withRoute({ limits: [{ requests: 5, per, by, ...(burst === undefined ? {} : { burst }) }] });

const keyed: DescriptionText = {
  ...base,
  auth: { program: { kind: "apiKey" } },
  default: { auth: "program" },
  plans: { standard: {} },
  routes: { "GET /orders": { to: "shop" } },
};

const withOneRoute = { routes: { "GET /orders": { to: "shop" } } };

const planned = (standard: PlanText): DescriptionText => ({ ...keyed, plans: { standard } });

const limitedByKey = (per: LimitText["per"]): DescriptionText => ({
  ...keyed,
  routes: { "GET /orders": { to: "shop", limits: [{ requests: 5, per, by: "consumer" }] } },
});

/** For each feature, the smallest description that uses it and as few other features as possible. */
export const everything: Readonly<Record<string, DescriptionText>> = {
  "route.literal": withRoute({}),
  "route.literal.colon": withRoute({}, "GET /orders:all"),
  "route.literal.mark": withRoute({}, "GET /v1.2/{id}"),
  "route.parameter": withRoute({}, "GET /orders/{id}"),
  "route.greedy": withRoute({}, "GET /orders/{rest+}"),
  "path.prefix": withRoute({ path: "/v2/orders" }),
  "path.fixed": withRoute({ path: "/elsewhere" }),
  "path.rewrite": withRoute({ path: "/items/{id}" }, "GET /orders/{id}"),
  "backend.http": withRoute({}),
  "backend.fn": { ...base, backends: { shipping: { kind: "fn" } }, routes: { "GET /orders": { to: "shipping" } } },
  "backend.onPrem": { ...base, backends: { depot: { kind: "onPrem" } }, routes: { "GET /orders": { to: "depot" } } },
  "trust.clientCertificate": trusting({ clientCertificate: true }),
  "trust.secretHeader": trusting({ secretHeader: "x-gateway-proof" }),
  "trust.identityToken": trusting({ identityToken: true }),
  reply: withRoute({ reply: { status: 200, body: "ok" } }),
  "auth.jwt": withRoute({}),
  "auth.jwt.client-id": {
    ...withRoute({}),
    auth: { staff: { kind: "jwt", audiences: ["orders"], audienceFallback: "client_id" } },
  },
  "auth.scopes": withRoute({ scopes: ["orders:read"] }),
  "auth.scopes.all": withRoute({ scopes: { all: ["orders:read", "orders:write"] } }),
  "auth.key": keyed,
  "auth.token-and-key": {
    ...keyed,
    auth: { both: { kind: "allOf", of: [{ kind: "jwt", audiences: ["orders"] }, { kind: "apiKey" }] } },
    default: { auth: "both" },
  },
  "auth.iam": { ...base, auth: { services: { kind: "iam" } }, default: { auth: "services" }, ...withOneRoute },
  "auth.open": withRoute({ auth: "anyone" }),
  "limits.route": limited("route", "minute"),
  "limits.route.long": limited("route", "hour"),
  "limits.api": limited("api", "minute"),
  "limits.consumer": limited("consumer", "minute"),
  "limits.consumer.long": limited("consumer", "day"),
  "limits.key": limitedByKey("minute"),
  "limits.key.long": limitedByKey("day"),
  "limits.ip.second": limited("ip", "second"),
  // The smallest limit of AWS WAF.
  "limits.ip": withRoute({ limits: [{ requests: 10, per: "minute", by: "ip" }] }),
  "limits.ip.long": limited("ip", "hour"),
  "limits.burst": limited("route", "second", 10),
  "plans.limits": planned({ limits: [{ requests: 5, per: "minute" }] }),
  "plans.quota": planned({ quota: { requests: 5, per: "month" } }),
  "plans.routes": planned({ routes: { "GET /orders": [{ requests: 5, per: "minute" }] } }),
  cors: { ...withRoute({}), cors: { origins: ["https://shop.test"] } },
  "request.parameters": withRoute({ request: { query: ["page"], headers: ["x-request-id"] } }),
  "request.body": withRoute({ request: { body: { type: "object", required: ["a"] } } }, "POST /orders"),
  timeout: withRoute({ timeoutSeconds: 5 }),
  "headers.set": withRoute({ requestHeaders: { set: { "x-tenant": "a" } } }),
  "headers.remove": withRoute({ requestHeaders: { remove: ["x-internal"] } }),
};
