import { DOMImplementation, type Document, type Element, XMLSerializer } from "@xmldom/xmldom";

/** An element of a policy document: it holds elements, or a text. */
export interface PolicyElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly content: readonly PolicyElement[] | string;
}

/** An element of a policy document. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | number>> = {},
  content: readonly PolicyElement[] | string = [],
): PolicyElement {
  return {
    name,
    attributes: Object.fromEntries(Object.entries(attributes).map(([key, given]) => [key, String(given)])),
    content,
  };
}

/**
 * The document's text. Quotes, angle brackets and ampersands are escaped, which both of API Management's formats, `xml`
 * and `rawxml`, read alike.
 */
export function serialise(root: PolicyElement): string {
  const document = new DOMImplementation().createDocument(null, root.name);
  document.replaceChild(build(root, document, 0), document.firstChild as Element);
  return `${new XMLSerializer().serializeToString(document)}\n`;
}

function build(given: PolicyElement, document: Document, depth: number): Element {
  const built = document.createElement(given.name);
  for (const [name, text] of Object.entries(given.attributes)) built.setAttribute(name, ascii(text));
  if (typeof given.content === "string") {
    if (given.content !== "") built.appendChild(document.createTextNode(ascii(given.content)));
    return built;
  }
  for (const child of given.content) {
    built.appendChild(document.createTextNode(`\n${"  ".repeat(depth + 1)}`));
    built.appendChild(build(child, document, depth + 1));
  }
  if (given.content.length > 0) built.appendChild(document.createTextNode(`\n${"  ".repeat(depth)}`));
  return built;
}

// The serialiser passes control characters on, which XML 1.0 cannot hold, and a reader makes spaces of line breaks in
// attributes. Expressions escape all of these; whatever did not go through one stops here.
function ascii(text: string): string {
  if (/^[ -~]*$/.test(text)) return text;
  throw new RangeError(`a policy holds printable ASCII only, the rest escaped in expressions: ${JSON.stringify(text)}`);
}
