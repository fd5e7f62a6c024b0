import type { Surroundings } from "../../interpreter.ts";
import { readingOf } from "../../readings.ts";
import type { ApimOperation } from "./operations.ts";
import { type MatchingOptions, RequestSegments } from "./url-template.ts";

/** An operation that matches a request, with the values of its template parameters. */
export interface OperationMatch {
  readonly operation: ApimOperation;
  readonly parameters: ReadonlyMap<string, string>;
}

/** Finds the operation of a request. */
export class OperationTable {
  readonly #byMethod: ReadonlyMap<string, SegmentIndex>;
  readonly #options: MatchingOptions;

  constructor(operations: readonly ApimOperation[], surroundings: Pick<Surroundings, "readings">) {
    const order = readingOf(surroundings, "apim-overlap") === "most-literal" ? 1 : -1;
    const ordered = operations.toSorted((a, b) => order * a.template.compareLiteralness(b.template));
    const byMethod = Map.groupBy(ordered, (operation) => operation.method);
    this.#byMethod = new Map([...byMethod].map(([method, list]) => [method, new SegmentIndex(list)]));
    this.#options = {
      letters: readingOf(surroundings, "apim-letters"),
      parameters: readingOf(surroundings, "apim-parameters"),
    };
  }

  /** Grouped by method, in the order in which they are tried. */
  get operations(): readonly ApimOperation[] {
    return [...this.#byMethod.values()].flatMap(({ operations }) => operations);
  }

  match(method: string, path: string, query: string): OperationMatch | undefined {
    const segments = new RequestSegments(path);
    for (const operation of this.#byMethod.get(method)?.candidates(segments.first) ?? []) {
      const parameters = operation.template.match(segments, query, this.#options);
      if (parameters !== undefined) return { operation, parameters };
    }
    return undefined;
  }
}

/** Narrows the operations of a method by the first segment of a path. */
class SegmentIndex {
  /** In the order in which they are tried. */
  readonly operations: readonly ApimOperation[];
  readonly #byFirst = new Map<string, readonly ApimOperation[]>();
  /** The operations whose first segment is not literal. */
  readonly #others: readonly ApimOperation[];

  constructor(operations: readonly ApimOperation[]) {
    this.operations = operations;
    this.#others = operations.filter(({ template }) => template.firstLiteral === undefined);
    for (const first of new Set(operations.flatMap(({ template }) => template.firstLiteral ?? []))) {
      const candidates = operations.filter(({ template }) => (template.firstLiteral ?? first) === first);
      this.#byFirst.set(first, candidates);
    }
  }

  candidates(first: string): readonly ApimOperation[] {
    return this.#byFirst.get(first) ?? this.#others;
  }
}
