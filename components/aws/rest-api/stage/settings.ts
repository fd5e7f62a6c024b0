import { type Api, type ApiRoute, asksForKey, type PlanLimit, windowSeconds } from "../../../api/checked-api.ts";
import { type Cache, secondsOf } from "../cache.ts";
import { type RestResource, resourcesByRoute, resourcesOf } from "../document/resources.ts";

/** A token bucket: `burst` requests at once, `rate` more a second. -1 each: no limit of the stage's own. */
export interface RestThrottle {
  readonly rate: number;
  readonly burst: number;
}

/** The throttle of a method, or of all that have none of their own. */
export interface RestMethodThrottle extends RestThrottle {
  /**
   * As `aws.apigateway.MethodSettings` takes it and reads it back: all methods, or the path with each slash as `~1`, e.g.
   * `~1orders~1{p2}/GET`.
   *
   * @see https://github.com/hashicorp/terraform-provider-aws/issues/9738
   */
  readonly methodPath: string;
  /** How long answers are kept, 0 for not at all; absent where there is no cache. */
  readonly cachedSeconds?: number;
}

/** One plan, as `aws.apigateway.UsagePlan` takes it. */
export interface RestPlan {
  readonly throttle?: RestThrottle;
  readonly quota?: { readonly limit: number; readonly period: "DAY" | "WEEK" | "MONTH" };
  /** By path and method, e.g. `/orders/{p2}/GET`. */
  readonly methods: readonly (RestThrottle & { readonly path: string })[];
}

/** What stands beside the document, and holds no binding. */
export interface RestApiSettings {
  /** The first is of all methods; then those that differ from it. */
  readonly methods: readonly RestMethodThrottle[];
  readonly plans: Readonly<Record<string, RestPlan>>;
}

/**
 * Of a plan that has none: what AWS gives an account in most Regions, where an account has less, that. It must be there
 * where methods have throttles of their own: "Can not define fine grain throttling if usage plan throttle is not defined"
 * (aws/aws-cdk#6411).
 */
const unlimited: RestThrottle = { rate: 10_000, burst: 5_000 };

/** What `aws.apigateway.MethodSettings` writes where nobody says anything: throttling disabled. */
const unthrottled: RestThrottle = { rate: -1, burst: -1 };

export function settingsOf(api: Api, cache?: Cache): RestApiSettings {
  const tree = resourcesOf(api);
  return { methods: methodsOf(api, tree.resources, cache), plans: plansOf(api, resourcesByRoute(tree)) };
}

/**
 * A bucket that holds the requests of a window, and fills again within one. The provider writes a method's rate with six
 * digits behind the point, and would find another one at each preview; cut, not rounded, so that no more pass.
 */
export function throttleOf({ requests, per, burst }: PlanLimit): RestThrottle {
  return { rate: Math.floor((requests * 1e6) / windowSeconds[per]) / 1e6, burst: burst ?? requests };
}

/** A plan's limits of a route: its own, or else what the route says by consumer. */
export function planLimitsOf(plan: string, api: Api, route: ApiRoute): readonly PlanLimit[] {
  if (!asksForKey(route.auth)) return [];
  const own = api.plans[plan]?.routes ?? {};
  return Object.hasOwn(own, route.key) ? (own[route.key] ?? []) : route.limits.filter(({ by }) => by === "consumer");
}

/** Whether something counts the requests of a route by itself, which one resource alone does exactly. */
export function isCounted(api: Api, route: ApiRoute): boolean {
  return (
    route.limits.some(({ by }) => by === "route") ||
    Object.keys(api.plans).some((plan) => planLimitsOf(plan, api, route).length > 0)
  );
}

/** Preflights are methods like others, and no route's limit is theirs. */
function methodsOf(
  api: Api,
  resources: readonly RestResource[],
  cache: Cache | undefined,
): readonly RestMethodThrottle[] {
  const kept = (seconds: number) => (cache === undefined ? {} : { cachedSeconds: seconds });
  const all = resources.flatMap(({ path, routes }) => {
    const own = routes.map((route) => {
      const limit = route.limits.find(({ by }) => by === "route");
      return {
        methodPath: methodPath(path, route.method),
        ...(limit === undefined ? unthrottled : throttleOf(limit)),
        ...(cache === undefined ? {} : kept(secondsOf(route, cache))),
      };
    });
    const answersPreflights = api.cors !== undefined && routes.length > 0;
    return answersPreflights ? [...own, { methodPath: methodPath(path, "OPTIONS"), ...unthrottled, ...kept(0) }] : own;
  });
  const most = commonest(all);
  const others = all.filter((each) => !isSame(each, most) || (each.cachedSeconds ?? 0) > 0);
  return [{ methodPath: "*/*", ...most, ...kept(0) }, ...others];
}

/** The throttle that most have; of several, none before any. */
function commonest(throttles: readonly RestThrottle[]): RestThrottle {
  const counts = new Map<string, { readonly throttle: RestThrottle; count: number }>([
    [identity(unthrottled), { throttle: unthrottled, count: 0 }],
  ]);
  for (const { rate, burst } of throttles) {
    const known = counts.get(identity({ rate, burst })) ?? { throttle: { rate, burst }, count: 0 };
    counts.set(identity({ rate, burst }), known);
    known.count++;
  }
  return [...counts.values()].reduce((most, each) => (each.count > most.count ? each : most)).throttle;
}

function identity({ rate, burst }: RestThrottle): string {
  return `${rate} ${burst}`;
}

function isSame(a: RestThrottle, b: RestThrottle): boolean {
  return identity(a) === identity(b);
}

/** The form that {@link RestMethodThrottle} has. */
export function methodPath(path: string, method: string): string {
  return `${path.replaceAll("/", "~1")}/${method}`;
}

const periods = { day: "DAY", week: "WEEK", month: "MONTH" } as const;

function plansOf(api: Api, served: ReadonlyMap<string, readonly RestResource[]>): Readonly<Record<string, RestPlan>> {
  return Object.fromEntries(
    Object.entries(api.plans).map(([name, { limits, quota }]): [string, RestPlan] => {
      const methods = api.routes.flatMap((route) =>
        planLimitsOf(name, api, route).flatMap((own) =>
          (served.get(route.key) ?? []).map(({ path }) => ({ path: `${path}/${route.method}`, ...throttleOf(own) })),
        ),
      );
      const [throttle] = [...limits.map(throttleOf), ...(methods.length === 0 ? [] : [unlimited])];
      return [
        name,
        {
          ...(throttle === undefined ? {} : { throttle }),
          ...(quota === undefined ? {} : { quota: { limit: quota.requests, period: periods[quota.per] } }),
          methods,
        },
      ];
    }),
  );
}
