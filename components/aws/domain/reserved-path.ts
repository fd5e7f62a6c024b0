import type { Api } from "../../api/checked-api.ts";
import type { Problem } from "../../api/problem.ts";

/**
 * Whether API Gateway reserves a path's first segment for its own health checks.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
 */
export function isReserved(segment: string | undefined): boolean {
  return segment === "ping" || segment === "sping";
}

/** The keys of the routes whose path is reserved on a custom domain. */
export function reservedRoutes({ routes }: Api): readonly string[] {
  return routes
    .filter(({ pattern: [first] }) => first?.kind === "literal" && isReserved(first.text))
    .map(({ key }) => key);
}

/** Rejects the reserved paths. For REST APIs alone: for HTTP APIs it is not documented that they are reserved. */
export function reservedPathProblems(api: Api): readonly Problem[] {
  return reservedRoutes(api).map((route) => ({
    code: "reserved-path",
    route,
    vendor: "aws",
    rule: "API Gateway reserves /ping and /sping on custom domains for its own health checks.",
    remedy: "Use another path.",
  }));
}
