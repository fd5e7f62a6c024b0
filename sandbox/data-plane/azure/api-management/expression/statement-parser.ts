import { ExpressionParser } from "./expression-parser.ts";
import type { Statement } from "./syntax.ts";
import { TokenStream } from "./token-stream.ts";

/** Parses the text between `@{` and `}`. @throws ExpressionSyntaxError */
export function parseStatements(text: string): readonly Statement[] {
  return new StatementParser(text).statements();
}

class StatementParser {
  readonly #tokens: TokenStream;
  readonly #expressions: ExpressionParser;

  constructor(text: string) {
    this.#tokens = new TokenStream(text);
    this.#expressions = new ExpressionParser(this.#tokens);
  }

  statements(): readonly Statement[] {
    const statements: Statement[] = [];
    while (!this.#tokens.isAtEnd) statements.push(this.#statement());
    return statements;
  }

  #statement(): Statement {
    const tokens = this.#tokens;
    const { at } = tokens;
    if (tokens.take("{")) return tokens.nested(() => this.#block(at));
    if (tokens.takeWord("return")) return this.#return(at);
    if (tokens.takeWord("if")) return this.#if(at);
    return this.#declaration(at);
  }

  #block(at: number): Statement {
    const statements: Statement[] = [];
    while (!this.#tokens.take("}")) {
      if (this.#tokens.isAtEnd) throw this.#tokens.unexpected('expected "}"');
      statements.push(this.#statement());
    }
    return { kind: "block", statements, at };
  }

  #return(at: number): Statement {
    const value = this.#expressions.expression();
    this.#tokens.expect(";");
    return { kind: "return", value, at };
  }

  #if(at: number): Statement {
    this.#tokens.expect("(");
    const test = this.#expressions.expression();
    this.#tokens.expect(")");
    const then = this.#tokens.nested(() => this.#statement());
    const otherwise = this.#tokens.takeWord("else") ? this.#tokens.nested(() => this.#statement()) : undefined;
    return { kind: "if", test, then, otherwise, at };
  }

  #declaration(at: number): Statement {
    const type = this.#tokens.takeWord("var") ? "var" : this.#tokens.type();
    if (type === undefined) {
      throw this.#tokens.unexpected("only the statements `var`, `if` and `return` are supported; expected one of them");
    }
    const name = this.#tokens.identifier();
    this.#tokens.expect("=");
    const value = this.#expressions.expression();
    this.#tokens.expect(";");
    return { kind: "declare", type: type === "var" ? undefined : type, name, value, at };
  }
}
