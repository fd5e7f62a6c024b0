import type { Node } from "./syntax.ts";
import { TokenStream } from "./token-stream.ts";
import { ExpressionSyntaxError } from "./tokens.ts";

/** The binary operators, from the weakest to the strongest level of precedence. */
const BINARY: readonly (readonly string[])[] = [
  ["||"],
  ["&&"],
  ["==", "!="],
  ["<", ">", "<=", ">="],
  ["+", "-"],
  ["*", "/", "%"],
];
const UNSUPPORTED_WORDS = new Set(
  "as is typeof default throw switch for foreach while do try catch await out ref dynamic checked base this".split(" "),
);

/** Parses the text between `@(` and `)`. @throws ExpressionSyntaxError */
export function parseExpression(text: string): Node {
  const tokens = new TokenStream(text);
  const node = new ExpressionParser(tokens).expression();
  if (!tokens.isAtEnd) throw tokens.unexpected("expected the end of the expression");
  return node;
}

/** Parses expressions by recursive descent. */
export class ExpressionParser {
  readonly #tokens: TokenStream;

  constructor(tokens: TokenStream) {
    this.#tokens = tokens;
  }

  expression(): Node {
    return this.#tokens.nested(() => this.#lambda() ?? this.#conditional());
  }

  #lambda(): Node | undefined {
    const tokens = this.#tokens;
    const { at } = tokens;
    const bare = tokens.peek().kind === "identifier" && tokens.is("=>", 1);
    const inParentheses =
      tokens.is("(") && tokens.peek(1).kind === "identifier" && tokens.is(")", 2) && tokens.is("=>", 3);
    if (!bare && !inParentheses) return undefined;
    if (inParentheses) tokens.advance();
    const parameter = tokens.identifier();
    if (inParentheses) tokens.advance();
    tokens.expect("=>");
    return { kind: "lambda", parameter, body: this.expression(), at };
  }

  #conditional(): Node {
    const test = this.#coalesce();
    if (!this.#tokens.take("?")) return test;
    const then = this.expression();
    this.#tokens.expect(":");
    return { kind: "conditional", test, then, otherwise: this.expression(), at: test.at };
  }

  #coalesce(): Node {
    const left = this.#binary(0);
    if (!this.#tokens.take("??")) return left;
    return { kind: "binary", operator: "??", left, right: this.#coalesce(), at: left.at };
  }

  #binary(level: number): Node {
    const operators = BINARY[level];
    if (operators === undefined) return this.#unary();
    let left = this.#binary(level + 1);
    for (;;) {
      const token = this.#tokens.peek();
      if (token.kind !== "punctuator" || !operators.includes(token.text)) return left;
      this.#tokens.advance();
      left = { kind: "binary", operator: token.text, left, right: this.#binary(level + 1), at: left.at };
    }
  }

  #unary(): Node {
    const { at } = this.#tokens;
    return this.#tokens.nested((): Node => {
      if (this.#tokens.take("!")) return { kind: "unary", operator: "!", operand: this.#unary(), at };
      if (this.#tokens.take("-")) return { kind: "unary", operator: "-", operand: this.#unary(), at };
      return this.#cast() ?? this.#postfix();
    });
  }

  #cast(): Node | undefined {
    const tokens = this.#tokens;
    const { at } = tokens;
    const type = tokens.attempt(() => {
      const name = tokens.take("(") ? tokens.type() : undefined;
      return tokens.take(")") ? name : undefined;
    });
    return type === undefined ? undefined : { kind: "cast", type, operand: this.#unary(), at };
  }

  #postfix(): Node {
    const tokens = this.#tokens;
    let node = this.#primary();
    let isChain = false;
    for (;;) {
      const { at } = tokens;
      const conditional = tokens.is("?.") || tokens.is("?[");
      if (tokens.take(".") || tokens.take("?.")) {
        node = this.#memberOrCall(node, conditional);
      } else if (tokens.take("[") || tokens.take("?[")) {
        const index = this.expression();
        tokens.expect("]");
        node = { kind: "index", target: node, index, conditional, at };
      } else {
        return isChain ? { kind: "chain", body: node, at: node.at } : node;
      }
      isChain ||= conditional;
    }
  }

  #memberOrCall(target: Node, conditional: boolean): Node {
    const { at } = this.#tokens;
    const name = this.#tokens.identifier();
    const generic = this.#genericArgument();
    if (!this.#tokens.take("(")) return { kind: "member", target, name, conditional, at };
    return { kind: "call", target, name, conditional, generic, arguments: this.#list(")"), at };
  }

  /** `<T>` directly before `(`. Any other `<` after a name is a comparison. */
  #genericArgument(): string | undefined {
    const tokens = this.#tokens;
    return tokens.attempt(() => {
      const type = tokens.take("<") ? tokens.type() : undefined;
      return type !== undefined && tokens.take(">") && tokens.is("(") ? type : undefined;
    });
  }

  #primary(): Node {
    const token = this.#tokens.peek();
    const { at } = token;
    if (token.kind === "end" || (token.kind === "punctuator" && token.text !== "(")) {
      throw this.#tokens.unexpected("expected a value");
    }
    this.#tokens.advance();
    switch (token.kind) {
      case "string":
      case "char":
        return { kind: "literal", type: token.kind, value: token.value, at };
      case "integer":
        return { kind: "literal", type: "int", value: token.value, at };
      case "identifier":
        return this.#word(token.text, at);
      case "punctuator": {
        const inner = this.expression();
        this.#tokens.expect(")");
        return inner;
      }
    }
  }

  #word(word: string, at: number): Node {
    if (word === "true" || word === "false") return { kind: "literal", type: "bool", value: word === "true", at };
    if (word === "null") return { kind: "literal", type: "null", value: null, at };
    if (UNSUPPORTED_WORDS.has(word)) throw new ExpressionSyntaxError(at, `\`${word}\` is not supported`);
    return word === "new" ? this.#array(at) : { kind: "name", name: word, at };
  }

  #array(at: number): Node {
    const type = this.#tokens.type();
    if (type === undefined) {
      this.#tokens.expect("[");
      this.#tokens.expect("]");
    } else if (!type.endsWith("[]")) {
      throw new ExpressionSyntaxError(at, "`new` is supported for arrays only");
    }
    this.#tokens.expect("{");
    return { kind: "array", element: type?.slice(0, -2), items: this.#list("}"), at };
  }

  /** Expressions with commas between them, and the punctuator after them. */
  #list(end: string): readonly Node[] {
    const nodes: Node[] = [];
    if (this.#tokens.take(end)) return nodes;
    do nodes.push(this.expression());
    while (this.#tokens.take(","));
    this.#tokens.expect(end);
    return nodes;
  }
}
