import type { SharedServers } from "../divergence.ts";
import type { DescriptionText, PlanText, RouteText } from "../oracle/description.ts";
import { type Carries, replyMark } from "./descriptions.ts";

/**
 * One description with each feature that a gateway supports, so that each case of the contract occurs.
 *
 * @param shared the servers that the gateway's open routes may share with guarded routes
 */
export function wholeDescription(carries: Carries, shared: SharedServers): DescriptionText {
  const paths = shared.lenient ? {} : { paths: "exact" as const };
  const inside = shared.lenient || shared.exact ? "shop" : "erp";
  const scoped = (...scopes: string[]) => (carries("auth.scopes") ? { scopes } : {});
  const routes: Record<string, RouteText> = {
    "GET /": { to: "shop", auth: "anyone" },
    "GET /orders/{id}": { to: "erp", ...scoped("orders:read") },
    ...(carries("auth.scopes.all")
      ? { "DELETE /orders/{id}/lines": { to: "erp", scopes: { all: ["orders:write", "admin"] } } }
      : {}),
    "POST /orders": { to: "erp", ...scoped("orders:write", "admin") },
    "GET /orders/special": { to: "shop", auth: "anyone" },
    "DELETE /orders/{id}": { to: "Legacy_2", auth: "partners" },
    "GET /orders/{id}/lines/{rest+}": { to: "erp" },
    "GET /catalog/{rest+}": { to: "shop", auth: "anyone" },
    "GET /catalog/internal": { to: inside },
    "GET /catalog/in,side": { to: inside },
    ...(carries("route.literal.colon") ? { "GET /catalog/act:go": { to: inside } } : {}),
    ...(carries("route.literal.mark") ? { "GET /catalog/v1.2/{a}": { to: inside } } : {}),
    "ANY /every/{rest+}": { to: "erp" },
    "GET /every/{rest+}": { to: "shop", auth: "anyone" },
    "ANY /every": { to: "shop", auth: "partners" },
    ...(carries("reply")
      ? { "ANY /closed": { auth: "anyone", reply: { status: 503, headers: { [replyMark]: "yes" }, body: "closed" } } }
      : {}),
    ...(carries("backend.fn") ? { "ANY /calls/{rest+}": { to: "shipping" } } : {}),
    "POST /upload": { to: "shop", auth: "anyone" },
    "GET /gone": { to: "gone" },
    "GET /slow": { to: "constructor", auth: "anyone", ...(carries("timeout") ? { timeoutSeconds: 1 } : {}) },
    ...(carries("path.prefix") ? { "GET /front/{a}": { to: "erp", path: "/v2/front/{a}" } } : {}),
    ...(carries("path.fixed") ? { "GET /front": { to: "erp", path: "/behind/it" } } : {}),
    ...(carries("path.rewrite") ? { "PUT /turn/{a}/{b}": { to: "erp", path: "/to/{b}/of/{a}" } } : {}),
    ...(carries("headers.set")
      ? { "GET /set": { to: "shop", requestHeaders: { set: { "X-Tenant": 'a "b" <c> & d' } } } }
      : {}),
    ...(carries("headers.remove")
      ? { "GET /removed": { to: "shop", requestHeaders: { remove: ["X-Internal"] } } }
      : {}),
    ...(carries("reply")
      ? {
          "GET /health": {
            auth: "anyone",
            reply: { status: 203, headers: { [replyMark]: "yes" }, body: { ok: true } },
          },
        }
      : {}),
    ...(carries("limits.route")
      ? { "GET /limited": { to: "shop", limits: [{ requests: 3, per: "minute", by: "route" }] } }
      : {}),
    ...(carries("limits.route.long")
      ? { "GET /limited/long": { to: "shop", limits: [{ requests: 2, per: "hour", by: "route" }] } }
      : {}),
    ...(carries("limits.consumer")
      ? { "GET /limited/consumer": { to: "shop", limits: [{ requests: 2, per: "minute", by: "consumer" }] } }
      : {}),
    ...(carries("limits.ip")
      ? {
          "GET /limited/ip": { to: "shop", limits: [{ requests: 10, per: "minute", by: "ip" }] },
          "GET /addresses/{rest+}": { to: "erp", limits: [{ requests: 11, per: "minute", by: "ip" }] },
          "GET /addresses/{id}/owner": { to: "shop" },
          "POST /addresses/{id}": { to: "shop" },
        }
      : {}),
    ...(carries("auth.key") ? keyedRoutes(carries) : {}),
    ...(carries("auth.iam") ? signedRoutes(carries) : {}),
    ...(carries("backend.fn")
      ? {
          "GET /fn/{id}": { to: "shipping", ...scoped("orders:read") },
          "POST /fn/{id}/lines/{rest+}": { to: "shipping", auth: "anyone" },
          "GET /fn/slow": { to: "Quote_fn", auth: "anyone", ...(carries("timeout") ? { timeoutSeconds: 8 } : {}) },
        }
      : {}),
    ...(carries("backend.onPrem")
      ? {
          "GET /depot/{id}": { to: "depot", ...scoped("orders:read") },
          "POST /yard/{rest+}": { to: "depot", auth: "anyone" },
          "GET /depot/{id}/safe": { to: "Vault" },
          ...(carries("path.rewrite") ? { "PUT /depot/{a}/{b}": { to: "Vault", path: "/to/{b}/of/{a}" } } : {}),
        }
      : {}),
  };
  return {
    version: 1,
    title: "The whole of it",
    backends: {
      ...Object.fromEntries(
        ["erp", "Legacy_2", "constructor", "gone"].map((name) => [name, { kind: "http" as const }]),
      ),
      shop: { kind: "http", ...paths },
      ...(carries("backend.onPrem") ? { depot: { kind: "onPrem" }, Vault: { kind: "onPrem" } } : {}),
      ...(carries("backend.fn") ? { shipping: { kind: "fn", ...paths }, Quote_fn: { kind: "fn" } } : {}),
    },
    auth: {
      staff: { kind: "jwt", audiences: ["orders", "https://api.test/orders"] },
      partners: {
        kind: "jwt",
        audiences: ["partner-orders"],
        ...(carries("auth.jwt.client-id") ? { audienceFallback: "client_id" as const } : {}),
      },
      ...(carries("auth.key") ? { program: { kind: "apiKey" } } : {}),
      ...(carries("auth.token-and-key")
        ? { both: { kind: "allOf", of: [{ kind: "jwt", audiences: ["both-orders"] }, { kind: "apiKey" }] } }
        : {}),
      ...(carries("auth.iam") ? { services: { kind: "iam" } } : {}),
      anyone: { kind: "open", reason: "a part of the contract suite" },
    },
    default: { auth: "staff" },
    ...(carries("cors")
      ? {
          cors: {
            origins: ["https://shop.test", "http://localhost:3000"],
            headers: ["Authorization", "X-Custom"],
            expose: ["x-total"],
            maxAgeSeconds: 60,
          },
        }
      : {}),
    ...(carries("auth.key") ? { plans: plans(carries) } : {}),
    routes,
  };
}

