import type { Api } from "../../api/checked-api.ts";
import type { Caution } from "../../gateway/target.ts";
import type { PlainDomain } from "../domain/domain.ts";
import { reservedRoutes } from "../domain/reserved-path.ts";

/** Cautions about a custom domain, where AWS documents the behaviour for REST APIs only. */
export function domainCautions(api: Api, { basePath }: PlainDomain): readonly Caution[] {
  const reserved = reservedRoutes(api).map((route) => ({
    route,
    what: "API Gateway reserves /ping and /sping for its own health checks on custom domains of REST APIs, and possibly on those of HTTP APIs",
    advice: "Use another path.",
  }));
  return basePath === undefined ? reserved : [removedBasePath, ...reserved];
}

const removedBasePath: Caution = {
  route: "domain.basePath",
  what: "AWS does not document that the base path is removed from the path that a backend receives",
  advice: "Try one route of each backend after the first deployment.",
};
