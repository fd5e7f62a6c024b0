import { type Expression, value } from "./expression.ts";

/** An element of a policy document. It contains elements or a text. */
export interface PolicyElement {
  readonly name: string;
  /** As the document contains them, before the characters of XML are escaped. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly content: readonly PolicyElement[] | string;
}

/**
 * Creates an element of a policy document. A string is always data: one that API Management would read as an expression or as a
 * named value is written as an expression that returns it.
 */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | number | Expression>> = {},
  content: readonly PolicyElement[] | string | Expression = [],
): PolicyElement {
  return {
    name,
    attributes: Object.fromEntries(Object.entries(attributes).map(([key, data]) => [key, written(data)])),
    content: typeof content === "string" || "written" in content ? written(content) : content,
  };
}

function written(data: string | number | Expression): string {
  if (typeof data === "number") return String(data);
  return typeof data === "string" ? value(data) : data.written;
}

/** The text of a policy document. It is well-formed XML, which both of API Management's formats, `xml` and `rawxml`, read alike. */
export function serialise(root: PolicyElement): string {
  return `${xml(root, "")}\n`;
}

function xml({ name, attributes, content }: PolicyElement, indent: string): string {
  const list = Object.entries(attributes).map(([key, text]) => ` ${key}=${quoted(text)}`);
  const start = `<${name}${list.join("")}`;
  if (content.length === 0) return `${start}/>`;
  if (typeof content === "string") return `${start}>${escaped(content)}</${name}>`;
  const inner = `${indent}  `;
  return `${start}>${content.map((child) => `\n${inner}${xml(child, inner)}`).join("")}\n${indent}</${name}>`;
}

// Expressions are full of double quotes. Single quotes around them save a third of a policy's size, which tiers limit.
function quoted(text: string): string {
  return text.includes('"') ? `'${escaped(text).replaceAll("'", "&apos;")}'` : `"${escaped(text)}"`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
