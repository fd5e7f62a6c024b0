import { type Document, isNode, LineCounter, parseDocument } from "yaml";

/** The steps of a place as a reader writes it: `paths["/a"].get.tags[0]`. */
export function stepsOf(place: string): readonly string[] {
  return [...place.matchAll(/\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]|\.?([A-Za-z_]\w*)/g)].map(
    ([, index, quoted, name]) => index ?? (quoted === undefined ? (name ?? "") : (JSON.parse(quoted) as string)),
  );
}

/** Whether a place is another one, or below it. */
export function isWithin(place: string, outer: string): boolean {
  return place.startsWith(outer) && (place.length === outer.length || /[.[]/.test(place.charAt(outer.length)));
}

/** One step of a JSON pointer. */
export function escapeStep(step: string): string {
  return step.replaceAll("~", "~0").replaceAll("/", "~1");
}

/** The member that a step of a JSON pointer names. */
export function unescapeStep(step: string): string {
  return step.replaceAll("~1", "/").replaceAll("~0", "~");
}

/** The lines and columns of a document. It parses the text again, so it is made only when there is a problem to report. */
export class Positions {
  readonly #document: Document;
  readonly #lines = new LineCounter();

  constructor(text: string) {
    this.#document = parseDocument(text, { lineCounter: this.#lines, logLevel: "silent" });
  }

  /** `line:column` of a value, or of the nearest value around it that exists. */
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
