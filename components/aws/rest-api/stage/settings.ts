import {
  type Api,
  type ApiRoute,
  operationKey,
  type PlanLimit,
  requiresKey,
  windowSeconds,
} from "../../../api/checked-api.ts";
import { type Cache, secondsOf } from "../cache.ts";
import { type RestResource, resourcesByRoute, resourcesOf } from "../document/resources.ts";

/** A token bucket: `burst` requests at once, `rate` more a second. Both are -1 if the stage does not limit requests. */
export interface RestThrottle {
  readonly rate: number;
  readonly burst: number;
}

/** The settings of one method, or of all methods without settings of their own. */
export interface RestMethodThrottle extends RestThrottle {
  /**
   * The method in the form of `aws.apigateway.MethodSettings`: the path with each slash written as `~1`, e.g.
   * `~1orders~1{id}/GET`. Path and method are a star each for all methods.
   *
   * @see https://github.com/hashicorp/terraform-provider-aws/issues/9738
   */
  readonly methodPath: string;
  /** How long responses are cached, 0 for not at all. Absent if the stage has no cache. */
  readonly cachedSeconds?: number;
}

/** A plan, in the form of `aws.apigateway.UsagePlan`. */
export interface RestPlan {
  readonly throttle?: RestThrottle;
  readonly quota?: { readonly limit: number; readonly period: "DAY" | "WEEK" | "MONTH" };
  /** Throttles of single methods, by path and method, e.g. `/orders/{id}/GET`. */
  readonly methods: readonly (RestThrottle & { readonly path: string })[];
}

/** What is compiled from a description outside the document. It contains no binding. */
export interface RestApiSettings {
  /** The first entry applies to all methods. The others are for methods that differ from it. */
  readonly methods: readonly RestMethodThrottle[];
  readonly plans: Readonly<Record<string, RestPlan>>;
}

/**
 * The throttle for a plan without one: that of an account in most Regions. If the account has a lower one, that applies. AWS requires
 * a plan to have a throttle if its methods do: "Can not define fine grain throttling if usage plan throttle is not defined"
 * (aws/aws-cdk#6411).
 */
const unlimited: RestThrottle = { rate: 10_000, burst: 5_000 };

/** The default of `aws.apigateway.MethodSettings`: throttling is disabled. */
const unthrottled: RestThrottle = { rate: -1, burst: -1 };

/** Compiles the limits, cached routes and plans of an API. */
export function settingsOf(api: Api, cache?: Cache): RestApiSettings {
  const tree = resourcesOf(api);
  return { methods: methodsOf(api, tree.resources, cache), plans: plansOf(api, resourcesByRoute(tree)) };
}

/**
 * Returns the token bucket for a limit: it holds the requests of a window and is refilled within one.
 *
 * The rate is cut to six decimal places. The provider writes no more, and would find a difference at each preview. It is not rounded, so
 * that no more requests pass.
 */
export function throttleOf({ requests, per, burst }: PlanLimit): RestThrottle {
  return { rate: Math.floor((requests * 1e6) / windowSeconds[per]) / 1e6, burst: burst ?? requests };
}

/** Returns a plan's limits for a route: the plan's own, or else the route's limits by consumer. */
export function planLimitsOf(plan: string, api: Api, route: ApiRoute): readonly PlanLimit[] {
  if (!requiresKey(route.auth)) return [];
  const byRoute = api.plans[plan]?.routes ?? {};
  return Object.hasOwn(byRoute, route.key)
    ? (byRoute[route.key] ?? [])
    : route.limits.filter(({ by }) => by === "consumer");
}

/** Whether a limit counts the requests of this route alone. Such a count is exact only if the route has one resource. */
export function isCounted(api: Api, route: ApiRoute): boolean {
  return (
    route.limits.some(({ by }) => by === "route") ||
    Object.keys(api.plans).some((plan) => planLimitsOf(plan, api, route).length > 0)
  );
}

/** Preflights have methods of their own, to which the limits of routes do not apply. */
function methodsOf(
  api: Api,
  resources: readonly RestResource[],
  cache: Cache | undefined,
): readonly RestMethodThrottle[] {
  const cached = (seconds: number) => (cache === undefined ? {} : { cachedSeconds: seconds });
  const all = resources.flatMap(({ path, routes }) => {
    const ofRoutes = routes.map((route) => {
      const limit = route.limits.find(({ by }) => by === "route");
      return {
        methodPath: methodPath(path, route.method),
        ...(limit === undefined ? unthrottled : throttleOf(limit)),
        ...(cache === undefined ? {} : cached(secondsOf(route, cache))),
      };
    });
    const answersPreflights = api.cors !== undefined && routes.length > 0;
    return answersPreflights
      ? [...ofRoutes, { methodPath: methodPath(path, "OPTIONS"), ...unthrottled, ...cached(0) }]
      : ofRoutes;
  });
  const most = commonest(all);
  const others = all.filter((each) => !isSame(each, most) || (each.cachedSeconds ?? 0) > 0);
  return [{ methodPath: "*/*", ...most, ...cached(0) }, ...others];
}

/** Returns the most frequent throttle. If several are equally frequent, no throttle comes first. */
function commonest(throttles: readonly RestThrottle[]): RestThrottle {
  const counts = new Map<string, { readonly throttle: RestThrottle; count: number }>([
    [identity(unthrottled), { throttle: unthrottled, count: 0 }],
  ]);
  for (const { rate, burst } of throttles) {
    const entry = counts.get(identity({ rate, burst })) ?? { throttle: { rate, burst }, count: 0 };
    counts.set(identity({ rate, burst }), entry);
    entry.count++;
  }
  return [...counts.values()].reduce((most, each) => (each.count > most.count ? each : most)).throttle;
}

function identity({ rate, burst }: RestThrottle): string {
  return `${rate} ${burst}`;
}

function isSame(a: RestThrottle, b: RestThrottle): boolean {
  return identity(a) === identity(b);
}

/** Returns a method in the form of {@link RestMethodThrottle.methodPath}. */
export function methodPath(path: string, method: string): string {
  return `${path.replaceAll("/", "~1")}/${method}`;
}

const periods = { day: "DAY", week: "WEEK", month: "MONTH" } as const;

function plansOf(api: Api, served: ReadonlyMap<string, readonly RestResource[]>): Readonly<Record<string, RestPlan>> {
  return Object.fromEntries(
    Object.entries(api.plans).map(([name, { limits, quota }]): [string, RestPlan] => {
      const methods = api.routes.flatMap((route) =>
        planLimitsOf(name, api, route).flatMap((limit) =>
          (served.get(operationKey(route)) ?? []).map(({ path }) => ({
            path: `${path}/${route.method}`,
            ...throttleOf(limit),
          })),
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
