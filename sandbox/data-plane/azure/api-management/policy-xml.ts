import { SaxesParser } from "saxes";
import { UnsupportedArtefact } from "../../interpreter.ts";
import { expressionEnd } from "./expression/tokens.ts";

/** An element of a policy document. `place` is for people: line, column and the path of elements. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** All text directly inside, CDATA included, as written. */
  readonly text: string;
  readonly place: string;
  /** Its path below the policy section, e.g. `choose[3]/when[2]`, as `context.LastError.Path` gives it. */
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

/** Nested deeper, an element is refused: no policy needs it, and no document may overflow the stack. */
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
 * The expression that starts at `at`, escaped, and where it ends in the text. Up to `stop` (the naive end) it may be
 * escaped already; otherwise its end is found by reading it as C#.
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
 * The `rawxml` reading: expressions in attributes and texts may hold `"`, `<` and `&` as they are. Gives the same document
 * with those escaped, or unchanged when an expression has no end. Comments and CDATA sections stay as they are.
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
  /** Escapes the expression that starts here, if one does; false when it never ends. */
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

/** Line and column of ever later offsets of a text; it counts on from the last one. */
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

/** Reads well-formed XML. @throws UnsupportedArtefact with line and column */
function parseStrict(text: string, root: string): XmlElement {
  const parser = new SaxesParser({ fileName: "" });
  const position = positions(text);
  const open: OpenElement[] = [];
  let top: OpenElement | undefined;
  const refuse = (what: string): never => {
    throw new UnsupportedArtefact(`${root}:${parser.line}:${parser.column}`, what);
  };
  parser.on("error", (error) => refuse(`not well-formed XML: ${error.message.replace(/^:?\d+:\d+: /, "")}`));
  parser.on("doctype", () => refuse("a policy document has no document type declaration"));
  parser.on("processinginstruction", () => refuse("a policy document has no processing instructions"));
  const addText = (chunk: string) => {
    const current = open.at(-1);
    if (current !== undefined) current.text += chunk;
  };
  parser.on("text", addText);
  parser.on("cdata", addText);
  parser.on("opentagstart", ({ name }) => {
    const parent = open.at(-1);
    if (open.length >= MAX_DEPTH) refuse(`elements nested deeper than ${MAX_DEPTH}`);
    const count = (parent?.counts.get(name) ?? 0) + 1;
    parent?.counts.set(name, count);
    // Paths count from the section down, as LastError.Path does; `policies` and the sections themselves have none.
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
 * Reads a policy document as the service takes it: as XML, or as `rawxml`, whose expressions need no escaping. A
 * document that is well-formed XML is read as such.
 * https://learn.microsoft.com/rest/api/apimanagement/api-policy/create-or-update (PolicyContentFormat)
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
