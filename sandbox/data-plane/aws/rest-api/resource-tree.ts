import { UnsupportedArtefact } from "../../interpreter.ts";
import { METHODS } from "../shared/methods.ts";
import type { PathForm, Segment } from "../shared/paths.ts";

interface Node<Method> {
  readonly literals: Map<string, Node<Method>>;
  /** The only child with a variable path part, simple or greedy. */
  variable: { readonly name: string; readonly greedy: boolean; readonly node: Node<Method> } | undefined;
  readonly methods: Map<string, Method>;
}

export interface Found<Method> {
  readonly method: Method;
  /** The decoded values, by variable. */
  readonly variables: ReadonlyMap<string, string>;
  /** The values as sent, by variable. */
  readonly sent: ReadonlyMap<string, string>;
}

/**
 * The resources of a REST API. A request goes to the pair of a resource and a method: the search prefers the literal child to the
 * variable one at each segment, and turns back where no resource below has the method. With `GET /jobs/{op}` and `ANY /{proxy+}`,
 * `POST /jobs/x` and `GET /jobs` are served by the proxy (localstack/localstack, snapshots validated on AWS; measured on AWS in
 * ministackorg/ministack#1423).
 */
export class ResourceTree<Method> {
  readonly #root: Node<Method> = node();
  readonly #givesWay: boolean;

  /**
   * @param givesWay whether a literal resource without the method gives way to a variable sibling of one segment that has it, as it
   *   does to a greedy one. So it is reported in floci-io/floci#3399.
   */
  constructor(givesWay: boolean) {
    this.#givesWay = givesWay;
  }

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

  /** Finds the method of a path; undefined when no resource with the path has it. */
  find(name: string, path: PathForm): Found<Method> | undefined {
    if (!(METHODS as readonly string[]).includes(name)) return undefined;
    return search(this.#root, { path, name, givesWay: this.#givesWay }, 0);
  }
}

interface Search {
  readonly path: PathForm;
  /** The method. */
  readonly name: string;
  readonly givesWay: boolean;
}

function search<Method>(at: Node<Method>, sought: Search, index: number): Found<Method> | undefined {
  const { path, name, givesWay } = sought;
  const segment = path.segments[index];
  if (segment === undefined) return found(at, name);
  const literal = at.literals.get(segment);
  const below = literal && search(literal, sought, index + 1);
  if (below !== undefined || at.variable === undefined) return below;
  const { name: variable, greedy, node: child } = at.variable;
  if (!greedy && (segment === "" || (!givesWay && literal !== undefined && isResource(literal, path, index + 1)))) {
    return undefined;
  }
  const inner = greedy ? found(child, name) : search(child, sought, index + 1);
  const end = greedy ? undefined : index + 1;
  return (
    inner && {
      method: inner.method,
      variables: new Map([[variable, path.values.slice(index, end).join("/")], ...inner.variables]),
      sent: new Map([[variable, path.sent.slice(index, end).join("/")], ...inner.sent]),
    }
  );
}

/** Whether the literal segments of a path lead to a resource with any method. */
function isResource<Method>(at: Node<Method>, path: PathForm, index: number): boolean {
  const segment = path.segments[index];
  if (segment === undefined) return at.methods.size > 0;
  const next = at.literals.get(segment);
  return next !== undefined && isResource(next, path, index + 1);
}

/** The method of a resource, its own before `ANY`. */
function found<Method>({ methods }: Node<Method>, name: string): Found<Method> | undefined {
  const method = methods.get(name) ?? methods.get("ANY");
  return method && { method, variables: NONE, sent: NONE };
}

const NONE: ReadonlyMap<string, string> = new Map();

function node<Method>(): Node<Method> {
  return { literals: new Map(), variable: undefined, methods: new Map() };
}
