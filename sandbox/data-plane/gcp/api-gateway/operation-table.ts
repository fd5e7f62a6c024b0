import { FirstSegmentIndex } from "../../first-segment-index.ts";
import type { GcpOperation } from "./operation.ts";

/** Finds the operation of a request: the first match in Envoy's order. */
export class OperationTable {
  readonly #all: FirstSegmentIndex<GcpOperation>;
  readonly #byMethod: ReadonlyMap<string, FirstSegmentIndex<GcpOperation>>;

  /** @param operations in Envoy's order, see `sortPatterns` */
  constructor(operations: readonly GcpOperation[]) {
    const index = (some: readonly GcpOperation[]) => new FirstSegmentIndex(some, ({ template }) => template.firstTexts);
    this.#all = index(operations);
    const groups = Map.groupBy(operations, (operation) => operation.method);
    this.#byMethod = new Map([...groups].map(([method, group]) => [method, index(group)]));
  }

  /** @param path canonical, without the query */
  find(method: string, path: string): GcpOperation | undefined {
    const index = this.#byMethod.get(method);
    return index === undefined ? undefined : findIn(index, path);
  }

  /** An operation of any method. */
  findPath(path: string): GcpOperation | undefined {
    return findIn(this.#all, path);
  }
}

function findIn(index: FirstSegmentIndex<GcpOperation>, path: string): GcpOperation | undefined {
  const slash = path.indexOf("/", 1);
  const first = slash === -1 ? path.slice(1) : path.slice(1, slash);
  return index.candidates(first).find(({ template }) => template.matches(path));
}
