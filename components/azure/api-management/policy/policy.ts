import { type Bindings, proofOf, urlOf } from "../../../api/binding/binding.ts";
import type { Api, Backend } from "../../../api/checked-api.ts";
import type { Ipv4Range } from "../../../gateway/ipv4-range.ts";
import type { PlanSubscriptions } from "../consumer-plans.ts";
import { type BackendEntity, entityOf } from "../private-backend.ts";
import type { SecretEntity } from "../proof.ts";
import { answer, reject } from "./answer.ts";
import { authentication, scopes, scopesVariable } from "./authentication.ts";
import { choose, when } from "./choose.ts";
import { cors } from "./cors.ts";
import { element, type PolicyElement, serialise } from "./element.ts";
import { type Code, code, expression } from "./expression.ts";
import { requestHeaders } from "./header.ts";
import { ipFilter } from "./ip-filter.ts";
import { keys } from "./key.ts";
import { limits } from "./limit.ts";
import { otherReadings } from "./other-readings.ts";
import { planLimits } from "./plan.ts";
import { proofElements } from "./proof.ts";
import { isOneOf, router, segmentCount } from "./router.ts";
import { type Aspect, type Treatments, treatments, treats } from "./treatment.ts";
import { isSet, setVariable, textIn, variables } from "./variable.ts";

/** What a policy contains beside the description and its bindings. */
export interface PolicyParts {
  /** All private backends that a route leads to. */
  readonly entities?: readonly BackendEntity[];
  /** The secrets that prove the gateway to backends. */
  readonly secrets?: readonly SecretEntity[];
  /** Those of the consumers of routes that require a key. */
  readonly subscriptions?: readonly PlanSubscriptions[];
  /**
   * The networks that may send requests.
   *
   * @default every network
   */
  readonly allowed?: readonly Ipv4Range[];
}

/**
 * Compiles the policy of an API: it finds the route of each request, and authenticates, limits, maps and forwards the request. A
 * request that matches no route is answered with 404 here, whichever operation it arrived through.
 *
 * The policies of wider scopes (all APIs, product) run first, through `base`.
 *
 * @param apiPath the API's path on the service, without a leading or trailing slash
 * @see https://learn.microsoft.com/azure/api-management/api-management-policies
 */
export function apiManagementPolicy(
  api: Api,
  bindings: Bindings,
  apiPath: string,
  { entities = [], secrets = [], subscriptions = [], allowed = [] }: PolicyParts = {},
): string {
  const all = treatments(api, segmentCount(apiPath));
  return serialise(
    element("policies", {}, [
      element("inbound", {}, [
        element("base"),
        ...ipFilter(allowed),
        ...(api.cors === undefined ? [] : [cors(api.cors)]),
        setVariable(variables.route, router(api.routes, apiPath)),
        ...otherReadings(api, bindings, segmentCount(apiPath)),
        treatmentOfRoute(all),
        ...authentication(api, all, bindings),
        ...keys(subscriptions, all.hasKeys),
        ...scopes(all),
        ...limits(all),
        ...planLimits(all, api.plans, subscriptions),
        ...choose(all.replies.map((reply) => when(treats(reply.name), [answer(reply.value)]))),
        ...rewritePath(all),
        ...choose(all.headers.map((headers) => when(treats(headers.name), requestHeaders(headers.value)))),
        ...setBackend(all, api, bindings, { entities, secrets }),
      ]),
      element("backend", {}, forward(all)),
      element("outbound", {}, [element("base")]),
      element("on-error", {}, [element("base")]),
    ]),
  );
}

/** The entities of the service that the policy names. */
interface ServiceEntities {
  readonly entities: readonly BackendEntity[];
  readonly secrets: readonly SecretEntity[];
}

/** Sets what the treatment of the request's route consists of. */
function treatmentOfRoute({ table }: Treatments): PolicyElement {
  const rows = table.map(({ names, scopes: required, path, routes }) =>
    when(isOneOf(routes, textIn(variables.route)), [
      setVariable(variables.treatment, names),
      ...(required.names.length === 0 ? [] : [setVariable(scopesVariable[required.match], required.names.join(" "))]),
      ...(path === undefined ? [] : [setVariable(variables.path, expression(path))]),
    ]),
  );
  return element("choose", {}, [...rows, element("otherwise", {}, [reject(404, "Resource not found")])]);
}

function rewritePath({ table }: Treatments): readonly PolicyElement[] {
  if (table.every(({ path }) => path === undefined)) return [];
  const template = expression(textIn(variables.path));
  const rewrite = element("rewrite-uri", { template, "copy-unmatched-params": "true" });
  return choose([when(isSet(variables.path), [rewrite])]);
}

/**
 * A private backend is named by the id of its own entity. API Management applies an entity whose URL matches a request's, with its
 * credentials and its checks of certificates, also where a policy has a URL only, so another team's entity would decide.
 *
 * @see https://learn.microsoft.com/azure/api-management/backends
 */
function setBackend(
  { destinations }: Treatments,
  { backends }: Pick<Api, "backends">,
  bindings: Bindings,
  { entities, secrets }: ServiceEntities,
): readonly PolicyElement[] {
  return choose(
    destinations.map(({ name, value: { backend, prefix } }) => {
      const proof = proofTo(backends[backend], bindings, secrets, backend);
      if (backends[backend]?.kind === "onPrem") {
        const { id } = entityOf(entities, backend);
        return when(treats(name), [element("set-backend-service", { "backend-id": id }), ...proof]);
      }
      const url = `${urlOf(bindings, backend).replace(/\/+$/, "")}${prefix}`;
      return when(treats(name), [element("set-backend-service", { "base-url": url }), ...proof]);
    }),
  );
}

function proofTo(
  backend: Backend | undefined,
  bindings: Bindings,
  secrets: readonly SecretEntity[],
  name: string,
): readonly PolicyElement[] {
  const proof = proofOf(bindings, name);
  if (backend === undefined || backend.kind === "fn" || backend.trust === undefined || proof === undefined) return [];
  return proofElements(
    backend.trust,
    proof,
    secrets.find((each) => each.backend === name),
  );
}

/** Microsoft documents one `forward-request` for a request, so that there is one, whose timeout depends on the route. */
function forward({ timeouts }: Treatments): readonly PolicyElement[] {
  const [first, ...others] = timeouts;
  if (first === undefined) return [element("base")];
  const timeout = others.length === 0 ? first.value : expression(timeoutOf(first, others));
  return [element("forward-request", { timeout })];
}

/** The timeout of the request's route, in seconds. The last one needs no condition: each request that is forwarded has one. */
function timeoutOf({ name, value }: Aspect<number>, [next, ...others]: readonly Aspect<number>[]): Code {
  return next === undefined ? code`${value}` : code`${treats(name)} ? ${value} : ${timeoutOf(next, others)}`;
}
