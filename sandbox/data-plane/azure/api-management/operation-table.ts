import { FirstSegmentIndex } from "../../first-segment-index.ts";
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
  /** Grouped by method, in the order in which they are tried. */
  readonly operations: readonly ApimOperation[];
  readonly #byMethod: ReadonlyMap<string, FirstSegmentIndex<ApimOperation>>;
  readonly #options: MatchingOptions;

  constructor(operations: readonly ApimOperation[], surroundings: Pick<Surroundings, "readings">) {
    const order = readingOf(surroundings, "apim-overlap") === "most-literal" ? 1 : -1;
    const ordered = operations.toSorted((a, b) => order * a.template.compareLiteralness(b.template));
    const byMethod = Map.groupBy(ordered, (operation) => operation.method);
    this.operations = [...byMethod.values()].flat();
    this.#byMethod = new Map([...byMethod].map(([method, list]) => [method, new FirstSegmentIndex(list, firstsOf)]));
    this.#options = {
      letters: readingOf(surroundings, "apim-letters"),
      parameters: readingOf(surroundings, "apim-parameters"),
    };
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

function firstsOf({ template: { firstLiteral } }: ApimOperation): readonly string[] | undefined {
  return firstLiteral === undefined ? undefined : [firstLiteral];
}
