import { normalise } from "./check/normalise.ts";
import type { Auths, Backends, Cors, Defaults, Description, Plan, PlanLimit, Route, RouteKey } from "./description.ts";

/** A plan whose routes are routes of the description. */
interface PlanOver<Ks extends RouteKey> extends Omit<Plan, "routes"> {
  readonly routes?: Readonly<Partial<Record<Ks, readonly PlanLimit[]>>>;
}

/**
 * Describes an API: its backends, its authentication, its routes. The same description works with every vendor's gateway.
 *
 * A misspelt backend, auth, method, property or route of a plan is a type error. Everything else is checked when this is
 * called.
 *
 * @returns the same description, checked
 * @throws {PolygateError} with every problem, each with its place and a remedy
 *
 * @example
 * ```ts
 * import { defineApi, http, jwt, open } from "polygate";
 *
 * export const orders = defineApi({
 *   version: 1,
 *   backends: { catalog: http(), erp: http() },
 *   auth: { staff: jwt({ audiences: ["orders"] }), anyone: open("public catalogue") },
 *   default: { auth: "staff", limits: [{ requests: 600, per: "minute", by: "route" }] },
 *   routes: {
 *     "GET /orders/{id}": { to: "erp" },
 *     "POST /orders": { to: "erp", scopes: ["orders:write"] },
 *     "GET /catalog/{rest+}": { to: "catalog", auth: "anyone", path: "/v2/{rest}" },
 *   },
 * });
 * ```
 */
export function defineApi<
  const Bs extends Backends,
  const As extends Auths,
  const Ks extends RouteKey,
  const Ps extends string = never,
>(description: {
  readonly version: 1;
  readonly title?: string;
  readonly backends: Bs;
  readonly auth: As;
  readonly default?: Defaults<NoInfer<keyof As & string>>;
  readonly cors?: Cors;
  readonly plans?: Readonly<Record<Ps, PlanOver<NoInfer<Ks>>>>;
  // Optional, so that a route can be spread in on a condition: `...(isDev ? { "GET /debug": … } : {})`.
  readonly routes: { readonly [K in Ks]?: Route<NoInfer<keyof Bs & string>, NoInfer<keyof As & string>> };
}): Description<Bs, As, Readonly<Record<Ps, Plan>>, Ks> {
  normalise(description);
  return description as Description<Bs, As, Readonly<Record<Ps, Plan>>, Ks>;
}
