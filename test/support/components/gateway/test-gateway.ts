import type { Bindings } from "../../../../components/api/binding/binding.ts";
import type { Capabilities, Support } from "../../../../components/api/capability/capabilities.ts";
import { type Feature, features } from "../../../../components/api/capability/features.ts";
import { type Description, http, jwt, open } from "../../../../components/api/description.ts";
import { PolygateError, type Problem } from "../../../../components/api/problem.ts";
import type { GatewayArgs } from "../../../../components/gateway/gateway.ts";
import { prepare } from "../../../../components/gateway/prepare.ts";
import type { Target } from "../../../../components/gateway/target.ts";

export const api: Description = {
  version: 1,
  backends: { shop: http() },
  auth: { staff: jwt({ audiences: ["shop"] }), anyone: open("public") },
  default: { auth: "staff" },
  routes: {
    "GET /items/{id}": { to: "shop", limits: [{ requests: 1, per: "minute", by: "ip" }] },
    "GET /items/special": { to: "shop" },
    "GET /public": { to: "shop", auth: "anyone" },
  },
};
export const backends = { shop: { url: "https://shop.example.com" } };
export const auth = { staff: { issuer: "https://login.example.com" } };

/** The target of a vendor that lacks limits by address and scopes. Its document lists the routes and the bindings. */
export function target(seen: Bindings[] = []): Target<string> {
  const lacks: readonly Feature[] = ["limits.ip", "auth.scopes"];
  const support = (feature: Feature): Support =>
    lacks.includes(feature)
      ? { support: "none", why: "it cannot", instead: "Do without." }
      : { support: "native", how: "it can" };
  const table = Object.fromEntries((Object.keys(features) as Feature[]).map((name) => [name, support(name)]));
  return {
    capabilities: {
      vendor: "aws",
      className: "TestGateway",
      features: table as Capabilities["features"],
      limitPrecision: "",
      limits: {},
      readings: {},
      divergences: [],
      noEscape: [],
    },
    resources: () => 1,
    check: () => [],
    cautions: ({ routes }) =>
      routes.slice(0, 1).map(({ key: route }) => ({ route, what: "who knows", advice: "Try it." })),
    compile: (carried, bindings) => {
      seen.push(bindings);
      return JSON.stringify([carried.routes.map(({ key }) => key), bindings]);
    },
    artefacts: (document) => ({ document }),
  };
}

/** The problems that `prepare` reports for a gateway with these arguments. */
export function problemsOf(args: Partial<GatewayArgs>): readonly Problem[] {
  try {
    prepare("The gateway", { api, backends, auth, waive: { limits: "elsewhere" }, ...args }, target());
  } catch (error) {
    if (error instanceof PolygateError) return error.problems;
    throw error;
  }
  return [];
}
