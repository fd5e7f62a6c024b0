import { type Document, isNode, LineCounter } from "yaml";
import { type JsonValue, jsonTree } from "./json-text.ts";

/** The lines and columns of the values of a text. */
export interface Positions {
  /** `line:column` of a value, or of the nearest value around it that exists. */
  of(path: readonly string[]): string | undefined;
}

/** The positions in a YAML document. */
export class YamlPositions implements Positions {
  readonly #document: Document;
  readonly #lines: LineCounter;

  /** @param lines the counter that the document was parsed with */
  constructor(document: Document, lines: LineCounter) {
    this.#document = document;
    this.#lines = lines;
  }

  of(path: readonly string[]): string | undefined {
    for (let length = path.length; length >= 0; length--) {
      const node = this.#document.getIn(path.slice(0, length), true);
      if (!isNode(node) || node.range === undefined || node.range === null) continue;
      const { line, col } = this.#lines.linePos(node.range[0]);
      return `${line}:${col}`;
    }
    return undefined;
  }
}

/** The positions in a JSON text. They are looked up in a pass over the text, which is made when the first is needed. */
export class JsonPositions implements Positions {
  readonly #text: string;
  readonly #lines = new LineCounter();
  #root: JsonValue | undefined;

  /** @param text a valid JSON text */
  constructor(text: string) {
    this.#text = text;
  }

  of(path: readonly string[]): string {
    let value = this.#tree();
    for (const step of path) {
      const next = value.members?.get(step);
      if (next === undefined) break;
      value = next;
    }
    const { line, col } = this.#lines.linePos(value.offset);
    return `${line}:${col}`;
  }

  #tree(): JsonValue {
    if (this.#root !== undefined) return this.#root;
    this.#root = jsonTree(this.#text);
    this.#lines.addNewLine(0);
    for (let end = this.#text.indexOf("\n"); end >= 0; end = this.#text.indexOf("\n", end + 1)) {
      this.#lines.addNewLine(end + 1);
    }
    return this.#root;
  }
}
