import { UnsupportedArtefact } from "../../interpreter.ts";
import { METHODS } from "../shared/methods.ts";
import type { RequestPath, Segment } from "../shared/paths.ts";

interface Node<Method> {
  readonly literals: Map<string, Node<Method>>;
  /** The only child with a variable path part, simple or greedy. */
  variable: { readonly name: string; readonly greedy: boolean; readonly node: Node<Method> } | undefined;
  readonly methods: Map<string, Method>;
}

export interface Found<Method> {
  /** Undefined: the resource has no such method. */
  readonly method: Method | undefined;
  /** The values, by variable. */
  readonly variables: ReadonlyMap<string, string>;
}

/**
 * The resources of a REST API. The search starts at the root and descends at each segment to the literal child, otherwise to the
 * variable child. It never backtracks: a literal resource hides its path from a greedy sibling, even when the rest of the path
 * has no resource (docs.aws.amazon.com, api-gateway-method-settings-method-request).
 */
export class ResourceTree<Method> {
  readonly #root: Node<Method> = node();

  /**
   * @throws UnsupportedArtefact for a second variable child of one resource, which the service refuses ("only one is
   *   allowed"), and for a method that the resource already has
   */
  add(name: string, segments: readonly Segment[], method: Method, place: string): void {
    let at = this.#root;
    for (const segment of segments) {
      if (segment.kind === "literal") {
        let next = at.literals.get(segment.text);
        if (next === undefined) {
          next = node();
          at.literals.set(segment.text, next);
        }
        at = next;
      } else {
        const greedy = segment.kind === "greedy";
        at.variable ??= { name: segment.name, greedy, node: node() };
        if (at.variable.name !== segment.name || at.variable.greedy !== greedy) {
          const other = `{${at.variable.name}${at.variable.greedy ? "+" : ""}}`;
          throw new UnsupportedArtefact(
            place,
            `a sibling (${other}) of this resource already has a variable path part -- only one is allowed`,
          );
        }
        at = at.variable.node;
      }
    }
    if (at.methods.has(name)) throw new UnsupportedArtefact(place, `another ${name} method has the same path`);
    at.methods.set(name, method);
  }

  /** Finds the method of a path; undefined when no resource has the path. */
  find(name: string, path: RequestPath): Found<Method> | undefined {
    let at = this.#root;
    const variables = new Map<string, string>();
    for (const [index, segment] of path.segments.entries()) {
      const literal = at.literals.get(segment);
      if (literal !== undefined) {
        at = literal;
        continue;
      }
      if (at.variable === undefined) return undefined;
      const { name: variable, greedy, node } = at.variable;
      at = node;
      if (greedy) {
        variables.set(variable, path.segments.slice(index).join("/"));
        break;
      }
      if (segment === "") return undefined;
      variables.set(variable, segment);
    }
    const isMethod = (METHODS as readonly string[]).includes(name);
    return { method: isMethod ? (at.methods.get(name) ?? at.methods.get("ANY")) : undefined, variables };
  }
}

function node<Method>(): Node<Method> {
  return { literals: new Map(), variable: undefined, methods: new Map() };
}
