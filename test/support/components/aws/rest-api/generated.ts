import fc from "fast-check";
import { carry } from "../../../../../components/api/capability/carry.ts";
import { normalise } from "../../../../../components/api/check/normalise.ts";
import type { Api } from "../../../../../components/api/checked-api.ts";
import { PolygateError } from "../../../../../components/api/problem.ts";
import { type RestAuthorizer, restApiTarget } from "../../../../../components/aws/rest-api/target.ts";

/** The function that verifies an auth and its scopes: some of `r` and `w`, in any order. */
export function checking(auth: string, scopes: readonly string[]): string {
  return `arn:aws:lambda:us-east-1:000000000000:function:${[auth, ...scopes.toSorted()].join("-")}`;
}

/** The auth and the scopes that an authorizer requires; those of one that decides by route are not listed. */
export function requiredBy({ name, requirements: [only, ...more] }: RestAuthorizer): readonly string[] {
  if (only === undefined || more.length > 0) return [name];
  const { auth, scopes } = only;
  return "all" in scopes ? [auth, "all", ...scopes.all] : [auth, ...scopes];
}

export const target = restApiTarget({
  name: "generated",
  authorizers: (authorizer) => {
    const [auth = "", ...scopes] = requiredBy(authorizer);
    return checking(auth, scopes);
  },
});

/** Only few texts, so that paths overlap. */
export const texts = ["a", "b", "v1.2"] as const;

const segment = fc.constantFrom("{x}", ...texts, "{x}", "a");
const path = fc.tuple(fc.array(segment, { maxLength: 3 }), fc.boolean()).map(([parts, greedy]) => {
  const named = parts.map((part, index) => (part === "{x}" ? `{x${index}}` : part));
  return `/${[...named, ...(greedy ? ["{rest+}"] : [])].join("/")}`;
});
const limit = fc.record({
  requests: fc.integer({ min: 1, max: 9 }),
  per: fc.constantFrom("second", "minute", "hour", "day"),
});

const auths = {
  staff: { kind: "jwt", audiences: ["orders"] },
  partners: { kind: "apiKey" },
  both: { kind: "allOf", of: [{ kind: "jwt", audiences: ["orders", "back office"] }, { kind: "apiKey" }] },
  anyone: { kind: "open", reason: "a test" },
} as const;

const hostile = [
  "plain",
  'it\'s "quoted"',
  "${stageVariables.x}",
  "$a #if(1) \\$b #end",
  "é {{x}} $x.y é.z",
  "#",
  "</",
];

const route = fc.record({
  method: fc.constantFrom("GET", "GET", "POST", "DELETE", "HEAD"),
  path,
  auth: fc.constantFrom(...(Object.keys(auths) as (keyof typeof auths)[])),
  scopes: fc.uniqueArray(fc.constantFrom("r", "w"), { maxLength: 2 }),
  by: fc.option(fc.constantFrom("route", "consumer"), { freq: 3, nil: undefined }),
  limit,
  to: fc.constantFrom("erp", "erp", "ship", "reply"),
  rewrites: fc.boolean(),
  header: fc.constantFrom(...hostile),
  body: fc.constantFrom(...hostile, " led by a space", "\nlines\n"),
});

const cors = fc.record(
  {
    origins: fc.constantFrom(["*"], ["https://a.test"], ["https://a.test", "http://localhost:3000"]),
    expose: fc.constantFrom([], ["x-total"]),
    maxAgeSeconds: fc.constantFrom(0, 60),
  },
  { requiredKeys: ["origins"] },
);

type Route = typeof route extends fc.Arbitrary<infer R> ? R : never;

function written({ method, path: own, auth, scopes, by, limit: one, to, rewrites, header, body }: Route): object {
  const tokens = auth === "staff" || auth === "both";
  const limits =
    by === undefined || (by === "consumer" && (auth === "anyone" || auth === "staff")) ? [] : [{ ...one, by }];
  const common = { auth, limits, ...(tokens && scopes.length > 0 ? { scopes } : {}) };
  if (to === "reply" && method !== "HEAD")
    return { ...common, reply: { status: 418, headers: { "x-text": header }, body } };
  if (to === "ship") return { ...common, to };
  const names = [...own.matchAll(/\{(x\d)\}/g)].map(([parameter]) => parameter).toReversed();
  const mapped = `/${["v2", ...names, ...(own.includes("{rest+}") ? ["{rest}"] : [])].join("/")}`;
  return {
    ...common,
    to: "erp",
    ...(rewrites ? { path: mapped } : {}),
    requestHeaders: { set: { "x-tenant": header } },
  };
}

/** Any description that the target supports, without conflicting or refused routes. */
export const apis: fc.Arbitrary<Api> = fc
  .record({
    routes: fc.array(route, { minLength: 1, maxLength: 9 }),
    cors: fc.option(cors, { nil: undefined }),
    plan: fc.record({ limits: fc.option(limit, { nil: undefined }), quota: fc.boolean() }),
  })
  .map((made) => {
    const routes = Object.fromEntries(made.routes.map((each) => [`${each.method} ${each.path}`, written(each)]));
    const plans = {
      standard: {
        ...(made.plan.limits === undefined ? {} : { limits: [made.plan.limits] }),
        ...(made.plan.quota ? { quota: { requests: 100, per: "month" } } : {}),
      },
    };
    return carried({ routes, plans, ...(made.cors === undefined ? {} : { cors: made.cors }) });
  })
  .filter((api) => api !== undefined);

function carried(given: {
  readonly routes: Readonly<Record<string, object>>;
  readonly plans: object;
}): Api | undefined {
  let routes = given.routes;
  while (Object.keys(routes).length > 0) {
    const keyed = Object.values(routes).some((each) => ["partners", "both"].includes((each as { auth: string }).auth));
    const { plans, ...rest } = given;
    const backends = { erp: { kind: "http" }, ship: { kind: "fn" } };
    try {
      const described = { version: 1, backends, auth: auths, ...rest, routes, ...(keyed ? { plans } : {}) };
      return carry(normalise(described), target.capabilities, {}, target.check).api;
    } catch (error) {
      if (!(error instanceof PolygateError)) throw error;
      const refused = new Set(error.problems.flatMap(({ route: key }) => key ?? []));
      if (refused.size === 0) throw error;
      routes = Object.fromEntries(Object.entries(routes).filter(([key]) => !refused.has(key)));
    }
  }
  return undefined;
}
