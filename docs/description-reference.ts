import { readFileSync } from "node:fs";
import ts from "typescript";

/** One exported type or function of a source file, as its doc comment and its text say. */
interface Entry {
  readonly name: string;
  readonly doc: string;
  readonly example: string | undefined;
  readonly signature: string;
  readonly members: readonly Member[];
}

interface Member {
  readonly name: string;
  readonly type: string;
  readonly optional: boolean;
  readonly doc: string;
}

/** The page about descriptions, made from the doc comments of the file that declares them. */
export function descriptionReference(file: URL): string {
  const source = ts.createSourceFile(file.pathname, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true);
  const entries = source.statements.flatMap((statement) => entryOf(statement, source));
  return [
    "# The reference of descriptions",
    "",
    "Generated from the doc comments of `components/spec/description.ts`; `npm run docs` writes it anew. A description is",
    "plain JSON: what is written here with helpers (`http()`, `jwt(…)`, `open(…)`) is data as well.",
    "",
    ...entries.map(print),
  ].join("\n");
}

function entryOf(statement: ts.Statement, source: ts.SourceFile): readonly Entry[] {
  const exported = ts.canHaveModifiers(statement)
    ? ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)
    : false;
  const named = ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement);
  if (!named && !(ts.isFunctionDeclaration(statement) && exported)) return [];
  const name = statement.name?.text ?? "";
  const doc = docOf(statement);
  const example = exampleOf(statement);
  if (ts.isInterfaceDeclaration(statement)) {
    const heritage = (statement.heritageClauses ?? []).map((clause) => clause.getText(source)).join(" ");
    const members = statement.members.filter(ts.isPropertySignature).map((member) => ({
      name: member.name.getText(source),
      type: member.type?.getText(source) ?? "unknown",
      optional: member.questionToken !== undefined,
      doc: docOf(member),
    }));
    return [{ name, doc, example, signature: heritage === "" ? "" : `\`${name} ${heritage}\``, members }];
  }
  const signature = ts.isTypeAliasDeclaration(statement)
    ? statement.type.getText(source)
    : statement.getText(source).slice("export function ".length, statement.getText(source).indexOf(" {"));
  return [{ name, doc, example, signature: `\`${oneLine(signature)}\``, members: [] }];
}

function docOf(node: ts.Node): string {
  const comments = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);
  return comments.map(({ comment }) => oneLine(ts.getTextOfJSDocComment(comment) ?? "")).join(" ");
}

function exampleOf(node: ts.Node): string | undefined {
  const tag = ts.getJSDocTags(node).find(({ tagName }) => tagName.text === "example");
  return tag === undefined ? undefined : ts.getTextOfJSDocComment(tag.comment);
}

function print({ name, doc, example, signature, members }: Entry): string {
  const rows = members.map(
    (member) =>
      `| \`${member.name}\`${member.optional ? "" : " (required)"} | \`${oneLine(member.type).replaceAll("|", "\\|")}\` | ${member.doc.replaceAll("|", "\\|")} |`,
  );
  return [
    `## ${name}`,
    "",
    ...(doc === "" ? [] : [doc, ""]),
    ...(signature === "" ? [] : [signature, ""]),
    ...(rows.length === 0 ? [] : ["| member | type | |", "| --- | --- | --- |", ...rows, ""]),
    ...(example === undefined ? [] : [example, ""]),
  ].join("\n");
}

function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, " ").trim();
}
