import { UnsupportedArtefact } from "../../../interpreter.ts";

/**
 * The part of the Velocity template language that mapping templates here may use. A parser of our own, because
 * the libraries (velocityjs) follow Velocity itself, which takes what it does not know as text and what is not set as its own
 * name; here each of them must stop the deployment.
 *
 * - text as it stands; `$context.X`, `$stageVariables.X`, `$input.params('X')`, `$input.params().header.get('X')` (or
 *   `querystring`, `path`), `$util.base64Decode('X')`, `$name` of a `#set` before; each also as `${...}`
 * - `#set($name = VALUE)`, `#set($context.responseOverride.header.NAME = VALUE)`, `#set($context.responseOverride.status = VALUE)`
 * - `#if(CONDITION) ... #elseif(CONDITION) ... #else ... #end`, with `==`, `!=`, `&&`, `||`, `!` and parentheses
 *
 * Refused, because Velocity's versions differ in it or AWS documents nothing: a backslash before `$` or `#`, `##`, `#*`, `#[[`, `$!`, references in
 * double quotes, a reference alone as a condition.
 */

export type Reference =
  | { readonly kind: "variable"; readonly name: string; readonly source: string }
  | { readonly kind: "context"; readonly name: string }
  | { readonly kind: "stage variable"; readonly name: string }
  | { readonly kind: "parameter"; readonly from: "any" | "header" | "querystring" | "path"; readonly name: string }
  | { readonly kind: "decoded"; readonly value: Value };

export type Value = { readonly kind: "literal"; readonly value: string | number | boolean } | Reference;

export type Condition =
  | { readonly kind: "compared"; readonly equal: boolean; readonly left: Value; readonly right: Value }
  | { readonly kind: "not"; readonly inner: Condition }
  | { readonly kind: "and" | "or"; readonly left: Condition; readonly right: Condition };

export type Target =
  | { readonly kind: "variable"; readonly name: string }
  | { readonly kind: "status" }
  | { readonly kind: "header"; readonly name: string };

export type Piece =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "shown"; readonly reference: Reference }
  | { readonly kind: "set"; readonly target: Target; readonly value: Value }
  | { readonly kind: "if"; readonly branches: readonly Branch[]; readonly otherwise: readonly Piece[] };

export interface Branch {
  readonly condition: Condition;
  readonly pieces: readonly Piece[];
}

