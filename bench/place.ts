/** What every measured API has in common, whoever declares it. Loads nothing: it is part of what is measured. */

/** How many routes a program declares is said by this variable of its environment. */
export const ROUTES_VARIABLE = "POLYGATE_BENCH_ROUTES";

export const BACKEND = "https://backend.example.com";
/** The backend's own paths stand below this one. */
export const BACKEND_PATH = "/v1";
export const ISSUER = "https://login.example.com";
export const AUDIENCE = "bench";
export const METHOD = "POST";

/** The template of a route: two segments, the second a parameter. */
export function routePath(index: number): string {
  return `/r${index}/{id}`;
}

/** @throws Error when the environment does not say a number of routes */
export function routesAsked(): number {
  const routes = Number(process.env[ROUTES_VARIABLE]);
  if (!Number.isInteger(routes) || routes < 1) throw new Error(`${ROUTES_VARIABLE} is to be a number of routes`);
  return routes;
}
