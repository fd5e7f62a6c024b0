import { UnsupportedArtefact } from "../../../../interpreter.ts";

const WORD = /[A-Za-z][A-Za-z0-9_-]*/y;

/** A position in a template's source, and the tokens that begin there. */
export class Scanner {
  readonly source: string;
  readonly #place: string;
  /** The index of the next character. */
  at = 0;

  /** @param place the template's place in the document */
  constructor(source: string, place: string) {
    this.source = source;
    this.#place = place;
  }

  get atEnd(): boolean {
    return this.at >= this.source.length;
  }

  /** The character at an offset from the position; empty after the end. */
  peek(offset = 0): string {
    return this.source[this.at + offset] ?? "";
  }

  /** The match of a sticky pattern at the position. It is not consumed. */
  match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.at;
    return pattern.exec(this.source);
  }

  /** Consumes a name. */
  word(): string {
    const [word] = this.match(WORD) ?? [];
    if (word === undefined) throw this.refused("what should be a name");
    this.at += word.length;
    return word;
  }

  /** Consumes a string in quotes. */
  text(): string {
    const quote = this.peek();
    if (quote !== '"' && quote !== "'") throw this.refused("what should be a string in quotes");
    const end = this.source.indexOf(quote, this.at + 1);
    if (end === -1) throw this.refused("a string without an end");
    const text = this.source.slice(this.at + 1, end);
    if (/[\\\n\r]/.test(text)) throw this.refused("a backslash or a line break in a string");
    if (quote === '"' && /[$#]/.test(text)) throw this.refused("a $ or # in double quotes; use single ones");
    this.at = end + 1;
    // Velocity may read a doubled quote as one.
    if (this.peek() === quote) throw this.refused("a doubled quote");
    return text;
  }

  /** Consumes white space. */
  space(): void {
    while (/[ \t\r\n]/.test(this.peek())) this.at++;
  }

  /** Consumes a character, which must be the given one. */
  expect(character: string): void {
    if (this.peek() !== character) throw this.refused(`what should be ${character}`);
    this.at++;
  }

  /** Consumes an operator, if it follows. */
  take(operator: string): boolean {
    this.space();
    if (!this.source.startsWith(operator, this.at)) return false;
    // `!=` is not a negation.
    if (operator === "!" && this.peek(1) === "=") return false;
    this.at += operator.length;
    return true;
  }

  /** The problem that the sandbox does not support what begins at the position. */
  refused(what: string): UnsupportedArtefact {
    const line = this.source.slice(0, this.at).split("\n").length;
    const near = JSON.stringify(this.source.slice(this.at, this.at + 30));
    return new UnsupportedArtefact(this.#place, `line ${line}, at ${near}: ${what} is not supported by the sandbox`);
  }
}
