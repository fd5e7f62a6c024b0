import type { Bindings } from "../api/binding/binding.ts";
import { checkBindings } from "../api/binding/check.ts";
import type { Api } from "../api/checked-api.ts";
import type { Problem } from "../api/problem.ts";
import type { Target } from "./target.ts";

/** Everything that a class rejects of an API and its bindings, beyond its capabilities. */
export function refusalsOf(target: Target<unknown>, api: Api, bindings: Bindings): readonly Problem[] {
  return [...target.check(api), ...checkBindings(api, bindings, target)];
}
