import { type Api, type ApiRoute, operationKey } from "../../../api/checked-api.ts";
import { parametersOf } from "../../../api/path/pattern.ts";
import { type Problem, ProblemList } from "../../../api/problem.ts";
import type { Cache } from "../cache.ts";
import { routeParameters } from "../document/operations.ts";
import type { OperationParameter } from "../document/parameter.ts";
import { resourcesByRoute, resourcesOf } from "../document/resources.ts";

/** Refuses routes whose methods would have two parameters of one name, which an import refuses, wherever the parameters are. */
export function checkParameterNames(api: Api, cache: Cache | undefined): readonly Problem[] {
  const problems = new ProblemList({ vendor: "aws" });
  const resources = resourcesByRoute(resourcesOf(api));
  for (const route of api.routes) {
    const clashes = new Map(
      (resources.get(operationKey(route)) ?? []).flatMap((resource) =>
        clashesOf(routeParameters(route, resource, api, cache)),
      ),
    );
    for (const [name, parameters] of clashes) refuse(problems, route, name, parameters, cache);
  }
  return problems.all;
}

type Clash = readonly [name: string, parameters: readonly OperationParameter[]];

function clashesOf(parameters: readonly OperationParameter[]): readonly Clash[] {
  const byName = Map.groupBy(parameters, ({ name }) => name);
  return [...byName].filter(([, same]) => same.length > 1);
}

function refuse(
  problems: ProblemList,
  { key, pattern }: ApiRoute,
  name: string,
  parameters: readonly OperationParameter[],
  cache: Cache | undefined,
): void {
  const isCached = parameters.some(({ required }) => !required);
  const isListed = isCached && cache !== undefined && Object.hasOwn(cache.routes, key);
  const route = JSON.stringify(key);
  problems.refuse(
    "parameter-name-twice",
    `A method of a REST API has each name once among its query parameters, headers and path parameters. ${JSON.stringify(name)} is ${parameters.map(kindOf).join(" and ")}.`,
    remedyFor(parameters, parametersOf(pattern).includes(name)),
    {
      route: key,
      place: isListed ? `cache.routes[${route}]` : isCached ? "cache" : `routes[${route}].request`,
      feature: "request.parameters",
    },
  );
}

const kinds = { path: "a parameter of the path", query: "a query parameter", header: "a header" } as const;

function kindOf({ in: where, required }: OperationParameter): string {
  return required ? kinds[where] : `${kinds[where]} of the cache key`;
}

function remedyFor(parameters: readonly OperationParameter[], isDeclared: boolean): string {
  if (parameters.some((each) => each.in === "path")) {
    return isDeclared
      ? "Rename the parameter of the path."
      : "Another route or its position names this part of the path. Rename the other route's parameter, or use another name here.";
  }
  return "Keep the name in one of the two places, and let the backend check the other one.";
}
