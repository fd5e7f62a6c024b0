import { DOMImplementation, type Document, type Element, XMLSerializer } from "@xmldom/xmldom";

/** An element of a policy document. It contains elements or a text. */
export interface PolicyElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly content: readonly PolicyElement[] | string;
}

/** Creates an element of a policy document. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | number>> = {},
  content: readonly PolicyElement[] | string = [],
): PolicyElement {
  return {
    name,
    attributes: Object.fromEntries(Object.entries(attributes).map(([key, value]) => [key, String(value)])),
    content,
  };
}

/**
 * The text of a policy document. Quotes, angle brackets and ampersands are escaped, which both of API Management's formats, `xml` and
 * `rawxml`, read the same way.
 */
export function serialise(root: PolicyElement): string {
  const document = new DOMImplementation().createDocument(null, root.name);
  document.replaceChild(build(root, document, 0), document.firstChild as Element);
  return `${new XMLSerializer().serializeToString(document)}\n`;
}

function build(source: PolicyElement, document: Document, depth: number): Element {
  const built = document.createElement(source.name);
  for (const [name, text] of Object.entries(source.attributes)) built.setAttribute(name, ascii(text));
  if (typeof source.content === "string") {
    if (source.content !== "") built.appendChild(document.createTextNode(ascii(source.content)));
    return built;
  }
  for (const child of source.content) {
    built.appendChild(document.createTextNode(`\n${"  ".repeat(depth + 1)}`));
    built.appendChild(build(child, document, depth + 1));
  }
  if (source.content.length > 0) built.appendChild(document.createTextNode(`\n${"  ".repeat(depth)}`));
  return built;
}

// The serialiser does not reject control characters, which XML 1.0 cannot contain, and a reader turns line breaks in attributes into
// spaces. Expressions escape all of these; a text that is not an expression may not contain them.
function ascii(text: string): string {
  if (/^[ -~]*$/.test(text)) return text;
  throw new RangeError(`A policy may contain only printable ASCII outside expressions: ${JSON.stringify(text)}.`);
}
