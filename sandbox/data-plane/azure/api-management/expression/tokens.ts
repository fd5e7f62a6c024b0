/** A C# token of a policy expression. `at` is its offset in the text of the expression. */
export type Token =
  | { readonly kind: "identifier"; readonly text: string; readonly at: number }
  | { readonly kind: "integer"; readonly value: number; readonly at: number }
  | { readonly kind: "string"; readonly value: string; readonly at: number }
  | { readonly kind: "char"; readonly value: string; readonly at: number }
  | { readonly kind: "punctuator"; readonly text: string; readonly at: number }
  | { readonly kind: "end"; readonly at: number };

/** The text is not valid C#, or uses C# that is not supported. `at` is the offset in the text of the expression. */
export class ExpressionSyntaxError extends Error {
  override readonly name = "ExpressionSyntaxError";
  readonly at: number;
  constructor(at: number, problem: string) {
    super(problem);
    this.at = at;
  }
}

/** The new-line characters of C#. A regular string literal and a character literal may not contain one. */
const NEW_LINE = /[\n\r\u0085\u2028\u2029]/;
const WHITE_SPACE = /[\s\u0085]/;
const PUNCTUATORS = ["?.", "?[", "??", "=>", "==", "!=", "<=", ">=", "&&", "||"];
const SINGLE = "(){}[].,;:?!<>+-*/%=";
const SIMPLE_ESCAPES: Readonly<Record<string, string>> = {
  "'": "'",
  '"': '"',
  "\\": "\\",
  "0": "\0",
  a: "\u0007",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

/** Reads the escape sequence at `at`. C# 7 language specification, "character literals". */
function readEscape(text: string, at: number): { value: string; next: number } {
  const letter = text[at + 1] ?? "";
  const simple = Object.hasOwn(SIMPLE_ESCAPES, letter) ? SIMPLE_ESCAPES[letter] : undefined;
  if (simple !== undefined) return { value: simple, next: at + 2 };
  const pattern = letter === "u" ? /^[0-9a-fA-F]{4}/ : letter === "U" ? /^[0-9a-fA-F]{8}/ : /^[0-9a-fA-F]{1,4}/;
  const digits = "uUx".includes(letter) && letter !== "" ? pattern.exec(text.slice(at + 2))?.[0] : undefined;
  const code = digits === undefined ? Number.NaN : Number.parseInt(digits, 16);
  if (digits === undefined || code > 0x10ffff) {
    throw new ExpressionSyntaxError(at, `unknown escape \\${letter} in a literal`);
  }
  return {
    value: letter === "U" ? String.fromCodePoint(code) : String.fromCharCode(code),
    next: at + 2 + digits.length,
  };
}

function regularString(text: string, at: number): { value: string; next: number } {
  let value = "";
  for (let i = at + 1; i < text.length; ) {
    const c = text.charAt(i);
    if (c === '"') return { value, next: i + 1 };
    if (NEW_LINE.test(c)) throw new ExpressionSyntaxError(i, "a new line in a string literal; write it as an escape");
    if (c === "\\") {
      const read = readEscape(text, i);
      value += read.value;
      i = read.next;
    } else {
      value += c;
      i++;
    }
  }
  throw new ExpressionSyntaxError(at, "a string literal without an end");
}

function verbatimString(text: string, at: number): { value: string; next: number } {
  let value = "";
  for (let i = at + 2; i < text.length; i++) {
    if (text[i] !== '"') value += text.charAt(i);
    else if (text[i + 1] === '"') {
      value += '"';
      i++;
    } else return { value, next: i + 1 };
  }
  throw new ExpressionSyntaxError(at, "a verbatim string literal without an end");
}

function charLiteral(text: string, at: number): { value: string; next: number } {
  const c = text[at + 1] ?? "'";
  if (c === "'" || NEW_LINE.test(c)) throw new ExpressionSyntaxError(at, "an empty or broken character literal");
  const read = c === "\\" ? readEscape(text, at + 1) : { value: c, next: at + 2 };
  if (text[read.next] !== "'" || read.value.length !== 1) {
    throw new ExpressionSyntaxError(at, "a character literal must contain exactly one character");
  }
  return { value: read.value, next: read.next + 1 };
}

/** Skips white space and comments from `at`. */
function skip(text: string, at: number): number {
  let i = at;
  for (;;) {
    if (WHITE_SPACE.test(text[i] ?? "x")) i++;
    else if (text.startsWith("//", i)) {
      while (i < text.length && !NEW_LINE.test(text.charAt(i))) i++;
    } else if (text.startsWith("/*", i)) {
      const end = text.indexOf("*/", i + 2);
      if (end < 0) throw new ExpressionSyntaxError(i, "a comment without an end");
      i = end + 2;
    } else return i;
  }
}

/** Reads the first token at or after `from`. `next` is the offset after it. */
export function nextToken(text: string, from: number): { token: Token; next: number } {
  const at = skip(text, from);
  const c = text[at];
  if (c === undefined) return { token: { kind: "end", at }, next: at };
  if (c === '"') {
    const { value, next } = regularString(text, at);
    return { token: { kind: "string", value, at }, next };
  }
  if (text.startsWith('@"', at)) {
    const { value, next } = verbatimString(text, at);
    return { token: { kind: "string", value, at }, next };
  }
  if (c === "'") {
    const { value, next } = charLiteral(text, at);
    return { token: { kind: "char", value, at }, next };
  }
  const word = /^[A-Za-z_][A-Za-z0-9_]*/.exec(text.slice(at, at + 256))?.[0];
  if (word !== undefined) return { token: { kind: "identifier", text: word, at }, next: at + word.length };
  const digits = /^[0-9]+/.exec(text.slice(at, at + 32))?.[0];
  if (digits !== undefined) {
    const value = Number(digits);
    if (value > 0x7fffffff || /^[A-Za-z0-9_]|^\.[0-9]/.test(text.slice(at + digits.length))) {
      throw new ExpressionSyntaxError(at, "only decimal numbers of type int are supported");
    }
    return { token: { kind: "integer", value, at }, next: at + digits.length };
  }
  const pair = PUNCTUATORS.find((each) => text.startsWith(each, at));
  if (pair !== undefined) return { token: { kind: "punctuator", text: pair, at }, next: at + pair.length };
  if (SINGLE.includes(c)) return { token: { kind: "punctuator", text: c, at }, next: at + 1 };
  throw new ExpressionSyntaxError(at, `${JSON.stringify(c)} is not part of the supported C#`);
}

export function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = [];
  for (let at = 0; ; ) {
    const { token, next } = nextToken(text, at);
    tokens.push(token);
    if (token.kind === "end") return tokens;
    at = next;
  }
}
