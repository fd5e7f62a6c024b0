/** The constants of every measured API. This file imports nothing, because loading it is part of the measurement. */

/** The environment variable with the number of routes that a program declares. */
export const ROUTES_VARIABLE = "POLYGATE_BENCH_ROUTES";

export const BACKEND = "https://backend.example.com";
/** The path prefix of the backend. */
export const BACKEND_PATH = "/v1";
export const ISSUER = "https://login.example.com";
export const AUDIENCE = "bench";
export const METHOD = "POST";

/** The path of a route: two segments, the second of which is a parameter. */
export function routePath(index: number): string {
  return `/r${index}/{id}`;
}

/**
 * The number of routes that a program declares.
 *
 * @throws {Error} If the environment has no positive integer in {@link ROUTES_VARIABLE}.
 */
export function routeCount(): number {
  const routes = Number(process.env[ROUTES_VARIABLE]);
  if (!Number.isInteger(routes) || routes < 1) throw new Error(`${ROUTES_VARIABLE} must be a positive integer.`);
  return routes;
}