/** docs.aws.amazon.com, api-gateway-known-issues: a mapping template has at most 300 KB. */
const MOST_BYTES = 300 * 1024;
/** Deeper than anyone writes, and far from the end of the stack. */
const MOST_DEPTH = 50;
const WORD = /[A-Za-z][A-Za-z0-9_-]*/y;
/** What may follow a reference in a text only as part of it. */
const CONTINUED = /(?:\.[A-Za-z]|\[|\()/y;

/** @throws UnsupportedArtefact, with where in the template, for everything that is not listed above */
export function parseTemplate(source: string, place: string): readonly Piece[] {
  if (Buffer.byteLength(source) > MOST_BYTES) {
    throw new UnsupportedArtefact(place, `a mapping template has at most ${MOST_BYTES} bytes`);
  }
  const parser = new Parser(source, place);
  const pieces = parser.pieces(0);
  parser.expectEnd();
  return pieces;
}

class Parser {
  readonly #source: string;
  readonly #place: string;
  readonly #variables = new Set<string>();
  #at = 0;

  constructor(source: string, place: string) {
    this.#source = source;
    this.#place = place;
  }

  /** Up to the end of the template, or a directive that ends a block. */
  pieces(depth: number): readonly Piece[] {
    if (depth > MOST_DEPTH) throw this.#refused("blocks are nested too deep");
    const pieces: Piece[] = [];
    let from = this.#at;
    const flush = (to: number): void => {
      if (to > from) pieces.push({ kind: "text", text: this.#source.slice(from, to) });
    };
    while (this.#at < this.#source.length) {
      const character = this.#source[this.#at];
      const next = this.#source[this.#at + 1] ?? "";
      if (character === "\\" && (next === "$" || next === "#")) throw this.#refused("a backslash");
      if (character === "$" && /[A-Za-z{!_]/.test(next)) {
        flush(this.#at);
        const reference = this.#reference();
        CONTINUED.lastIndex = this.#at;
        if (CONTINUED.test(this.#source)) throw this.#refused("what follows the reference");
        pieces.push({ kind: "shown", reference });
        from = this.#at;
      } else if (character === "#" && /[A-Za-z{#*[@_]/.test(next)) {
        const begin = this.#lineStart(from);
        const directive = this.#directive();
        if (directive === "end" || directive === "else" || directive === "elseif") {
          if (depth === 0) throw this.#refused(`#${directive} without an #if`);
          flush(begin);
          return pieces;
        }
        flush(begin);
        this.#at += 1 + directive.length;
        pieces.push(directive === "set" ? this.#set() : this.#if(depth));
        from = this.#at;
      } else this.#at++;
    }
    flush(this.#at);
    return pieces;
  }

  expectEnd(): void {
    if (this.#at < this.#source.length) throw this.#refused("what comes after the end");
  }

  /**
   * Where a text before a directive ends: a directive alone on its line takes the line with it. Velocity's versions differ in
   * this; a body whose white space matters should not depend on it (U).
   */
  #lineStart(from: number): number {
    let begin = this.#at;
    while (begin > from && /[ \t]/.test(this.#source[begin - 1] ?? "")) begin--;
    return begin === 0 || this.#source[begin - 1] === "\n" ? begin : this.#at;
  }

  #lineEnd(): void {
    const rest = /[ \t]*\r?\n/y;
    rest.lastIndex = this.#at;
    const found = rest.exec(this.#source);
    if (found !== null) this.#at += found[0].length;
  }

  #directive(): "set" | "if" | "else" | "elseif" | "end" {
    const found = /#(set|if|elseif|else|end)(?![A-Za-z0-9_-])/y;
    found.lastIndex = this.#at;
    const [, name] = found.exec(this.#source) ?? [];
    if (name === undefined) throw this.#refused("this directive");
    return name as "set" | "if" | "else" | "elseif" | "end";
  }

  #set(): Piece {
    this.#expect("(");
    this.#space();
    const target = this.#target();
    this.#space();
    this.#expect("=");
    this.#space();
    const value = this.#value();
    this.#space();
    this.#expect(")");
    this.#lineEnd();
    // Only now: a variable's own value cannot refer to it before it is set.
    if (target.kind === "variable") this.#variables.add(target.name);
    return { kind: "set", target, value };
  }

  #target(): Target {
    this.#expect("$");
    const name = this.#word();
    if (name !== "context") {
      if (name === "input" || name === "util" || name === "stageVariables") throw this.#refused(`setting $${name}`);
      return { kind: "variable", name };
    }
    this.#expect(".");
    if (this.#word() !== "responseOverride") throw this.#refused("setting $context");
    this.#expect(".");
    const kind = this.#word();
    if (kind === "status") return { kind: "status" };
    if (kind !== "header") throw this.#refused(`setting $context.responseOverride.${kind}`);
    this.#expect(".");
    return { kind: "header", name: this.#word() };
  }

  #if(depth: number): Piece {
    const branches: Branch[] = [];
    let otherwise: readonly Piece[] = [];
    let directive: string = "if";
    for (;;) {
      if (directive === "else") {
        this.#lineEnd();
        otherwise = this.pieces(depth + 1);
        if (this.#ending() !== "end") throw this.#refused("a second #else");
        break;
      }
      this.#expect("(");
      const condition = this.#condition(depth + 1);
      this.#space();
      this.#expect(")");
      this.#lineEnd();
      branches.push({ condition, pieces: this.pieces(depth + 1) });
      directive = this.#ending();
      if (directive === "end") break;
    }
    this.#lineEnd();
    return { kind: "if", branches, otherwise };
  }

  /** The directive that ended a block, gone past. */
  #ending(): string {
    if (this.#at >= this.#source.length) throw this.#refused("an #if without an #end");
    const directive = this.#directive();
    this.#at += 1 + directive.length;
    return directive;
  }

  #condition(depth: number): Condition {
    if (depth > MOST_DEPTH) throw this.#refused("conditions are nested too deep");
    let left = this.#conjunction(depth);
    while (this.#taken("||")) left = { kind: "or", left, right: this.#conjunction(depth) };
    return left;
  }

  #conjunction(depth: number): Condition {
    let left = this.#negation(depth);
    while (this.#taken("&&")) left = { kind: "and", left, right: this.#negation(depth) };
    return left;
  }

  #negation(depth: number): Condition {
    if (depth > MOST_DEPTH) throw this.#refused("conditions are nested too deep");
    if (this.#taken("!")) {
      this.#space();
      // What Velocity negates in `!$a == "b"` is a question that a template should not ask.
      if (this.#source[this.#at] !== "(") throw this.#refused("a ! that is not before a parenthesis");
      return { kind: "not", inner: this.#negation(depth + 1) };
    }
    if (this.#taken("(")) {
      const inner = this.#condition(depth + 1);
      this.#space();
      this.#expect(")");
      return inner;
    }
    this.#space();
    const left = this.#value();
    const equal = this.#taken("==");
    if (!equal && !this.#taken("!=")) throw this.#refused("a condition that does not compare with == or !=");
    this.#space();
    return { kind: "compared", equal, left, right: this.#value() };
  }

  #value(): Value {
    const character = this.#source[this.#at] ?? "";
    if (character === "$") return this.#reference();
    if (character === '"' || character === "'") return { kind: "literal", value: this.#text() };
    const number = /(?:0|[1-9][0-9]{0,8})(?![A-Za-z0-9_.])/y;
    number.lastIndex = this.#at;
    const [digits] = number.exec(this.#source) ?? [];
    if (digits !== undefined) {
      this.#at += digits.length;
      return { kind: "literal", value: Number(digits) };
    }
    const word = this.#word();
    if (word !== "true" && word !== "false") throw this.#refused(`${word} as a value`);
    return { kind: "literal", value: word === "true" };
  }

  #text(): string {
    const quote = this.#source[this.#at] ?? "";
    if (quote !== '"' && quote !== "'") throw this.#refused("what should be a text in quotes");
    const end = this.#source.indexOf(quote, this.#at + 1);
    if (end === -1) throw this.#refused("a text without an end");
    const text = this.#source.slice(this.#at + 1, end);
    if (/[\\\n\r]/.test(text)) throw this.#refused("a backslash or a line break in a text");
    if (quote === '"' && /[$#]/.test(text)) throw this.#refused("a $ or # in double quotes; use single ones");
    this.#at = end + 1;
    // Velocity may read a doubled quote as one.
    if (this.#source[this.#at] === quote) throw this.#refused("a doubled quote");
    return text;
  }

  #reference(): Reference {
    const begin = this.#at;
    this.#expect("$");
    const braced = this.#source[this.#at] === "{";
    if (braced) this.#at++;
    const reference = this.#named(this.#word(), begin);
    if (braced) this.#expect("}");
    return reference.kind === "variable" ? { ...reference, source: this.#source.slice(begin, this.#at) } : reference;
  }

  #named(name: string, begin: number): Reference {
    switch (name) {
      case "context":
        return { kind: "context", name: this.#path() };
      case "stageVariables":
        this.#expect(".");
        return { kind: "stage variable", name: this.#word() };
      case "input":
        return this.#parameter();
      case "util": {
        this.#expect(".");
        const called = this.#word();
        if (called !== "base64Decode") throw this.#refused(`$util.${called}`);
        this.#expect("(");
        this.#space();
        const value = this.#source[this.#at] === "$" ? this.#decodedReference() : this.#value();
        this.#space();
        this.#expect(")");
        return { kind: "decoded", value };
      }
      default:
        if (!this.#variables.has(name)) {
          this.#at = begin;
          throw this.#refused(`$${name}, which nothing has set,`);
        }
        return { kind: "variable", name, source: "" };
    }
  }

  /** Not a call within a call: nobody needs one, and it could nest without end. */
  #decodedReference(): Reference {
    if (/^\$\{?util/.test(this.#source.slice(this.#at, this.#at + 6))) throw this.#refused("$util within $util");
    return this.#reference();
  }

  #parameter(): Reference {
    this.#expect(".");
    const called = this.#word();
    if (called !== "params") throw this.#refused(`$input.${called}`);
    this.#expect("(");
    this.#space();
    if (this.#source[this.#at] !== ")") {
      const name = this.#text();
      this.#space();
      this.#expect(")");
      return { kind: "parameter", from: "any", name };
    }
    this.#expect(")");
    this.#expect(".");
    const from = this.#word();
    if (from !== "header" && from !== "querystring" && from !== "path") throw this.#refused(`$input.params().${from}`);
    this.#expect(".");
    if (this.#word() !== "get") throw this.#refused(`what is not get of $input.params().${from}`);
    this.#expect("(");
    this.#space();
    const name = this.#text();
    this.#space();
    this.#expect(")");
    return { kind: "parameter", from, name };
  }

  #path(): string {
    const names: string[] = [];
    while (this.#source[this.#at] === "." && /[A-Za-z]/.test(this.#source[this.#at + 1] ?? "")) {
      this.#at++;
      names.push(this.#word());
    }
    if (names.length === 0) throw this.#refused("$context alone");
    return names.join(".");
  }

  #word(): string {
    WORD.lastIndex = this.#at;
    const [word] = WORD.exec(this.#source) ?? [];
    if (word === undefined) throw this.#refused("what should be a name");
    this.#at += word.length;
    return word;
  }

  #space(): void {
    while (/[ \t\r\n]/.test(this.#source[this.#at] ?? "")) this.#at++;
  }

  #expect(character: string): void {
    if (this.#source[this.#at] !== character) throw this.#refused(`what should be ${character}`);
    this.#at++;
  }

  #taken(operator: string): boolean {
    this.#space();
    if (!this.#source.startsWith(operator, this.#at)) return false;
    // `!=` is not a negation.
    if (operator === "!" && this.#source[this.#at + 1] === "=") return false;
    this.#at += operator.length;
    return true;
  }

  #refused(what: string): UnsupportedArtefact {
    const line = this.#source.slice(0, this.#at).split("\n").length;
    const near = JSON.stringify(this.#source.slice(this.#at, this.#at + 30));
    return new UnsupportedArtefact(this.#place, `line ${line}, at ${near}: ${what} is not known here`);
  }
}
