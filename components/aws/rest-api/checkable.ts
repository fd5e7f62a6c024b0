import { type Api, type ApiRequest, type ApiRoute, type BodySchema, operationKey } from "../../api/checked-api.ts";
import type { Unchecked } from "../../api/description.ts";
import { distinct } from "../../api/distinct.ts";
import type { Checkable } from "../../gateway/target.ts";
import { awsRestApi } from "./capabilities.ts";
import { canNameParameter } from "./document/parameter.ts";
import { resourcesByRoute, resourcesOf } from "./document/resources.ts";
import { isReservedText, modelBytes, modelName, reservedTexts } from "./document/schema.ts";

const { limits } = awsRestApi;
/** The rest of a document must fit beside its models. */
const mostModelBytes = limits.documentBytes.value / 2;

type Left = Pick<Unchecked, "what" | "reason"> & { readonly place: string; readonly route: string };
type Leave = (what: string, reason: string, place: string) => void;

/**
 * Reduces what routes require of requests to what a REST API can check, where the description allows that (`uncheckable: "report"`). All
 * other routes stay as they are, and what a REST API cannot check of them is refused.
 */
export function checkableRequests(api: Api): Checkable {
  const known = reduced.get(api);
  if (known !== undefined) return known;
  const checkable = reduce(api);
  reduced.set(api, checkable);
  return checkable;
}

/** An API is reduced before its checks and after. */
const reduced = new WeakMap<Api, Checkable>();

function reduce(api: Api): Checkable {
  const left: Left[] = [];
  const named = namedOnly(api, left);
  const pruned = named.map((route) => withBody(route, left));
  const routes = withinSizes(pruned, left);
  const causes = Map.groupBy(left, ({ what, reason }) => JSON.stringify([what, reason]));
  const unchecked = [...causes.values()].map((all): Unchecked => {
    const { what = "", reason = "" } = all[0] ?? {};
    return {
      what,
      reason,
      routes: distinct(all.map(({ route }) => route)),
      places: distinct(all.map(({ place }) => place)),
    };
  });
  return { api: left.length === 0 ? api : { ...api, routes }, unchecked };
}

function isReported({ request }: ApiRoute): boolean {
  return request?.uncheckable === "report";
}

/** The route with another request, or without one that requires nothing. */
function requiring(route: ApiRoute, request: ApiRequest): ApiRoute {
  const { request: _, ...rest } = route;
  const { query, headers, body } = request;
  return query.length + headers.length === 0 && body === undefined ? rest : { ...rest, request };
}

function leaver({ key }: ApiRoute, left: Left[]): Leave {
  return (what, reason, place) => left.push({ what, reason, route: key, place: `${key}: ${place}` });
}

/** Without the parameters that a document cannot name, or whose name another parameter of the method has. */
function namedOnly(api: Api, left: Left[]): readonly ApiRoute[] {
  if (!api.routes.some(isReported)) return api.routes;
  const resources = resourcesByRoute(resourcesOf(api));
  return api.routes.map((route) => {
    const { request } = route;
    if (request === undefined || !isReported(route)) return route;
    const leave = leaver(route, left);
    const taken = new Set(
      (resources.get(operationKey(route)) ?? []).flatMap(({ segments }) =>
        segments.flatMap((segment) => (segment.kind === "literal" ? [] : [segment.name])),
      ),
    );
    const keep = (name: string): boolean => {
      const isNamed = canNameParameter(name);
      const isFree = !taken.has(name);
      taken.add(name);
      if (isNamed && isFree) return true;
      const reason = isNamed ? "a method has each name once" : "a REST API cannot name them";
      leave("whether some required parameters are present", reason, name);
      return false;
    };
    const [query, headers] = [request.query.filter(keep), request.headers.filter(keep)];
    const isWhole = query.length + headers.length === request.query.length + request.headers.length;
    return isWhole ? route : requiring(route, { ...request, query, headers });
  });
}

/** Without the parts of a body's schema that an import would read in another way. */
function withBody(route: ApiRoute, left: Left[]): ApiRoute {
  const { request } = route;
  if (request?.body === undefined || !isReported(route) || reservedTexts(request.body).length === 0) return route;
  const leave = leaver(route, left);
  const body = without(request.body, "body", (place) =>
    leave("parts of bodies whose texts have a meaning of their own in an import", "they cannot be escaped", place),
  );
  return requiring(route, { ...request, body });
}

/** The same schema where nothing is removed. */
function without(schema: BodySchema, place: string, lose: (place: string) => void): BodySchema {
  const { properties = {}, required, enum: values, pattern, items, ...rest } = schema;
  const names = Object.keys(properties);
  const kept = names.filter((name) => !isReservedText(name, true));
  const inner = kept.map((name) => [name, without(properties[name] ?? {}, `${place}.${name}`, lose)] as const);
  const ofItems = items && without(items, `${place}[]`, lose);
  const isReserved = {
    enum: values?.some((value) => typeof value === "string" && isReservedText(value, false)) === true,
    pattern: pattern !== undefined && isReservedText(pattern, false),
  };
  const requiredNames = required?.filter((name) => !isReservedText(name, false));
  const isSame =
    kept.length === names.length &&
    inner.every(([name, each]) => each === properties[name]) &&
    ofItems === items &&
    !isReserved.enum &&
    !isReserved.pattern &&
    requiredNames?.length === required?.length;
  if (isSame) return schema;
  for (const name of names) if (!kept.includes(name)) lose(`${place}.${name}`);
  if (isReserved.enum || isReserved.pattern || requiredNames?.length !== required?.length) lose(place);
  const { additionalProperties, ...others } = rest;
  const isClosed = kept.length === names.length && additionalProperties !== undefined;
  return {
    ...others,
    ...(isClosed ? { additionalProperties } : {}),
    ...(inner.length === 0 ? {} : { properties: Object.fromEntries(inner) }),
    ...(requiredNames === undefined || requiredNames.length === 0 ? {} : { required: requiredNames }),
    ...(values === undefined || isReserved.enum ? {} : { enum: values }),
    ...(pattern === undefined || isReserved.pattern ? {} : { pattern }),
    ...(ofItems === undefined ? {} : { items: ofItems }),
  };
}

/** Without the bodies whose model is too large, and the largest ones if all models together are. */
function withinSizes(routes: readonly ApiRoute[], left: Left[]): readonly ApiRoute[] {
  const bytes = new Map<string, number>();
  for (const route of routes) {
    const { request } = route;
    if (request?.body !== undefined && isReported(route)) bytes.set(modelName(request.body), modelBytes(request.body));
  }
  let total = 0;
  const fitting = new Set<string>();
  for (const [name, size] of [...bytes].toSorted(([, one], [, other]) => one - other)) {
    if (size > limits.modelBytes.value || total + size > mostModelBytes) break;
    total += size;
    fitting.add(name);
  }
  if (fitting.size === bytes.size) return routes;
  return routes.map((route) => {
    const { request } = route;
    if (request?.body === undefined || !isReported(route) || fitting.has(modelName(request.body))) return route;
    leaver(route, left)("large bodies", "their schemas are larger than a REST API can have", "body");
    const { body: _, bodyTypes: __, ...names } = request;
    return requiring(route, names);
  });
}
