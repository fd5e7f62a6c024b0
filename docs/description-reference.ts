import { readFileSync } from "node:fs";
import ts from "typescript";

/** One type or function of a source file, with its doc comment. */
interface Entry {
  readonly name: string;
  readonly doc: string;
  readonly example: string | undefined;
  /** The signature of a function or the definition of a type alias; empty for an interface. */
  readonly signature: string;
  /** The types that an interface extends. */
  readonly extended: string;
  readonly members: readonly Member[];
}

interface Member {
  readonly name: string;
  readonly type: string;
  readonly optional: boolean;
  readonly doc: string;
}

/**
 * The reference of descriptions, from the doc comments of a file and of the files that it re-exports. It starts with the whole
 * description and ends with its parts.
 *
 * @throws {Error} naming each type and member without a doc comment.
 */
export function descriptionReference(file: URL): string {
  const entries = new Map(entriesOf(file).map((entry) => [entry.name, entry]));
  const undocumented = [...entries.values()].flatMap(({ name, doc, members }) => [
    ...(doc === "" ? [name] : []),
    ...members.filter((member) => member.doc === "").map((member) => `${name}.${member.name}`),
  ]);
  if (undocumented.length > 0) throw new Error(`Without a doc comment: ${undocumented.join(", ")}`);
  return [
    "A description is plain JSON: the helpers (`http()`, `jwt(…)`, `open(…)`) return data as well. `defineApi` checks it and throws",
    "a `PolygateError` with every problem, each with its place and a remedy. A property that is not listed here is an error.",
    "",
    ...fromTheWhole("Description", entries).map((entry) => print(entry, [...entries.keys()])),
  ].join("\n");
}

/** The entries of a file and of the files that it re-exports. */
function entriesOf(file: URL): readonly Entry[] {
  const source = ts.createSourceFile(file.pathname, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true);
  const overloaded = new Set(
    source.statements.flatMap((each) =>
      ts.isFunctionDeclaration(each) && each.body === undefined ? [each.name?.text] : [],
    ),
  );
  return source.statements.flatMap((statement) => {
    // Users see the overloads of a function, not its implementation.
    if (ts.isFunctionDeclaration(statement) && statement.body && overloaded.has(statement.name?.text)) return [];
    const isReExport = ts.isExportDeclaration(statement) && statement.moduleSpecifier !== undefined;
    if (!isReExport || !ts.isStringLiteral(statement.moduleSpecifier)) return entryOf(statement, source);
    return entriesOf(new URL(statement.moduleSpecifier.text, file));
  });
}

/** The entries in the order in which they are first mentioned, beginning with one. Entries that nothing mentions come last. */
function fromTheWhole(first: string, entries: ReadonlyMap<string, Entry>): readonly Entry[] {
  const seen = new Set<Entry>();
  const visit = (names: readonly string[]): void => {
    const found = names.flatMap((name) => entries.get(name) ?? []).filter((entry) => !seen.has(entry));
    for (const entry of found) seen.add(entry);
    for (const { signature, extended, members } of found) {
      visit([extended, signature, ...members.map(({ type }) => type)].flatMap((text) => text.match(/\w+/g) ?? []));
    }
  };
  visit([first]);
  visit([...entries.keys()]);
  return [...seen];
}

function entryOf(statement: ts.Statement, source: ts.SourceFile): readonly Entry[] {
  const isInterface = ts.isInterfaceDeclaration(statement);
  if (!isInterface && !ts.isTypeAliasDeclaration(statement) && !ts.isFunctionDeclaration(statement)) return [];
  const common = { name: statement.name?.text ?? "", doc: docOf(statement), example: textOfTag(statement, "example") };
  if (isInterface) {
    const members = statement.members.filter(ts.isPropertySignature).map((member) => ({
      name: member.name.getText(source),
      type: withoutTypeParameters(member.type?.getText(source) ?? "unknown", statement.typeParameters),
      optional: member.questionToken !== undefined,
      doc: docOf(member),
    }));
    const extended = (statement.heritageClauses ?? []).flatMap(({ types }) =>
      types.map((type) => type.expression.getText(source)),
    );
    return [{ ...common, signature: "", extended: extended.join(", "), members }];
  }
  const signature = ts.isTypeAliasDeclaration(statement)
    ? statement.type.getText(source)
    : source.text
        .slice(statement.name?.getStart(source), statement.body?.getStart(source) ?? statement.getEnd())
        .replace(/;$/, "");
  return [
    { ...common, signature: withoutTypeParameters(signature, statement.typeParameters), extended: "", members: [] },
  ];
}

/** Replaces type parameters, which only serve the editor, by their constraints. */
function withoutTypeParameters(
  type: string,
  parameters: ts.NodeArray<ts.TypeParameterDeclaration> | undefined,
): string {
  let plain = oneLine(type).replace(/\b(?!Record|Readonly)([A-Z]\w+)<[^<>]*>/g, "$1");
  for (const { name, constraint } of parameters ?? []) {
    plain = plain.replace(new RegExp(`\\b${name.text}\\b`, "g"), constraint?.getText() ?? "unknown");
  }
  return plain;
}

/** The text of a doc comment, its links as Markdown, and its default. */
function docOf(node: ts.Node): string {
  const comments = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);
  const text = comments.map(({ comment }) => withLinks(ts.getTextOfJSDocComment(comment) ?? "")).join(" ");
  const fallback = textOfTag(node, "default");
  return fallback === undefined ? text : `${text} Default: ${oneLine(fallback)}.`.trim();
}

/** Each `{@link X}` as a link to the entry X of the page. */
function withLinks(text: string): string {
  return oneLine(text).replace(/\{@link\s+(\w+)\s*\}/g, (_, name: string) => `[\`${name}\`](#${name.toLowerCase()})`);
}

function textOfTag(node: ts.Node, name: string): string | undefined {
  const tag = ts.getJSDocTags(node).find(({ tagName }) => tagName.text === name);
  return tag === undefined ? undefined : ts.getTextOfJSDocComment(tag.comment);
}

function print({ name, doc, example, signature, extended, members }: Entry, names: readonly string[]): string {
  const others = names.filter((other) => other !== name);
  const rows = members.map((member) =>
    [
      "",
      ` \`${member.name}\` `,
      ` ${codeWithLinks(member.type, others)} `,
      ` ${member.optional ? "" : "**Required.** "}${member.doc.replaceAll("|", "\\|")} `,
      "",
    ].join("|"),
  );
  return [
    `### ${name}`,
    "",
    doc,
    "",
    ...(signature === "" ? [] : [codeWithLinks(signature, others), ""]),
    ...(rows.length === 0 ? [] : ["| property | type | |", "| --- | --- | --- |", ...rows, ""]),
    ...(extended === "" ? [] : [`Also has the members of ${codeWithLinks(extended, others)}.`, ""]),
    ...(example === undefined ? [] : [example, ""]),
  ].join("\n");
}

/** Code in which the names of other entries link to them. */
function codeWithLinks(text: string, names: readonly string[]): string {
  const escaped = text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll("|", "&#124;");
  const linked = escaped.replace(/\b[A-Z]\w*/g, (word) =>
    names.includes(word) ? `<a href="#${word.toLowerCase()}">${word}</a>` : word,
  );
  return `<code>${linked.replaceAll("`", "&#96;").replaceAll("*", "&#42;")}</code>`;
}

function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, " ").trim();
}
