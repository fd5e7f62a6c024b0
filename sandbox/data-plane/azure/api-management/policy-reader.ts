import { UnsupportedArtefact } from "../../interpreter.ts";
import type { LastError, PolicyContext } from "./context.ts";
import { PolicyFailure } from "./exchange.ts";
import { compileExpression, type Expression, expressionText, isExpression } from "./expression/expression.ts";
import { ExpressionFailure } from "./expression/failure.ts";
import { isTextual } from "./expression/value.ts";
import { didYouMean } from "./suggestion.ts";
import type { XmlElement } from "./xml/policy-xml.ts";

/** A value of a policy: a constant, or an expression that is evaluated for each request. */
export interface Value<T> {
  /** The value, unless it is an expression. */
  readonly constant: T | undefined;
  get(context: PolicyContext): T;
}

export type Section = "inbound" | "backend" | "outbound" | "on-error";

/** The surroundings of a policy element. */
export interface PolicyScope {
  readonly section: Section;
  /** Replaces `{{name}}` references. Throws for a name that does not exist. */
  readonly resolve: (text: string, place: string) => string;
}

const constant = <T>(value: T): Value<T> => ({ constant: value, get: () => value });

/**
 * Reads one policy element. {@link done} rejects every attribute and child that was not read, so that nothing in a document is ignored.
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
    throw new UnsupportedArtefact(attribute === undefined ? this.element.place : this.#place(attribute), problem);
  }

  /** The place of an attribute's value, or of the element without the attribute. */
  #place(attribute: string): string {
    return this.element.attributePlaces.get(attribute) ?? `${this.element.place}@${attribute}`;
  }

  /** The `context.LastError` of a failure of this policy. */
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

  /** Runs `evaluate`. A failed expression becomes the vendor's response: 500 with `ExpressionValueEvaluationFailure`. */
  guarded<T>(evaluate: () => T): T {
    try {
      return evaluate();
    } catch (error) {
      if (!(error instanceof ExpressionFailure)) throw error;
      throw this.failure(`Expression evaluation failed. ${error.message}`);
    }
  }

  /** A failure with status 500: this request cannot be processed by the policy. */
  failure(message: string): PolicyFailure {
    const error = this.lastError("ExpressionValueEvaluationFailure", message);
    return new PolicyFailure("malformed", 500, error, { shown: "Internal server error" });
  }

  #raw(attribute: string): string | undefined {
    this.#read.add(attribute);
    const raw = this.element.attributes.get(attribute);
    return raw === undefined ? undefined : this.scope.resolve(raw, this.#place(attribute));
  }

  #expression(text: string, place: string): Expression | undefined {
    if (isExpression(text)) return compileExpression(text, place);
    if (/@[({]/.test(text)) {
      throw new UnsupportedArtefact(
        place,
        "an expression inside a longer text is not documented; write the whole value as one expression",
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
      throw new UnsupportedArtefact(place, `the expression returns ${expression.type}, which is not ${what}`);
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
    return raw === undefined ? undefined : this.#value(raw, this.#place(attribute), (text) => text, "a text");
  }

  /** An attribute in which the vendor does not allow an expression. */
  literal(attribute: string): string {
    return this.optionalLiteral(attribute) ?? this.refuse("the attribute is required", attribute);
  }

  optionalLiteral(attribute: string): string | undefined {
    const raw = this.#raw(attribute);
    if (raw !== undefined && /@[({]/.test(raw)) this.refuse("the sandbox does not model an expression here", attribute);
    return raw;
  }

  literalInteger(attribute: string, least: number, most: number): number {
    const value = wholeNumber(this.literal(attribute));
    if (value === undefined || value < least || value > most) {
      this.refuse(`must be a whole number from ${least} to ${most}`, attribute);
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
    return this.#value(raw, this.#place(attribute), parse, `a whole number from ${least} to ${most}`);
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
    const place = this.#place(attribute);
    const expression = this.#expression(raw, place);
    if (expression === undefined) {
      const text = raw.trim().toLowerCase();
      if (text !== "true" && text !== "false") this.refuse("must be `true`, `false` or an expression", attribute);
      return constant(text === "true");
    }
    if (expression.type !== "bool") this.refuse(`the expression returns ${expression.type}, not bool`, attribute);
    return { constant: undefined, get: (context) => this.guarded(() => expression.evaluate(context) === true) };
  }

  oneOf<const T extends string>(attribute: string, allowed: readonly T[], otherwise: T): T {
    const raw = this.optionalLiteral(attribute);
    if (raw === undefined) return otherwise;
    return allowed.find((each) => each === raw) ?? this.refuse(`must be one of ${allowed.join(", ")}`, attribute);
  }

  /** The expression or the literal text of `set-variable`, which keeps the type of an expression. */
  variable(attribute: string): { readonly expression: Expression } | { readonly text: string } {
    const raw = this.#raw(attribute) ?? this.refuse("the attribute is required", attribute);
    const expression = this.#expression(raw, this.#place(attribute));
    return expression === undefined ? { text: raw } : { expression };
  }

  /** The text of the element. @param trimmed whether white space around it is ignored */
  content(trimmed: boolean): Value<string> {
    this.#textRead = true;
    const raw = this.scope.resolve(this.element.text, this.element.textPlace);
    return this.#value(trimmed ? raw.trim() : raw, this.element.textPlace, (text) => text, "a text");
  }

  literalContent(): string {
    const content = this.content(true);
    return content.constant ?? this.refuse("the sandbox does not model an expression here");
  }

  /** The children. Each must have one of these names. @param order whether they must be in the documented order of the names */
  children(names: readonly string[], order: "documented" | "free" = "documented"): readonly PolicyReader[] {
    this.#childrenRead = true;
    let reached = 0;
    return this.element.children.map((child) => {
      const index = names.indexOf(child.name);
      if (index < 0) {
        throw new UnsupportedArtefact(
          child.place,
          `the sandbox does not model <${child.name}> in <${this.name}>, only ${tags(names)}`,
        );
      }
      if (order === "documented" && index < reached) {
        throw new UnsupportedArtefact(
          child.place,
          `<${child.name}> must not follow <${names[reached]}>; the documented order is ${tags(names)}`,
        );
      }
      reached = index;
      return new PolicyReader(child, this.scope);
    });
  }

  /** The children by name, like {@link children}. Each name may be used once. */
  optionalChildren(names: readonly string[], order?: "free"): ReadonlyMap<string, PolicyReader> {
    const found = new Map<string, PolicyReader>();
    for (const child of this.children(names, order)) {
      if (found.has(child.name)) child.refuse(`<${child.name}> is listed more than once`);
      found.set(child.name, child);
    }
    return found;
  }

  /** The child elements of a policy that contains policies. */
  policies(): readonly XmlElement[] {
    this.#childrenRead = true;
    return this.element.children;
  }

  /** Ends the reading. Rejects every attribute, child and text that was not read. */
  done(): void {
    for (const attribute of this.element.attributes.keys()) {
      if (this.#read.has(attribute)) continue;
      const known = [...this.#read];
      const near = didYouMean(attribute, known, (name) => `"${name}"`);
      this.refuse(
        `the sandbox does not model this attribute of <${this.name}>, only ${known.join(", ")}.${near}`,
        attribute,
      );
    }
    const child = this.element.children[0];
    if (!this.#childrenRead && child !== undefined) {
      throw new UnsupportedArtefact(child.place, `the sandbox does not model <${child.name}> in <${this.name}>`);
    }
    if (!this.#textRead && this.element.text.trim() !== "") this.refuse(`text is not allowed in <${this.name}>`);
  }
}

const tags = (names: readonly string[]): string => names.map((name) => `<${name}>`).join(", ");

/** A whole number in the syntax that XML Schema and C# share. */
export function wholeNumber(text: string): number | undefined {
  return /^\s*-?\d{1,10}\s*$/.test(text) ? Number(text) : undefined;
}
