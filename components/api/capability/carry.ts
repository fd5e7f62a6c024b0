import {
  type Api,
  type ApiPlan,
  type ApiRequest,
  type ApiRoute,
  isAnyKey,
  type Limit,
  trustingBackends,
} from "../checked-api.ts";
import { trustKinds } from "../description/trust.ts";
import { precedence } from "../path/precedence.ts";
import { PolygateError, type Problem, type ProblemContext, ProblemList } from "../problem.ts";
import type { Capabilities } from "./capabilities.ts";
import { apiFeatures, type Feature, features, featuresOf, limitFeatures, requiresNames } from "./features.ts";
import { checkWaivers, isWaived, type Waivable, type Waived, type Waivers, waivable, waiverOf } from "./waivers.ts";

/** The API as a vendor carries it: without the features that it lacks and the user waived, which are listed. */
export interface Carried {
  readonly api: Api;
  readonly waived: readonly Waived[];
}

/**
 * Refuses the features that a vendor lacks, and removes those that the user waived.
 *
 * @param own the vendor's own checks: numbers, reserved names, texts that its documents cannot express
 * @throws {PolygateError} with every refusal
 */
export function carry(
  api: Api,
  capabilities: Capabilities,
  waivers: Waivers = {},
  own: (carried: Api) => readonly Problem[] = () => [],
): Carried {
  const removal = new Removal(capabilities, waivers);
  const { cors, ...rest } = api;
  const keepsCors = cors !== undefined && !removal.removes("cors");
  const conflicts = new ProblemList({ vendor: capabilities.vendor });
  if (cors !== undefined && !keepsCors) removal.note("cors");
  const requested = cors === undefined || keepsCors ? api.routes : withOptions(api.routes, conflicts);
  const routes = requested.map((route) => removal.from(route));
  const plans = removal.fromPlans(api);
  const carried: Api = { ...rest, plans, routes, ...(keepsCors ? { cors } : {}) };
  const problems = [...refusals(api, capabilities, waivers), ...conflicts.all, ...own(carried)];
  if (problems.length > 0) {
    const title = api.title === undefined ? "" : ` "${api.title}"`;
    throw new PolygateError(`The API${title} on ${capabilities.className}`, problems);
  }
  return { api: carried, waived: removal.waived };
}

/** The routes of a gateway that does not answer `OPTIONS` itself, so that `ANY` has this method as well. */
function withOptions(routes: readonly ApiRoute[], problems: ProblemList): readonly ApiRoute[] {
  const any = Map.groupBy(
    routes.filter(({ key }) => isAnyKey(key)),
    ({ key }) => key,
  );
  const added = [...any.values()].flatMap(([first, ...others]) => {
    // The reply to HEAD has no body.
    const model = others.find(({ method }) => method !== "HEAD") ?? first;
    return model === undefined ? [] : [{ ...model, method: "OPTIONS" } as const];
  });
  return added.length === 0 ? routes : precedence([...routes, ...added], problems);
}

/** One problem for each route and feature that the vendor lacks and the user did not waive. */
export function refusals(api: Api, capabilities: Capabilities, waivers: Waivers): readonly Problem[] {
  const { vendor, className } = capabilities;
  const problems = new ProblemList();
  const weaker = weakerChoice(api, capabilities);
  const refuse = (feature: Feature, details: ProblemContext): void => {
    const support = capabilities.features[feature];
    if (support.support !== "none" || isWaived(feature, waivers)) return;
    const waiver = waiverOf(feature);
    const choice = waiver === undefined ? "" : ` Or do without it: waive: { ${waiver}: "why that is safe" }.`;
    problems.refuse(
      "not-carried",
      sentence(`${className} does not support ${inSentence(features[feature])}: ${support.why}`),
      `${support.instead}${choice}${feature === "auth.scopes.all" ? weaker : ""}`,
      { ...details, feature, vendor },
    );
  };
  for (const route of api.routes) for (const feature of featuresOf(route)) refuse(feature, { route: route.key });
  const isSupported = (feature: Feature): boolean => capabilities.features[feature].support !== "none";
  for (const feature of apiFeatures(api, isSupported)) refuse(feature, placeOf(feature, api));
  checkWaivers(waivers, vendor, problems);
  return problems.all;
}

/** Where a description requires a feature that belongs to no single route. */
function placeOf(feature: Feature, api: Api): ProblemContext {
  const kind = trustKinds.find((each) => feature === `trust.${each}`);
  const backend = kind && trustingBackends(api).find(({ trust }) => trust[kind] !== undefined);
  return backend === undefined ? {} : { place: `backends.${backend.name}.trust` };
}

