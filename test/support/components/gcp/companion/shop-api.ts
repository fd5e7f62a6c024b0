import { normalise } from "../../../../../components/api/check/normalise.ts";
import type { Api } from "../../../../../components/api/checked-api.ts";
import { issuer } from "./companion-tokens.ts";

/** An API with one backend, which distinguishes paths exactly, an auth that requires a token and one that does not. */
export function shopApi(routes: Readonly<Record<string, object>>, more: object = {}): Api {
  const described = Object.entries(routes).map(([key, route]) => [
    key,
    "reply" in route ? route : { to: "shop", ...route },
  ]);
  return normalise({
    version: 1,
    backends: { shop: { kind: "http", paths: "exact" } },
    auth: { staff: { kind: "jwt", audiences: ["orders", "back office"] }, anyone: { kind: "open", reason: "a test" } },
    default: { auth: "staff" },
    routes: Object.fromEntries(described),
    ...more,
  });
}

/** The backend and the issuer of {@link shopApi}, without TLS, which tests that need none would wait for. */
export const shopBindings = {
  backends: { shop: { url: "http://shop.example.com" } },
  auth: { staff: { issuer, jwksUri: "http://keys.example.com/jwks" } },
};
