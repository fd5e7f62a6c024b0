import { SaxesParser } from "saxes";
import { UnsupportedArtefact } from "../../interpreter.ts";
import { expressionEnd } from "./expression/tokens.ts";

/** An element of a policy document. `place` is its line, its column and its path, for error messages. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** All text directly in the element, including CDATA, as written. */
  readonly text: string;
  readonly place: string;
  /** The path in the policy section, e.g. `choose[3]/when[2]`, as in `context.LastError.Path`. */
  readonly path: string;
}

interface OpenElement {
  readonly name: string;
  readonly attributes: Map<string, string>;
  readonly children: OpenElement[];
  text: string;
  readonly place: string;
  readonly path: string;
  readonly counts: Map<string, number>;
}

/** Enough for every policy, and too little for a document to overflow the stack. */
const MAX_DEPTH = 100;

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
    .replaceAll('"', "&quot;");

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

/**
 * Escapes the expressions of a `rawxml` document, which may contain `"`, `<` and `&` unescaped in attributes and texts. Returns the
 * document unchanged when an expression has no end. Comments and CDATA sections are not changed.
 */
function escapeRawExpressions(text: string): string {
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
    return true;
  };
  while (at < text.length) {
    const opaque = inTag ? null : match(/<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>/y);
    const attribute = inTag ? match(/=\s*(["'])/y) : null;
    if (opaque !== null) copy(opaque[0]);
    else if (attribute !== null) {
      const quote = attribute[1] as string;
      copy(attribute[0]);
      if (!expression(quote)) return text;
      const rest = text.indexOf(quote, at);
      if (rest < 0) return text;
      copy(text.slice(at, rest + 1));
    } else {
      const c = text.charAt(at);
      copy(c);
      if (c === "<") inTag = true;
      if (c === ">") {
        inTag = false;
        if (!expression("<")) return text;
      }
    }
  }
  return out;
}

/** Returns the line and the column of an offset. Each call must pass a later offset than the call before. */
function positions(text: string): (offset: number) => string {
  let line = 1;
  let lineStart = 0;
  return (offset) => {
    for (let next = text.indexOf("\n", lineStart); next >= 0 && next < offset; next = text.indexOf("\n", lineStart)) {
      line++;
      lineStart = next + 1;
    }
    return `${line}:${offset - lineStart + 1}`;
  };
}

/** Parses well-formed XML. @throws UnsupportedArtefact with line and column */
function parseStrict(text: string, root: string): XmlElement {
  const parser = new SaxesParser({ fileName: "" });
  const position = positions(text);
  const open: OpenElement[] = [];
  let top: OpenElement | undefined;
  const refuse = (what: string): never => {
    throw new UnsupportedArtefact(`${root}:${parser.line}:${parser.column}`, what);
  };
  parser.on("error", (error) => refuse(`not well-formed XML: ${error.message.replace(/^:?\d+:\d+: /, "")}`));
  parser.on("doctype", () => refuse("a document type declaration is not allowed"));
  parser.on("processinginstruction", () => refuse("processing instructions are not allowed"));
  const addText = (chunk: string) => {
    const current = open.at(-1);
    if (current !== undefined) current.text += chunk;
  };
  parser.on("text", addText);
  parser.on("cdata", addText);
  parser.on("opentagstart", ({ name }) => {
    const parent = open.at(-1);
    if (open.length >= MAX_DEPTH) refuse(`elements are nested deeper than ${MAX_DEPTH} levels`);
    const count = (parent?.counts.get(name) ?? 0) + 1;
    parent?.counts.set(name, count);
    // Paths begin below the section, like LastError.Path. `policies` and the sections themselves have an empty path.
    const below = open.length < 2 ? "" : `${open.length === 2 ? "" : `${parent?.path}/`}${name}[${count}]`;
    const section = open.length < 2 ? name : `${(open[1] as OpenElement).name} ${below}`;
    const at = position(text.lastIndexOf(`<${name}`, parser.position));
    const element: OpenElement = {
      name,
      attributes: new Map(),
      children: [],
      text: "",
      place: `${root}:${at} ${section}`,
      path: below,
      counts: new Map(),
    };
    parent?.children.push(element);
    top ??= element;
    open.push(element);
  });
  parser.on("attribute", ({ name, value }) => open.at(-1)?.attributes.set(name, value));
  parser.on("closetag", () => open.pop());
  parser.write(text).close();
  if (top === undefined) throw new UnsupportedArtefact(root, "the policy document is empty");
  return top;
}

/**
 * Parses a policy document as XML, or as `rawxml`, in which expressions are not escaped, when it is not well-formed XML.
 *
 * @see https://learn.microsoft.com/rest/api/apimanagement/api-policy/create-or-update (PolicyContentFormat)
 * @throws UnsupportedArtefact at `root:line:column`
 */
export function parsePolicyXml(source: string, root: string): XmlElement {
  const text = source.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n");
  try {
    return parseStrict(text, root);
  } catch (error) {
    if (!(error instanceof UnsupportedArtefact)) throw error;
    const escaped = escapeRawExpressions(text);
    if (escaped === text) throw error;
    return parseStrict(escaped, root);
  }
}
