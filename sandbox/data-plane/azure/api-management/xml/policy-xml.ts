import { SaxesParser } from "saxes";
import { UnsupportedArtefact } from "../../../interpreter.ts";
import { escapeRawExpressions } from "./raw-policy-xml.ts";
import { SourceText } from "./source-text.ts";

/** An element of a policy document. `place` is its line, its column and its path, for error messages. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** All text directly in the element, including CDATA, as written. */
  readonly text: string;
  readonly place: string;
  /** The places of the attributes' values, like `place`. */
  readonly attributePlaces: ReadonlyMap<string, string>;
  /** The place of the text. */
  readonly textPlace: string;
  /** The path in the policy section, e.g. `choose[3]/when[2]`, as in `context.LastError.Path`. */
  readonly path: string;
}

interface OpenElement {
  readonly name: string;
  readonly attributes: Map<string, string>;
  readonly children: OpenElement[];
  text: string;
  readonly section: string;
  readonly place: string;
  readonly attributePlaces: Map<string, string>;
  textPlace: string;
  readonly path: string;
  readonly counts: Map<string, number>;
}

/** Enough for every policy, and too little for a document to overflow the stack. */
const MAX_DEPTH = 100;

/** Parses well-formed XML. @throws UnsupportedArtefact with line and column */
function parseStrict(text: string, root: string, source: SourceText): XmlElement {
  const parser = new SaxesParser({ fileName: "" });
  const placeAt = (offset: number): string => `${root}:${source.position(offset)}`;
  const open: OpenElement[] = [];
  let top: OpenElement | undefined;
  const refuse = (what: string): never => {
    throw new UnsupportedArtefact(placeAt(parser.position), what);
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
    const at = placeAt(text.lastIndexOf(`<${name}`, parser.position));
    const element: OpenElement = {
      name,
      attributes: new Map(),
      children: [],
      text: "",
      section,
      place: `${at} ${section}`,
      attributePlaces: new Map(),
      textPlace: `${at} ${section}`,
      path: below,
      counts: new Map(),
    };
    parent?.children.push(element);
    top ??= element;
    open.push(element);
  });
  parser.on("attribute", ({ name, value }) => {
    const current = open.at(-1);
    const end = parser.position - 1;
    const start = text.lastIndexOf(text.charAt(end), end - 1) + 1;
    current?.attributes.set(name, value);
    current?.attributePlaces.set(name, `${placeAt(start)} ${current.section}@${name}`);
  });
  parser.on("opentag", () => {
    const current = open.at(-1);
    const blank = /\s*/y;
    blank.lastIndex = parser.position;
    const start = parser.position + (blank.exec(text)?.[0].length ?? 0);
    if (current !== undefined && text.charAt(start) !== "<") current.textPlace = `${placeAt(start)} ${current.section}`;
  });
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
    return parseStrict(text, root, new SourceText(text));
  } catch (error) {
    if (!(error instanceof UnsupportedArtefact)) throw error;
    const escaped = escapeRawExpressions(text);
    if (escaped.unended !== undefined) {
      const place = `${root}:${escaped.source.position(escaped.unended)}`;
      throw new UnsupportedArtefact(
        place,
        "the sandbox cannot read this policy expression: a bracket or a literal has no end",
      );
    }
    if (escaped.text === text) throw error;
    return parseStrict(escaped.text, root, escaped.source);
  }
}
