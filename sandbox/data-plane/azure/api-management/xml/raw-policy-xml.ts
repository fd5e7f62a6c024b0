import { expressionEnd } from "../expression/extent.ts";
import { SourceText } from "./source-text.ts";

const ENTITIES: Readonly<Record<string, string>> = { quot: '"', amp: "&", lt: "<", gt: ">", apos: "'" };
const unescaped = (text: string): string =>
  text.replace(/&(?:(quot|amp|lt|gt|apos)|#(\d+)|#x([0-9a-fA-F]+));/g, (_, name, decimal, hex) =>
    name === undefined
      ? String.fromCodePoint(Math.min(0x10ffff, Number.parseInt(decimal ?? hex, decimal === undefined ? 16 : 10)))
      : (ENTITIES[name] ?? ""),
  );
const escapeRaw = (text: string): string =>
  text
    .replace(/&(?!(?:quot|amp|lt|gt|apos|#\d+|#x[0-9a-fA-F]+);)/g, "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    // A parser of XML would replace the line breaks of an attribute by spaces, and so continue a comment of C#.
    .replaceAll("\n", "&#10;");

/**
 * The escaped expression that starts at `at`, and the offset after it in the text. The text before `stop` is used when it is a complete
 * expression, possibly escaped already. Otherwise the end is found by reading the text as C#.
 */
function escapedExpression(text: string, at: number, stop: string): { escaped: string; next: number } | undefined {
  const naive = text.indexOf(stop, at);
  if (naive >= 0) {
    const plain = text.slice(at, naive);
    const end = expressionEnd(unescaped(plain), 0);
    if (end !== undefined && unescaped(plain).slice(end).trim() === "")
      return { escaped: escapeRaw(plain), next: naive };
  }
  const end = expressionEnd(text, at);
  return end === undefined ? undefined : { escaped: escapeRaw(text.slice(at, end)), next: end };
}

/** A document whose expressions are escaped, with the places of the text as written. */
export interface EscapedPolicy {
  readonly text: string;
  readonly source: SourceText;
  /** The offset of an expression without an end, after which nothing is escaped. */
  readonly unended: number | undefined;
}

/**
 * Escapes the expressions of a `rawxml` document, which may contain `"`, `<` and `&` unescaped in attributes and texts. Comments and CDATA
 * sections are not changed.
 */
export function escapeRawExpressions(text: string): EscapedPolicy {
  const source = new SourceText(text);
  let out = "";
  let at = 0;
  let inTag = false;
  const match = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    return pattern.exec(text);
  };
  const copy = (part: string) => {
    out += part;
    at += part.length;
  };
  /** Escapes the expression that starts here, if any. Returns false when it has no end. */
  const expression = (stop: string): boolean => {
    const lead = match(/\s*(?=@[({])/y);
    if (lead === null) return true;
    copy(lead[0]);
    const found = escapedExpression(text, at, stop);
    if (found === undefined) return false;
    out += found.escaped;
    at = found.next;
    source.align(out.length, at);
    return true;
  };
  while (at < text.length) {
    const opaque = inTag ? null : match(/<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>/y);
    const attribute = inTag ? match(/=\s*(["'])/y) : null;
    if (opaque !== null) copy(opaque[0]);
    else if (attribute !== null) {
      const quote = attribute[1] as string;
      copy(attribute[0]);
      if (!expression(quote)) return { text, source: new SourceText(text), unended: at };
      const rest = text.indexOf(quote, at);
      if (rest < 0) break;
      copy(text.slice(at, rest + 1));
    } else {
      const c = text.charAt(at);
      copy(c);
      if (c === "<") inTag = true;
      if (c === ">") {
        inTag = false;
        if (!expression("<")) return { text, source: new SourceText(text), unended: at };
      }
    }
  }
  return { text: out + text.slice(at), source, unended: undefined };
}
