import { ExpressionSyntaxError, type Token, tokenize } from "./tokens.ts";

/** The types that can be named in a cast, a declaration, a generic argument and `new T[]`. */
const NAMED_TYPES = new Set(["string", "bool", "int", "char", "object", "Jwt", "String", "Boolean", "Int32"]);
const ALIASES: Readonly<Record<string, string>> = { String: "string", Boolean: "bool", Int32: "int" };
/** Enough for every condition that a person writes, and too little for a document to overflow the stack. */
const MAX_DEPTH = 200;

/** The tokens of an expression, with a current position. */
export class TokenStream {
  readonly #tokens: readonly Token[];
  #position = 0;
  #depth = 0;

  constructor(text: string) {
    this.#tokens = tokenize(text);
  }

  peek(ahead = 0): Token {
    return this.#tokens[Math.min(this.#position + ahead, this.#tokens.length - 1)] as Token;
  }

  /** The offset of the current token in the text. */
  get at(): number {
    return this.peek().at;
  }

  get isAtEnd(): boolean {
    return this.peek().kind === "end";
  }

  advance(count = 1): void {
    this.#position += count;
  }

  is(punctuator: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.kind === "punctuator" && token.text === punctuator;
  }

  isWord(word: string): boolean {
    const token = this.peek();
    return token.kind === "identifier" && token.text === word;
  }

  /** Consumes the punctuator if it is the current token. */
  take(punctuator: string): boolean {
    if (!this.is(punctuator)) return false;
    this.advance();
    return true;
  }

  /** Consumes the word if it is the current token. */
  takeWord(word: string): boolean {
    if (!this.isWord(word)) return false;
    this.advance();
    return true;
  }

  expect(punctuator: string): void {
    if (!this.take(punctuator)) throw this.unexpected(`expected ${JSON.stringify(punctuator)}`);
  }

  identifier(): string {
    const token = this.peek();
    if (token.kind !== "identifier") throw this.unexpected("expected a name");
    this.advance();
    return token.text;
  }

  /** Consumes the name of a type, also `T[]` and `IEnumerable<string>`. Undefined, and nothing consumed, without one. */
  type(): string | undefined {
    return this.attempt(() => {
      const token = this.peek();
      if (token.kind !== "identifier") return undefined;
      this.advance();
      if (token.text === "IEnumerable" && this.take("<")) {
        return this.type() === "string" && this.take(">") ? "IEnumerable<string>" : undefined;
      }
      if (!NAMED_TYPES.has(token.text)) return undefined;
      const name = ALIASES[token.text] ?? token.text;
      if (!this.is("[") || !this.is("]", 1)) return name;
      this.advance(2);
      return `${name}[]`;
    });
  }

  /** Runs `read`, and returns to the current position when it gives undefined. */
  attempt<T>(read: () => T | undefined): T | undefined {
    const start = this.#position;
    const result = read();
    if (result === undefined) this.#position = start;
    return result;
  }

  /** Runs `read` one level deeper. @throws ExpressionSyntaxError below the deepest level */
  nested<T>(read: () => T): T {
    if (++this.#depth > MAX_DEPTH) throw this.unexpected(`nested deeper than ${MAX_DEPTH} levels; expected less`);
    try {
      return read();
    } finally {
      this.#depth--;
    }
  }

  unexpected(problem: string): ExpressionSyntaxError {
    const token = this.peek();
    const found = token.kind === "end" ? "the end" : "text" in token ? JSON.stringify(token.text) : `a ${token.kind}`;
    return new ExpressionSyntaxError(token.at, `${problem}, found ${found}`);
  }
}
