import { defineApi, http, jwt, type Method } from "polygate";
import { AUDIENCE, BACKEND, BACKEND_PATH, ISSUER, METHOD, routePath } from "./scenario.ts";

/**
 * The measured API: every route checks a token, maps its path and forwards the request.
 *
 * @param methods The methods of each path. A REST API may have 300 resources, and a path of two segments needs two.
 */
export function measuredApi(routes: number, methods: readonly Method[] = [METHOD]) {
  const pathOf = (index: number) => routePath(Math.floor(index / methods.length));
  return defineApi({
    version: 1,
    title: "Bench",
    backends: { backend: http() },
    auth: { users: jwt({ audiences: [AUDIENCE] }) },
    default: { auth: "users" },
    routes: Object.fromEntries(
      Array.from({ length: routes }, (_, index) => [
        `${methods[index % methods.length] ?? METHOD} ${pathOf(index)}` as const,
        { to: "backend" as const, path: `${BACKEND_PATH}${pathOf(index)}` },
      ]),
    ),
  });
}

/** Five methods for each path. */
export const restMethods = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const satisfies readonly Method[];

export const measuredBindings = {
  backends: { backend: { url: BACKEND } },
  auth: { users: { issuer: ISSUER } },
};

/** A companion must know where the keys are. The sandbox's issuer has them here. */
export const companionBindings = {
  ...measuredBindings,
  auth: { users: { issuer: ISSUER, jwksUri: `${ISSUER}/jwks` } },
};
