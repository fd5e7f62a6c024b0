import type { DescriptionText, OracleRoute, RouteText } from "../oracle/description.ts";
import { credentialCases } from "../world/tokens.ts";
import type { Carries } from "./descriptions.ts";
import type { Probe } from "./probe.ts";
import type { Probes } from "./probes.ts";

/** More than any gateway may have authorizers. */
const count = 20;
const shared = ["orders:read", "orders:write", "https://api.test/.default", "it's"];

/**
 * A description with forty sets of scopes, of one token or another; undefined if the gateway checks no scopes. No two routes require the
 * same, so that a wrong choice is seen.
 */
export function scopesDescription(carries: Carries): DescriptionText | undefined {
  if (!carries("auth.scopes")) return undefined;
  const scopes = Array.from({ length: count }, (_, index) => [shared[index % shared.length] ?? "", `only:${index}`]);
  const anyOf = scopes.map((set, index): [string, RouteText] => [`GET /any/${index}`, { to: "shop", scopes: set }]);
  const allOf = scopes.map((set, index): [string, RouteText] => [
    `GET /all/${index}`,
    { to: "erp", scopes: { all: set } },
  ]);
  return {
    version: 1,
    title: "Many scopes",
    backends: { shop: { kind: "http" }, erp: { kind: "http" } },
    auth: {
      staff: { kind: "jwt", audiences: ["orders"] },
      partners: { kind: "jwt", audiences: ["partner-orders"] },
      anyone: { kind: "open", reason: "a part of the contract suite" },
    },
    default: { auth: "staff" },
    routes: {
      ...Object.fromEntries(anyOf),
      ...(carries("auth.scopes.all") ? Object.fromEntries(allOf) : {}),
      "GET /any/{id}/lines": { to: "shop", auth: "partners" },
      "POST /any/{id}/lines": { to: "shop", auth: "partners", scopes: ["orders:write"] },
      "PUT /any/{id}/lines": { to: "shop", auth: "partners", scopes: ["orders:read"] },
      ...(carries("route.greedy") ? { "GET /deep/{rest+}": { to: "erp", scopes: ["only:deep"] } } : {}),
      "GET /deep/{a}/{b}": { to: "erp", scopes: ["only:pair"] },
      "GET /public": { to: "shop", auth: "anyone" },
    },
  };
}

/** The cases of tokens and scopes on each route, and each credential on one. */
export function scopesSweep(probes: Probes, routes: readonly OracleRoute[]): readonly (Probe | undefined)[] {
  const [first] = routes;
  return [
    ...routes.flatMap((route, index) => [
      ...[0, 1, 2].map((salt) => probes.access.scope(route, 3 * index + salt)),
      probes.access.credential("token-missing", route, index),
      probes.requests.proxied(route, index),
    ]),
    ...credentialCases.map((kind) => probes.access.credential(kind, first, 0)),
    probes.access.expiry(first),
  ];
}
