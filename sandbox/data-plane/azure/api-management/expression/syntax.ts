import { ExpressionSyntaxError, type Token, tokenize } from "./tokens.ts";

/** The syntax tree of the C# subset; every node knows where it starts in the expression's text. */
export type Node = { readonly at: number } & (
  | { readonly kind: "literal"; readonly type: "string" | "char" | "int" | "bool" | "null"; readonly value: Literal }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "member"; readonly target: Node; readonly name: string; readonly conditional: boolean }
  | { readonly kind: "index"; readonly target: Node; readonly index: Node; readonly conditional: boolean }
  | {
      readonly kind: "call";
      readonly target: Node;
      readonly name: string;
      readonly conditional: boolean;
      readonly generic: string | undefined;
      readonly arguments: readonly Node[];
    }
  /** The whole of a chain that holds `?.`: what a null in it makes null. */
  | { readonly kind: "chain"; readonly body: Node }
  | { readonly kind: "unary"; readonly operator: "!" | "-"; readonly operand: Node }
  | { readonly kind: "binary"; readonly operator: string; readonly left: Node; readonly right: Node }
  | { readonly kind: "conditional"; readonly test: Node; readonly then: Node; readonly otherwise: Node }
  | { readonly kind: "cast"; readonly type: string; readonly operand: Node }
  | { readonly kind: "array"; readonly element: string | undefined; readonly items: readonly Node[] }
  | { readonly kind: "lambda"; readonly parameter: string; readonly body: Node }
);

export type Literal = string | number | boolean | null;

export type Statement = { readonly at: number } & (
  | { readonly kind: "declare"; readonly type: string | undefined; readonly name: string; readonly value: Node }
  | { readonly kind: "return"; readonly value: Node }
  | { readonly kind: "if"; readonly test: Node; readonly then: Statement; readonly otherwise: Statement | undefined }
  | { readonly kind: "block"; readonly statements: readonly Statement[] }
);

