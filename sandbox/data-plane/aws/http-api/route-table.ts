import { UnsupportedArtefact } from "../../interpreter.ts";
import { METHODS } from "../shared/methods.ts";
import type { PathForm, Segment } from "../shared/paths.ts";

interface Entry<Route> {
  readonly route: Route;
  readonly names: readonly string[];
}

interface Node<Route> {
  readonly literals: Map<string, Node<Route>>;
  variable: Node<Route> | undefined;
  /** The routes that end here, by method. */
  readonly ends: Map<string, Entry<Route>>;
  /** The routes whose greedy variable begins here, by method. */
  readonly greedy: Map<string, Entry<Route>>;
}

export interface Found<Route> {
  readonly route: Route;
  /** The decoded values, by variable. */
  readonly variables: ReadonlyMap<string, string>;
}

/**
 * Selects the route of a request as documented (docs.aws.amazon.com, http-api-develop-routes): a full match of path and method
 * first, then a greedy match, then `$default`. A path whose routes lack the method does not match, and the search continues.
 *
 * Among several full matches, literals precede variables in the documented example, and a route of the method precedes one of
 * `ANY` with the same path. Unverified: segments are compared from the left. Among greedy matches, the longest path before the
 * variable wins, then the same order applies.
 */
export class RouteTable<Route> {
  readonly #root: Node<Route> = node();
  #default: Route | undefined;

  /** @throws UnsupportedArtefact when another route has the same method and path, apart from the names of variables */
  add(method: string, segments: readonly Segment[], route: Route, place: string): void {
    let at = this.#root;
    const names: string[] = [];
    for (const segment of segments) {
      if (segment.kind === "literal") {
        let next = at.literals.get(segment.text);
        if (next === undefined) {
          next = node();
          at.literals.set(segment.text, next);
        }
        at = next;
      } else {
        names.push(segment.name);
        if (segment.kind === "greedy") {
          put(at.greedy, method, { route, names }, place);
          return;
        }
        at.variable ??= node();
        at = at.variable;
      }
    }
    put(at.ends, method, { route, names }, place);
  }

  /** @throws UnsupportedArtefact when another default route exists */
  addDefault(route: Route, place: string): void {
    if (this.#default !== undefined) throw new UnsupportedArtefact(place, "another default route exists");
    this.#default = route;
  }

  find(method: string, path: PathForm): Found<Route> | undefined {
    if (!(METHODS as readonly string[]).includes(method)) return undefined;
    const values: string[] = [];
    const full = path.slashAtEnd ? undefined : exact(this.#root, path, 0, method, values);
    if (full !== undefined) return found(full, values);
    const rest = greedy(this.#root, path, 0, method, values);
    if (rest !== undefined) return found(rest, values);
    return this.#default === undefined ? undefined : { route: this.#default, variables: NONE };
  }
}

const NONE: ReadonlyMap<string, string> = new Map();

function node<Route>(): Node<Route> {
  return { literals: new Map(), variable: undefined, ends: new Map(), greedy: new Map() };
}

function put<Route>(entries: Map<string, Entry<Route>>, method: string, entry: Entry<Route>, place: string): void {
  if (entries.has(method)) throw new UnsupportedArtefact(place, "another route has the same method and path");
  entries.set(method, entry);
}

function found<Route>({ route, names }: Entry<Route>, values: readonly string[]): Found<Route> {
  return {
    route,
    variables: names.length === 0 ? NONE : new Map(names.map((name, index) => [name, values[index] ?? ""])),
  };
}

function exact<Route>(
  at: Node<Route>,
  path: PathForm,
  index: number,
  method: string,
  values: string[],
): Entry<Route> | undefined {
  const segment = path.segments[index];
  if (segment === undefined) return at.ends.get(method) ?? at.ends.get("ANY");
  const literal = at.literals.get(segment);
  if (literal !== undefined) {
    const entry = exact(literal, path, index + 1, method, values);
    if (entry !== undefined) return entry;
  }
  if (at.variable === undefined || segment === "") return undefined;
  values.push(path.values[index] ?? "");
  const entry = exact(at.variable, path, index + 1, method, values);
  if (entry === undefined) values.pop();
  return entry;
}

function greedy<Route>(
  at: Node<Route>,
  path: PathForm,
  index: number,
  method: string,
  values: string[],
): Entry<Route> | undefined {
  const segment = path.segments[index];
  if (segment === undefined && !path.slashAtEnd) return undefined;
  if (segment !== undefined) {
    const literal = at.literals.get(segment);
    if (literal !== undefined) {
      const entry = greedy(literal, path, index + 1, method, values);
      if (entry !== undefined) return entry;
    }
    if (at.variable !== undefined && segment !== "") {
      values.push(path.values[index] ?? "");
      const entry = greedy(at.variable, path, index + 1, method, values);
      if (entry !== undefined) return entry;
      values.pop();
    }
  }
  const entry = at.greedy.get(method) ?? at.greedy.get("ANY");
  if (entry !== undefined) values.push([...path.values.slice(index), ...(path.slashAtEnd ? [""] : [])].join("/"));
  return entry;
}
