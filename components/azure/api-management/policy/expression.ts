/**
 * C# code of a policy expression. Only the templates of this folder and integers become code; every other value becomes a literal, so
 * that no text of a description is ever executed.
 *
 * @see https://learn.microsoft.com/azure/api-management/api-management-policy-expressions
 */
export interface Code {
  readonly [kind]: "code";
  readonly source: string;
}

/** A policy expression for an attribute or an element. Only {@link expression} and {@link statements} create one. */
export interface Expression {
  readonly [kind]: "expression";
  readonly written: string;
}

// Not exported: no other file can write an object of these types.
declare const kind: unique symbol;
const codeOf = (source: string): Code => ({ source }) as Code;
const expressionOf = (written: string): Expression => ({ written }) as Expression;

/** Creates code from a template. Its placeholders are code or integers, never text. */
export function code(parts: TemplateStringsArray, ...values: readonly (Code | number)[]): Code {
  return codeOf(
    parts.reduce((source, part, index) => {
      const value = values[index - 1];
      return `${source}${typeof value === "object" ? value.source : value}${part}`;
    }),
  );
}

/** Joins pieces of code with a separator. */
export function joined(list: readonly Code[], between: string): Code {
  return codeOf(list.map(({ source }) => source).join(between));
}

/** A C# string literal: ASCII, on one line, and without `{{` and `}}`, which API Management would replace as named values. */
export function text(value: string): Code {
  // An array, since reading the end of a growing string takes quadratic time.
  const written: string[] = [];
  for (let index = 0; index < value.length; index++) {
    const char = value.charAt(index);
    const doubled = (char === "{" || char === "}") && written.at(-1) === char;
    if (char === '"' || char === "\\") written.push(`\\${char}`);
    else if (char < " " || char > "~" || doubled)
      written.push(`\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
    else written.push(char);
  }
  return codeOf(`"${written.join("")}"`);
}

/** Concatenates texts and code that returns texts; at least one. */
export function concatenated(parts: readonly (string | Code)[]): Code {
  const merged: (string | Code)[] = [];
  for (const part of parts) {
    const last = merged.at(-1);
    if (typeof part === "string" && typeof last === "string") merged[merged.length - 1] = last + part;
    else merged.push(part);
  }
  return joined(
    merged.map((part) => (typeof part === "string" ? text(part) : part)),
    " + ",
  );
}

/** `new [] { "a", "b" }` of at least one string. */
export function list(values: readonly string[]): Code {
  return code`new [] { ${joined(values.map(text), ", ")} }`;
}

/** A policy expression of one C# expression: `@(...)`. */
export function expression({ source }: Code): Expression {
  return expressionOf(`@(${source})`);
}

/** A policy expression of statements that return a value: `@{ ... }`. */
export function statements({ source }: Code): Expression {
  return expressionOf(`@{ ${source} }`);
}

/** A reference to a named value, whose content API Management puts in its place. The name comes from the service's entity, never from a text. */
export function namedValue(name: string): Expression {
  if (!/^[A-Za-z0-9-]+$/.test(name))
    throw new RangeError("A named value of Polygate has letters, digits and hyphens only.");
  return expressionOf(`{{${name}}}`);
}

/** Whether API Management reads a text in an attribute or an element as it is. */
export function isLiteral(plain: string): boolean {
  return /^[!-~](?:[ -~]*[!-~])?$/.test(plain) && !/@[({]|\{\{|\}\}/.test(plain);
}

/**
 * A text as an attribute or an element contains it: unchanged if API Management reads it as it is, otherwise an expression that
 * returns it. Microsoft documents that attributes and texts accept expressions unless the page of a policy excludes them.
 */
export function value(plain: string): string {
  return isLiteral(plain) ? plain : expression(text(plain)).written;
}
