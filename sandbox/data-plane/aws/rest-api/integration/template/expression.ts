import type { Scanner } from "./scanner.ts";
import type { Condition, Reference, Value } from "./syntax.ts";

/** Deep enough for every real template, and shallow enough for the stack. */
export const MAX_DEPTH = 50;

/** Parses the references, values and conditions of a template. */
export class ExpressionParser {
  readonly #scanner: Scanner;
  readonly #variables: ReadonlySet<string>;

  /** @param variables the variables that have been set so far */
  constructor(scanner: Scanner, variables: ReadonlySet<string>) {
    this.#scanner = scanner;
    this.#variables = variables;
  }

  condition(depth: number): Condition {
    this.#checkDepth(depth);
    let left = this.#conjunction(depth);
    while (this.#scanner.take("||")) left = { kind: "or", left, right: this.#conjunction(depth) };
    return left;
  }

  #conjunction(depth: number): Condition {
    let left = this.#negation(depth);
    while (this.#scanner.take("&&")) left = { kind: "and", left, right: this.#negation(depth) };
    return left;
  }

  #negation(depth: number): Condition {
    const scanner = this.#scanner;
    this.#checkDepth(depth);
    if (scanner.take("!")) {
      scanner.space();
      // Without parentheses it is unclear what Velocity negates, e.g. in `!$a == "b"`.
      if (scanner.peek() !== "(") throw scanner.refused("a ! that is not before a parenthesis");
      return { kind: "not", inner: this.#negation(depth + 1) };
    }
    if (scanner.take("(")) {
      const inner = this.condition(depth + 1);
      scanner.space();
      scanner.expect(")");
      return inner;
    }
    scanner.space();
    const left = this.value();
    const equal = scanner.take("==");
    if (!equal && !scanner.take("!=")) throw scanner.refused("a condition that does not compare with == or !=");
    scanner.space();
    return { kind: "compared", equal, left, right: this.value() };
  }

  #checkDepth(depth: number): void {
    if (depth > MAX_DEPTH) throw this.#scanner.refused("a condition that is nested this deeply");
  }

  value(): Value {
    const scanner = this.#scanner;
    const character = scanner.peek();
    if (character === "$") return this.reference();
    if (character === '"' || character === "'") return { kind: "literal", value: scanner.text() };
    const [digits] = scanner.match(/(?:0|[1-9][0-9]{0,8})(?![A-Za-z0-9_.])/y) ?? [];
    if (digits !== undefined) {
      scanner.at += digits.length;
      return { kind: "literal", value: Number(digits) };
    }
    const word = scanner.word();
    if (word !== "true" && word !== "false") throw scanner.refused(`${word} as a value`);
    return { kind: "literal", value: word === "true" };
  }

  reference(): Reference {
    const scanner = this.#scanner;
    const begin = scanner.at;
    scanner.expect("$");
    const braced = scanner.peek() === "{";
    if (braced) scanner.at++;
    const reference = this.#named(scanner.word(), begin);
    if (braced) scanner.expect("}");
    return reference.kind === "variable"
      ? { ...reference, source: scanner.source.slice(begin, scanner.at) }
      : reference;
  }

  #named(name: string, begin: number): Reference {
    const scanner = this.#scanner;
    switch (name) {
      case "context":
        return { kind: "context", name: this.#path() };
      case "stageVariables":
        scanner.expect(".");
        return { kind: "stage variable", name: scanner.word() };
      case "input":
        return this.#parameter();
      case "util":
        return this.#decoded();
      default:
        if (!this.#variables.has(name)) {
          scanner.at = begin;
          throw scanner.refused(`$${name}, which is not set,`);
        }
        return { kind: "variable", name, source: "" };
    }
  }

  #decoded(): Reference {
    const scanner = this.#scanner;
    scanner.expect(".");
    const method = scanner.word();
    if (method !== "base64Decode") throw scanner.refused(`$util.${method}`);
    scanner.expect("(");
    scanner.space();
    // A call within a call is of no use, and could nest without end.
    if (scanner.match(/\$\{?util/y) !== null) throw scanner.refused("$util within $util");
    const value = this.value();
    scanner.space();
    scanner.expect(")");
    return { kind: "decoded", value };
  }

  #parameter(): Reference {
    const scanner = this.#scanner;
    scanner.expect(".");
    const method = scanner.word();
    if (method !== "params") throw scanner.refused(`$input.${method}`);
    scanner.expect("(");
    scanner.space();
    if (scanner.peek() !== ")") return { kind: "parameter", from: "any", name: this.#lastArgument() };
    scanner.expect(")");
    scanner.expect(".");
    const from = scanner.word();
    if (from !== "header" && from !== "querystring" && from !== "path") {
      throw scanner.refused(`$input.params().${from}`);
    }
    scanner.expect(".");
    if (scanner.word() !== "get") throw scanner.refused(`a method other than get of $input.params().${from}`);
    scanner.expect("(");
    scanner.space();
    return { kind: "parameter", from, name: this.#lastArgument() };
  }

  /** A string and the closing parenthesis. */
  #lastArgument(): string {
    const name = this.#scanner.text();
    this.#scanner.space();
    this.#scanner.expect(")");
    return name;
  }

  #path(): string {
    const scanner = this.#scanner;
    const names: string[] = [];
    while (scanner.peek() === "." && /[A-Za-z]/.test(scanner.peek(1))) {
      scanner.at++;
      names.push(scanner.word());
    }
    if (names.length === 0) throw scanner.refused("$context alone");
    return names.join(".");
  }
}
