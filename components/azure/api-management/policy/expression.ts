/**
 * C# for policy expressions, built by construction: only a template of this target's own and integers become code, every
 * other value becomes a literal.
 *
 * @see https://learn.microsoft.com/azure/api-management/api-management-policy-expressions
 */
export interface Code {
  readonly source: string;
}

/** Joins code; what stands between `${` and `}` is code or an integer, never text. */
export function code(parts: TemplateStringsArray, ...values: readonly (Code | number)[]): Code {
  return {
    source: parts.reduce((source, part, index) => {
      const value = values[index - 1];
      return `${source}${typeof value === "object" ? value.source : value}${part}`;
    }),
  };
}

/** Code put one behind the other, with code between. */
export function joined(list: readonly Code[], between: string): Code {
  return { source: list.map(({ source }) => source).join(between) };
}

/**
 * A C# string literal. Pure ASCII, on one line, and without `{{` and `}}`, which API Management would read as named
 * values wherever they stand.
 */
export function text(value: string): Code {
  // In a list: to ask a long string how it ends while it grows takes time that grows with its square.
  const written: string[] = [];
  for (let index = 0; index < value.length; index++) {
    const char = value.charAt(index);
    const doubled = (char === "{" || char === "}") && written.at(-1) === char;
    if (char === '"' || char === "\\") written.push(`\\${char}`);
    else if (char < " " || char > "~" || doubled)
      written.push(`\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
    else written.push(char);
  }
  return { source: `"${written.join("")}"` };
}

/** Texts and code that gives texts, one behind the other; at least one. */
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

/** `@(...)`: one expression. */
export function expression({ source }: Code): string {
  return `@(${source})`;
}

/** `@{ ... }`: statements that return. */
export function statements({ source }: Code): string {
  return `@{ ${source} }`;
}

/**
 * A text for an attribute or an element: as it is when API Management can read it as nothing else, otherwise as an
 * expression that gives it. The page allows expressions in attributes and texts unless a policy says otherwise.
 */
export function value(plain: string): string {
  const harmless = /^[!-~](?:[ -~]*[!-~])?$/.test(plain) && !/@[({]|\{\{|\}\}/.test(plain);
  return harmless ? plain : expression(text(plain));
}