/** A description whose only route matches the rest of every path. `/`, with an empty rest, is a plain path. */
export function rootDescription(carries: Carries): DescriptionText | undefined {
  if (!carries("route.greedy")) return undefined;
  return {
    version: 1,
    title: "Everything below the root",
    backends: { shop: { kind: "http" } },
    auth: { staff: { kind: "jwt", audiences: ["orders"] } },
    default: { auth: "staff" },
    routes: { "GET /{rest+}": { to: "shop" } },
  };
}

/** Routes that require a key: alone, with a token, and with limits. */
function keyedRoutes(carries: Carries): Record<string, RouteText> {
  return {
    "GET /keyed": { to: "shop", auth: "program" },
    "POST /keyed/{id}": { to: "erp", auth: "program" },
    "GET /keyed/single": { to: "shop", auth: "program" },
    ...(carries("auth.token-and-key")
      ? {
          "GET /keyed/{id}": {
            to: "erp",
            auth: "both",
            ...(carries("auth.scopes") ? { scopes: ["orders:read"] } : {}),
          },
        }
      : {}),
    ...(carries("limits.key")
      ? {
          "GET /keyed/limited": {
            to: "shop",
            auth: "program",
            limits: [{ requests: 2, per: "minute", by: "consumer" }],
          },
        }
      : {}),
    ...(carries("limits.key.long")
      ? {
          "GET /keyed/limited/long": {
            to: "shop",
            auth: "program",
            limits: [{ requests: 2, per: "day", by: "consumer" }],
          },
        }
      : {}),
  };
}

/** Routes that require a signature. One caller may call only the first of them, and another caller all but the first. */
function signedRoutes(carries: Carries): Record<string, RouteText> {
  return {
    "POST /signed/{id}": { to: "erp", auth: "services" },
    "GET /signed": { to: "shop", auth: "services" },
    "GET /signed/{id}": { to: "erp", auth: "services" },
    "GET /signed/{id}/lines/{rest+}": { to: "erp", auth: "services" },
    "POST /signed/{id}/lines": { to: "shop", auth: "services" },
    "GET /signed/open": { to: "shop", auth: "anyone" },
    "ANY /signed/every": { to: "shop", auth: "services" },
    "PUT /signed/every": { to: "erp", auth: "services" },
    ...(carries("backend.fn") ? { "PUT /signed/{id}": { to: "shipping", auth: "services" } } : {}),
    ...(carries("limits.route")
      ? {
          "GET /signed/limited": {
            to: "shop",
            auth: "services",
            limits: [{ requests: 2, per: "minute", by: "route" }],
          },
        }
      : {}),
    ...(carries("reply")
      ? {
          "GET /signed/health": {
            auth: "services",
            reply: { status: 203, headers: { [replyMark]: "yes" }, body: { ok: true } },
          },
        }
      : {}),
  };
}

/** A plan without a limit, and a plan for each kind of limit. */
function plans(carries: Carries): Readonly<Record<string, PlanText>> {
  const single = { "GET /keyed/single": [{ requests: 2, per: "minute" }] } as const;
  return {
    free: {},
    ...(carries("plans.limits") ? { small: { limits: [{ requests: 3, per: "minute" }] } } : {}),
    ...(carries("plans.routes") ? { single: { routes: single } } : {}),
    ...(carries("plans.limits") && carries("plans.routes")
      ? { both: { limits: [{ requests: 4, per: "second" }], routes: single } }
      : {}),
    ...(carries("plans.quota")
      ? {
          daily: { quota: { requests: 3, per: "day" } },
          weekly: { quota: { requests: 2, per: "week" } },
          monthly: { quota: { requests: 2, per: "month" } },
        }
      : {}),
  };
}
