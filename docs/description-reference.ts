import { readFileSync } from "node:fs";
import ts from "typescript";

/** One type or function of a source file, as its doc comment and its text say. */
interface Entry {
  readonly name: string;
  readonly doc: string;
  readonly example: string | undefined;
  /** What it is, beside its members; empty for a type of members alone. */
  readonly signature: string;
  /** The types that it has all members of. */
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
 * The reference of descriptions, made from the doc comments of the file that declares them: from the whole to its parts.
 *
 * @throws {Error} naming a type or a member without a doc comment.
 */
export function descriptionReference(file: URL): string {
  const source = ts.createSourceFile(file.pathname, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true);
  const entries = new Map(
    source.statements.flatMap((statement) => entryOf(statement, source)).map((entry) => [entry.name, entry]),
  );
  const mute = [...entries.values()].flatMap(({ name, doc, members }) => [
    ...(doc === "" ? [name] : []),
    ...members.filter((member) => member.doc === "").map((member) => `${name}.${member.name}`),
  ]);
  if (mute.length > 0) throw new Error(`Without a doc comment: ${mute.join(", ")}`);
  return [
    "A description is plain JSON: what is written here with helpers (`http()`, `jwt(…)`, `open(…)`) is data as well.",
    "`defineApi` checks it and throws a `PolygateError` with all that is wrong, each with its place, the rule and the remedy. A",
    "property that is not listed here is an error, too.",
    "",
    ...fromTheWhole("Description", entries).map((entry) => print(entry, [...entries.keys()])),
  ].join("\n");
}

/** The entries by way of what mentions them first, beginning with one; those that nothing mentions stand last. */
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
  const common = { name: statement.name?.text ?? "", doc: docOf(statement), example: exampleOf(statement) };
  if (isInterface) {
    const members = statement.members.filter(ts.isPropertySignature).map((member) => ({
      name: member.name.getText(source),
      type: plainly(member.type?.getText(source) ?? "unknown", statement.typeParameters),
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
    : source.text.slice(statement.name?.getStart(source), statement.body?.getStart(source));
  return [{ ...common, signature: plainly(signature, statement.typeParameters), extended: "", members: [] }];
}

/** Without the type parameters, which only serve the editor: what they stand for instead. */
function plainly(type: string, parameters: ts.NodeArray<ts.TypeParameterDeclaration> | undefined): string {
  let plain = oneLine(type).replace(/\b(?!Record|Readonly)([A-Z]\w+)<[^<>]*>/g, "$1");
  for (const { name, constraint } of parameters ?? []) {
    plain = plain.replace(new RegExp(`\\b${name.text}\\b`, "g"), constraint?.getText() ?? "unknown");
  }
  return plain;
}

function docOf(node: ts.Node): string {
  const comments = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);
  return comments.map(({ comment }) => oneLine(ts.getTextOfJSDocComment(comment) ?? "")).join(" ");
}

function exampleOf(node: ts.Node): string | undefined {
  const tag = ts.getJSDocTags(node).find(({ tagName }) => tagName.text === "example");
  return tag === undefined ? undefined : ts.getTextOfJSDocComment(tag.comment);
}

function print({ name, doc, example, signature, extended, members }: Entry, known: readonly string[]): string {
  const code = (text: string): string =>
    codeWithLinks(
      text,
      known.filter((other) => other !== name),
    );
  const rows = members.map((member) =>
    [
      "",
      ` \`${member.name}\` `,
      ` ${code(member.type)} `,
      ` ${member.optional ? "" : "**Required.** "}${member.doc.replaceAll("|", "\\|")} `,
      "",
    ].join("|"),
  );
  return [
    `### ${name}`,
    "",
    doc,
    "",
    ...(signature === "" ? [] : [code(signature), ""]),
    ...(rows.length === 0 ? [] : ["| property | type | |", "| --- | --- | --- |", ...rows, ""]),
    ...(extended === "" ? [] : [`And what ${code(extended)} has.`, ""]),
    ...(example === undefined ? [] : [example, ""]),
  ].join("\n");
}

/** Code in which the names of other entries lead to them. */
function codeWithLinks(text: string, known: readonly string[]): string {
  const escaped = text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll("|", "&#124;");
  const linked = escaped.replace(/\b[A-Z]\w*/g, (word) =>
    known.includes(word) ? `<a href="#${word.toLowerCase()}">${word}</a>` : word,
  );
  return `<code>${linked.replaceAll("`", "&#96;").replaceAll("*", "&#42;")}</code>`;
}

function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, " ").trim();
}
