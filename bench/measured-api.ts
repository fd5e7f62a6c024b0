import { defineApi, http, jwt } from "polygate";
import { AUDIENCE, BACKEND, BACKEND_PATH, ISSUER, METHOD, routePath } from "./place.ts";

/** The API that is measured: every route checks a token, maps its path and passes the request on. */
export function measuredApi(routes: number) {
  return defineApi({
    version: 1,
    title: "Bench",
    backends: { backend: http() },
    auth: { users: jwt({ audiences: [AUDIENCE] }) },
    default: { auth: "users" },
    routes: Object.fromEntries(
      Array.from({ length: routes }, (_, index) => [
        `${METHOD} ${routePath(index)}` as const,
        { to: "backend" as const, path: `${BACKEND_PATH}${routePath(index)}` },
      ]),
    ),
  });
}

export const measuredBindings = {
  backends: { backend: { url: BACKEND } },
  auth: { users: { issuer: ISSUER } },
};
