import { PolygateError, type Problem, ProblemList } from "../api/problem.ts";
import { ChildTransform } from "./child-transform.ts";
import type { ArgsOf, Transform, TransformRules } from "./transform.ts";

/** The transforms of a component's children, by the part that each changes. */
export type ChildTransforms<Transforms> = {
  readonly [Part in keyof Transforms]-?: ChildTransform<ArgsOf<Transforms[Part]> & object>;
};

/** The transforms that a user passes to a component. */
export class ComponentTransforms<Transforms extends object> {
  readonly children: ChildTransforms<Transforms>;
  readonly #subject: string;
  readonly #problems: Problem[] = [];

  /**
   * @param subject names the component in errors
   * @param tags of every child that accepts tags; a transform may change them
   */
  constructor(
    subject: string,
    rules: TransformRules<Transforms>,
    transforms: Transforms = {} as Transforms,
    tags?: object,
  ) {
    this.#subject = subject;
    const functions = transforms as Readonly<Record<string, Transform>>;
    const children = Object.entries<TransformRules<Transforms>[keyof Transforms]>(rules).map(([part, rule]) => {
      const problems = new ProblemList({ place: `transform.${part}` }, this.#problems);
      return [part, new ChildTransform(rule, functions[part], tags, problems)] as const;
    });
    this.children = Object.fromEntries(children) as unknown as ChildTransforms<Transforms>;
  }

  /**
   * Reports what the transforms changed and may not change. Call it when all children are declared. A constructor does not wait, so
   * nothing is registered before that.
   *
   * @throws {PolygateError} with every such change
   */
  check(): void {
    if (this.#problems.length > 0) throw new PolygateError(this.#subject, this.#problems);
  }
}
