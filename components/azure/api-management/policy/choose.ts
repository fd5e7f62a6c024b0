import { element, type PolicyElement } from "./element.ts";
import { type Code, expression } from "./expression.ts";

/** A branch of a `choose`. */
export function when(condition: Code, content: readonly PolicyElement[]): PolicyElement {
  return element("when", { condition: expression(condition) }, content);
}

/** A `choose` of these branches, or nothing if there are none. */
export function choose(branches: readonly PolicyElement[]): readonly PolicyElement[] {
  return branches.length === 0 ? [] : [element("choose", {}, branches)];
}