/** What a description may require in place of all scopes of a route, on the user's responsibility. */
function weakerChoice({ routes }: Api, { features: supported }: Capabilities): string {
  if (supported["auth.scopes"].support === "none") return "";
  const keys = routes.filter(({ scopes }) => scopes.match === "all").map(({ key }) => JSON.stringify(key));
  const operations = [...new Set(keys)].join(", ");
  const answer = `"answers": { "scopes": { "kind": "any", "reason": "WHY ONE SCOPE IS ENOUGH", "operations": [${operations}] } }`;
  return ` If one of the scopes is enough at the gateway, list them without "all"; if an OpenAPI document requires them, write in its x-polygate, or pass to fromOpenApi: ${answer}`;
}

function sentence(text: string): string {
  return text.endsWith(".") ? text : `${text}.`;
}

/** Without a capital at the beginning, unless it begins an abbreviation. */
function inSentence(title: string): string {
  return title.replace(/^[A-Z](?![A-Z])/, (letter) => letter.toLowerCase());
}

/** Removes the features that a vendor lacks and the user waived, and lists what each waiver removed. */
class Removal {
  readonly #capabilities: Capabilities;
  readonly #waivers: Waivers;
  /** The routes that each waiver changed. */
  readonly #routes = new Map<Waivable, Set<string>>();

  constructor(capabilities: Capabilities, waivers: Waivers) {
    this.#capabilities = capabilities;
    this.#waivers = waivers;
  }

  get waived(): readonly Waived[] {
    return [...this.#routes].map(([what, routes]) => ({
      what,
      reason: this.#waivers[what] ?? "",
      routes: [...routes],
    }));
  }

  removes(feature: Feature): boolean {
    return this.#capabilities.features[feature].support === "none" && isWaived(feature, this.#waivers);
  }

  note(what: Waivable, route?: string): void {
    const routes = this.#routes.get(what) ?? new Set();
    this.#routes.set(what, routes);
    if (route !== undefined) routes.add(route);
  }

  from(route: ApiRoute): ApiRoute {
    const limits = this.#limits(route);
    if (limits !== route.limits) this.note("limits", route.key);
    if (route.kind === "proxy" && this.removes("timeout")) this.note("timeout", route.key);
    const { request, ...rest } = route;
    const checked = this.#request(request);
    if (checked !== request) this.note("validation", route.key);
    return { ...rest, limits, ...(checked === undefined ? {} : { request: checked }) };
  }

  /** The limits that are left; the same list where none is removed or changed. */
  #limits(route: ApiRoute): readonly Limit[] {
    const limits = route.limits
      .filter((limit) => !limitFeatures(limit, route).some((each) => each !== "limits.burst" && this.removes(each)))
      .map((limit) => {
        if (limit.burst === undefined || !this.removes("limits.burst")) return limit;
        // A waived burst does not remove its limit.
        const { burst: _, ...rest } = limit;
        return rest;
      });
    const isSame = limits.length === route.limits.length && limits.every((limit) => route.limits.includes(limit));
    return isSame ? route.limits : limits;
  }

  /** What is left to check of a request; the same object where nothing is removed. */
  #request(request: ApiRequest | undefined): ApiRequest | undefined {
    if (request === undefined) return undefined;
    const { body, bodyTypes: _, ...names } = request;
    const keepsNames = !requiresNames(request) || !this.removes("request.parameters");
    const keepsBody = body === undefined || !this.removes("request.body");
    if (keepsNames && keepsBody) return request;
    if (keepsNames && requiresNames(request)) return names;
    return keepsBody && body !== undefined ? { ...request, query: [], headers: [] } : undefined;
  }

  fromPlans(api: Api): Api["plans"] {
    if ([...apiFeatures(api)].some((feature) => waivable.plans(feature) && this.removes(feature))) this.note("plans");
    return Object.fromEntries(Object.entries(api.plans).map(([name, plan]) => [name, this.#fromPlan(plan)]));
  }

  #fromPlan({ limits, quota, routes }: ApiPlan): ApiPlan {
    return {
      limits: this.removes("plans.limits") ? [] : limits,
      ...(quota === undefined || this.removes("plans.quota") ? {} : { quota }),
      routes: this.removes("plans.routes") ? {} : routes,
    };
  }
}