/** Types that may be named: in a cast, a declaration, a generic argument or `new T[]`. */
const NAMED_TYPES = new Set(["string", "bool", "int", "char", "object", "Jwt", "String", "Boolean", "Int32"]);
const ALIASES: Readonly<Record<string, string>> = { String: "string", Boolean: "bool", Int32: "int" };
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
/** Deep enough for any hand-written condition, shallow enough that no document overflows the stack. */
const MAX_DEPTH = 200;

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#tokens = tokenize(text);
  }

  expressionToEnd(): Node {
    const node = this.#expression();
    this.#finish();
    return node;
  }

  statementsToEnd(): readonly Statement[] {
    const statements: Statement[] = [];
    while (this.#peek().kind !== "end") statements.push(this.#statement());
    return statements;
  }

  #peek(ahead = 0): Token {
    return this.#tokens[Math.min(this.#at + ahead, this.#tokens.length - 1)] as Token;
  }

  #next(): Token {
    const token = this.#peek();
    this.#at++;
    return token;
  }

  #is(text: string, ahead = 0): boolean {
    const token = this.#peek(ahead);
    return token.kind === "punctuator" && token.text === text;
  }

  #isWord(text: string): boolean {
    const token = this.#peek();
    return token.kind === "identifier" && token.text === text;
  }

  #take(text: string): boolean {
    if (!this.#is(text)) return false;
    this.#at++;
    return true;
  }

  #expect(text: string): void {
    if (!this.#take(text)) throw this.#unexpected(`expected ${JSON.stringify(text)}`);
  }

  #finish(): void {
    if (this.#peek().kind !== "end") throw this.#unexpected("expected the end of the expression");
  }

  #unexpected(what: string): ExpressionSyntaxError {
    const token = this.#peek();
    const found = token.kind === "end" ? "the end" : "text" in token ? JSON.stringify(token.text) : `a ${token.kind}`;
    return new ExpressionSyntaxError(token.at, `${what}, found ${found}`);
  }

  #identifier(): string {
    const token = this.#peek();
    if (token.kind !== "identifier") throw this.#unexpected("expected a name");
    this.#at++;
    return token.text;
  }

  /** A type's name at the current token, with `[]` or as `IEnumerable<string>`; undefined when there is none. */
  #type(): string | undefined {
    const start = this.#at;
    const token = this.#peek();
    if (token.kind !== "identifier") return undefined;
    if (token.text === "IEnumerable" && this.#is("<", 1)) {
      this.#at += 2;
      const element = this.#type();
      if (element === "string" && this.#take(">")) return "IEnumerable<string>";
      this.#at = start;
      return undefined;
    }
    if (!NAMED_TYPES.has(token.text)) return undefined;
    this.#at++;
    const name = ALIASES[token.text] ?? token.text;
    if (this.#is("[") && this.#is("]", 1)) {
      this.#at += 2;
      return `${name}[]`;
    }
    return name;
  }

  #statement(): Statement {
    const { at } = this.#peek();
    if (this.#take("{")) {
      const statements: Statement[] = [];
      while (!this.#take("}")) {
        if (this.#peek().kind === "end") throw this.#unexpected('expected "}"');
        statements.push(this.#statement());
      }
      return { kind: "block", statements, at };
    }
    if (this.#isWord("return")) {
      this.#at++;
      const value = this.#expression();
      this.#expect(";");
      return { kind: "return", value, at };
    }
    if (this.#isWord("if")) {
      this.#at++;
      this.#expect("(");
      const test = this.#expression();
      this.#expect(")");
      const then = this.#statement();
      if (!this.#isWord("else")) return { kind: "if", test, then, otherwise: undefined, at };
      this.#at++;
      return { kind: "if", test, then, otherwise: this.#statement(), at };
    }
    const inferred = this.#isWord("var");
    const type = inferred ? undefined : this.#type();
    if (!inferred && type === undefined) {
      throw this.#unexpected("of statements only `var`, `if` and `return` are modelled; expected one");
    }
    if (inferred) this.#at++;
    const name = this.#identifier();
    this.#expect("=");
    const value = this.#expression();
    this.#expect(";");
    return { kind: "declare", type, name, value, at };
  }

  #expression(): Node {
    if (++this.#depth > MAX_DEPTH) throw this.#unexpected(`nested deeper than ${MAX_DEPTH}; expected less`);
    const node = this.#lambda() ?? this.#conditional();
    this.#depth--;
    return node;
  }

  #lambda(): Node | undefined {
    const { at } = this.#peek();
    const bare = this.#peek().kind === "identifier" && this.#is("=>", 1);
    const bracketed = this.#is("(") && this.#peek(1).kind === "identifier" && this.#is(")", 2) && this.#is("=>", 3);
    if (!bare && !bracketed) return undefined;
    if (bracketed) this.#at++;
    const parameter = this.#identifier();
    if (bracketed) this.#at++;
    this.#expect("=>");
    return { kind: "lambda", parameter, body: this.#expression(), at };
  }

  #conditional(): Node {
    const test = this.#coalesce();
    if (!this.#take("?")) return test;
    const then = this.#expression();
    this.#expect(":");
    return { kind: "conditional", test, then, otherwise: this.#expression(), at: test.at };
  }

  #coalesce(): Node {
    const left = this.#binary(0);
    if (!this.#take("??")) return left;
    return { kind: "binary", operator: "??", left, right: this.#coalesce(), at: left.at };
  }

  #binary(level: number): Node {
    const operators = BINARY[level];
    if (operators === undefined) return this.#unary();
    let left = this.#binary(level + 1);
    for (;;) {
      const token = this.#peek();
      if (token.kind !== "punctuator" || !operators.includes(token.text)) return left;
      this.#at++;
      left = { kind: "binary", operator: token.text, left, right: this.#binary(level + 1), at: left.at };
    }
  }

  #unary(): Node {
    const { at } = this.#peek();
    if (++this.#depth > MAX_DEPTH) throw this.#unexpected(`nested deeper than ${MAX_DEPTH}; expected less`);
    try {
      if (this.#take("!")) return { kind: "unary", operator: "!", operand: this.#unary(), at };
      if (this.#take("-")) return { kind: "unary", operator: "-", operand: this.#unary(), at };
      return this.#cast() ?? this.#postfix();
    } finally {
      this.#depth--;
    }
  }

  #cast(): Node | undefined {
    const start = this.#at;
    const { at } = this.#peek();
    if (!this.#take("(")) return undefined;
    const type = this.#type();
    if (type === undefined || !this.#take(")")) {
      this.#at = start;
      return undefined;
    }
    return { kind: "cast", type, operand: this.#unary(), at };
  }

  #postfix(): Node {
    let node = this.#primary();
    let conditionalSeen = false;
    for (;;) {
      const { at } = this.#peek();
      if (this.#is(".") || this.#is("?.")) {
        const conditional = this.#is("?.");
        conditionalSeen ||= conditional;
        this.#at++;
        node = this.#memberOrCall(node, conditional);
      } else if (this.#is("[") || this.#is("?[")) {
        const conditional = this.#is("?[");
        conditionalSeen ||= conditional;
        this.#at++;
        const index = this.#expression();
        this.#expect("]");
        node = { kind: "index", target: node, index, conditional, at };
      } else return conditionalSeen ? { kind: "chain", body: node, at: node.at } : node;
    }
  }

  #memberOrCall(target: Node, conditional: boolean): Node {
    const { at } = this.#peek();
    const name = this.#identifier();
    const generic = this.#genericArgument();
    if (!this.#take("(")) return { kind: "member", target, name, conditional, at };
    const args: Node[] = [];
    if (!this.#take(")")) {
      do args.push(this.#expression());
      while (this.#take(","));
      this.#expect(")");
    }
    return { kind: "call", target, name, conditional, generic, arguments: args, at };
  }

  /** `<T>` directly before `(`; anything else after a name is a comparison. */
  #genericArgument(): string | undefined {
    const start = this.#at;
    if (!this.#take("<")) return undefined;
    const type = this.#type();
    if (type !== undefined && this.#take(">") && this.#is("(")) return type;
    this.#at = start;
    return undefined;
  }

  #primary(): Node {
    const token = this.#next();
    const { at } = token;
    if (token.kind === "string") return { kind: "literal", type: "string", value: token.value, at };
    if (token.kind === "char") return { kind: "literal", type: "char", value: token.value, at };
    if (token.kind === "integer") return { kind: "literal", type: "int", value: token.value, at };
    if (token.kind === "identifier") return this.#word(token.text, at);
    if (token.kind === "punctuator" && token.text === "(") {
      const inner = this.#expression();
      this.#expect(")");
      return inner;
    }
    this.#at--;
    throw this.#unexpected("expected a value");
  }

  #word(word: string, at: number): Node {
    if (word === "true" || word === "false") return { kind: "literal", type: "bool", value: word === "true", at };
    if (word === "null") return { kind: "literal", type: "null", value: null, at };
    if (UNSUPPORTED_WORDS.has(word)) throw new ExpressionSyntaxError(at, `\`${word}\` is not modelled`);
    if (word !== "new") return { kind: "name", name: word, at };
    const type = this.#type();
    if (type === undefined) {
      this.#expect("[");
      this.#expect("]");
    } else if (!type.endsWith("[]")) {
      throw new ExpressionSyntaxError(at, "of `new` only arrays are modelled");
    }
    this.#expect("{");
    const items: Node[] = [];
    if (!this.#take("}")) {
      do items.push(this.#expression());
      while (this.#take(","));
      this.#expect("}");
    }
    return { kind: "array", element: type?.slice(0, -2), items, at };
  }
}

/** Parses what stands between `@(` and `)`. @throws ExpressionSyntaxError */
export function parseExpression(text: string): Node {
  return new Parser(text).expressionToEnd();
}

/** Parses what stands between `@{` and `}`. @throws ExpressionSyntaxError */
export function parseStatements(text: string): readonly Statement[] {
  return new Parser(text).statementsToEnd();
}
