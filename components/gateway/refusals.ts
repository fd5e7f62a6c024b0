import type { Bindings } from "../api/binding/binding.ts";
import { checkBindings } from "../api/binding/check.ts";
import type { Api } from "../api/checked-api.ts";
import type { Problem } from "../api/problem.ts";
import { readingsOf } from "./readings.ts";
import type { Target } from "./target.ts";

/**
 * Everything that a class rejects of an API and its bindings, beyond its capabilities.
 *
 * @param all the description with the routes that a gateway omits
 */
export function refusalsOf(target: Target<unknown>, api: Api, bindings: Bindings, all: Api = api): readonly Problem[] {
  return [...target.check(api), ...bindingProblems(target, api, bindings, all)];
}

/** The problems of bindings, and of routes that meet where these bindings lead. */
export function bindingProblems(target: Target<unknown>, api: Api, bindings: Bindings, all: Api): readonly Problem[] {
  return [
    ...checkBindings(api, bindings, target),
    ...(target.checkTogether?.(api, bindings) ?? []),
    ...readingsOf(api, all.routes, bindings, target.capabilities).problems,
  ];
}
