import { UnsupportedArtefact } from "../../interpreter.ts";
import type { LastError, PolicyContext } from "./context.ts";
import { PolicyFailure } from "./exchange.ts";
import { compileExpression, type Expression, expressionText, isExpression } from "./expression/expression.ts";
import { ExpressionFailure } from "./expression/failure.ts";
import { isTextual } from "./expression/value.ts";
import type { XmlElement } from "./policy-xml.ts";

/** A value of a policy: known now, or an expression evaluated for each request. */
export interface Value<T> {
  /** The value when it is no expression. */
  readonly constant: T | undefined;
  get(context: PolicyContext): T;
}

export type Section = "inbound" | "backend" | "outbound" | "on-error";

/** What reading a policy needs besides the element. */
export interface PolicyScope {
  readonly section: Section;
  /** Replaces `{{name}}` references; throws for a name that does not exist. */
  readonly resolve: (text: string, place: string) => string;
}

const constant = <T>(value: T): Value<T> => ({ constant: value, get: () => value });

/**
 * Reads one policy element. Whatever attribute or child was not asked for is refused by {@link done}: nothing in a document
 * is ignored.
 */
export class PolicyReader {
  readonly element: XmlElement;
  readonly scope: PolicyScope;
  readonly #read = new Set<string>(["id"]);
  #childrenRead = false;
  #textRead = false;

  constructor(element: XmlElement, scope: PolicyScope) {
    this.element = element;
    this.scope = scope;
  }

  get name(): string {
    return this.element.name;
  }

  refuse(problem: string, attribute?: string): never {
    throw new UnsupportedArtefact(
      attribute === undefined ? this.element.place : `${this.element.place}@${attribute}`,
      problem,
    );
  }

  /** What `context.LastError` says when this policy fails. */
  lastError(reason: string, message: string): LastError {
    return {
      source: this.name,
      reason,
      message,
      scope: "api",
      section: this.scope.section,
      path: this.element.path,
      policyId: this.element.attributes.get("id") ?? null,
    };
  }

  /** Turns a failed expression into the vendor's answer: 500, `ExpressionValueEvaluationFailure`. */
  guarded<T>(evaluate: () => T): T {
    try {
      return evaluate();
    } catch (error) {
      if (!(error instanceof ExpressionFailure)) throw error;
      const message = `Expression evaluation failed. ${error.message}`;
      throw this.failure(message);
    }
  }

  /** 500: the policy could not be carried out for this request. */
  failure(message: string, reason = "ExpressionValueEvaluationFailure"): PolicyFailure {
    return new PolicyFailure("malformed", 500, this.lastError(reason, message), { shown: "Internal server error" });
  }

