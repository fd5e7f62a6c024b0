/** A comment, or a literal whose brackets and quotes are text. An interpolated literal is read by {@link interpolatedEnd}. */
const OPAQUE =
  /\/\/[^\n\r\u0085\u2028\u2029]*|\/\*[\s\S]*?\*\/|@"(?:[^"]|"")*"|"(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\[^\n\r][^'\n\r]*)'/y;
/** The start of a comment or of a literal that has no end. */
const UNENDED = /["']|\/\*/y;
const INTERPOLATED = /(?:\$@|@\$|\$)"/y;

const at = (pattern: RegExp, text: string, from: number): string | undefined => {
  pattern.lastIndex = from;
  return pattern.exec(text)?.[0];
};

/**
 * The offset after the policy expression `@(...)` or `@{...}` that starts at `from`. Undefined when no expression starts there, or when it
 * has no end. Only brackets, literals and comments are read, so that C# that the sandbox does not support has an end, too.
 */
export function expressionEnd(text: string, from: number): number | undefined {
  return text.startsWith("@(", from) || text.startsWith("@{", from) ? bracketsEnd(text, from + 1) : undefined;
}

/** The offset after the bracket that closes the one at `from`. */
function bracketsEnd(text: string, from: number): number | undefined {
  let depth = 0;
  for (let i = from; i < text.length; ) {
    const start = at(INTERPOLATED, text, i);
    const next = start === undefined ? undefined : interpolatedEnd(text, i + start.length, start.includes("@"));
    const opaque = start === undefined ? at(OPAQUE, text, i) : undefined;
    if (next !== undefined) i = next;
    else if (opaque !== undefined) i += opaque.length;
    else if (start !== undefined || at(UNENDED, text, i) !== undefined) return undefined;
    else {
      const c = text.charAt(i++);
      if ("([{".includes(c)) depth++;
      if (")]}".includes(c) && --depth === 0) return i;
    }
  }
  return undefined;
}

/** The offset after an interpolated literal whose text begins at `from`. Its holes contain C#, with literals of their own. */
function interpolatedEnd(text: string, from: number, verbatim: boolean): number | undefined {
  for (let i = from; i < text.length; ) {
    const pair = text.slice(i, i + 2);
    if (pair === "{{" || pair === "}}" || (verbatim && pair === '""') || (!verbatim && pair.startsWith("\\"))) i += 2;
    else if (pair.startsWith('"')) return i + 1;
    else if (pair.startsWith("{")) {
      const next = bracketsEnd(text, i);
      if (next === undefined) return undefined;
      i = next;
    } else i++;
  }
  return undefined;
}
