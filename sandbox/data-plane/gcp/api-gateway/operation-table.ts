import type { GcpOperation } from "./operation.ts";

/** Operations by the literal first segment of their paths, because only they can match a path that begins with it. */
interface Table {
  readonly byFirst: ReadonlyMap<string, readonly GcpOperation[]>;
  /** Those whose first segment is a parameter. They follow all others in Envoy's order. */
  readonly others: readonly GcpOperation[];
}

/** Finds the operation of a request: the first match in Envoy's order. */
export class OperationTable {
  readonly #all: Table;
  readonly #byMethod: ReadonlyMap<string, Table>;

  /** @param operations in Envoy's order, see `sortPatterns` */
  constructor(operations: readonly GcpOperation[]) {
    this.#all = tableOf(operations);
    const groups = Map.groupBy(operations, (operation) => operation.method);
    this.#byMethod = new Map([...groups].map(([method, group]) => [method, tableOf(group)]));
  }

  /** @param path canonical, without the query */
  find(method: string, path: string): GcpOperation | undefined {
    const table = this.#byMethod.get(method);
    return table === undefined ? undefined : findIn(table, path);
  }

  /** An operation of any method. */
  findPath(path: string): GcpOperation | undefined {
    return findIn(this.#all, path);
  }
}

function tableOf(operations: readonly GcpOperation[]): Table {
  const byFirst = new Map<string, GcpOperation[]>();
  const others: GcpOperation[] = [];
  for (const operation of operations) {
    const texts = operation.template.firstTexts;
    if (texts === undefined) others.push(operation);
    for (const text of texts ?? []) byFirst.set(text, [...(byFirst.get(text) ?? []), operation]);
  }
  return { byFirst, others };
}

function findIn({ byFirst, others }: Table, path: string): GcpOperation | undefined {
  const slash = path.indexOf("/", 1);
  const first = slash === -1 ? path.slice(1) : path.slice(1, slash);
  const matches = ({ template }: GcpOperation) => template.matches(path);
  return byFirst.get(first)?.find(matches) ?? others.find(matches);
}
