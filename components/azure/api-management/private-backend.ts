import { isIP } from "node:net";
import { type Bindings, urlOf } from "../../api/binding/binding.ts";
import type { Api } from "../../api/checked-api.ts";
import type { ProblemList } from "../../api/problem.ts";
import { entityId } from "./entity-id.ts";

/** A private backend as the service contains it: a `Backend` entity. */
export interface BackendEntity {
  /** The backend's name in the description. */
  readonly backend: string;
  /** The entity's id, which is unique in the service. */
  readonly id: string;
  readonly url: string;
}

/** The names of the private backends that a route leads to. */
export function privateBackends({ backends, routes }: Api): readonly string[] {
  const used = new Set(routes.flatMap((route) => (route.kind === "proxy" ? [route.backend] : [])));
  return Object.keys(backends).filter((name) => backends[name]?.kind === "onPrem" && used.has(name));
}

/** The entities of an API's private backends. */
export function backendEntities(api: Api, bindings: Bindings, owner: string): readonly BackendEntity[] {
  return privateBackends(api).map((backend) => backendEntity(owner, backend, urlOf(bindings, backend)));
}

/**
 * The entity of a private backend.
 *
 * @param owner the component's name: ids are unique in the service, which other APIs share
 */
export function backendEntity(owner: string, backend: string, boundUrl: string): BackendEntity {
  const url = boundUrl.replace(/\/+$/, "");
  return { backend, id: entityId(owner, backend, url), url };
}

/** The entity of a backend in a list of them. */
export function entityOf(entities: readonly BackendEntity[], backend: string): BackendEntity {
  const entity = entities.find((each) => each.backend === backend);
  if (entity === undefined) throw new RangeError(`The backend "${backend}" has no entity.`);
  return entity;
}

/**
 * Rejects the addresses of servers with a certificate.
 *
 * Unverified: whether API Management accepts a certificate for an address.
 */
export function checkPrivateBackends(api: Api, bindings: Bindings, problems: ProblemList): void {
  for (const backend of privateBackends(api)) {
    const { protocol, hostname } = new URL(urlOf(bindings, backend));
    if (protocol !== "https:" || isIP(hostname.replace(/^\[|\]$/g, "")) === 0) continue;
    problems.refuse(
      "nameless-certificate",
      `API Management verifies a private backend's certificate against the host of its URL, but ${hostname} is an IP address.`,
      "Bind a URL with the host name that the certificate contains, and let the virtual network resolve the name.",
      { place: `backends.${backend}.url`, feature: "backend.onPrem" },
    );
  }
}
