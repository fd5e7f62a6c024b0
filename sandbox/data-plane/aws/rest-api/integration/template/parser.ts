import { UnsupportedArtefact } from "../../../../interpreter.ts";
import { ExpressionParser, MAX_DEPTH } from "./expression.ts";
import { Scanner } from "./scanner.ts";
import type { Branch, Piece, Target } from "./syntax.ts";

/** docs.aws.amazon.com, api-gateway-known-issues: a mapping template has at most 300 KB. */
const MAX_BYTES = 300 * 1024;

/** Characters that would continue a reference. */
const CONTINUED = /(?:\.[A-Za-z]|\[|\()/y;

type Directive = "set" | "if" | "else" | "elseif" | "end";

/**
 * Parses a mapping template. The libraries for Velocity (velocityjs) read what they do not know as text, and what is not set as
 * its own name; here both must stop the deployment.
 * @throws UnsupportedArtefact, with the line, for everything that `syntax.ts` does not list
 */
export function parseTemplate(source: string, place: string): readonly Piece[] {
  if (Buffer.byteLength(source) > MAX_BYTES) {
    throw new UnsupportedArtefact(place, `a mapping template has at most ${MAX_BYTES} bytes`);
  }
  return new TemplateParser(new Scanner(source, place)).pieces(0);
}

class TemplateParser {
  readonly #scanner: Scanner;
  readonly #variables = new Set<string>();
  readonly #expressions: ExpressionParser;

  constructor(scanner: Scanner) {
    this.#scanner = scanner;
    this.#expressions = new ExpressionParser(scanner, this.#variables);
  }

  /** Parses up to the end of the template, or up to a directive that ends a block. */
  pieces(depth: number): readonly Piece[] {
    const scanner = this.#scanner;
    if (depth > MAX_DEPTH) throw scanner.refused("a block that is nested this deeply");
    const pieces: Piece[] = [];
    let from = scanner.at;
    const addText = (to: number): void => {
      if (to > from) pieces.push({ kind: "text", text: scanner.source.slice(from, to) });
    };
    while (!scanner.atEnd) {
      const character = scanner.peek();
      const next = scanner.peek(1);
      if (character === "\\" && (next === "$" || next === "#")) throw scanner.refused("a backslash");
      if (character === "$" && /[A-Za-z{!_]/.test(next)) {
        addText(scanner.at);
        const reference = this.#expressions.reference();
        if (scanner.match(CONTINUED) !== null) throw scanner.refused("what follows the reference");
        pieces.push({ kind: "shown", reference });
        from = scanner.at;
      } else if (character === "#" && /[A-Za-z{#*[@_]/.test(next)) {
        const textEnd = this.#lineStart(from);
        const directive = this.#directive();
        const endsBlock = directive !== "set" && directive !== "if";
        if (endsBlock && depth === 0) throw scanner.refused(`#${directive} without an #if`);
        addText(textEnd);
        if (endsBlock) return pieces;
        scanner.at += 1 + directive.length;
        pieces.push(directive === "set" ? this.#set() : this.#if(depth));
        from = scanner.at;
      } else scanner.at++;
    }
    addText(scanner.at);
    return pieces;
  }

  /**
   * The end of the text before a directive. Unverified: a directive that is alone on its line removes the line. Velocity's
   * versions differ in this, so a body whose white space matters should not depend on it.
   */
  #lineStart(from: number): number {
    const { source, at } = this.#scanner;
    let begin = at;
    while (begin > from && /[ \t]/.test(source[begin - 1] ?? "")) begin--;
    return begin === 0 || source[begin - 1] === "\n" ? begin : at;
  }

  /** Consumes the rest of a line that contains only white space. */
  #lineEnd(): void {
    const [rest = ""] = this.#scanner.match(/[ \t]*\r?\n/y) ?? [];
    this.#scanner.at += rest.length;
  }

  /** The directive at the position. It is not consumed. */
  #directive(): Directive {
    const [, name] = this.#scanner.match(/#(set|if|elseif|else|end)(?![A-Za-z0-9_-])/y) ?? [];
    if (name === undefined) throw this.#scanner.refused("this directive");
    return name as Directive;
  }

  #set(): Piece {
    const scanner = this.#scanner;
    scanner.expect("(");
    scanner.space();
    const target = this.#target();
    scanner.space();
    scanner.expect("=");
    scanner.space();
    const value = this.#expressions.value();
    scanner.space();
    scanner.expect(")");
    this.#lineEnd();
    // Added after the value, which cannot refer to the variable.
    if (target.kind === "variable") this.#variables.add(target.name);
    return { kind: "set", target, value };
  }

  #target(): Target {
    const scanner = this.#scanner;
    scanner.expect("$");
    const name = scanner.word();
    if (name !== "context") {
      if (name === "input" || name === "util" || name === "stageVariables") throw scanner.refused(`setting $${name}`);
      return { kind: "variable", name };
    }
    scanner.expect(".");
    if (scanner.word() !== "responseOverride") throw scanner.refused("setting $context");
    scanner.expect(".");
    const kind = scanner.word();
    if (kind === "status") return { kind: "status" };
    if (kind !== "header") throw scanner.refused(`setting $context.responseOverride.${kind}`);
    scanner.expect(".");
    return { kind: "header", name: scanner.word() };
  }

  #if(depth: number): Piece {
    const scanner = this.#scanner;
    const branches: Branch[] = [];
    let otherwise: readonly Piece[] = [];
    let directive: Directive = "if";
    while (directive !== "end") {
      if (directive === "else") {
        this.#lineEnd();
        otherwise = this.pieces(depth + 1);
        if (this.#blockEnd() !== "end") throw scanner.refused("a second #else");
        break;
      }
      scanner.expect("(");
      const condition = this.#expressions.condition(depth + 1);
      scanner.space();
      scanner.expect(")");
      this.#lineEnd();
      branches.push({ condition, pieces: this.pieces(depth + 1) });
      directive = this.#blockEnd();
    }
    this.#lineEnd();
    return { kind: "if", branches, otherwise };
  }

  /** Consumes the directive that ends a block. */
  #blockEnd(): Directive {
    if (this.#scanner.atEnd) throw this.#scanner.refused("an #if without an #end");
    const directive = this.#directive();
    this.#scanner.at += 1 + directive.length;
    return directive;
  }
}