  #raw(attribute: string): string | undefined {
    this.#read.add(attribute);
    const raw = this.element.attributes.get(attribute);
    return raw === undefined ? undefined : this.scope.resolve(raw, `${this.element.place}@${attribute}`);
  }

  #expression(text: string, place: string): Expression | undefined {
    if (isExpression(text)) return compileExpression(text, place);
    if (/@[({]/.test(text)) {
      throw new UnsupportedArtefact(
        place,
        "an expression inside a longer text is not documented; make the whole value one",
      );
    }
    return undefined;
  }

  #value<T>(text: string, place: string, parse: (text: string) => T | undefined, what: string): Value<T> {
    const expression = this.#expression(text, place);
    if (expression === undefined) {
      const value = parse(text);
      if (value === undefined) throw new UnsupportedArtefact(place, `${JSON.stringify(text)} is not ${what}`);
      return constant(value);
    }
    if (!isTextual(expression.type)) {
      throw new UnsupportedArtefact(place, `the expression gives ${expression.type}, which is not ${what}`);
    }
    const get = (context: PolicyContext): T =>
      this.guarded(() => {
        const read = expressionText(expression, context);
        const value = parse(read);
        if (value === undefined) throw new ExpressionFailure(`${JSON.stringify(read)} is not ${what}.`);
        return value;
      });
    return { constant: undefined, get };
  }

  text(attribute: string): Value<string> {
    return this.optionalText(attribute) ?? this.refuse("the attribute is required", attribute);
  }

  optionalText(attribute: string): Value<string> | undefined {
    const raw = this.#raw(attribute);
    return raw === undefined
      ? undefined
      : this.#value(raw, `${this.element.place}@${attribute}`, (text) => text, "a text");
  }

  /** An attribute in which the vendor allows no expression. */
  literal(attribute: string): string {
    return this.optionalLiteral(attribute) ?? this.refuse("the attribute is required", attribute);
  }

  optionalLiteral(attribute: string): string | undefined {
    const raw = this.#raw(attribute);
    if (raw !== undefined && /@[({]/.test(raw)) this.refuse("no expression is allowed here", attribute);
    return raw;
  }

  literalInteger(attribute: string, least: number, most: number): number {
    const value = wholeNumber(this.literal(attribute));
    if (value === undefined || value < least || value > most) {
      this.refuse(`a whole number from ${least} to ${most} is needed`, attribute);
    }
    return value;
  }

  integer(attribute: string, least: number, most: number): Value<number> {
    return this.optionalInteger(attribute, least, most) ?? this.refuse("the attribute is required", attribute);
  }

  optionalInteger(attribute: string, least: number, most: number): Value<number> | undefined {
    const raw = this.#raw(attribute);
    if (raw === undefined) return undefined;
    const parse = (text: string) => {
      const value = wholeNumber(text);
      return value !== undefined && value >= least && value <= most ? value : undefined;
    };
    return this.#value(raw, `${this.element.place}@${attribute}`, parse, `a whole number from ${least} to ${most}`);
  }

  boolean(attribute: string, otherwise: boolean): Value<boolean> {
    const raw = this.#raw(attribute);
    return raw === undefined ? constant(otherwise) : this.#boolean(raw, attribute);
  }

  condition(attribute: string): Value<boolean> {
    return this.optionalCondition(attribute) ?? this.refuse("the attribute is required", attribute);
  }

  optionalCondition(attribute: string): Value<boolean> | undefined {
    const raw = this.#raw(attribute);
    return raw === undefined ? undefined : this.#boolean(raw, attribute);
  }

  #boolean(raw: string, attribute: string): Value<boolean> {
    const place = `${this.element.place}@${attribute}`;
    const expression = this.#expression(raw, place);
    if (expression === undefined) {
      const text = raw.trim().toLowerCase();
      if (text !== "true" && text !== "false") this.refuse("`true`, `false` or an expression is needed", attribute);
      return constant(text === "true");
    }
    if (expression.type !== "bool") this.refuse(`the expression gives ${expression.type}, not bool`, attribute);
    return { constant: undefined, get: (context) => this.guarded(() => expression.evaluate(context) === true) };
  }

  oneOf<const T extends string>(attribute: string, allowed: readonly T[], otherwise: T): T {
    const raw = this.optionalLiteral(attribute);
    if (raw === undefined) return otherwise;
    return allowed.find((each) => each === raw) ?? this.refuse(`one of ${allowed.join(", ")} is needed`, attribute);
  }

  /** The typed expression or literal of `set-variable`. */
  variable(attribute: string): { readonly expression: Expression } | { readonly text: string } {
    const raw = this.#raw(attribute) ?? this.refuse("the attribute is required", attribute);
    const expression = this.#expression(raw, `${this.element.place}@${attribute}`);
    return expression === undefined ? { text: raw } : { expression };
  }

  /** The element's own text; `trimmed` where white space around a value means nothing. */
  content(trimmed: boolean): Value<string> {
    this.#textRead = true;
    const raw = this.scope.resolve(this.element.text, this.element.place);
    return this.#value(trimmed ? raw.trim() : raw, this.element.place, (text) => text, "a text");
  }

  literalContent(): string {
    const content = this.content(true);
    return content.constant ?? this.refuse("no expression is allowed here");
  }

  /** The children, all of which must have one of these names, in this order of names. */
  children(names: readonly string[]): readonly PolicyReader[] {
    this.#childrenRead = true;
    let reached = 0;
    return this.element.children.map((child) => {
      const index = names.indexOf(child.name);
      if (index < 0) {
        throw new UnsupportedArtefact(
          child.place,
          `<${child.name}> is not allowed in <${this.name}> (only ${names.join(", ")})`,
        );
      }
      if (index < reached) {
        throw new UnsupportedArtefact(
          child.place,
          `<${child.name}> stands after <${names[reached]}>; the order is ${names.join(", ")}`,
        );
      }
      reached = index;
      return new PolicyReader(child, this.scope);
    });
  }

  /** As {@link children}, where each name may stand at most once. */
  optionalChildren(names: readonly string[]): ReadonlyMap<string, PolicyReader> {
    const found = new Map<string, PolicyReader>();
    for (const child of this.children(names)) {
      if (found.has(child.name)) child.refuse(`<${child.name}> stands more than once`);
      found.set(child.name, child);
    }
    return found;
  }

  /** The children, for a policy that holds policies. */
  policies(): readonly XmlElement[] {
    this.#childrenRead = true;
    return this.element.children;
  }

  /** Ends the reading: refuses every attribute, child and text that nobody asked for. */
  done(): void {
    for (const attribute of this.element.attributes.keys()) {
      if (!this.#read.has(attribute))
        this.refuse(`<${this.name}> has no such attribute, or it is not modelled`, attribute);
    }
    const child = this.element.children[0];
    if (!this.#childrenRead && child !== undefined) {
      throw new UnsupportedArtefact(child.place, `<${child.name}> is not allowed in <${this.name}>`);
    }
    if (!this.#textRead && this.element.text.trim() !== "") this.refuse(`text is not allowed in <${this.name}>`);
  }
}

/** A whole number as XML Schema and C# both read it. */
export function wholeNumber(text: string): number | undefined {
  return /^\s*-?\d{1,10}\s*$/.test(text) ? Number(text) : undefined;
}
